//! Creates that their callers have named with a key: each is carried out once, however often it is sent (PRODUCT section
//! 5). The key is taken in the transaction of the create, so that there is one if and only if something was made.

use std::fmt::Display;

use super::{
    Error, Result, Service,
    actor::{Actor, Origin},
};
use crate::{
    domain::{
        credential::{Credential, CredentialId},
        id::{DeploymentId, InvitationId},
        invalid::Invalid,
        invitation::Invitation,
        project::{Deployment, Project},
        workspace::Workspace,
    },
    store::{Tx, idempotency as table, invitations},
};

/// A key is remembered for this long.
const REMEMBERED: time::Duration = time::Duration::days(1);

/// The name that a caller has given to a request, and the whole of the request, by which another one is told from it.
#[derive(Clone, PartialEq, Eq)]
pub struct Once {
    /// The key.
    pub key: String,
    /// Method, address and body.
    pub request: String,
}

/// Redacted: a body may have a passphrase in it.
impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Once({}, …)", self.key)
    }
}

impl Service {
    /// Takes the key of a request, if it has one. [`Service::made_once`] notes what it has made.
    ///
    /// # Errors
    /// [`Error::Repeated`] if the same request has made something before; [`Error::Invalid`] if another one has.
    pub(super) async fn once(&self, tx: &mut Tx, actor: &Actor, origin: &Origin) -> Result<()> {
        let (Some(once), Some(caller)) = (&origin.once, actor.as_maker().id) else { return Ok(()) };
        let now = self.now();
        table::sweep(tx, now.plus(-REMEMBERED)).await?;
        // Keyed, since a body may have a passphrase in it that is easier to guess than its slow hash.
        let digest = self.lockout.digest(&once.request);
        if table::take(tx, &caller, &once.key, &digest, now).await? {
            return Ok(());
        }
        match table::find(tx, &caller, &once.key).await? {
            Some((before, made)) if before == digest && !made.is_empty() => Err(Error::Repeated(made)),
            _ => {
                let message = "This key was used for another request. Use a new one for each.";
                Err(Error::invalid(Invalid::new("Idempotency-Key", "reused", message)))
            }
        }
    }

    /// Notes what a request with a key has made.
    pub(super) async fn made_once(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        origin: &Origin,
        made: impl Display + Send,
    ) -> Result<()> {
        let (Some(once), Some(caller)) = (&origin.once, actor.as_maker().id) else { return Ok(()) };
        Ok(table::made(tx, &caller, &once.key, &made.to_string()).await?)
    }

    /// The token or key that a repeated request has made. Whoever made it may see it, whatever their scopes.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there any more.
    pub async fn credential_made(&self, workspace: &str, id: &str) -> Result<Credential> {
        let id: CredentialId = id.parse().map_err(|_| Error::NotFound)?;
        Ok(self.credential(&Actor::Operator, workspace, id).await?.credential)
    }

    /// The project that a repeated request has made.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there any more.
    pub async fn project_made(&self, workspace: &str, id: &str) -> Result<Project> {
        Ok(self.project(&Actor::Operator, workspace, id).await?.1)
    }

    /// The deployment that a repeated request has made.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there any more.
    pub async fn deployment_made(&self, workspace: &str, project: &str, id: &str) -> Result<Deployment> {
        let id: DeploymentId = id.parse().map_err(|_| Error::NotFound)?;
        self.deployment(&Actor::Operator, workspace, project, id).await
    }

    /// The workspace that a repeated request has made, as its maker sees it now.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there any more, or not for them.
    pub async fn workspace_made(&self, actor: &Actor, id: &str) -> Result<Workspace> {
        Ok(self.workspace(actor, id).await?.workspace)
    }

    /// The invitation that a repeated request has made.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there any more.
    pub async fn invitation_made(&self, workspace: &str, id: &str) -> Result<Invitation> {
        let home = self.workspace(&Actor::Operator, workspace).await?.workspace;
        let id: InvitationId = id.parse().map_err(|_| Error::NotFound)?;
        invitations::find(self.store.read(), home.id, id).await?.ok_or(Error::NotFound)
    }
}
