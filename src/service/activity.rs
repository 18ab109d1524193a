//! Writing the activity log, within the transaction of what it tells of.

use super::{
    Result, Service,
    actor::{Actor, Origin},
};
use crate::{
    domain::{
        activity::Happened,
        credential::MakerKind,
        id::{EventId, UserId, WorkspaceId},
    },
    store::{Tx, events},
};

impl Service {
    /// Records what `actor` did to `target` (its id and name) in a workspace.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        origin: &Origin,
        workspace: WorkspaceId,
        happened: Happened,
        target: (String, &str),
    ) -> Result<()> {
        let maker = actor.as_maker();
        let ip = origin.ip_text();
        let event = events::Event {
            id: EventId::from_u128(self.random.id(self.now())),
            at: self.now(),
            workspace: Some(workspace),
            actor_kind: maker.kind,
            actor_id: maker.id,
            via: origin.via,
            ip: ip.as_deref(),
            happened,
            target: Some(target),
        };
        Ok(events::append(tx, &event).await?)
    }

    /// Records what happened to an account.
    pub(super) async fn record_account(
        &self,
        tx: &mut Tx,
        user: UserId,
        origin: &Origin,
        happened: Happened,
    ) -> Result<()> {
        let ip = origin.ip_text();
        let event = events::Event {
            id: EventId::from_u128(self.random.id(self.now())),
            at: self.now(),
            workspace: None,
            actor_kind: MakerKind::User,
            actor_id: Some(user.to_string()),
            via: origin.via,
            ip: ip.as_deref(),
            happened,
            target: None,
        };
        Ok(events::append(tx, &event).await?)
    }
}
