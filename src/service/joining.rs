//! Accepting an invitation: by the account of its address, or by making that account. The link's code is all that
//! somebody has who is not signed in; to anybody but the address it says nothing about whom it is for.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
    error::Conflict,
    sessions::Tokens,
};
use crate::{
    auth::{digest, password},
    domain::{
        activity::Happened, id::UserId, invalid::Invalid, invitation::Invitation, text::Email, workspace::Workspace,
    },
    store::{self, invitations as table, users, workspaces},
};

/// What a link leads to.
#[derive(Debug)]
pub enum Invited {
    /// It works, for whoever looks at it.
    Open {
        /// Where it leads.
        workspace: Workspace,
        /// The invitation.
        invitation: Box<Invitation>,
        /// Who looks.
        reader: Reader,
    },
    /// Whoever looks is in that workspace already.
    Member(Workspace),
    /// It works, but whoever looks is signed in with another address.
    ForAnother,
    /// There is no such link, or it was used or taken back, or its time is over: nobody learns which.
    Over,
}

/// Who looks at an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The account of the address, signed in.
    Account,
    /// Nobody is signed in, and the address has an account: sign in first.
    MustSignIn,
    /// Nobody is signed in, and the address has no account: make it.
    Newcomer,
}

impl Service {
    /// What the link with this code leads to.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn invitation(&self, code: &str, person: Option<&Person>) -> Result<Invited> {
        let mut connection = self.store.connection().await?;
        let Some(invitation) = table::by_code(&mut *connection, &digest::of(code)).await? else {
            return Ok(Invited::Over);
        };
        let home = invitation.workspace.to_string();
        let (workspace, is_member) = match person {
            Some(person) => match workspaces::find_for(&mut *connection, &home, person.user).await? {
                Some((workspace, role)) => (workspace, role.is_some() && invitation.is_for(&person.email)),
                None => return Ok(Invited::Over),
            },
            None => match workspaces::find(&mut *connection, &home).await? {
                Some(workspace) => (workspace, false),
                None => return Ok(Invited::Over),
            },
        };
        let reader = match person {
            _ if is_member => return Ok(Invited::Member(workspace)),
            _ if !invitation.is_open(self.now()) => return Ok(Invited::Over),
            Some(person) if invitation.is_for(&person.email) => Reader::Account,
            Some(_) => return Ok(Invited::ForAnother),
            None if users::login(&mut *connection, &invitation.email).await?.is_some() => {
                // Whoever made the account since the link was looked up has used the link, too.
                let again = table::by_code(&mut *connection, &digest::of(code)).await?;
                if !again.is_some_and(|invitation| invitation.is_open(self.now())) {
                    return Ok(Invited::Over);
                }
                Reader::MustSignIn
            }
            None => Reader::Newcomer,
        };
        Ok(Invited::Open { workspace, invitation: Box::new(invitation), reader })
    }

    /// Joins, as the account of the address. Of any number of calls, one makes the membership; the others of the same
    /// person find it made.
    ///
    /// # Errors
    /// [`Conflict::InvitationOver`], [`Conflict::OtherAddress`], or [`Error::Unauthenticated`] if the session is gone.
    pub async fn accept(&self, person: &Person, origin: &Origin, code: &str) -> Result<Workspace> {
        let (workspace, invitation) = match self.invitation(code, Some(person)).await? {
            Invited::Member(workspace) => return Ok(workspace),
            Invited::ForAnother => return Err(Error::Conflict(Conflict::OtherAddress)),
            Invited::Over => return Err(Error::Conflict(Conflict::InvitationOver)),
            Invited::Open { workspace, invitation, .. } => (workspace, invitation),
        };
        let mut tx = self.store.begin().await?;
        workspaces::lock(&mut tx, workspace.id).await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        let found = workspaces::find_for(tx.on(), &workspace.id.to_string(), person.user).await?;
        let (workspace, role) = found.ok_or(Error::Conflict(Conflict::InvitationOver))?;
        if role.is_some() {
            return Ok(workspace);
        }
        self.claim(&mut tx, &invitation).await?;
        self.join(&mut tx, (person.user, &person.email), origin, &invitation).await?;
        tx.commit().await?;
        Ok(workspace)
    }

    /// Makes the account of the address with this password, joins with it, and signs it in.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `password`, or for `email` if the address has an account;
    /// [`Conflict::InvitationOver`].
    pub async fn accept_as_newcomer(&self, origin: &Origin, code: &str, password: &str) -> Result<(Workspace, Tokens)> {
        let (workspace, invitation) = match self.invitation(code, None).await? {
            Invited::Open { workspace, invitation, reader: Reader::Newcomer } => (workspace, invitation),
            Invited::Open { .. } => return Err(has_account()),
            Invited::Member(_) | Invited::ForAnother | Invited::Over => {
                return Err(Error::Conflict(Conflict::InvitationOver));
            }
        };
        let password = password::parse(password, invitation.email.as_str()).map_err(Error::invalid)?;
        let hash = self.hashing.hash(password, self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        workspaces::lock(&mut tx, workspace.id).await?;
        let found = workspaces::find(tx.on(), &workspace.id.to_string()).await?;
        let workspace = found.ok_or(Error::Conflict(Conflict::InvitationOver))?;
        self.claim(&mut tx, &invitation).await?;
        let user = UserId::from_u128(self.random.id(self.now()));
        users::insert(&mut tx, user, &invitation.email, &hash, self.now()).await.map_err(|error| match error {
            store::Error::Taken => has_account(),
            other => other.into(),
        })?;
        self.begin_counting(&mut tx, &invitation.email).await?;
        self.join(&mut tx, (user, &invitation.email), origin, &invitation).await?;
        tx.commit().await?;
        let tokens = self.begin_session((user, &invitation.email), origin).await?;
        Ok((workspace, tokens))
    }

    async fn claim(&self, tx: &mut store::Tx, invitation: &Invitation) -> Result<()> {
        if table::claim(tx, invitation.workspace, invitation.id, self.now()).await? {
            Ok(())
        } else {
            Err(Error::Conflict(Conflict::InvitationOver))
        }
    }

    async fn join(
        &self,
        tx: &mut store::Tx,
        (user, email): (UserId, &Email),
        origin: &Origin,
        invitation: &Invitation,
    ) -> Result<()> {
        let (home, role) = (invitation.workspace, invitation.role);
        workspaces::add_member(tx, home, user, role, self.now()).await?;
        let detail = format!("As {}, invited by {}", role.title(), invitation.invited_by.name);
        let deed = Deed::to(Happened::MemberJoined, user, email.as_str()).saying(detail);
        self.record_by_account(tx, (user, email), origin, home, deed).await
    }
}

fn has_account() -> Error {
    let message = "This address has an account. Sign in with it, then open the link again.";
    Error::invalid(Invalid::new("email", "taken", message))
}
