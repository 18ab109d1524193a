//! Each server function × each kind of person.

use std::collections::BTreeSet;

use latchkey::{
    domain::{
        credential::Kind,
        id::UserId,
        policy::{Action, Decision, Resource, Subject, decide},
        project::Project,
        role::Role,
        text::Email,
        workspace::Workspace,
    },
    store::users,
};
use leptos::server_fn::axum::server_fn_paths;

use super::Scene;
use crate::support::{Answer, Browser, PASSWORD};

/// Whom a function serves.
#[derive(Clone, Copy)]
enum For {
    /// Anybody, signed in or not: what it answers does not hang on who asks.
    Anybody,
    /// Whoever is signed in: it is about themselves.
    Oneself,
    /// Whoever the policy lets do this in the workspace that the form names.
    InWorkspace(Action),
}

/// A function: its name, whom it serves, what it answers them, and a form for it.
type Function = (&'static str, For, u16, &'static str);

#[rustfmt::skip]
const FUNCTIONS: &[Function] = {
    use Action as A;
    use For::{Anybody, InWorkspace as In, Oneself};
    &[
        ("viewer", Anybody, 200, ""),
        ("sign_in_form", Anybody, 200, ""),
        ("sign_in", Anybody, 422, "email=nobody@northwind.example&password=not the right password"),
        ("code_form", Anybody, 200, ""),
        ("sign_in_with_code", Anybody, 401, "code=123456"),
        ("sign_in_with_backup_code", Anybody, 401, "backup=7KQ2-M9ZR-04TX-B6HC"),
        ("sign_out", Anybody, 200, ""),
        ("setup_form", Anybody, 404, "code=x"),
        ("set_up", Anybody, 404, "code=x"),
        ("invitation", Anybody, 200, "code=x"),
        ("accept_as_newcomer", Anybody, 409, "code=x&password=the lock is brass, the key is new"),
        ("reset_form", Anybody, 200, "code=x"),
        ("reset_password", Anybody, 409, "code=x&password=the lock is brass, the key is new"),
        ("accept_invitation", Oneself, 409, "code=x"),
        ("dismiss_notices", Oneself, 200, ""),
        ("reauthenticate", Oneself, 200, "password={password}"),
        ("confirm_form", Oneself, 200, ""),
        ("profile", Oneself, 200, ""),
        ("change_email", Oneself, 200, "email={new}@northwind.example&password={password}"),
        ("change_password", Oneself, 200, "password={password}&new_password=the lock is brass, the key is new"),
        ("two_factor", Oneself, 200, ""),
        ("turn_on_two_factor", Oneself, 409, "code=123456"),
        ("reveal_backup_codes", Oneself, 409, ""),
        ("make_backup_codes", Oneself, 409, "code=123456"),
        ("turn_off_two_factor", Oneself, 409, "password={password}&code=123456"),
        ("list_own_activity", Oneself, 200, ""),
        ("list_sessions", Oneself, 200, ""),
        ("end_session", Oneself, 404, "id=ses_00000000000000000000000000"),
        ("end_other_sessions", Oneself, 200, ""),
        ("device", Anybody, 200, ""),
        ("enter_device_code", Oneself, 422, "user_code=WDJB-MJHT"),
        ("approve_device", Oneself, 422, "user_code=WDJB-MJHT"),
        ("deny_device", Oneself, 422, "user_code=WDJB-MJHT"),
        ("new_workspace_form", Oneself, 200, ""),
        ("create_workspace", Oneself, 200, "workspace={new}&catalog=standard"),
        ("list_activity", In(A::SeeActivity), 200, "workspace={workspace}"),
        ("list_credentials", In(A::SeeCredentials), 200, "workspace={workspace}&kind=access_token"),
        ("credential", In(A::SeeCredentials), 200, "workspace={workspace}&id={token}"),
        ("credential_use", In(A::SeeCredentials), 200, "workspace={workspace}&id={token}"),
        ("first_use", In(A::SeeCredentials), 200, "workspace={workspace}&id={token}"),
        ("reveal_credential", In(A::SeeCredentials), 200, "workspace={workspace}&id={token}"),
        ("new_credential_form", In(A::CreateCredential), 200, "workspace={workspace}&kind=access_token"),
        ("create_credential", In(A::CreateCredential), 200, "workspace={workspace}&kind=access_token&name=Made&expiry=90&scopes[]=read"),
        ("edit_key_form", In(A::SeeCredentials), 200, "workspace={workspace}&id={key}"),
        ("edit_key", In(A::EditCredential), 200, "workspace={workspace}&id={key}&version=0&name=Edited&expiry=keep&scopes[]=view_logs&active=true"),
        ("switch_credential", In(A::EditCredential), 200, "workspace={workspace}&id={key}&active=false"),
        ("revoke_credential", In(A::RevokeCredential), 200, "workspace={workspace}&id={token}"),
        ("chosen_credentials", In(A::RevokeCredential), 200, "workspace={workspace}&kind=access_token&ids[]={token}"),
        ("revoke_credentials", In(A::RevokeCredential), 200, "workspace={workspace}&kind=access_token&ids[]={token}"),
        ("revocation_report", In(A::SeeCredentials), 404, "workspace={workspace}&kind=access_token"),
        ("list_projects", In(A::SeeProjects), 200, "workspace={workspace}"),
        ("project_details", In(A::SeeProjects), 200, "workspace={workspace}&project={project}"),
        ("new_project_form", In(A::CreateProject), 200, "workspace={workspace}"),
        ("create_project", In(A::CreateProject), 200, "workspace={workspace}&name=Made"),
        ("rename_project", In(A::RenameProject), 200, "workspace={workspace}&project={project}&name=Renamed"),
        ("before_deleting_project", In(A::DeleteProject), 200, "workspace={workspace}&project={project}"),
        ("delete_project", In(A::DeleteProject), 200, "workspace={workspace}&project={project}"),
        ("new_deployment_form", In(A::CreateDeployment), 200, "workspace={workspace}&project={project}"),
        ("create_deployment", In(A::CreateDeployment), 200, "workspace={workspace}&project={project}&file_name=a.zip&size=1&sha256={sha256}"),
        ("archive_deployment", In(A::ArchiveDeployment), 200, "workspace={workspace}&project={project}&id={deployment}"),
        ("list_members", In(A::SeeMembers), 200, "workspace={workspace}"),
        ("before_parting", In(A::ChangeMember), 200, "workspace={workspace}&user={user}"),
        ("change_role", In(A::ChangeMember), 200, "workspace={workspace}&user={user}&role=admin"),
        ("remove_member", In(A::ChangeMember), 200, "workspace={workspace}&user={user}"),
        ("leave_workspace", In(A::LeaveWorkspace), 200, "workspace={workspace}"),
        ("invite", In(A::Invite), 200, "workspace={workspace}&email={new}@invited.example&role=member"),
        ("reveal_invitation", In(A::Invite), 200, "workspace={workspace}&id={invitation}"),
        ("withdraw_invitation", In(A::Invite), 200, "workspace={workspace}&id={invitation}"),
        ("before_reset", In(A::ResetPassword), 200, "workspace={workspace}&user={user}"),
        ("make_reset_link", In(A::ResetPassword), 200, "workspace={workspace}&user={user}"),
        ("reveal_reset_link", In(A::ResetPassword), 404, "workspace={workspace}&id=rst_00000000000000000000000000"),
        ("general_settings", In(A::SeeWorkspace), 200, "workspace={workspace}"),
        ("rename_workspace", In(A::RenameWorkspace), 200, "workspace={workspace}&name=Renamed"),
        ("change_plan", In(A::ChangePlan), 200, "workspace={workspace}&plan=pro"),
        ("preview_catalog", In(A::ChangeCatalog), 200, "workspace={workspace}&to=deplo"),
        ("change_catalog", In(A::ChangeCatalog), 200, "workspace={workspace}&to=deplo"),
        ("two_factor_rule", In(A::RequireTwoFactor), 200, "workspace={workspace}"),
        ("require_two_factor", In(A::RequireTwoFactor), 409, "workspace={workspace}&required=yes"),
        ("delete_workspace_form", In(A::DeleteWorkspace), 200, "workspace={workspace}"),
        ("delete_workspace", In(A::DeleteWorkspace), 200, "workspace={workspace}&confirmation={workspace}"),
    ]
};

/// Whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// In another workspace, as its owner.
    Stranger,
    Member(Role),
}

const EVERYBODY: [Who; 5] =
    [Who::Nobody, Who::Stranger, Who::Member(Role::Member), Who::Member(Role::Admin), Who::Member(Role::Owner)];

/// People who ask again and again, signed in once.
struct People {
    stranger: (UserId, Browser),
    asking: (UserId, Browser),
    /// Owns what the others ask about, so that nobody is the last owner.
    keeper: UserId,
}

impl Scene {
    async fn signed_in(&self) -> (UserId, Browser) {
        let (user, email) = self.user().await;
        (user, self.server.signed_in(&email).await)
    }

    async fn people(&self) -> People {
        let stranger = self.signed_in().await;
        let elsewhere = self.workspace().await;
        self.join(&elsewhere, stranger.0, Role::Owner).await;
        People { stranger, asking: self.signed_in().await, keeper: self.user().await.0 }
    }

    /// A workspace in which `asking` has this role.
    async fn home(&self, people: &People, role: Option<Role>) -> Workspace {
        let workspace = self.workspace().await;
        self.join(&workspace, people.keeper, Role::Owner).await;
        if let Some(role) = role {
            self.join(&workspace, people.asking.0, role).await;
        }
        workspace
    }

    /// The form, with things of this workspace.
    async fn fill(&self, form: &str, workspace: &Workspace, project: &Project) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = match value {
                "{workspace}" => workspace.slug.clone(),
                "{project}" => project.slug.clone(),
                "{password}" => PASSWORD.to_owned(),
                "{sha256}" => "ab".repeat(32),
                "{token}" => self.credential(workspace, Kind::AccessToken, &["read"], None).await.0.to_string(),
                "{key}" => self.credential(workspace, Kind::ApiKey, &["view_logs"], None).await.0.to_string(),
                "{deployment}" => self.deployment(workspace, project).await,
                "{user}" => self.member(workspace).await.to_string(),
                "{invitation}" => self.invitation(workspace).await,
                value => value.replace("{new}", &self.name("new").replace(' ', "-")),
            };
            fields.push((name.to_owned(), value));
        }
        fields
    }
}

async fn ask(browser: &Browser, function: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.clone().ask(function, &fields).await
}

/// What `who` is answered, by the policy where the function is about a workspace.
fn expected(who: Who, of: For, allowed: u16, workspace: &Workspace) -> u16 {
    match (of, who) {
        (For::Anybody, _) => allowed,
        (_, Who::Nobody) => 401,
        (For::Oneself, _) => allowed,
        (For::InWorkspace(action), _) => {
            let role = match who {
                Who::Member(role) => Some(role),
                Who::Nobody | Who::Stranger => None,
            };
            match decide(Subject::Person(role), action, Resource::Workspace(workspace.id)) {
                Decision::Allow => allowed,
                Decision::Hide => 404,
                _ => 403,
            }
        }
    }
}

#[test]
fn every_function_has_a_row() {
    let paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    let there: BTreeSet<_> = paths.iter().map(|path| path.trim_start_matches("/fn/")).collect();
    let rows: BTreeSet<_> = FUNCTIONS.iter().map(|row| row.0).collect();
    assert_eq!(rows.len(), FUNCTIONS.len(), "a function has two rows");
    let missing: Vec<_> = there.difference(&rows).collect();
    let stale: Vec<_> = rows.difference(&there).collect();
    assert!(missing.is_empty() && stale.is_empty(), "without a row: {missing:#?}; not there any more: {stale:#?}");
}

#[tokio::test]
async fn everybody_may_what_the_policy_says_by_every_function() {
    let scene = Scene::start().await;
    let people = scene.people().await;
    let mut wrong = Vec::new();
    for (function, of, allowed, form) in FUNCTIONS.iter().copied() {
        for who in EVERYBODY {
            let role = match who {
                Who::Member(role) => Some(role),
                Who::Nobody | Who::Stranger => None,
            };
            let home = scene.home(&people, role).await;
            let project = scene.project(&home).await;
            let fields = scene.fill(form, &home, &project).await;
            let browser = match (who, of) {
                (Who::Nobody, _) => scene.server.browser(),
                // What is about oneself may end the session, or change the password.
                (_, For::Anybody | For::Oneself) => scene.signed_in().await.1,
                (Who::Stranger, _) => people.stranger.1.clone(),
                (Who::Member(_), _) => people.asking.1.clone(),
            };
            let answer = ask(&browser, function, &fields).await;
            let expected = expected(who, of, allowed, &home);
            if answer.status != expected {
                wrong.push(format!("{function} to {who:?}: {}, not {expected}: {}", answer.status, answer.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a stranger must not be able to tell apart.
fn told(answer: &Answer) -> (u16, String) {
    (answer.status, answer.body.clone())
}

#[tokio::test]
async fn a_stranger_cannot_tell_what_is_elsewhere_from_what_is_nowhere_by_any_function() {
    let scene = Scene::start().await;
    let people = scene.people().await;
    let (theirs, own) = (scene.home(&people, None).await, scene.home(&people, Some(Role::Owner)).await);
    let (their_project, own_project) = (scene.project(&theirs).await, scene.project(&own).await);
    let browser = &people.asking.1;
    for (function, of, _, form) in FUNCTIONS.iter().copied() {
        if !matches!(of, For::InWorkspace(_)) {
            continue;
        }
        let there = scene.fill(form, &theirs, &their_project).await;
        let here = told(&ask(browser, function, &there).await);
        assert_eq!(here.0, 404, "{function}: {}", here.1);
        let named = |workspace: &str| {
            let field = |(name, value): &(String, String)| {
                let value = if name == "workspace" { workspace } else { value };
                (name.clone(), value.to_owned())
            };
            there.iter().map(field).collect::<Vec<_>>()
        };
        for nowhere in ["nowhere", "ws_00000000000000000000000000"] {
            assert_eq!(told(&ask(browser, function, &named(nowhere)).await), here, "{function} in {nowhere}");
        }
        // One who may do everything in their own workspace names there what lies in another.
        let mut places = form.split('&').filter_map(|pair| pair.split_once("={")).map(|(name, _)| name);
        let Some(place) = places.rfind(|name| ["id", "ids[]", "user", "project"].contains(name)) else {
            continue;
        };
        let mine = scene.fill(form, &own, &own_project).await;
        let with = |id: &str| {
            let field = |(name, value): &(String, String)| {
                (name.clone(), if name == place { id.to_owned() } else { value.clone() })
            };
            mine.iter().map(field).collect::<Vec<_>>()
        };
        let foreign = &there.iter().find(|(name, _)| name == place).unwrap().1;
        let told_of_it = told(&ask(browser, function, &with(foreign)).await);
        let prefix = foreign.split_once('_').map_or("proj", |(prefix, _)| prefix);
        let nowhere = format!("{prefix}_00000000000000000000000000");
        let body = told(&ask(browser, function, &with(&nowhere)).await);
        assert_eq!(
            (told_of_it.0, told_of_it.1.replace(foreign, "x")),
            (body.0, body.1.replace(&nowhere, "x")),
            "{function}"
        );
        assert!(told_of_it.0 == 404 || ["chosen_credentials", "revoke_credentials"].contains(&function), "{function}");
    }
}

#[tokio::test]
async fn a_half_finished_sign_in_opens_no_function() {
    let scene = Scene::start().await;
    let (half, email) = scene.half_signed_in().await;
    let people = scene.people().await;
    let home = scene.home(&people, None).await;
    let project = scene.project(&home).await;
    let own = Email::parse(&email).unwrap();
    let mut tx = scene.server.service.store().begin().await.unwrap();
    let user = users::login(tx.on(), &own).await.unwrap().unwrap().id;
    drop(tx);
    scene.join(&home, user, Role::Owner).await;
    for (function, _, _, form) in FUNCTIONS.iter().copied() {
        // What the second half is for: there it waits, and here it is still wrong.
        let is_for_it = ["code_form", "sign_in_with_code", "sign_in_with_backup_code"].contains(&function);
        // Whoever signs out ends it, and says no more.
        if is_for_it || function == "sign_out" {
            continue;
        }
        let fields = scene.fill(form, &home, &project).await;
        let nobody = told(&ask(&scene.server.browser(), function, &fields).await);
        assert_eq!(told(&ask(&half, function, &fields).await), nobody, "{function}");
    }
    assert_eq!(half.clone().viewer().await, None);
    let waits = ask(&half, "code_form", &[]).await;
    assert!(waits.body.contains("Waiting") && waits.body.contains(&email), "it was one all the while: {}", waits.body);
}
