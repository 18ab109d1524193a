//! Projects and deployments.

use super::*;
use crate::{
    domain::{
        id::{DeploymentId, ProjectId},
        project::{Deployment, Project, Start, free_slug},
    },
    store::{deployments, projects},
};

on_both_engines! {
    a_slug_is_taken_once_in_a_workspace_until_its_project_is_gone
    the_taken_slugs_are_those_of_the_name_alone
    thirty_at_once_get_thirty_slugs
    projects_are_read_from_the_newest_and_in_both_directions
    a_project_is_renamed_and_deleted_once_and_in_its_workspace
    the_credentials_of_a_project_are_found_with_what_they_made
    a_deployment_comes_back_and_is_archived_once
    deployments_are_read_from_the_newest_and_in_both_directions
}

fn project(number: u128, workspace: WorkspaceId, slug: &str) -> Project {
    let id = ProjectId::from_u128(number);
    Project { id, workspace, slug: slug.to_owned(), name: format!("Project {number}"), created_at: now() }
}

fn deployment(number: u128, project: &Project) -> Deployment {
    Deployment {
        id: DeploymentId::from_u128(number),
        workspace: project.workspace,
        project: project.id,
        file_name: "</title>'\"; — 🔑.tar.gz".to_owned(),
        size: (1 << 53) - 1,
        sha256: "ab".repeat(32),
        created_at: now(),
        created_by: Maker { kind: MakerKind::Operator, id: None, name: "Operator".to_owned() },
        archived_at: None,
    }
}

async fn insert(db: &Database, project: &Project) {
    let mut tx = db.begin().await;
    projects::insert(&mut tx, project).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_slug_is_taken_once_in_a_workspace_until_its_project_is_gone(db: Database) {
    let (home, elsewhere) = (db.owner(1).await.1, db.owner(2).await.1);
    insert(&db, &project(1, home, "report")).await;
    insert(&db, &project(2, elsewhere, "report")).await;
    let again = project(3, home, "report");
    let taken = projects::insert(&mut db.begin().await, &again).await;
    assert!(matches!(taken, Err(Error::Taken)), "{taken:?}");
    let mut tx = db.begin().await;
    assert!(projects::delete(&mut tx, home, ProjectId::from_u128(1), now()).await.unwrap());
    projects::insert(&mut tx, &again).await.unwrap();
    tx.commit().await.unwrap();
    for name in [again.id.to_string(), again.slug.clone()] {
        assert_eq!(projects::find(db.store.read(), home, &name).await.unwrap(), Some(again.clone()));
    }
    let gone = ProjectId::from_u128(1).to_string();
    assert_eq!(projects::find(db.store.read(), home, &gone).await.unwrap(), None);
}

async fn the_taken_slugs_are_those_of_the_name_alone(db: Database) {
    let (home, elsewhere) = (db.owner(1).await.1, db.owner(2).await.1);
    for (number, slug) in (1..).zip(["report", "report-2", "reports", "weekly-report", "other"]) {
        insert(&db, &project(number, home, slug)).await;
    }
    insert(&db, &project(9, elsewhere, "report-3")).await;
    let mut taken = projects::slugs_like(&mut db.begin().await, home, "report").await.unwrap();
    taken.sort_unstable();
    assert_eq!(taken, ["report", "report-2"]);
}

/// Under the lock of the workspace, as the service does it.
async fn thirty_at_once_get_thirty_slugs(db: Database) {
    let home = db.owner(1).await.1;
    let start = Arc::new(Barrier::new(30));
    let mut tasks = JoinSet::new();
    for number in 1..=30 {
        let (store, start) = (db.store.clone(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            let mut tx = store.begin().await.unwrap();
            workspaces::lock(&mut tx, home).await.unwrap();
            let taken = projects::slugs_like(&mut tx, home, "report").await.unwrap();
            let slug = free_slug("report", &taken);
            projects::insert(&mut tx, &project(number, home, &slug)).await.unwrap();
            tx.commit().await.unwrap();
            slug
        });
    }
    let slugs: BTreeSet<_> = tasks.join_all().await.into_iter().collect();
    assert_eq!(slugs.len(), 30, "{slugs:?}");
    assert!(slugs.contains("report") && slugs.contains("report-30"), "none is skipped: {slugs:?}");
}

async fn projects_are_read_from_the_newest_and_in_both_directions(db: Database) {
    let (home, elsewhere) = (db.owner(1).await.1, db.owner(2).await.1);
    for number in 1..=5 {
        insert(&db, &project(number, home, &format!("p-{number}"))).await;
    }
    insert(&db, &project(6, elsewhere, "p-6")).await;
    let mut tx = db.begin().await;
    projects::delete(&mut tx, home, ProjectId::from_u128(4), now()).await.unwrap();
    tx.commit().await.unwrap();
    let list = async |from, limit| {
        let found = projects::list(db.store.read(), home, from, limit).await.unwrap();
        found.into_iter().map(|project| project.slug).collect::<Vec<_>>()
    };
    let id = ProjectId::from_u128;
    assert_eq!(list(Start::Newest, 9).await, ["p-5", "p-3", "p-2", "p-1"]);
    assert_eq!(list(Start::OlderThan(id(5)), 2).await, ["p-3", "p-2"]);
    assert_eq!(list(Start::NewerThan(id(1)), 2).await, ["p-3", "p-2"]);
    assert_eq!(list(Start::OlderThan(id(1)), 2).await, [""; 0]);
}

async fn a_project_is_renamed_and_deleted_once_and_in_its_workspace(db: Database) {
    let (home, elsewhere) = (db.owner(1).await.1, db.owner(2).await.1);
    let report = project(1, home, "report");
    insert(&db, &report).await;
    let mut tx = db.begin().await;
    assert!(!projects::rename(&mut tx, elsewhere, report.id, "Theirs").await.unwrap());
    assert!(projects::rename(&mut tx, home, report.id, "Ours").await.unwrap());
    assert!(!projects::delete(&mut tx, elsewhere, report.id, now()).await.unwrap());
    tx.commit().await.unwrap();
    let found = projects::find(db.store.read(), home, "report").await.unwrap();
    assert_eq!(found, Some(Project { name: "Ours".to_owned(), ..report.clone() }), "the slug stays");
    assert_eq!(projects::find(db.store.read(), elsewhere, "report").await.unwrap(), None);
    let mut tx = db.begin().await;
    assert!(projects::delete(&mut tx, home, report.id, now()).await.unwrap());
    assert!(!projects::delete(&mut tx, home, report.id, now()).await.unwrap());
    assert!(!projects::rename(&mut tx, home, report.id, "Gone").await.unwrap());
}

async fn the_credentials_of_a_project_are_found_with_what_they_made(db: Database) {
    let home = db.owner(1).await;
    let (report, other) = (project(1, home.1, "report"), project(2, home.1, "other"));
    insert(&db, &report).await;
    insert(&db, &other).await;
    let own = |project: &Project| {
        let Project { id, slug, name, .. } = project.clone();
        Some(crate::domain::credential::OwnProject { id, slug, name })
    };
    let of = |number, project| Credential { project: own(project), ..token(number, home) };
    db.insert(&of(1, &report)).await;
    db.insert(&Credential { expires_at: Some(now()), ..of(2, &report) }).await;
    db.insert(&of(3, &other)).await;
    db.insert(&token(4, home)).await;
    // Made by one that has ended, and not of the project itself.
    let parent = Some(CredentialId::new(Kind::AccessToken, 2));
    db.insert(&Credential { parent, ..token(5, home) }).await;
    let found = credentials::of_project(db.store.read(), home.1, report.id, now()).await.unwrap();
    assert_eq!(names(&found), ["Token 1", "Token 5"]);
    assert_eq!(found[0].project, own(&report));
    let mut tx = db.begin().await;
    credentials::revoke(&mut tx, home.1, found[0].id, now()).await.unwrap();
    assert_eq!(names(&credentials::of_project(tx.on(), home.1, report.id, now()).await.unwrap()), ["Token 5"]);
    let elsewhere = WorkspaceId::from_u128(2);
    assert_eq!(credentials::of_project(tx.on(), elsewhere, report.id, now()).await.unwrap(), []);
}

async fn a_deployment_comes_back_and_is_archived_once(db: Database) {
    let home = db.owner(1).await;
    let (report, other) = (project(1, home.1, "report"), project(2, home.1, "other"));
    insert(&db, &report).await;
    insert(&db, &other).await;
    let token = token(1, home);
    db.insert(&token).await;
    let by = |kind, id: String, name: &str| Maker { kind, id: Some(id), name: name.to_owned() };
    let makers = [
        deployment(1, &report).created_by,
        by(MakerKind::User, home.0.to_string(), email(1).as_str()),
        by(MakerKind::Credential, token.id.to_string(), &token.name),
    ];
    for (number, created_by) in (1..).zip(makers) {
        let made = Deployment { created_by, ..deployment(number, &report) };
        let mut tx = db.begin().await;
        deployments::insert(&mut tx, &made).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(deployments::find(db.store.read(), home.1, report.id, made.id).await.unwrap(), Some(made));
    }
    let id = DeploymentId::from_u128(1);
    let find = async |workspace, project| deployments::find(db.store.read(), workspace, project, id).await.unwrap();
    assert_eq!(find(home.1, other.id).await, None);
    assert_eq!(find(WorkspaceId::from_u128(2), report.id).await, None);
    let mut tx = db.begin().await;
    assert!(!deployments::archive(&mut tx, home.1, other.id, id, now()).await.unwrap());
    assert!(!deployments::archive(&mut tx, WorkspaceId::from_u128(2), report.id, id, now()).await.unwrap());
    assert!(deployments::archive(&mut tx, home.1, report.id, id, now()).await.unwrap());
    assert!(!deployments::archive(&mut tx, home.1, report.id, id, now().plus(Duration::DAY)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(find(home.1, report.id).await.unwrap().archived_at, Some(now()));
    let orphan = Deployment { project: ProjectId::from_u128(9), ..deployment(9, &report) };
    assert!(matches!(deployments::insert(&mut db.begin().await, &orphan).await, Err(Error::Database(_))));
}

async fn deployments_are_read_from_the_newest_and_in_both_directions(db: Database) {
    let home = db.owner(1).await.1;
    let (report, other) = (project(1, home, "report"), project(2, home, "other"));
    insert(&db, &report).await;
    insert(&db, &other).await;
    let mut tx = db.begin().await;
    for number in 1..=5 {
        let file_name = number.to_string();
        let project = if number == 4 { &other } else { &report };
        deployments::insert(&mut tx, &Deployment { file_name, ..deployment(number, project) }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let list = async |from, limit| {
        let found = deployments::list(db.store.read(), home, report.id, from, limit).await.unwrap();
        found.into_iter().map(|deployment| deployment.file_name).collect::<Vec<_>>()
    };
    let id = DeploymentId::from_u128;
    assert_eq!(list(Start::Newest, 9).await, ["5", "3", "2", "1"]);
    assert_eq!(list(Start::OlderThan(id(5)), 2).await, ["3", "2"]);
    assert_eq!(list(Start::NewerThan(id(1)), 2).await, ["3", "2"]);
    let elsewhere = WorkspaceId::from_u128(2);
    assert_eq!(deployments::list(db.store.read(), elsewhere, report.id, Start::Newest, 9).await.unwrap(), []);
}
