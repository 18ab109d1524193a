//! What people do with their own account: authenticating again, another address, another password, what happened to it.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
};
use crate::{
    auth::password,
    domain::{
        activity::{Event, Happened, Start},
        id::{SessionId, UserId},
        invalid::{Gather, Invalid},
        session::{self, End},
        text::Email,
        two_factor::Typed,
    },
    store::{self, events, password_resets, sessions, users},
};

/// A page of what happened to an account, newest first.
#[derive(Debug)]
pub struct AccountPage {
    /// The events.
    pub items: Vec<Event>,
    /// Whether there are newer ones before these.
    pub newer: bool,
    /// Whether there are older ones after these.
    pub older: bool,
}

impl Service {
    /// Whether `actor` has authenticated lately enough for a sensitive act. A token or key has no password to type; what
    /// it may do its scopes say.
    ///
    /// # Errors
    /// [`Error::NeedsReauthentication`].
    pub(super) fn fresh(&self, actor: &Actor) -> Result<()> {
        match actor {
            Actor::Person(person) if self.now().since(person.authenticated_at) >= session::FRESH => {
                Err(Error::NeedsReauthentication)
            }
            Actor::Person(_) | Actor::Credential(_) | Actor::Operator => Ok(()),
        }
    }

    /// Authenticates the person of a session again, for sensitive acts in the next thirty minutes: with the password, and
    /// where there is a second factor with a code, too.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field that is wrong, [`Error::TooManyAttempts`], [`Error::Unauthenticated`] if the
    /// session has ended meanwhile.
    pub async fn reauthenticate(&self, person: &Person, origin: &Origin, password: &str, code: &str) -> Result<()> {
        let typed = if self.has_two_factor(person.user).await? {
            Some(Typed::either(code).map_err(Error::invalid)?)
        } else {
            None
        };
        self.own_password(person, password, origin).await?;
        let mut tx = match typed {
            Some(typed) => self.check_code((person.user, &person.email), &typed, "code", origin).await?,
            None => self.store.begin().await?,
        };
        if !sessions::authenticated_again(&mut tx, person.session, self.now()).await? {
            return Err(Error::Unauthenticated);
        }
        Ok(tx.commit().await?)
    }

    /// Checks a person's own password, on the counter of all sign-ins.
    pub(super) async fn own_password(&self, person: &Person, password: &str, origin: &Origin) -> Result<()> {
        if password.is_empty() {
            return Err(Error::invalid(Invalid::new("password", "required", "The password is missing.")));
        }
        match self.check_password(&person.email, password, origin).await {
            Ok(login) if login.id == person.user => Ok(()),
            Ok(_) => Err(Error::Unauthenticated),
            Err(Error::Invalid(_)) => {
                Err(Error::invalid(Invalid::new("password", "wrong", "That is not your password.")))
            }
            Err(other) => Err(other),
        }
    }

    /// Gives the person another address to sign in with, confirmed by their password.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, [`Error::NeedsReauthentication`], or [`Error::Unauthenticated`] if the
    /// session has ended meanwhile.
    pub async fn change_email(&self, person: &Person, origin: &Origin, email: &str, password: &str) -> Result<()> {
        let email = Email::parse(email).map_err(Error::invalid)?;
        self.fresh(&Actor::Person(person.clone()))?;
        self.own_password(person, password, origin).await?;
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        users::set_email(&mut tx, person.user, &email).await.map_err(|error| match error {
            store::Error::Taken => {
                Error::invalid(Invalid::new("email", "taken", "This address has an account already."))
            }
            other => other.into(),
        })?;
        if let Some(device) = &origin.device {
            self.know_device(&mut tx, &email, device).await?;
        }
        let deed = Deed::to(Happened::EmailChanged, person.user, email.as_str());
        let deed = deed.saying(format!("Was {}", person.email));
        self.record_own(&mut tx, (person.user, &email), origin, deed).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the person another password; all their other sessions end.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `password` or `new_password`, [`Error::NeedsReauthentication`], or
    /// [`Error::Unauthenticated`] if the session has ended meanwhile.
    pub async fn change_password(&self, person: &Person, origin: &Origin, old: &str, new: &str) -> Result<()> {
        let new = password::parse(new, person.email.as_str());
        let new = new.map_err(|invalid| Error::invalid(Invalid { field: "new_password".to_owned(), ..invalid }))?;
        self.fresh(&Actor::Person(person.clone()))?;
        self.own_password(person, old, origin).await?;
        let hash = self.hashing.hash(new, self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        self.set_password(&mut tx, person.user, &hash, Some(person.session)).await?;
        self.record_account(&mut tx, (person.user, &person.email), origin, Happened::PasswordChanged).await?;
        Ok(tx.commit().await?)
    }

    /// Sets a password anew: all sessions but `keep` end, and whatever link there is to reset it.
    pub(super) async fn set_password(
        &self,
        tx: &mut store::Tx,
        user: UserId,
        hash: &str,
        keep: Option<SessionId>,
    ) -> Result<()> {
        users::set_password(tx, user, hash).await?;
        password_resets::close(tx, user, self.now()).await?;
        sessions::end_others(tx, user, keep, End::Password, self.now()).await?;
        Ok(())
    }

    /// Sets somebody's password, as the operator does who has the machine; all their sessions end.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the address has no account, [`Error::Invalid`] for the fields `email` and `password`.
    pub async fn reset_password_as_operator(&self, email: &str, password: &str) -> Result<()> {
        let mut gather = Gather::default();
        let (address, new) = (gather.take(Email::parse(email)), gather.take(password::parse(password, email)));
        let (Some(address), Some(new)) = (address, new) else { return Err(Error::Invalid(gather.into_errors())) };
        let hash = self.hashing.hash(new, self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        let user = users::login(tx.on(), &address).await?.ok_or(Error::NotFound)?.id;
        self.set_password(&mut tx, user, &hash, None).await?;
        self.record_to_account(&mut tx, (user, &address), Happened::PasswordReset).await?;
        Ok(tx.commit().await?)
    }

    /// A page of up to `limit` events of the person's account.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn account_events(&self, person: &Person, start: Start, limit: usize) -> Result<AccountPage> {
        let ask = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut connection = self.store.connection().await?;
        let items = events::of_account(&mut connection, person.user, &[], start, ask).await?;
        let (items, newer, older) = super::events::cut(items, start, limit);
        Ok(AccountPage { items, newer, older })
    }

    /// What happened to the account before this sign-in that the person was not told yet, newest first.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn notices(&self, person: &Person) -> Result<Vec<Event>> {
        let mut connection = self.store.connection().await?;
        let seen = users::notices_seen(&mut *connection, person.user).await?;
        let Some(session) = sessions::find(&mut *connection, person.session).await? else { return Ok(Vec::new()) };
        let noteworthy = Happened::NOTEWORTHY;
        let mut items = events::of_account(&mut connection, person.user, noteworthy, Start::Newest, NOTICES).await?;
        items.retain(|event| event.at > seen && event.at < session.created_at);
        Ok(items)
    }

    /// Notes that the person has read the notices.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn saw_notices(&self, person: &Person) -> Result<()> {
        let mut tx = self.store.begin().await?;
        users::saw_notices(&mut tx, person.user, self.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// So many of the newest noteworthy events are looked at.
const NOTICES: i64 = 20;
