//! Whoever calls with the secret of a signed-in command line, `lku_…`: the person, with the rights they have now.

use super::{
    Result, Service,
    actor::{Origin, Person},
};
use crate::{
    auth::secret::Secret,
    domain::session,
    store::sessions::{self, Session},
};

/// When a session was last used is noted no more often than this.
const NOTED: time::Duration = time::Duration::minutes(15);

/// A person at a command line.
#[derive(Clone, Debug)]
pub struct AtCommandLine {
    /// Who.
    pub person: Person,
    /// The beginning of the secret, to tell it by.
    pub hint: String,
    /// Ends then, used or not.
    pub expires_at: crate::domain::timestamp::Timestamp,
}

impl Service {
    /// Who calls with this secret; none if it is no command line's, or its session has ended.
    ///
    /// # Errors
    /// A fault of the database; nobody is let in then.
    pub async fn at_command_line(&self, presented: &str, origin: &Origin) -> Result<Option<AtCommandLine>> {
        let secret = Secret::parse(presented).filter(|_| presented.starts_with(session::COMMAND_LINE_PREFIX));
        let Some(secret) = secret else { return Ok(None) };
        let found = sessions::by_secret(self.store.read(), &secret.digest()).await?;
        let Some(session) = found.filter(|session| session.is_live(self.now())) else { return Ok(None) };
        self.note_use(&session, origin).await?;
        let person = Person {
            user: session.user,
            email: session.email,
            session: session.id,
            authenticated_at: session.authenticated_at,
        };
        Ok(Some(AtCommandLine { person, hint: secret.hint(), expires_at: session.expires_at }))
    }

    async fn note_use(&self, session: &Session, origin: &Origin) -> Result<()> {
        let now = self.now();
        if now.since(session.rotated_at) < NOTED {
            return Ok(());
        }
        let ip = origin.ip_text();
        let seen = (ip.as_deref(), origin.user_agent.as_deref());
        let mut tx = self.store.begin().await?;
        sessions::used(&mut tx, session.id, now, now.plus(session::IDLE), seen).await?;
        Ok(tx.commit().await?)
    }
}
