//! Whether a secret is good, answered to another service that was shown it (RFC 7662).

use std::sync::Arc;

use super::{
    Error, Result, Service,
    actor::{Actor, Origin},
    verify::{Refused, Verified},
};
use crate::domain::{
    call::Call,
    id::WorkspaceId,
    policy::{Action, Resource},
};

impl Service {
    /// The token or key with this secret, if it is good and within what `caller` may ask about: its own workspace and,
    /// at the level of a project, its own project. A person asks about workspaces in which their role allows it.
    /// `call` is how the question is remembered among the calls of the token or key in question.
    ///
    /// # Errors
    /// [`Error::NeedsCapability`] if the caller may ask about nothing, or a fault of the database.
    pub async fn introspect(
        &self,
        caller: &Actor,
        origin: &Origin,
        (secret, passphrase): (&str, Option<&str>),
        call: Call,
    ) -> Result<Option<Arc<Verified>>> {
        if let Actor::Credential(asking) = caller {
            self.check(caller, Action::Introspect, Resource::Workspace(asking.workspace.id), (None, false))?;
        }
        match self.verify(secret, passphrase, origin).await? {
            Ok(verified) => {
                if !self.may_ask_about(caller, &verified).await? {
                    return Ok(None);
                }
                // What a person may ask about is read, which takes time in which rights may have been taken away.
                let verified = match caller {
                    Actor::Credential(_) => verified,
                    Actor::Person(_) | Actor::Operator => match self.verify(secret, passphrase, origin).await? {
                        Ok(again) => again,
                        Err(_) => return Ok(None),
                    },
                };
                self.remember_introspection((verified.workspace.id, verified.credential.id), caller, call);
                Ok(Some(verified))
            }
            Err(Refused { why, of: Some(of) }) => {
                if let Some(reason) = why.reason()
                    && self.may_ask_about_all_of(caller, of.0).await?
                {
                    self.remember_introspection(of, caller, Call { refused: Some(reason), ..call });
                }
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    async fn may_ask_about(&self, caller: &Actor, judged: &Verified) -> Result<bool> {
        let project = judged.credential.project.as_ref().map(|project| project.id);
        match caller.own_project() {
            Some(own) if project != Some(own) => Ok(false),
            Some(_) => Ok(matches!(caller, Actor::Credential(asking) if asking.workspace.id == judged.workspace.id)),
            None => self.may_ask_about_all_of(caller, judged.workspace.id).await,
        }
    }

    async fn may_ask_about_all_of(&self, caller: &Actor, workspace: WorkspaceId) -> Result<bool> {
        match caller {
            Actor::Credential(asking) => Ok(asking.workspace.id == workspace && asking.credential.project.is_none()),
            Actor::Person(_) | Actor::Operator => {
                match self.allow(caller, Action::Introspect, &workspace.to_string()).await {
                    Ok(_) => Ok(true),
                    Err(fault @ Error::Fault(_)) => Err(fault),
                    Err(_) => Ok(false),
                }
            }
        }
    }
}
