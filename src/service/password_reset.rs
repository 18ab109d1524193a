//! A link by which a member chooses a new password who has forgotten theirs: made by an owner, shown once, good once
//! and for thirty minutes. It does not sign in: the second factor is asked for as ever.
//!
//! An owner may make one for people of no other workspace only: whoever takes the link takes the account.

use std::fmt::Display;

use time::Duration;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
    error::Conflict,
};
use crate::{
    auth::{digest, password},
    domain::{
        activity::Happened,
        id::{ResetId, UserId, WorkspaceId},
        policy::Action,
        text::Email,
        timestamp::Timestamp,
    },
    store::{
        self, members,
        password_resets::{self as table, Reset},
        users, workspaces,
    },
};

/// A link works for this long.
const LIFETIME: Duration = Duration::minutes(30);

/// What came of taking a link out of its slot.
#[derive(Debug)]
pub struct ResetLink {
    /// Whom it is for.
    pub email: Email,
    /// It works before this.
    pub expires_at: Timestamp,
    /// Its code, for the only time; none if it was shown before.
    pub code: Option<String>,
}

impl Service {
    /// Makes a link for a member, in place of one they may have. Its code waits, sealed, in a slot for this session.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they are not in the workspace, [`Conflict::OwnAccount`], [`Conflict::ElsewhereToo`],
    /// [`Error::NeedsReauthentication`], or what [`Service::allow`] says.
    pub async fn make_reset_link(
        &self,
        person: &Person,
        origin: &Origin,
        workspace: &str,
        user: UserId,
    ) -> Result<ResetId> {
        let actor = Actor::Person(person.clone());
        self.allow(&actor, Action::ResetPassword, workspace).await?;
        self.fresh(&actor)?;
        let (mut tx, standing) = self.begin_on(&actor, Action::ResetPassword, workspace).await?;
        let home = standing.workspace.id;
        let member = members::find(tx.on(), home, user, self.now()).await?.ok_or(Error::NotFound)?;
        if user == person.user {
            return Err(Error::Conflict(Conflict::OwnAccount));
        }
        if !is_only_in(&mut tx, user, home).await? {
            return Err(Error::Conflict(Conflict::ElsewhereToo));
        }
        let now = self.now();
        let id = ResetId::from_u128(self.random.id(now));
        let code = self.random.code();
        let sealed = self.seal(&mut tx, &slot_context(id, person.session), code.as_bytes()).await?;
        let reset = Reset { id, user, workspace: home, expires_at: now.plus(LIFETIME) };
        table::insert(&mut tx, &reset, &digest::of(&code), (person.session, &sealed), now).await?;
        let deed = Deed::to(Happened::ResetLinkCreated, user, &member.email);
        self.record(&mut tx, &actor, origin, home, deed).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes the link out of the slot that `person` may look into. Of any number of calls, one gets it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if this session made no such link, or what [`Service::allow`] says.
    pub async fn reveal_reset_link(&self, person: &Person, workspace: &str, id: ResetId) -> Result<ResetLink> {
        let standing = self.allow(&Actor::Person(person.clone()), Action::ResetPassword, workspace).await?;
        let mut tx = self.store.begin().await?;
        let taken = table::take_link(&mut tx, standing.workspace.id, id, person.session, self.now()).await?;
        let (user, expires_at, sealed) = taken.ok_or(Error::NotFound)?;
        let email = users::email(tx.on(), user).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        let code = match sealed {
            Some(sealed) => Some(self.open_sealed(&slot_context(id, person.session), &sealed).await?),
            None => None,
        };
        Ok(ResetLink { email, expires_at, code })
    }

    /// Whom the link with this code is for; none if it does not work, whatever the reason.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn reset_is_for(&self, code: &str) -> Result<Option<Email>> {
        let found = table::by_code(self.store.read(), &digest::of(code), self.now()).await?;
        match found {
            Some(reset) => Ok(users::email(self.store.read(), reset.user).await?),
            None => Ok(None),
        }
    }

    /// Sets the password that was chosen by a link; all sessions of the account end.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `password`, [`Conflict::ResetOver`].
    pub async fn reset_password(&self, origin: &Origin, code: &str, password: &str) -> Result<()> {
        let over = || Error::Conflict(Conflict::ResetOver);
        let reset = table::by_code(self.store.read(), &digest::of(code), self.now()).await?.ok_or_else(over)?;
        let email = users::email(self.store.read(), reset.user).await?.ok_or_else(over)?;
        let password = password::parse(password, email.as_str()).map_err(Error::invalid)?;
        let hash = self.hashing.hash(password, self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        workspaces::lock(&mut tx, reset.workspace).await?;
        // They may have joined another workspace, or left this one, since the link was made.
        if !table::claim(&mut tx, reset.id, self.now()).await?
            || !is_only_in(&mut tx, reset.user, reset.workspace).await?
        {
            return Err(over());
        }
        self.set_password(&mut tx, reset.user, &hash, None).await?;
        self.record_account(&mut tx, (reset.user, &email), origin, Happened::PasswordReset).await?;
        Ok(tx.commit().await?)
    }
}

async fn is_only_in(tx: &mut store::Tx, user: UserId, home: WorkspaceId) -> Result<bool> {
    let all = workspaces::of_user(tx.on(), user).await?;
    Ok(matches!(all.as_slice(), [(only, _)] if only.id == home))
}

/// The sealed code opens only for the link and the session it was sealed for.
pub(super) fn slot_context(id: impl Display, session: impl Display) -> String {
    format!("password reset {id} {session}")
}
