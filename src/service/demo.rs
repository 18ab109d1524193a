//! A believable workspace for looking around. Fills an empty installation only.

use std::borrow::Cow;

use time::Duration;

use super::{
    Result, Service,
    actor::Origin,
    demo_samples::{DEPLOYMENTS, EVENTS, PEOPLE, PROJECTS, SAMPLES, Sample},
    setup::NewOwner,
};
use crate::{
    auth::{
        digest,
        secret::{self, Secret},
    },
    domain::{
        activity::{Happened, Via},
        call::{Call, Line, Reason},
        catalog::Vocabulary,
        credential::{Credential, CredentialId, LastUse, Maker, MakerKind, OwnProject},
        id::{DeploymentId, EventId, ProjectId, UserId},
        project::{Deployment, Project},
        stored::Digest,
        text::{self, Email},
        timestamp::Timestamp,
        workspace::Workspace,
    },
    store::{self, credentials, deployments, events, instance, projects, usage, users, workspaces},
};

pub use super::demo_samples::EMAIL;

/// From where everybody in the demo works.
const OFFICE: &str = "198.51.100.24";

/// How to sign in.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The owner's address; the others of the workspace have the same password.
    pub email: &'static str,
    /// The password, made for this database.
    pub password: String,
}

/// Who and what is there already while the demo is filled.
struct Filling {
    now: Timestamp,
    workspace: Workspace,
    people: Vec<(UserId, &'static str)>,
    projects: Vec<Project>,
    made: Vec<(CredentialId, &'static str)>,
}

impl Filling {
    fn ago(&self, hours: i64) -> Timestamp {
        self.now.plus(-Duration::hours(hours))
    }

    fn person(&self, email: &str) -> Option<UserId> {
        self.people.iter().find(|(_, name)| *name == email).map(|(id, _)| *id)
    }

    fn project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == name)
    }

    /// A person, or a token that was made before.
    fn maker(&self, name: &str) -> Maker {
        let (kind, id) = match self.person(name) {
            Some(user) => (MakerKind::User, user.to_string()),
            None => (MakerKind::Credential, self.parent(name).map(|id| id.to_string()).unwrap_or_default()),
        };
        Maker { kind, id: Some(id), name: name.to_owned() }
    }

    fn parent(&self, name: &str) -> Option<CredentialId> {
        self.made.iter().find(|(_, made)| *made == name).map(|(id, _)| *id)
    }

    fn target(&self, name: &str) -> String {
        self.person(name).map(|id| id.to_string()).or(self.parent(name).map(|id| id.to_string())).unwrap_or_default()
    }
}

impl Service {
    /// Fills an empty installation; says none if it is not empty.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn fill_demo(&self) -> Result<Option<Demo>> {
        let password = secret::base62(20, &mut |bytes| self.random.fill(bytes));
        let new = NewOwner { email: EMAIL, password: &password, workspace: "Northwind Robotics", catalog: "" };
        let parsed = self.parse_owner(&new)?;
        let hash = self.hashing.hash(password.clone(), self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        if !instance::claim_setup(&mut tx, None, self.now()).await? {
            return Ok(None);
        }
        let (user, workspace) = self.insert_owner(&mut tx, &parsed, &hash, &Origin::OPERATOR).await?;
        let catalog = workspace.catalog.clone();
        self.insert_workspace(&mut tx, user, "Northwind Labs", &catalog).await?;
        let people = vec![(user, EMAIL)];
        let mut filling = Filling { now: self.now(), workspace, people, projects: Vec::new(), made: Vec::new() };
        self.insert_people(&mut tx, &mut filling, &hash).await?;
        self.insert_projects(&mut tx, &mut filling).await?;
        for sample in &SAMPLES {
            self.insert_sample(&mut tx, &mut filling, sample).await?;
        }
        for (name, happened, about, detail, hours) in EVENTS {
            let target = (filling.target(about), about);
            self.insert_event(&mut tx, &filling, name, (happened, target, None, Some(detail)), filling.ago(hours))
                .await?;
        }
        tx.commit().await?;
        Ok(Some(Demo { email: EMAIL, password }))
    }

    async fn insert_people(&self, tx: &mut store::Tx, filling: &mut Filling, hash: &str) -> Result<()> {
        for (email, role) in PEOPLE {
            let joined = filling.ago(24 * 400);
            let user = UserId::from_u128(self.random.id(joined));
            users::insert(tx, user, &Email::trusted(email.to_owned()), hash, joined).await?;
            workspaces::add_member(tx, filling.workspace.id, user, role, filling.now).await?;
            filling.people.push((user, email));
        }
        Ok(())
    }

    async fn insert_projects(&self, tx: &mut store::Tx, filling: &mut Filling) -> Result<()> {
        for name in PROJECTS {
            let created_at = filling.ago(24 * 300);
            let id = ProjectId::from_u128(self.random.id(created_at));
            let slug = text::slug(name, "project");
            let project = Project { id, workspace: filling.workspace.id, slug, name: name.to_owned(), created_at };
            projects::insert(tx, &project).await?;
            filling.projects.push(project);
        }
        for (project, file_name, size, hours, archived) in DEPLOYMENTS {
            let Some(project) = filling.project(project) else { continue };
            let at = filling.ago(hours).plus(-Duration::minutes(4));
            let deployment = Deployment {
                id: DeploymentId::from_u128(self.random.id(at)),
                workspace: project.workspace,
                project: project.id,
                file_name: file_name.to_owned(),
                size,
                sha256: digest::of(file_name).as_str().to_owned(),
                created_at: at,
                created_by: filling.maker(EMAIL),
                archived_at: None,
            };
            deployments::insert(tx, &deployment).await?;
            if archived {
                deployments::archive(tx, project.workspace, project.id, deployment.id, filling.now).await?;
            }
            let target = (deployment.id.to_string(), file_name);
            let what = (Happened::DeploymentCreated, target, Some(project.id), None);
            self.insert_event(tx, filling, EMAIL, what, at).await?;
        }
        Ok(())
    }

    async fn insert_sample(&self, tx: &mut store::Tx, filling: &mut Filling, sample: &Sample) -> Result<()> {
        let Some(vocabulary) = self.catalog_of(&filling.workspace)?.vocabulary(sample.kind) else { return Ok(()) };
        let (credential, digest) = self.assemble_sample(filling, vocabulary, sample);
        let row = credentials::NewCredential {
            credential: &credential,
            digest: &digest,
            passphrase_hash: None,
            form_key: None,
        };
        credentials::insert(tx, &row).await?;
        let project = credential.project.as_ref().map(|project| project.id);
        let target = (credential.id.to_string(), sample.name);
        let what = (Happened::CredentialCreated, target.clone(), project, None);
        self.insert_event(tx, filling, sample.maker, what, credential.created_at).await?;
        if let Some(hours) = sample.used_ago {
            let uses = usage::Uses {
                count: sample.uses,
                last_at: filling.ago(hours).plus(-Duration::minutes(4)),
                ip: Some("192.0.2.15".to_owned()),
                user_agent: Some(sample.agent.to_owned()),
            };
            usage::add(tx, &[((filling.workspace.id, credential.id), uses.clone())]).await?;
            self.insert_days(tx, filling, credential.id, sample).await?;
            Self::insert_calls(tx, filling, credential.id, uses).await?;
        }
        if let Some(hours) = sample.revoked_ago {
            credentials::revoke(tx, filling.workspace.id, credential.id, filling.ago(hours)).await?;
            let what = (Happened::CredentialRevoked, target, project, None);
            self.insert_event(tx, filling, EMAIL, what, filling.ago(hours)).await?;
        }
        filling.made.push((credential.id, sample.name));
        Ok(())
    }

    /// Calls of the last thirty days, as far as it was used in them: fewer at weekends, like work.
    async fn insert_days(
        &self,
        tx: &mut store::Tx,
        filling: &Filling,
        id: CredentialId,
        sample: &Sample,
    ) -> Result<()> {
        let today = filling.now.day();
        let first = today - 29;
        let last = filling.ago(sample.used_ago.unwrap_or_default()).day();
        for day in first..=last {
            // 1970 began on a Thursday.
            let is_weekend = matches!((day + 3).rem_euclid(7), 5 | 6);
            let calls = (sample.uses / 40 + (day * 7 + sample.age) % 9).max(1) / if is_weekend { 8 } else { 1 };
            if calls > 0 {
                usage::add_to_days(tx, &[((filling.workspace.id, id), day, calls)]).await?;
            }
        }
        Ok(())
    }

    /// Its last calls, one of them refused.
    async fn insert_calls(tx: &mut store::Tx, filling: &Filling, id: CredentialId, last: usage::Uses) -> Result<()> {
        let workspace = Cow::Owned(format!("/workspaces/{}", filling.workspace.slug));
        let calls = [
            ("GET", Cow::Borrowed("/whoami"), 200, None, 0, 3),
            ("PATCH", workspace, 403, Some(Reason::Person), 1, 1),
            ("GET", Cow::Borrowed("/whoami"), 200, None, 60 * 7, 1),
        ];
        for (method, path, status, refused, minutes_before, count) in calls {
            let line = Line {
                call: Call { method: method.into(), path, status, refused },
                ip: last.ip.clone(),
                user_agent: last.user_agent.clone(),
                at: last.last_at.plus(-Duration::minutes(minutes_before)),
                count,
            };
            let name = digest::of(&minutes_before.to_string());
            usage::add_to_lines(tx, &[((filling.workspace.id, id), name, line)]).await?;
        }
        Ok(())
    }

    fn assemble_sample(&self, filling: &Filling, vocabulary: &Vocabulary, sample: &Sample) -> (Credential, Digest) {
        let created_at = filling.ago(sample.age);
        let secret = Secret::mint(&vocabulary.prefix, &mut |bytes| self.random.fill(bytes));
        let responsible = filling.person(sample.maker).map_or((filling.people[0].0, EMAIL), |id| (id, sample.maker));
        let own =
            |project: &Project| OwnProject { id: project.id, slug: project.slug.clone(), name: project.name.clone() };
        let credential = Credential {
            id: CredentialId::new(sample.kind, self.random.id(created_at)),
            workspace: filling.workspace.id,
            project: sample.project.and_then(|name| filling.project(name)).map(own),
            name: sample.name.to_owned(),
            description: sample.description.to_owned(),
            hint: secret.hint(),
            scopes: sample.scopes.iter().filter_map(|name| name.parse().ok()).collect(),
            has_passphrase: false,
            created_at,
            created_by: filling.maker(sample.maker),
            responsible: (responsible.0, responsible.1.to_owned()),
            parent: filling.parent(sample.maker),
            expires_at: sample.ends_in.map(|hours| filling.ago(-hours)),
            revoked_at: None,
            disabled_at: sample.off_since.map(|hours| filling.ago(hours)),
            version: 0,
            last_use: LastUse::default(),
            use_count: 0,
        };
        (credential, secret.digest())
    }

    async fn insert_event(
        &self,
        tx: &mut store::Tx,
        filling: &Filling,
        actor: &str,
        (happened, target, project, detail): (Happened, (String, &str), Option<ProjectId>, Option<&str>),
        at: Timestamp,
    ) -> Result<()> {
        let maker = filling.maker(actor);
        let event = events::Event {
            id: EventId::from_u128(self.random.id(at)),
            at,
            workspace: Some(filling.workspace.id),
            actor_kind: maker.kind,
            actor_id: maker.id,
            actor_name: actor,
            via: Via::Browser,
            ip: Some(OFFICE),
            happened,
            target: Some(target),
            project,
            detail,
        };
        Ok(events::append(tx, &event).await?)
    }
}
