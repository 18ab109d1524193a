//! Signing in: with address and password, then with a code where the account has a second factor.

use serde::{Deserialize, Serialize};

use super::{Error, Result, Service, actor::Origin, sessions::Tokens};
use crate::{
    auth::digest,
    domain::{
        activity::Happened,
        id::UserId,
        invalid::{Gather, Invalid},
        text::{Email, PASSWORD},
        timestamp::Timestamp,
        two_factor::{HALF_SIGN_IN, Typed},
    },
    store::users,
};

/// What came of the right password.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// A session.
    Completely(Tokens),
    /// The account has a second factor: a code is still to come.
    Half(Half),
}

/// A sign-in that waits for its code. It opens nothing, and a password that is changed meanwhile ends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Half {
    user: UserId,
    password: String,
    until: Timestamp,
}

impl Service {
    /// Signs in. An unknown address and a wrong password answer alike, in words and in time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `password` if the two do not belong together, or for a missing field;
    /// [`Error::TooManyAttempts`] after too many that did not.
    pub async fn sign_in(&self, email: &str, password: &str, origin: &Origin) -> Result<SignedIn> {
        let mut gather = Gather::default();
        let address = gather.take(Email::parse(email));
        if password.is_empty() {
            gather.extend([Invalid::new("password", "required", "The password is missing.")]);
        }
        let Some(address) = address.filter(|_| !password.is_empty()) else {
            return Err(Error::Invalid(gather.into_errors()));
        };
        let login = self.check_password(&address, password, origin).await?;
        if self.has_two_factor(login.id).await? {
            let password = digest::of(&login.password_hash).as_str().to_owned();
            return Ok(SignedIn::Half(Half { user: login.id, password, until: self.now().plus(HALF_SIGN_IN) }));
        }
        Ok(SignedIn::Completely(self.begin_session((login.id, &address), origin).await?))
    }

    /// Whose sign-in waits for its code.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if it waits no more: it took too long, or the password or the second factor is
    /// another one now.
    pub async fn half_signed_in(&self, half: &Half) -> Result<Email> {
        let hash = users::password_hash(self.store.read(), half.user).await?;
        let same = hash.is_some_and(|hash| digest::of(&hash).as_str() == half.password);
        if !same || self.now() >= half.until || !self.has_two_factor(half.user).await? {
            return Err(Error::Unauthenticated);
        }
        users::email(self.store.read(), half.user).await?.ok_or(Error::Unauthenticated)
    }

    /// Completes a sign-in with a code of the app.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if it waits no more, [`Error::Invalid`] for the field `code`,
    /// [`Error::TooManyAttempts`].
    pub async fn sign_in_with_code(&self, half: &Half, code: &str, origin: &Origin) -> Result<Tokens> {
        self.complete(half, Typed::code(code), origin).await
    }

    /// The same with a backup code.
    ///
    /// # Errors
    /// The same, for the field `backup`.
    pub async fn sign_in_with_backup_code(&self, half: &Half, code: &str, origin: &Origin) -> Result<Tokens> {
        self.complete(half, Typed::backup(code), origin).await
    }

    async fn complete(
        &self,
        half: &Half,
        typed: std::result::Result<Typed, Invalid>,
        origin: &Origin,
    ) -> Result<Tokens> {
        let email = self.half_signed_in(half).await?;
        let typed = typed.map_err(Error::invalid)?;
        let account = (half.user, &email);
        let tx = self.check_code(account, &typed, typed.field(), origin).await?;
        self.begin_session_in(tx, account, origin).await
    }

    pub(super) async fn check_password(&self, email: &Email, password: &str, origin: &Origin) -> Result<users::Login> {
        let attempt = self.attempt(email, origin).await?;
        let login = users::login(self.store.read(), email).await?;
        let hash = login.as_ref().map(|login| login.password_hash.clone());
        let right = match PASSWORD.parse_secret(password) {
            Ok(password) if attempt.is_from_a_known_device() => self.hashing.verify(password, hash).await?,
            Ok(password) => self.hashing.verify_for_a_stranger(password, hash, self.now()).await?,
            // What could never have become a password is not worth a hash, and says nothing about the address.
            Err(_) => false,
        };
        let user = match login {
            Some(login) if right => {
                self.stands(&attempt).await?;
                return Ok(login);
            }
            other => other.map(|login| login.id),
        };
        let mut tx = self.store.begin().await?;
        self.note_failure(&mut tx, &attempt).await?;
        // What an account is told of takes as long where there is none to tell.
        tx.mark().await?;
        let account = user.unwrap_or(UserId::from_u128(0));
        self.record_account(&mut tx, (account, email), origin, Happened::SignInFailed).await?;
        if user.is_none() {
            tx.back_to_mark().await?;
        }
        tx.commit().await?;
        let message = "Email or password is not right. Check both and try again.";
        Err(Error::invalid(Invalid::new("password", "wrong", message)))
    }
}
