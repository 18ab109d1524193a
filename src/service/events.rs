//! Reading the activity log.

use serde_json::{Value, json};

use super::{
    Error, Result, Service,
    actor::{Actor, Standing},
};
use crate::{
    domain::{
        activity::{Doer, Event, Filter, Start},
        policy::Action,
    },
    store::{self, events},
};

/// A page of the log, newest first.
#[derive(Debug)]
pub struct Page {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The events.
    pub items: Vec<Event>,
    /// Whether there are newer ones before these.
    pub newer: bool,
    /// Whether there are older ones after these.
    pub older: bool,
    /// Whether the actor may see addresses; else the events have none.
    pub sees_addresses: bool,
}

/// The columns of an export.
pub const COLUMNS: &[&str] =
    &["id", "at", "actor_type", "actor_id", "actor", "via", "ip", "event", "target_id", "target", "project", "detail"];

/// An event as a row of an export.
#[must_use]
pub fn row(event: Event) -> Vec<Value> {
    let (target_id, target) = event.target.unzip();
    vec![
        json!(event.id.to_string()),
        json!(event.at.rfc3339()),
        json!(event.actor.kind.as_str()),
        json!(event.actor.id),
        json!(event.actor.name),
        json!(event.via.as_str()),
        json!(event.ip),
        json!(event.happened.as_str()),
        json!(target_id),
        json!(target),
        json!(event.project.map(|project| project.slug)),
        json!(event.detail),
    ]
}

/// A page of `limit` events out of as many and one more, and whether there are newer and older ones around it.
pub(super) fn cut(mut items: Vec<Event>, start: Start, limit: usize) -> (Vec<Event>, bool, bool) {
    let more = items.len() > limit;
    let (newer, older) = match start {
        Start::Newest => (false, more),
        Start::OlderThan(_) => (true, more),
        Start::NewerThan(_) => (more, true),
    };
    if matches!(start, Start::NewerThan(_)) && more {
        items.remove(0);
    } else {
        items.truncate(limit);
    }
    (items, newer, older)
}

impl Service {
    /// A page of up to `limit` events of a workspace that `filter` holds of, in one `project` (by id or slug) if there
    /// is one. A token or key of a project sees what happened in that alone.
    ///
    /// # Errors
    /// What [`Service::allow`] says, or [`Service::allow_in_project`].
    pub async fn events(
        &self,
        actor: &Actor,
        workspace: &str,
        project: Option<&str>,
        filter: &Filter,
        start: Start,
        limit: usize,
    ) -> Result<Page> {
        let standing = self.allow(actor, Action::SeeActivity, workspace).await?;
        let mut within = standing.within;
        if let Some(project) = project {
            let (_, project) = self.allow_in_project(actor, Action::SeeActivity, workspace, project).await?;
            within = Some(project.id);
        }
        let sees_addresses = self.sees_addresses(actor, workspace).await?;
        let ask = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut connection = self.store.connection().await?;
        let items = events::list(&mut connection, standing.workspace.id, within, filter, start, ask).await?;
        let (mut items, newer, older) = cut(items, start, limit);
        if !sees_addresses {
            for event in &mut items {
                event.ip = None;
            }
        }
        Ok(Page { standing, items, newer, older, sees_addresses })
    }

    /// Whether `actor` may see from where others came.
    pub(super) async fn sees_addresses(&self, actor: &Actor, workspace: &str) -> Result<bool> {
        match self.allow(actor, Action::SeeAddresses, workspace).await {
            Ok(_) => Ok(true),
            Err(Error::NeedsRole(_) | Error::NeedsCapability(..) | Error::NeedsWorkspaceLevel) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whose deeds one can look for: the people of the workspace, and who did something of late.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn doers(&self, actor: &Actor, workspace: &str) -> Result<Vec<(Doer, String)>> {
        let standing = self.allow(actor, Action::SeeActivity, workspace).await?;
        let mut connection = self.store.connection().await?;
        let recent = events::recent_actors(&mut connection, standing.workspace.id, standing.within).await?;
        let mut doers: Vec<(Doer, String)> = Vec::new();
        if standing.within.is_none() {
            let people = store::workspaces::people(&mut *connection, standing.workspace.id).await?;
            doers.extend(people.into_iter().map(|(user, email)| (Doer::Id(user.to_string()), email)));
        }
        for (id, name) in recent {
            let doer = id.map_or(Doer::Operator, Doer::Id);
            if !doers.iter().any(|(known, _)| *known == doer) {
                doers.push((doer, name));
            }
        }
        Ok(doers)
    }
}
