//! Workspaces as an actor sees them.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person, Standing},
};
use crate::{
    domain::{
        activity::Happened, credential::Kind, invalid::Gather, plan::Usage, policy::Action, role::Role, text,
        workspace::Workspace,
    },
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
    /// [`Error::NeedsCapability`] for a credential that may not read its workspace.
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
    /// [`Error::NotFound`] where the actor must not learn of it.
    pub async fn workspace(&self, actor: &Actor, workspace: &str) -> Result<Standing> {
        self.allow(actor, Action::SeeWorkspace, workspace).await
    }

    /// Makes a workspace that `person` owns. An empty `catalog` means the default.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule.
    pub async fn create_workspace(
        &self,
        person: &Person,
        origin: &Origin,
        name: &str,
        catalog: &str,
    ) -> Result<Workspace> {
        let mut gather = Gather::default();
        let name = gather.take(text::WORKSPACE.parse(name));
        let catalog = match (catalog, self.catalogs.all().first()) {
            ("", Some(default)) => Some(default),
            _ => match self.parse_catalog(catalog) {
                Ok(catalog) => Some(catalog),
                Err(Error::Invalid(errors)) => {
                    gather.extend(errors);
                    None
                }
                Err(error) => return Err(error),
            },
        };
        let (Some(name), Some(catalog)) = (name, catalog) else { return Err(Error::Invalid(gather.into_errors())) };
        let actor = Actor::Person(person.clone());
        let mut tx = self.store.begin().await?;
        self.look_again(&mut tx, &actor).await?;
        self.once(&mut tx, &actor, origin).await?;
        let workspace = self.insert_workspace(&mut tx, person.user, &name, &catalog.name).await?;
        let deed = Deed::to(Happened::WorkspaceCreated, workspace.id, &workspace.name);
        self.record(&mut tx, &actor, origin, workspace.id, deed).await?;
        self.made_once(&mut tx, &actor, origin, workspace.id).await?;
        tx.commit().await?;
        Ok(workspace)
    }

    /// The kinds that can be made in a workspace: those of its catalog.
    ///
    /// # Errors
    /// A catalog that is not there.
    pub fn kinds(&self, workspace: &Workspace) -> Result<Vec<Kind>> {
        let catalog = self.catalog_of(workspace)?;
        Ok(Kind::ALL.into_iter().filter(|kind| catalog.vocabulary(*kind).is_some()).collect())
    }

    /// The kinds that have a tab: those of the catalog, and those of which there is one already.
    ///
    /// # Errors
    /// A fault of the database, or a catalog that is not there.
    pub async fn tabs(&self, workspace: &Workspace) -> Result<Vec<Kind>> {
        let catalog = self.catalog_of(workspace)?;
        let mut tabs = Vec::new();
        for kind in Kind::ALL {
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
        let limit = self.catalog_of(workspace)?.plans.of(workspace.plan);
        let most = limit.unwrap_or_default().max(Usage::MOST);
        let used = credentials::count_live(connection, workspace.id, kind, self.now(), most).await?;
        Ok(Usage { plan: workspace.plan, used, limit })
    }
}
