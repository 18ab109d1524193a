//! Who may call what, asked of the real router: each route of the API has a row, or the test fails; what each caller
//! is told is what the policy decides.
//!
//! Every call meets things of its own, made for it, so that none does harm to the next.

mod functions;
mod pages;
mod rest;

use std::sync::atomic::{AtomicU32, Ordering};

use latchkey::{
    auth::password,
    domain::{
        credential::{CredentialId, Kind},
        id::{UserId, WorkspaceId},
        plan::Plan,
        project::Project,
        role::Role,
        text::Email,
        workspace::Workspace,
    },
    service::{
        actor::{Actor, Origin},
        clock::Random,
        deployments::NewDeployment,
        new_credential::NewCredential,
    },
    store::{users, workspaces},
};

use crate::support::{Browser, PASSWORD, Server};

/// A server, and a maker of things.
struct Scene {
    server: Server,
    hash: String,
    made: AtomicU32,
}

impl Scene {
    async fn start() -> Self {
        let server = Server::start().await;
        let hash = password::hash(PASSWORD, Random::System.bytes());
        Self { server, hash, made: AtomicU32::new(0) }
    }

    /// A name that nothing else has.
    fn name(&self, of: &str) -> String {
        format!("{of} {}", self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// A workspace with nobody in it.
    async fn workspace(&self) -> Workspace {
        let name = self.name("Workspace");
        let workspace = Workspace {
            id: WorkspaceId::from_u128(Random::System.id(self.server.now())),
            slug: name.to_lowercase().replace(' ', "-"),
            name,
            plan: Plan::Team,
            catalog: "standard".to_owned(),
            created_at: self.server.now(),
            requires_two_factor: false,
        };
        let mut tx = self.server.service.store().begin().await.unwrap();
        workspaces::insert(&mut tx, &workspace).await.unwrap();
        tx.commit().await.unwrap();
        workspace
    }

    /// An account, and its address.
    async fn user(&self) -> (UserId, String) {
        let user = UserId::from_u128(Random::System.id(self.server.now()));
        let email = format!("{}@northwind.example", self.name("user").replace(' ', ""));
        let mut tx = self.server.service.store().begin().await.unwrap();
        let address = Email::parse(&email).unwrap();
        users::insert(&mut tx, user, &address, &self.hash, self.server.now()).await.unwrap();
        tx.commit().await.unwrap();
        (user, email)
    }

    async fn join(&self, workspace: &Workspace, user: UserId, role: Role) {
        let mut tx = self.server.service.store().begin().await.unwrap();
        workspaces::add_member(&mut tx, workspace.id, user, role, self.server.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn member(&self, workspace: &Workspace) -> UserId {
        let (user, _) = self.user().await;
        self.join(workspace, user, Role::Member).await;
        user
    }

    async fn project(&self, workspace: &Workspace) -> Project {
        self.server.project(workspace, &self.name("Project")).await
    }

    /// A token or key with these scopes, in one project or in all: its id and its secret.
    async fn credential(
        &self,
        workspace: &Workspace,
        kind: Kind,
        scopes: &[&str],
        project: Option<&Project>,
    ) -> (CredentialId, String) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let new = NewCredential {
            project: project.map(|project| project.id.to_string()),
            ..NewCredential::plain(kind, &self.name("Credential"), scopes)
        };
        self.server.mint(workspace, new).await
    }

    async fn deployment(&self, workspace: &Workspace, project: &Project) -> String {
        let new = NewDeployment { file_name: "a.tar.gz".to_owned(), size: Ok(1), sha256: "ab".repeat(32) };
        let (service, slug, id) = (&self.server.service, &workspace.slug, project.id.to_string());
        let made = service.create_deployment(&Actor::Operator, &Origin::OPERATOR, slug, &id, new).await;
        made.unwrap().id.to_string()
    }

    /// An invitation's id.
    async fn invitation(&self, workspace: &Workspace) -> String {
        let email = format!("{}@invited.example", self.name("guest").replace(' ', ""));
        let (service, slug) = (&self.server.service, &workspace.slug);
        let made = service.invite(&Actor::Operator, &Origin::OPERATOR, slug, (&email, "member")).await.unwrap();
        made.0.id.to_string()
    }

    /// A browser in which the password of an account with a second factor was typed, and the account's address.
    async fn half_signed_in(&self) -> (Browser, String) {
        let (_, email) = self.user().await;
        let mut browser = self.server.signed_in(&email).await;
        self.server.enrol(&mut browser).await;
        let mut half = self.server.browser();
        let answer = half.sign_in(&email, PASSWORD).await;
        assert_eq!((answer.status, answer.header("location")), (302, "/sign-in/code"), "{}", answer.body);
        (half, email)
    }
}
