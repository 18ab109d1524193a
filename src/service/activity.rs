//! Writing the activity log, within the transaction of what it tells of.

use super::{
    Result, Service,
    actor::{Actor, Origin},
};
use crate::{
    domain::{
        activity::Happened,
        credential::{Credential, Maker, MakerKind},
        id::{EventId, ProjectId, UserId, WorkspaceId},
        scope::ScopeName,
        text::Email,
    },
    store::{Tx, events},
};

/// What was done, to what.
pub(super) struct Deed<'a> {
    happened: Happened,
    target: (String, &'a str),
    project: Option<ProjectId>,
    detail: Option<String>,
}

impl<'a> Deed<'a> {
    /// Done to the thing with this id and name.
    pub(super) fn to(happened: Happened, id: impl std::fmt::Display, name: &'a str) -> Self {
        Self { happened, target: (id.to_string(), name), project: None, detail: None }
    }

    /// Done to a credential. What it could do is told where it begins and ends.
    pub(super) fn to_credential(happened: Happened, credential: &'a Credential) -> Self {
        let project = credential.project.as_ref().map(|project| project.id);
        let is_an_end = matches!(happened, Happened::CredentialCreated | Happened::CredentialRevoked);
        let scopes: Vec<_> = credential.scopes.iter().map(ScopeName::as_str).collect();
        let detail = is_an_end.then(|| scopes.join(", "));
        Self { project, detail, ..Self::to(happened, credential.id, &credential.name) }
    }

    /// In this project: whoever sees only that sees the deed too.
    pub(super) fn within(self, project: ProjectId) -> Self {
        Self { project: Some(project), ..self }
    }

    /// What changed, in a few words.
    pub(super) fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

impl Service {
    /// Records what `actor` did in a workspace.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        origin: &Origin,
        workspace: WorkspaceId,
        deed: Deed<'_>,
    ) -> Result<()> {
        self.append(tx, actor.as_maker(), origin, Some(workspace), deed).await
    }

    /// Records what somebody did to their account.
    pub(super) async fn record_account(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        origin: &Origin,
        happened: Happened,
    ) -> Result<()> {
        self.record_own(tx, (user, email), origin, Deed::to(happened, user, email.as_str())).await
    }

    /// The same of a deed, of which more is to be told.
    pub(super) async fn record_own(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        origin: &Origin,
        deed: Deed<'_>,
    ) -> Result<()> {
        let maker = Maker { kind: MakerKind::User, id: Some(user.to_string()), name: email.to_string() };
        self.append(tx, maker, origin, None, deed).await
    }

    /// Records what the operator did to an account.
    pub(super) async fn record_to_account(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        happened: Happened,
    ) -> Result<()> {
        let deed = Deed::to(happened, user, email.as_str());
        self.append(tx, Actor::Operator.as_maker(), &Origin::OPERATOR, None, deed).await
    }

    /// Records what a person did in a workspace who is signed in nowhere yet, or was in no workspace.
    pub(super) async fn record_by_account(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        origin: &Origin,
        workspace: WorkspaceId,
        deed: Deed<'_>,
    ) -> Result<()> {
        let maker = Maker { kind: MakerKind::User, id: Some(user.to_string()), name: email.to_string() };
        self.append(tx, maker, origin, Some(workspace), deed).await
    }

    /// Records what somebody did of whom nothing is known but that they held a secret.
    pub(super) async fn record_by_reporter(
        &self,
        tx: &mut Tx,
        origin: &Origin,
        workspace: Option<WorkspaceId>,
        deed: Deed<'_>,
    ) -> Result<()> {
        let maker = Maker { kind: MakerKind::Reporter, id: None, name: "A reporter".to_owned() };
        self.append(tx, maker, origin, workspace, deed).await
    }

    async fn append(
        &self,
        tx: &mut Tx,
        maker: Maker,
        origin: &Origin,
        workspace: Option<WorkspaceId>,
        deed: Deed<'_>,
    ) -> Result<()> {
        let ip = origin.ip_text();
        let event = events::Event {
            id: EventId::from_u128(self.random.id(self.now())),
            at: self.now(),
            workspace,
            actor_kind: maker.kind,
            actor_id: maker.id,
            actor_name: &maker.name,
            via: origin.via,
            ip: ip.as_deref(),
            happened: deed.happened,
            target: Some(deed.target),
            project: deed.project,
            detail: deed.detail.as_deref(),
        };
        Ok(events::append(tx, &event).await?)
    }
}
