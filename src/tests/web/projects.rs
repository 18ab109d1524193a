//! Projects and deployments by plain forms.

use latchkey::{
    domain::{credential::Kind, plan::Plan, role::Role},
    service::new_credential::NewCredential,
};

use crate::support::{Server, hidden, new_token};

const PROJECTS: &str = "/w/northwind/projects";
const REPORT: &str = "/w/northwind/projects/weekly-report";

#[tokio::test]
async fn an_owner_makes_renames_and_deletes_a_project() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    assert!(owner.get(PROJECTS).await.body.contains("No projects yet"));
    let made = owner.post("/fn/create_project", &[("workspace", "northwind"), ("name", "Weekly report")]).await;
    assert_eq!((made.status, made.header("location")), (302, REPORT));
    let page = owner.get(REPORT).await.body;
    assert!(page.contains("No deployments yet") && hidden(&page, "name") == "Weekly report", "{page}");
    let everywhere = owner.get("/w/northwind/settings/access-tokens").await.body;
    assert!(everywhere.contains(&format!("href=\"{REPORT}\"")), "the navigation has it");

    let form = [("workspace", "northwind"), ("project", "weekly-report"), ("name", "Monthly report")];
    let renamed = owner.post("/fn/rename_project", &form).await;
    assert_eq!((renamed.status, renamed.header("location")), (302, REPORT));
    assert!(owner.get(PROJECTS).await.body.contains("Monthly report"));

    let of =
        |kind, name| NewCredential { kind, project: Some("weekly-report".to_owned()), ..new_token(name, &["read"]) };
    let (_, token) = server.mint(&home, of(Kind::AccessToken, "Report token")).await;
    let (_, key) = server.mint(&home, of(Kind::ApiKey, "Report key")).await;
    server.mint(&home, new_token("Everywhere", &["read"])).await;
    let question = owner.get(&format!("{REPORT}/delete")).await.body;
    for words in
        ["Delete Monthly report?", "These 2 tokens and API keys stop working at once", "Report token", "Report key"]
    {
        assert!(question.contains(words), "{words}: {question}");
    }
    assert!(!question.contains("Everywhere"));
    assert_eq!(server.holding(&token).get("/whoami").await.status, 200, "the question changes nothing");
    let deleted = owner.post("/fn/delete_project", &[("workspace", "northwind"), ("project", "weekly-report")]).await;
    assert_eq!((deleted.status, deleted.header("location")), (302, PROJECTS));
    for secret in [token, key] {
        server.holding(&secret).get("/whoami").await.problem(401, "invalid_token");
    }
    assert_eq!(owner.get(REPORT).await.status, 404);
    assert!(owner.get(PROJECTS).await.body.contains("No projects yet"));
}

#[tokio::test]
async fn an_owner_who_is_refused_finds_what_was_typed() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let long = "n".repeat(256);

    let new = format!("{PROJECTS}/new");
    let refused = owner.post("/fn/create_project", &[("workspace", "northwind"), ("name", &long)]).await;
    assert_eq!((refused.status, refused.header("location")), (302, new.as_str()));
    let page = owner.get(&new).await.body;
    assert!(page.contains("The name may have at most 255 characters.") && hidden(&page, "name") == long);
    assert_eq!(hidden(&owner.get(&new).await.body, "name"), "", "the next form is empty");

    let form = [("workspace", "northwind"), ("project", "weekly-report"), ("name", &long)];
    assert_eq!(owner.post("/fn/rename_project", &form).await.header("location"), REPORT);
    let page = owner.get(REPORT).await.body;
    assert!(page.contains("The name may have at most 255 characters.") && hidden(&page, "name") == long);
    assert_eq!(hidden(&owner.get(REPORT).await.body, "name"), "Weekly report");

    let new = format!("{REPORT}/deployments/new");
    let form = [("workspace", "northwind"), ("project", "weekly-report"), ("file_name", "a.tar.gz"), ("size", "1 KB")];
    assert_eq!(owner.post("/fn/create_deployment", &form).await.header("location"), new);
    let page = owner.get(&new).await.body;
    for words in ["The size is a whole number of bytes", "The SHA-256 is missing."] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!((hidden(&page, "file_name"), hidden(&page, "size")), ("a.tar.gz".to_owned(), "1 KB".to_owned()));
}

#[tokio::test]
async fn an_owner_records_and_archives_a_deployment() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let digest = "AB".repeat(32);
    let form = [
        ("workspace", "northwind"),
        ("project", "weekly-report"),
        ("file_name", "report.tar.gz"),
        ("size", "184320"),
        ("sha256", &digest),
    ];
    let made = owner.post("/fn/create_deployment", &form).await;
    assert_eq!((made.status, made.header("location")), (302, REPORT));
    let page = owner.get(REPORT).await.body;
    for words in ["report.tar.gz", "184.3 KB", "owner@northwind.example", &"ab".repeat(32), "Live"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let id = hidden(&page, "id");
    let form = [("workspace", "northwind"), ("project", "weekly-report"), ("id", &id)];
    let archived = owner.post("/fn/archive_deployment", &form).await;
    assert_eq!((archived.status, archived.header("location")), (302, REPORT));
    let page = owner.get(REPORT).await.body;
    assert!(page.contains("Archived") && !page.contains("Live"), "{page}");
    let unknown = [("workspace", "northwind"), ("project", "weekly-report"), ("id", "nonsense")];
    owner.post("/fn/archive_deployment", &unknown).await;
    assert!(owner.get(REPORT).await.body.contains("This is not here."));
}

#[tokio::test]
async fn a_member_sees_projects_and_changes_nothing() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let mut member = server.signed_in("member@northwind.example").await;
    let list = member.get(PROJECTS).await;
    assert!(list.status == 200 && list.body.contains("Weekly report") && !list.body.contains("New project"));
    let page = member.get(REPORT).await;
    assert_eq!(page.status, 200);
    for words in ["Record deployment", "Save name", "Delete project"] {
        assert!(!page.body.contains(words), "{words}");
    }
    for dialog in [format!("{PROJECTS}/new"), format!("{REPORT}/delete"), format!("{REPORT}/deployments/new")] {
        let page = member.get(&dialog).await;
        assert!(page.status == 403 && page.body.contains("Only an admin of this workspace may do this."), "{dialog}");
    }
    let digest = "ab".repeat(32);
    let common = [("workspace", "northwind"), ("project", "weekly-report"), ("name", "Theirs")];
    let file = [("file_name", "a"), ("size", "1"), ("sha256", digest.as_str())];
    for function in ["create_project", "rename_project", "delete_project", "create_deployment"] {
        let answer = member.ask(function, &[&common[..], &file[..]].concat()).await;
        assert_eq!(answer.status, 403, "{function}: {}", answer.body);
    }
    assert!(member.get(REPORT).await.body.contains("No deployments yet"));
}

#[tokio::test]
async fn a_stranger_finds_nothing_there() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    server.workspace("Elsewhere", Plan::Free).await;
    let mut stranger = server.signed_in("owner@elsewhere.example").await;
    for page in [PROJECTS, REPORT, "/w/northwind/projects/no-such", "/w/elsewhere/projects/weekly-report"] {
        assert_eq!(stranger.get(page).await.status, 404, "{page}");
    }
    let form = [("workspace", "northwind"), ("project", "weekly-report"), ("name", "Theirs")];
    for function in [
        "list_projects",
        "new_project_form",
        "create_project",
        "project_details",
        "rename_project",
        "before_deleting_project",
        "delete_project",
        "new_deployment_form",
    ] {
        assert_eq!(stranger.ask(function, &form).await.status, 404, "{function}");
    }
    let anonymous = server.browser().get(REPORT).await;
    assert!(anonymous.header("location").starts_with("/sign-in?next="), "{}", anonymous.body);
}

#[tokio::test]
async fn what_people_type_stays_text() {
    const MARKUP: &str = "\"'></h1><script>alert(1)</script>";
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let project = server.project(&home, MARKUP).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let at = format!("{PROJECTS}/{}", project.slug);
    let digest = "ab".repeat(32);
    let form = [
        ("workspace", "northwind"),
        ("project", project.slug.as_str()),
        ("file_name", MARKUP),
        ("size", "1"),
        ("sha256", &digest),
    ];
    assert_eq!(owner.post("/fn/create_deployment", &form).await.header("location"), at);
    for page in [PROJECTS.to_owned(), at.clone(), format!("{at}/delete")] {
        let body = owner.get(&page).await.body;
        assert!(!body.contains("<script>alert"), "{page}: {body}");
        assert!(body.contains("&lt;script&gt;alert(1)"), "{page}");
    }
}

#[tokio::test]
async fn an_owner_pages_through_many_projects() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    for number in 0..60 {
        server.advance(time::Duration::SECOND);
        server.project(&home, &format!("Project {number}")).await;
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let first = owner.get(PROJECTS).await.body;
    assert!(first.contains(">Project 59<") && first.contains(">Project 10<") && !first.contains(">Project 9<"));
    let next = first.split("href=\"").find(|link| link.contains("rel=\"next\"")).unwrap().split('"').next().unwrap();
    let second = owner.get(next).await.body;
    assert!(second.contains(">Project 9<") && second.contains(">Project 0<") && !second.contains(">Project 10<"));
    let previous =
        second.split("href=\"").find(|link| link.contains("rel=\"prev\"")).unwrap().split('"').next().unwrap();
    assert!(owner.get(previous).await.body.contains(">Project 59<"));
}
