//! The second factor: setting it up, codes and backup codes, turning it off.
//!
//! Until a code has proved that the app has the seed, nothing in the database knows of it: the seed waits, sealed, in
//! the state of the browser that shows it.

use std::fmt::Display;

use time::Duration;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person},
    error::{Conflict, Fault},
};
use crate::{
    auth::{
        backup_codes::{self, BackupCode},
        seal::CannotOpen,
        totp::Seed,
    },
    domain::{
        activity::Happened,
        id::UserId,
        invalid::Invalid,
        session::End,
        stored::Sealed,
        text::Email,
        timestamp::Timestamp,
        two_factor::{BACKUP_CODES, Typed},
    },
    store::{
        self, Tx, sessions,
        two_factor::{self as table, SecondFactor},
        users, workspaces,
    },
};

/// New backup codes that nobody comes for are thrown away after this.
const SLOT: Duration = Duration::hours(1);

/// What somebody needs to set up their app.
pub struct Enrolment {
    /// The seed, to be kept for this browser session until it is confirmed.
    pub pending: Sealed,
    /// The key as text, in groups.
    pub key: String,
    /// The `otpauth:` link.
    pub link: String,
}

/// Whether somebody has a second factor.
#[derive(Clone, Debug)]
pub struct TwoFactor {
    /// Since when; none if they have none.
    pub enabled_at: Option<Timestamp>,
    /// How many backup codes were not used yet.
    pub codes_left: u32,
    /// The names of their workspaces that require one.
    pub required_by: Vec<String>,
}

impl Service {
    /// Whether the person has a second factor.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn two_factor(&self, person: &Person) -> Result<TwoFactor> {
        let mut connection = self.store.connection().await?;
        let factor = table::find(&mut *connection, person.user).await?;
        let homes = workspaces::of_user(&mut *connection, person.user).await?;
        let asking = homes.into_iter().filter(|(workspace, _)| workspace.requires_two_factor);
        Ok(TwoFactor {
            enabled_at: factor.map(|factor| factor.enabled_at),
            codes_left: table::backup_codes_left(&mut *connection, person.user).await?,
            required_by: asking.map(|(workspace, _)| workspace.name).collect(),
        })
    }

    /// Whether an account has a second factor.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn has_two_factor(&self, user: UserId) -> Result<bool> {
        Ok(table::find(self.store.read(), user).await?.is_some())
    }

    /// What the person needs to set up their app: what `pending` holds, if this session has begun already.
    ///
    /// # Errors
    /// [`Conflict::TwoFactorOn`].
    pub async fn enrolment(&self, person: &Person, pending: Option<Sealed>) -> Result<Enrolment> {
        if self.has_two_factor(person.user).await? {
            return Err(Error::Conflict(Conflict::TwoFactorOn));
        }
        let context = pending_context(person);
        let begun = match pending {
            // One of another session, or under a master key that was replaced, does not open: they begin anew.
            Some(sealed) => self.open_seed(&context, &sealed).await.ok().map(|seed| (seed, sealed)),
            None => None,
        };
        let (seed, pending) = if let Some(begun) = begun {
            begun
        } else {
            let seed = Seed::new(self.random.bytes());
            let sealed = self.sealing.seal_for_now(&self.random, &context, seed.expose()).await;
            (seed, sealed)
        };
        Ok(Enrolment { pending, key: seed.groups(), link: seed.link(person.email.as_str()) })
    }

    /// The same at a command line, which keeps what it has begun in its session.
    ///
    /// # Errors
    /// [`Error::NeedsReauthentication`], [`Conflict::TwoFactorOn`], [`Error::Unauthenticated`] if the session has ended
    /// meanwhile.
    pub async fn enrolment_at_command_line(&self, person: &Person) -> Result<Enrolment> {
        let actor = Actor::Person(person.clone());
        self.fresh(&actor)?;
        let pending = self.pending_enrolment(person).await?;
        let enrolment = self.enrolment(person, pending.clone()).await?;
        if pending.as_ref() != Some(&enrolment.pending) {
            let mut tx = self.store.begin().await?;
            self.look_again(&mut tx, &actor).await?;
            sessions::set_pending_seed(&mut tx, person.session, Some(&enrolment.pending)).await?;
            tx.commit().await?;
        }
        Ok(enrolment)
    }

    /// What a command line has begun, if it has.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn pending_enrolment(&self, person: &Person) -> Result<Option<Sealed>> {
        Ok(sessions::pending_seed(self.store.read(), person.session).await?)
    }

    /// Turns the second factor on, with the seed that waits and a code that proves that the app has it. The backup codes
    /// wait, sealed, in a slot for this session; on request, all other sessions end.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `code`, [`Error::NeedsReauthentication`], [`Conflict::EnrolmentOver`],
    /// [`Conflict::TwoFactorOn`], [`Error::Unauthenticated`] if the session has ended meanwhile.
    pub async fn turn_on_two_factor(
        &self,
        person: &Person,
        origin: &Origin,
        pending: Option<&Sealed>,
        code: &str,
        end_others: bool,
    ) -> Result<()> {
        let Typed::Code(code) = Typed::code(code).map_err(Error::invalid)? else { return Err(wrong_code("code")) };
        let actor = Actor::Person(person.clone());
        self.fresh(&actor)?;
        let over = || Error::Conflict(Conflict::EnrolmentOver);
        let seed = self.open_seed(&pending_context(person), pending.ok_or_else(over)?).await.map_err(|_| over())?;
        let now = self.now();
        let step = seed.step_of(&code, now).ok_or_else(|| wrong_code("code"))?;
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &actor).await?;
        let sealed = self.seal(&mut tx, &seed_context(person.user), seed.expose()).await?;
        let factor = SecondFactor { seed: sealed, enabled_at: now };
        table::insert(&mut tx, person.user, &factor, step).await.map_err(|error| match error {
            store::Error::Taken => Error::Conflict(Conflict::TwoFactorOn),
            other => other.into(),
        })?;
        sessions::set_pending_seed(&mut tx, person.session, None).await?;
        self.give_backup_codes(&mut tx, person, &seed).await?;
        if end_others
            && sessions::end_others(&mut tx, person.user, Some(person.session), End::Elsewhere, now).await? > 0
        {
            self.record_account(&mut tx, (person.user, &person.email), origin, Happened::OtherSessionsEnded).await?;
        }
        let happened = (Happened::TwoFactorOn, Happened::MemberTwoFactorOn);
        self.record_two_factor(&mut tx, (person.user, &person.email), Some(origin), happened).await?;
        Ok(tx.commit().await?)
    }

    /// Takes new backup codes out of the slot that `person` may look into. Of any number of calls, one gets them.
    ///
    /// # Errors
    /// [`Conflict::TwoFactorOff`].
    pub async fn reveal_backup_codes(&self, person: &Person) -> Result<Option<Vec<String>>> {
        if !self.has_two_factor(person.user).await? {
            return Err(Error::Conflict(Conflict::TwoFactorOff));
        }
        let mut tx = self.store.begin().await?;
        let sealed = table::take_codes(&mut tx, person.user, person.session, self.now()).await?;
        tx.commit().await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let codes = self.open_sealed(&slot_context(person.user, person.session), &sealed).await?;
        Ok(Some(codes.lines().map(ToOwned::to_owned).collect()))
    }

    /// Makes new backup codes in place of those before, with a code of the app.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `code`, [`Error::NeedsReauthentication`], [`Error::TooManyAttempts`],
    /// [`Conflict::TwoFactorOff`], [`Error::Unauthenticated`] if the session has ended meanwhile.
    pub async fn make_backup_codes(&self, person: &Person, origin: &Origin, code: &str) -> Result<()> {
        let typed = Typed::code(code).map_err(Error::invalid)?;
        let actor = Actor::Person(person.clone());
        self.fresh(&actor)?;
        let mut tx = self.check_code((person.user, &person.email), &typed, "code", origin).await?;
        self.look_again(&mut tx, &actor).await?;
        let factor = table::find(tx.on(), person.user).await?.ok_or(Error::Conflict(Conflict::TwoFactorOff))?;
        let seed = self.open_seed(&seed_context(person.user), &factor.seed).await?;
        self.give_backup_codes(&mut tx, person, &seed).await?;
        self.record_account(&mut tx, (person.user, &person.email), origin, Happened::BackupCodesMade).await?;
        Ok(tx.commit().await?)
    }

    /// Turns the second factor off, with the password and a code, of the app or a backup code. That is to authenticate
    /// again, so it is not asked for beforehand.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the fields `password` and `code`, [`Error::TooManyAttempts`], [`Conflict::TwoFactorOff`],
    /// [`Error::Unauthenticated`] if the session has ended meanwhile.
    pub async fn turn_off_two_factor(
        &self,
        person: &Person,
        origin: &Origin,
        password: &str,
        code: &str,
    ) -> Result<()> {
        let typed = Typed::either(code).map_err(Error::invalid)?;
        self.own_password(person, password, origin).await?;
        let account = (person.user, &person.email);
        let mut tx = self.check_code(account, &typed, "code", origin).await?;
        self.look_again(&mut tx, &Actor::Person(person.clone())).await?;
        table::delete(&mut tx, person.user).await?;
        let happened = (Happened::TwoFactorOff, Happened::MemberTwoFactorOff);
        self.record_two_factor(&mut tx, account, Some(origin), happened).await?;
        Ok(tx.commit().await?)
    }

    /// Turns somebody's second factor off, as the operator does for one who has lost it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `email`, [`Error::NotFound`] if the address has no account,
    /// [`Conflict::TwoFactorOff`].
    pub async fn turn_off_two_factor_as_operator(&self, email: &str) -> Result<()> {
        let email = Email::parse(email).map_err(Error::invalid)?;
        let mut tx = self.store.begin().await?;
        let user = users::login(tx.on(), &email).await?.ok_or(Error::NotFound)?.id;
        if !table::delete(&mut tx, user).await? {
            return Err(Error::Conflict(Conflict::TwoFactorOff));
        }
        let happened = (Happened::TwoFactorOff, Happened::MemberTwoFactorOff);
        self.record_two_factor(&mut tx, (user, &email), None, happened).await?;
        Ok(tx.commit().await?)
    }

    /// Uses up a code of an account, on the counter of all sign-ins; `field` is where it was typed. Answers the
    /// transaction in which it is used up: what the code opens belongs there.
    pub(super) async fn check_code(
        &self,
        (user, email): (UserId, &Email),
        typed: &Typed,
        field: &str,
        origin: &Origin,
    ) -> Result<Tx> {
        let attempt = self.attempt(email, origin).await?;
        let factor = table::find(self.store.read(), user).await?.ok_or(Error::Conflict(Conflict::TwoFactorOff))?;
        let seed = self.open_seed(&seed_context(user), &factor.seed).await?;
        let now = self.now();
        let step = match typed {
            Typed::Code(code) => seed.step_of(code, now),
            Typed::Backup(_) => None,
        };
        self.stands(&attempt).await?;
        let mut tx = self.store.begin().await?;
        let used_up = match (typed, step) {
            (Typed::Code(_), None) => false,
            (Typed::Code(_), Some(step)) => table::use_step(&mut tx, user, factor.enabled_at, step).await?,
            (Typed::Backup(code), _) => {
                table::use_backup_code(&mut tx, user, &backup_codes::digest(code, &seed), now).await?
            }
        };
        if used_up {
            if matches!(typed, Typed::Backup(_)) {
                self.record_account(&mut tx, (user, email), origin, Happened::BackupCodeUsed).await?;
            }
            return Ok(tx);
        }
        self.note_failure(&mut tx, &attempt).await?;
        self.record_account(&mut tx, (user, email), origin, Happened::CodeRefused).await?;
        tx.commit().await?;
        Err(match typed {
            Typed::Code(_) if step.is_some() => used_code(field),
            Typed::Code(_) => wrong_code(field),
            Typed::Backup(_) => {
                let message = "That backup code is not right, or was used already. Enter another one.";
                Error::invalid(Invalid::new(field, "wrong", message))
            }
        })
    }

    async fn give_backup_codes(&self, tx: &mut Tx, person: &Person, seed: &Seed) -> Result<()> {
        let codes: Vec<_> = (0..BACKUP_CODES).map(|_| BackupCode::new(self.random.bytes())).collect();
        let digests: Vec<_> = codes.iter().map(|code| code.digest(seed)).collect();
        table::set_backup_codes(tx, person.user, &digests).await?;
        let text: Vec<_> = codes.iter().map(BackupCode::groups).collect();
        let context = slot_context(person.user, person.session);
        let sealed = self.seal(tx, &context, text.join("\n").as_bytes()).await?;
        Ok(table::put_codes(tx, person.user, person.session, &sealed, self.now().plus(SLOT)).await?)
    }

    /// Records that a second factor went on or off: in the account's log, and in that of each of their workspaces, which
    /// learns this and no more. Without an origin, the operator did it.
    async fn record_two_factor(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        origin: Option<&Origin>,
        (own, of_member): (Happened, Happened),
    ) -> Result<()> {
        match origin {
            Some(origin) => self.record_account(tx, (user, email), origin, own).await?,
            None => self.record_to_account(tx, (user, email), own).await?,
        }
        for (workspace, _) in workspaces::of_user(tx.on(), user).await? {
            let deed = Deed::to(of_member, user, email.as_str());
            match origin {
                Some(origin) => {
                    let nowhere = Origin { ip: None, ..origin.clone() };
                    self.record_by_account(tx, (user, email), &nowhere, workspace.id, deed).await?;
                }
                None => self.record(tx, &Actor::Operator, &Origin::OPERATOR, workspace.id, deed).await?,
            }
        }
        Ok(())
    }

    async fn open_seed(&self, context: &str, sealed: &Sealed) -> Result<Seed> {
        let bytes = self.open_bytes(context, sealed).await?;
        Ok(Seed::new(bytes.try_into().map_err(|_| Fault::from(CannotOpen))?))
    }
}

fn wrong_code(field: &str) -> Error {
    let message = "That code is not right, or has expired. Enter the one showing now.";
    Error::invalid(Invalid::new(field, "wrong", message))
}

fn used_code(field: &str) -> Error {
    let message = "That code was used already. Wait for the next one.";
    Error::invalid(Invalid::new(field, "used", message))
}

/// The sealed seed opens only as that of its account.
pub(super) fn seed_context(user: impl Display) -> String {
    format!("two-factor {user}")
}

/// One that waits opens only for the session that began.
fn pending_context(person: &Person) -> String {
    format!("two-factor enrolment {} {}", person.user, person.session)
}

/// Sealed codes open only for the account and the session they were sealed for.
pub(super) fn slot_context(user: impl Display, session: impl Display) -> String {
    format!("backup codes {user} {session}")
}
