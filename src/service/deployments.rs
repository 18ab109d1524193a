//! Deployments: recording, listing and archiving them.

use std::io;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
    projects::{Page, one_more},
};
use crate::{
    auth::digest,
    domain::{
        activity::Happened,
        id::DeploymentId,
        invalid::{Gather, Invalid},
        policy::Action,
        project::{self, Deployment, Project, Start},
        stored::Digest,
    },
    store::deployments as table,
};

/// What is said of a file that went out.
#[derive(Clone, Debug)]
pub struct NewDeployment {
    /// Its name.
    pub file_name: String,
    /// Its size in bytes, as the edge has read it.
    pub size: std::result::Result<u64, Invalid>,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A page of a project's deployments.
#[derive(Debug)]
pub struct Deployments {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The project.
    pub project: Project,
    /// The deployments, newest first.
    pub page: Page<Deployment>,
}

/// The digest by which a deployment names its file.
///
/// # Errors
/// If it cannot be read.
pub fn digest_of(file: impl io::Read) -> io::Result<Digest> {
    digest::of_all(file)
}

impl Service {
    /// A page of up to `limit` deployments of a project.
    ///
    /// # Errors
    /// What [`Service::project`] says.
    pub async fn deployments(
        &self,
        actor: &Actor,
        workspace: &str,
        project: &str,
        from: Start<DeploymentId>,
        limit: usize,
    ) -> Result<Deployments> {
        let (standing, project) = self.allow_in_project(actor, Action::SeeDeployments, workspace, project).await?;
        let found = table::list(self.store.read(), project.workspace, project.id, from, one_more(limit)).await?;
        Ok(Deployments { standing, project, page: Page::cut(found, &from, limit) })
    }

    /// One deployment.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the project has none of that id, or what [`Service::project`] says.
    pub async fn deployment(
        &self,
        actor: &Actor,
        workspace: &str,
        project: &str,
        id: DeploymentId,
    ) -> Result<Deployment> {
        let (_, project) = self.allow_in_project(actor, Action::SeeDeployments, workspace, project).await?;
        table::find(self.store.read(), project.workspace, project.id, id).await?.ok_or(Error::NotFound)
    }

    /// Whether `actor` may record a deployment.
    ///
    /// # Errors
    /// What [`Service::project`] says.
    pub async fn may_create_deployment(&self, actor: &Actor, workspace: &str, project: &str) -> Result<()> {
        self.allow_in_project(actor, Action::CreateDeployment, workspace, project).await.map(drop)
    }

    /// Records a deployment.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, or what [`Service::project`] says.
    pub async fn create_deployment(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        project: &str,
        new: NewDeployment,
    ) -> Result<Deployment> {
        let (standing, project) = self.allow_in_project(actor, Action::CreateDeployment, workspace, project).await?;
        let mut gather = Gather::default();
        let file_name = gather.take(project::FILE_NAME.parse(&new.file_name));
        let size = gather.take(new.size.and_then(project::check_size));
        let sha256 = gather.take(project::parse_sha256(&new.sha256));
        let (Some(file_name), Some(size), Some(sha256)) = (file_name, size, sha256) else {
            return Err(Error::Invalid(gather.into_errors()));
        };

        let mut tx = self.store.begin().await?;
        let project = self.hold_project(&mut tx, actor, Action::CreateDeployment, &standing, project.id).await?;
        self.once(&mut tx, actor, origin).await?;
        let now = self.now();
        let deployment = Deployment {
            id: DeploymentId::from_u128(self.random.id(now)),
            workspace: project.workspace,
            project: project.id,
            file_name,
            size,
            sha256,
            created_at: now,
            created_by: actor.as_maker(),
            archived_at: None,
        };
        table::insert(&mut tx, &deployment).await?;
        self.made_once(&mut tx, actor, origin, deployment.id).await?;
        self.record(
            &mut tx,
            actor,
            origin,
            project.workspace,
            told(Happened::DeploymentCreated, &deployment, &project),
        )
        .await?;
        tx.commit().await?;
        Ok(deployment)
    }

    /// Archives a deployment. One that is archived stays as it is.
    ///
    /// # Errors
    /// What [`Service::deployment`] says, of archiving.
    pub async fn archive_deployment(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        project: &str,
        id: DeploymentId,
    ) -> Result<Deployment> {
        let (standing, project) = self.allow_in_project(actor, Action::ArchiveDeployment, workspace, project).await?;
        let mut tx = self.store.begin().await?;
        let project = self.hold_project(&mut tx, actor, Action::ArchiveDeployment, &standing, project.id).await?;
        let found = table::find(tx.on(), project.workspace, project.id, id).await?.ok_or(Error::NotFound)?;
        let now = self.now();
        if !table::archive(&mut tx, project.workspace, project.id, id, now).await? {
            return Ok(found);
        }
        self.record(&mut tx, actor, origin, project.workspace, told(Happened::DeploymentArchived, &found, &project))
            .await?;
        tx.commit().await?;
        Ok(Deployment { archived_at: Some(now), ..found })
    }
}

/// What the log says of it: the file's name, its size and where it went.
fn told<'a>(happened: Happened, deployment: &'a Deployment, project: &Project) -> Deed<'a> {
    let detail = format!("{} · {}", project::size_text(deployment.size), project.name);
    Deed::to(happened, deployment.id, &deployment.file_name).within(deployment.project).saying(detail)
}
