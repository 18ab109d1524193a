//! Projects: making, listing, renaming and deleting them.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
};
use crate::{
    domain::{
        activity::Happened,
        credential::Credential,
        id::ProjectId,
        invalid::Invalid,
        policy::Action,
        project::{self, Project, Start},
        text,
    },
    store::{self, Tx, credentials, projects as table, reveals},
};

/// A page of a list, newest first.
#[derive(Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether there are newer ones before these.
    pub newer: bool,
    /// Whether there are older ones after these.
    pub older: bool,
}

impl<T> Page<T> {
    /// Up to `limit` of `found`, of which one more was asked for to know whether there is more.
    pub(super) fn cut<Id>(mut found: Vec<T>, from: &Start<Id>, limit: usize) -> Self {
        let more = found.len() > limit;
        let (newer, older) = match from {
            Start::Newest => (false, more),
            Start::OlderThan(_) => (true, more),
            Start::NewerThan(_) => (more, true),
        };
        if more && matches!(from, Start::NewerThan(_)) {
            found.remove(0);
        }
        found.truncate(limit);
        Self { items: found, newer, older }
    }
}

/// How many to ask for when `limit` shall be shown.
pub(super) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

impl Service {
    /// A page of up to `limit` projects; whoever reaches one project only sees that one.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn projects(
        &self,
        actor: &Actor,
        workspace: &str,
        from: Start<ProjectId>,
        limit: usize,
    ) -> Result<(Standing, Page<Project>)> {
        let standing = self.allow(actor, Action::SeeProjects, workspace).await?;
        let workspace = standing.workspace.id;
        let Some(own) = standing.within else {
            let found = table::list(self.store.read(), workspace, from, one_more(limit)).await?;
            return Ok((standing, Page::cut(found, &from, limit)));
        };
        let is_here = match from {
            Start::Newest => true,
            Start::OlderThan(id) => own < id,
            Start::NewerThan(id) => own > id,
        };
        let found = table::find(self.store.read(), workspace, &own.to_string()).await?.filter(|_| is_here);
        Ok((standing, Page { items: found.into_iter().collect(), newer: false, older: false }))
    }

    /// One project, by id or slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::OtherProject`] where the actor must not learn of it, or what
    /// [`Service::allow`] says.
    pub async fn project(&self, actor: &Actor, workspace: &str, project: &str) -> Result<(Standing, Project)> {
        self.allow_in_project(actor, Action::SeeProjects, workspace, project).await
    }

    /// Whether `actor` may make a project.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn may_create_project(&self, actor: &Actor, workspace: &str) -> Result<()> {
        self.allow(actor, Action::CreateProject, workspace).await.map(drop)
    }

    /// Makes a project. Of any number of calls with the same name, each makes one with a slug of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`], or what [`Service::allow`] says.
    pub async fn create_project(&self, actor: &Actor, origin: &Origin, workspace: &str, name: &str) -> Result<Project> {
        let standing = self.allow(actor, Action::CreateProject, workspace).await?;
        let name = project::NAME.parse(name).map_err(Error::invalid)?;
        let wanted = text::slug(&deunicode::deunicode(&name), "project");

        let mut tx = self.store.begin().await?;
        // Under the lock nobody takes the slug between the look and the insertion.
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let workspace =
            self.allow_again(&mut tx, actor, Action::CreateProject, &standing.workspace).await?.workspace.id;
        self.once(&mut tx, actor, origin).await?;
        let taken = table::slugs_like(&mut tx, workspace, &wanted).await?;
        let now = self.now();
        let id = ProjectId::from_u128(self.random.id(now));
        let project = Project { id, workspace, slug: project::free_slug(&wanted, &taken), name, created_at: now };
        table::insert(&mut tx, &project).await?;
        let deed = Deed::to(Happened::ProjectCreated, project.id, &project.name).within(project.id);
        self.record(&mut tx, actor, origin, workspace, deed).await?;
        self.made_once(&mut tx, actor, origin, project.id).await?;
        tx.commit().await?;
        Ok(project)
    }

    /// Gives a project another name, if there is one, as the edge has read it; its slug stays. The same name changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`], or what [`Service::project`] says.
    pub async fn rename_project(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        project: &str,
        name: std::result::Result<Option<String>, Invalid>,
    ) -> Result<Project> {
        let (standing, project) = self.allow_in_project(actor, Action::RenameProject, workspace, project).await?;
        let Some(name) = name.map_err(Error::invalid)? else { return Ok(project) };
        let name = project::NAME.parse(&name).map_err(Error::invalid)?;

        let mut tx = self.store.begin().await?;
        let project = self.hold_project(&mut tx, actor, Action::RenameProject, &standing, project.id).await?;
        if name == project.name {
            return Ok(project);
        }
        table::rename(&mut tx, project.workspace, project.id, &name).await?;
        let deed = Deed::to(Happened::ProjectRenamed, project.id, &name).within(project.id);
        let deed = deed.saying(format!("Was {}", project.name));
        self.record(&mut tx, actor, origin, project.workspace, deed).await?;
        tx.commit().await?;
        Ok(Project { name, ..project })
    }

    /// What deleting a project would revoke: its live tokens and keys and what they made.
    ///
    /// # Errors
    /// What [`Service::project`] says, of deleting.
    pub async fn project_to_delete(
        &self,
        actor: &Actor,
        workspace: &str,
        project: &str,
    ) -> Result<(Project, Vec<Credential>)> {
        let (_, project) = self.allow_in_project(actor, Action::DeleteProject, workspace, project).await?;
        let ending = credentials::of_project(self.store.read(), project.workspace, project.id, self.now()).await?;
        Ok((project, ending))
    }

    /// Deletes a project and revokes its live tokens and keys and what they made. Its deployments go with it.
    ///
    /// # Errors
    /// What [`Service::project`] says, of deleting.
    pub async fn delete_project(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        project: &str,
    ) -> Result<Vec<Credential>> {
        let (standing, project) = self.allow_in_project(actor, Action::DeleteProject, workspace, project).await?;
        let mut tx = self.store.begin().await?;
        // Under the lock nobody makes a token for it between the list and its end.
        let project = self.hold_project(&mut tx, actor, Action::DeleteProject, &standing, project.id).await?;
        let ending = credentials::of_project(tx.on(), project.workspace, project.id, self.now()).await?;
        for credential in &ending {
            if credentials::revoke(&mut tx, project.workspace, credential.id, self.now()).await? {
                reveals::discard(&mut tx, credential.id).await?;
                let deed = Deed::to_credential(Happened::CredentialRevoked, credential);
                let deed = deed.saying(format!("With the project {}", project.name));
                self.record(&mut tx, actor, origin, project.workspace, deed).await?;
            }
        }
        table::delete(&mut tx, project.workspace, project.id, self.now()).await?;
        let deed = Deed::to(Happened::ProjectDeleted, project.id, &project.name).within(project.id);
        self.record(&mut tx, actor, origin, project.workspace, deed).await?;
        tx.commit().await?;
        Ok(ending)
    }

    /// Holds the workspace until the transaction ends; under it neither the actor's rights nor the project can go.
    pub(super) async fn hold_project(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        action: Action,
        standing: &Standing,
        project: ProjectId,
    ) -> Result<Project> {
        store::workspaces::lock(tx, standing.workspace.id).await?;
        Ok(self.allow_again_in_project(tx, actor, action, &standing.workspace, project).await?.1)
    }
}
