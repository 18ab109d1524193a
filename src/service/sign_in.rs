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
    /// [`Error::Invalid`] for the field `password` if the two do not belong together, or for a missing field.
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
        let wrong = || {
            let message = "Email or password is not right. Check both and try again.";
            Error::invalid(Invalid::new("password", "wrong", message))
        };
        // What could never have become a password is not worth a hash, and says nothing about the address.
        let Ok(password) = PASSWORD.parse_secret(password) else { return Err(wrong()) };
        let (user, hash) = match users::login(self.store.read(), email).await? {
            Some(login) => (Some(login.id), Some(login.password_hash)),
            None => (None, None),
        };
        let right = self.hashing.verify(password, hash).await?;
        match user {
            Some(user) if right => Ok(user),
            Some(user) => {
                let mut tx = self.store.begin().await?;
                self.record_account(&mut tx, (user, email), origin, Happened::SignInFailed).await?;
                tx.commit().await?;
                Err(wrong())
            }
            None => Err(wrong()),
        }
    }
}
