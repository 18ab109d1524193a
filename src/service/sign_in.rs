//! Signing in with address and password.

use super::{Error, Result, Service, actor::Origin, sessions::Tokens};
use crate::{
    domain::{
        activity::Happened,
        id::UserId,
        invalid::{Gather, Invalid},
        text::{Email, PASSWORD},
    },
    store::users,
};

impl Service {
    /// Signs in. An unknown address and a wrong password answer alike, in words and in time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `password` if the two do not belong together, or for a missing field;
    /// [`Error::TooManyAttempts`] after too many that did not.
    pub async fn sign_in(&self, email: &str, password: &str, origin: &Origin) -> Result<Tokens> {
        let mut gather = Gather::default();
        let address = gather.take(Email::parse(email));
        if password.is_empty() {
            gather.extend([Invalid::new("password", "required", "The password is missing.")]);
        }
        let Some(address) = address.filter(|_| !password.is_empty()) else {
            return Err(Error::Invalid(gather.into_errors()));
        };
        let user = self.check_password(&address, password, origin).await?;
        self.begin_session((user, &address), origin).await
    }

    pub(super) async fn check_password(&self, email: &Email, password: &str, origin: &Origin) -> Result<UserId> {
        let attempt = self.attempt(email, origin).await?;
        let (user, hash) = match users::login(self.store.read(), email).await? {
            Some(login) => (Some(login.id), Some(login.password_hash)),
            None => (None, None),
        };
        let right = match PASSWORD.parse_secret(password) {
            Ok(password) if attempt.is_from_a_known_device() => self.hashing.verify(password, hash).await?,
            Ok(password) => self.hashing.verify_for_a_stranger(password, hash, self.now()).await?,
            // What could never have become a password is not worth a hash, and says nothing about the address.
            Err(_) => false,
        };
        if let Some(user) = user.filter(|_| right) {
            self.stands(&attempt).await?;
            return Ok(user);
        }
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
