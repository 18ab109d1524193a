//! Workspaces as an actor sees them.

use super::{
    Result, Service,
    actor::{Actor, Person, Standing},
};
use crate::{
    domain::{credential::Kind, plan::Usage, policy::Action, role::Role, workspace::Workspace},
    store::{Connection, credentials, workspaces},
};

impl Service {
    /// The workspaces of a person, those joined first before others, with the role in each.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn workspaces_of(&self, person: &Person) -> Result<Vec<(Workspace, Role)>> {
        Ok(workspaces::of_user(self.store.read(), person.user).await?)
    }

    /// The workspaces that an actor may see.
    ///
    /// # Errors
    /// [`super::Error::NeedsCapability`] for a credential that may not read its workspace.
    pub async fn workspaces(&self, actor: &Actor) -> Result<Vec<Workspace>> {
        match actor {
            Actor::Person(person) => {
                Ok(self.workspaces_of(person).await?.into_iter().map(|(workspace, _)| workspace).collect())
            }
            Actor::Credential(verified) => {
                Ok(vec![self.workspace(actor, &verified.workspace.id.to_string()).await?.workspace])
            }
            Actor::Operator => Ok(Vec::new()),
        }
    }

    /// One workspace, by id or slug.
    ///
    /// # Errors
    /// [`super::Error::NotFound`] where the actor must not learn of it.
    pub async fn workspace(&self, actor: &Actor, workspace: &str) -> Result<Standing> {
        self.allow(actor, Action::SeeWorkspace, workspace).await
    }

    /// The kinds that have a tab: those of the catalog, and those of which there is one already.
    ///
    /// # Errors
    /// A fault of the database, or a catalog that is not there.
    pub async fn tabs(&self, workspace: &Workspace) -> Result<Vec<Kind>> {
        let catalog = self.catalog_of(workspace)?;
        let mut tabs = Vec::new();
        for kind in [Kind::AccessToken, Kind::ApiKey] {
            if catalog.vocabulary(kind).is_some() || credentials::any(self.store.read(), workspace.id, kind).await? {
                tabs.push(kind);
            }
        }
        Ok(tabs)
    }

    /// How much of the plan is used for one kind.
    pub(super) async fn usage_on(
        &self,
        connection: &mut Connection,
        workspace: &Workspace,
        kind: Kind,
    ) -> Result<Usage> {
        let used = credentials::count_live(connection, workspace.id, kind, self.now()).await?;
        Ok(Usage { plan: workspace.plan, used, limit: self.catalog_of(workspace)?.plans.of(workspace.plan) })
    }
}
