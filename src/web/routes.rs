//! Every page's address in one place: what the router matches, and links to it.

use leptos_router::{ParamSegment, StaticSegment, params::ParamsMap};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::domain::{
    credential::{CredentialId, Kind},
    id::{InvitationId, ProjectId, ResetId, UserId},
};

/// A fixed part of an address.
pub type Fixed = StaticSegment<&'static str>;

/// A route's own address, below the route around it.
pub const INDEX: Fixed = StaticSegment("");
/// `/setup`
pub const SETUP: Fixed = StaticSegment("setup");
/// `/sign-in`
pub const SIGN_IN: Fixed = StaticSegment("sign-in");
/// `/sign-in/code`
pub const SIGN_IN_CODE: (Fixed, Fixed) = (StaticSegment("sign-in"), StaticSegment("code"));
/// `/w/{slug}`
pub const WORKSPACE: (Fixed, ParamSegment) = (StaticSegment("w"), ParamSegment("workspace"));
/// `/w/{slug}/settings/access-tokens` and `…/api-keys`
#[must_use]
pub const fn credentials_route(kind: Kind) -> (Fixed, Fixed) {
    (StaticSegment("settings"), StaticSegment(kind.segment()))
}
/// `/w/{slug}/settings/access-tokens/{id}` and `…/api-keys/{id}`
#[must_use]
pub const fn credential_route(kind: Kind) -> (Fixed, Fixed, ParamSegment) {
    (StaticSegment("settings"), StaticSegment(kind.segment()), ParamSegment("id"))
}
/// `/w/{slug}/projects`
pub const PROJECTS: Fixed = StaticSegment("projects");
/// `/w/{slug}/projects/{project}`
pub const PROJECT: (Fixed, ParamSegment) = (StaticSegment("projects"), ParamSegment("project"));
/// `…/deployments/new`, below a project
pub const NEW_DEPLOYMENT: (Fixed, Fixed) = (StaticSegment("deployments"), StaticSegment("new"));
/// `…/delete`, below a project
pub const DELETE: Fixed = StaticSegment("delete");
/// `/w/{slug}/settings/api-keys/{id}/edit`
pub const EDIT_KEY: (Fixed, Fixed, ParamSegment, Fixed) =
    (StaticSegment("settings"), StaticSegment(Kind::ApiKey.segment()), ParamSegment("id"), StaticSegment("edit"));
/// `/w/{slug}/activity`
pub const ACTIVITY: Fixed = StaticSegment("activity");
/// `…/new`, below a list
pub const NEW: Fixed = StaticSegment("new");
/// `…/created`, below a list
pub const CREATED: Fixed = StaticSegment("created");
/// `…/revoke`, below a list: several at once
pub const REVOKE_CHOSEN: Fixed = StaticSegment("revoke");
/// `…/revoked`, below a list: what became of them
pub const REVOKED: Fixed = StaticSegment("revoked");
/// `…/{id}/revoke`, below a list
pub const REVOKE: (ParamSegment, Fixed) = (ParamSegment("id"), StaticSegment("revoke"));

/// `/workspaces/new`
pub const NEW_WORKSPACE: (Fixed, Fixed) = (StaticSegment("workspaces"), StaticSegment("new"));
/// `/w/{slug}/settings/general`
pub const GENERAL: (Fixed, Fixed) = (StaticSegment("settings"), StaticSegment("general"));
/// `/w/{slug}/settings/general/catalog`
pub const CHANGE_CATALOG: (Fixed, Fixed, Fixed) =
    (StaticSegment("settings"), StaticSegment("general"), StaticSegment("catalog"));
/// `/w/{slug}/settings/general/two-factor`
pub const TWO_FACTOR_RULE: (Fixed, Fixed, Fixed) =
    (StaticSegment("settings"), StaticSegment("general"), StaticSegment("two-factor"));
/// `/w/{slug}/settings/general/delete`
pub const DELETE_WORKSPACE: (Fixed, Fixed, Fixed) =
    (StaticSegment("settings"), StaticSegment("general"), StaticSegment("delete"));
/// `/w/{slug}/members`
pub const MEMBERS: Fixed = StaticSegment("members");
/// `…/leave`, below the members
pub const LEAVE: Fixed = StaticSegment("leave");
/// `…/{id}/remove`, below the members
pub const REMOVE: (ParamSegment, Fixed) = (ParamSegment("id"), StaticSegment("remove"));
/// `…/{id}/role`, below the members
pub const DEMOTE: (ParamSegment, Fixed) = (ParamSegment("id"), StaticSegment("role"));
/// `/account`
pub const ACCOUNT: Fixed = StaticSegment("account");
/// `/account/profile`
pub const PROFILE: Fixed = StaticSegment("profile");
/// `/account/sessions`
pub const SESSIONS: Fixed = StaticSegment("sessions");
/// `/account/two-factor`
pub const TWO_FACTOR: Fixed = StaticSegment("two-factor");
/// `/account/two-factor/codes`
pub const BACKUP_CODES: (Fixed, Fixed) = (StaticSegment("two-factor"), StaticSegment("codes"));
/// `/device`
pub const DEVICE: Fixed = StaticSegment("device");
/// `/confirm`
pub const CONFIRM: Fixed = StaticSegment("confirm");
/// `/reset/{code}`
pub const RESET: (Fixed, ParamSegment) = (StaticSegment("reset"), ParamSegment("code"));
/// `…/{id}/reset`, below the members
pub const RESET_LINK: (ParamSegment, Fixed) = (ParamSegment("id"), StaticSegment("reset"));
/// `/invitations/{code}`
pub const INVITATION: (Fixed, ParamSegment) = (StaticSegment("invitations"), ParamSegment("code"));

/// The workspace that an address names.
#[must_use]
pub fn workspace(params: &ParamsMap) -> String {
    params.get("workspace").unwrap_or_default()
}

/// What an address names below a list.
#[must_use]
pub fn id(params: &ParamsMap) -> String {
    params.get("id").unwrap_or_default()
}

/// The project that an address names, by slug or id.
#[must_use]
pub fn asked_project(params: &ParamsMap) -> String {
    params.get("project").unwrap_or_default()
}

/// Which part of a list of projects or deployments an address asks for; what is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `?after=…`: what is older than this.
    pub after: String,
    /// `?before=…`: what is newer than this.
    pub before: String,
}

impl Part {
    /// As the query says.
    #[must_use]
    pub fn asked(query: &ParamsMap) -> Self {
        let cursor = |name| query.get(name).unwrap_or_default();
        Self { after: cursor("after"), before: cursor("before") }
    }

    /// The part of older things after `cursor`.
    #[must_use]
    pub const fn after(cursor: String) -> Self {
        Self { after: cursor, before: String::new() }
    }

    /// The part of newer things before `cursor`.
    #[must_use]
    pub const fn before(cursor: String) -> Self {
        Self { after: String::new(), before: cursor }
    }

    /// `path` over this part of the list.
    fn behind(&self, path: String) -> String {
        with(path, &[("after", &self.after), ("before", &self.before)])
    }
}

/// Which page of which list of tokens or keys an address asks for. What is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Beginnings of words, or of the first characters.
    pub q: String,
    /// A status.
    pub status: String,
    /// A scope.
    pub scope: String,
    /// `workspace`, `project`, or the id of a project.
    pub level: String,
    /// The id of a maker.
    pub creator: String,
    /// `90`: unused for ninety days.
    pub unused: String,
    /// An order.
    pub sort: String,
    /// The cursor that it comes after.
    pub after: String,
    /// The cursor that it comes before.
    pub before: String,
}

impl Page {
    /// As the query says.
    #[must_use]
    pub fn asked(query: &ParamsMap) -> Self {
        let value = |name| query.get(name).unwrap_or_default();
        Self {
            q: value("q"),
            status: value("status"),
            scope: value("scope"),
            level: value("level"),
            creator: value("creator"),
            unused: value("unused"),
            sort: value("sort"),
            after: value("after"),
            before: value("before"),
        }
    }

    /// Those that stop working within seven days.
    #[must_use]
    pub fn expiring() -> Self {
        Self { status: "expiring".to_owned(), ..Self::default() }
    }

    /// The page of the same list that comes after `cursor`.
    #[must_use]
    pub fn after(&self, cursor: String) -> Self {
        Self { after: cursor, before: String::new(), ..self.clone() }
    }

    /// The page of the same list that comes before `cursor`.
    #[must_use]
    pub fn before(&self, cursor: String) -> Self {
        Self { after: String::new(), before: cursor, ..self.clone() }
    }

    /// The first page of the same list.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// Whether something is left out of the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        [&self.q, &self.status, &self.scope, &self.level, &self.creator, &self.unused]
            .iter()
            .any(|part| !part.is_empty())
    }

    /// The names and values of a query.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 9] {
        [
            ("q", &self.q),
            ("status", &self.status),
            ("scope", &self.scope),
            ("level", &self.level),
            ("creator", &self.creator),
            ("unused", &self.unused),
            ("sort", &self.sort),
            ("after", &self.after),
            ("before", &self.before),
        ]
    }

    /// `path` over this page of the list.
    fn behind(&self, path: String) -> String {
        with(path, &self.pairs())
    }
}

/// What an address looks for in the activity log; what is empty is not looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    /// `?kind=…`: what it is about.
    pub kind: String,
    /// `?by=…`: the id of who did it.
    pub by: String,
    /// `?from=…`: a date.
    pub from: String,
    /// `?q=…`: beginnings of words.
    pub q: String,
    /// `?after=…`: the page of older things after this.
    pub after: String,
    /// `?before=…`: the page of newer things before this.
    pub before: String,
}

impl Sought {
    /// As the query says.
    #[must_use]
    pub fn asked(query: &ParamsMap) -> Self {
        let value = |name| query.get(name).unwrap_or_default();
        let (kind, by, from, q) = (value("kind"), value("by"), value("from"), value("q"));
        Self { kind, by, from, q, after: value("after"), before: value("before") }
    }

    /// The same from the page after `after` or before `before` on; from the newest if both are empty.
    #[must_use]
    pub fn turned(&self, after: String, before: String) -> Self {
        Self { after, before, ..self.clone() }
    }

    /// Whether it is where the log begins.
    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.after.is_empty() && self.before.is_empty()
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.trim().is_empty())
    }

    fn pairs(&self) -> [(&'static str, &str); 4] {
        [("q", &self.q), ("kind", &self.kind), ("by", &self.by), ("from", &self.from)]
    }
}

/// The page that leads on: to the first workspace, or to signing in.
pub const HOME: &str = "/";

/// What tokens and keys are: a page of the documentation, which the server alone has.
pub const GUIDE: &str = "/docs/tokens-and-keys";

/// The viewer's address and password.
pub const PROFILE_PAGE: &str = "/account/profile";
/// Where the viewer is signed in.
pub const SESSIONS_PAGE: &str = "/account/sessions";
/// The viewer's second factor.
pub const TWO_FACTOR_PAGE: &str = "/account/two-factor";

/// The same for one who needs it to go on to `next`.
#[must_use]
pub fn two_factor(next: &str) -> String {
    with(TWO_FACTOR_PAGE.to_owned(), &[("next", if next == HOME { "" } else { next })])
}

/// The page that shows new backup codes, once, and leads on to `next`.
#[must_use]
pub fn backup_codes(next: &str) -> String {
    with(format!("{TWO_FACTOR_PAGE}/codes"), &[("next", if next == HOME { "" } else { next })])
}

/// What happened to the viewer's account.
pub const OWN_ACTIVITY_PAGE: &str = "/account/activity";

/// A page of what happened to the viewer's account.
#[must_use]
pub fn own_activity_page(after: &str, before: &str) -> String {
    with(OWN_ACTIVITY_PAGE.to_owned(), &[("after", after), ("before", before)])
}

/// Typing the password again, and then on to `next`.
#[must_use]
pub fn confirm(next: &str) -> String {
    with("/confirm".to_owned(), &[("next", next)])
}

/// Where the code of a command line is entered.
pub const DEVICE_PAGE: &str = "/device";
/// Where the command line is shown whose code was entered.
pub const DEVICE_ASKS: &str = "/device?step=confirm";
/// Where one learns that it was approved.
pub const DEVICE_APPROVED: &str = "/device?step=approved";
/// Where one learns that it was refused.
pub const DEVICE_DENIED: &str = "/device?step=denied";

/// The same with a code to confirm.
#[must_use]
pub fn device(user_code: &str) -> String {
    with(DEVICE_PAGE.to_owned(), &[("user_code", user_code)])
}

/// What somebody sees who opens a link to choose a new password.
#[must_use]
pub fn reset(code: &str) -> String {
    format!("/reset/{}", encode(code))
}

/// The question before a link to reset a member's password is made.
#[must_use]
pub fn reset_link(workspace: &str, id: UserId) -> String {
    format!("{}/{id}/reset", members(workspace))
}

/// The members, with the link to reset a password that was just made.
#[must_use]
pub fn reset_made(workspace: &str, id: ResetId) -> String {
    with(members(workspace), &[("reset", &id.to_string())])
}

/// Signing in, and then on to `next`.
#[must_use]
pub fn sign_in(next: &str) -> String {
    with("/sign-in".to_owned(), &[("next", if next == HOME { "" } else { next })])
}

/// The page that asks for a code after the password, and leads on to `next`.
#[must_use]
pub fn sign_in_code(next: &str) -> String {
    with("/sign-in/code".to_owned(), &[("next", if next == HOME { "" } else { next })])
}

/// Where a sign-in leads: the page goes on to `next` if the browser has kept the cookie, and says so if not.
#[must_use]
pub fn signed_in(next: &str) -> String {
    with("/sign-in".to_owned(), &[("fresh", "1"), ("next", if next == HOME { "" } else { next })])
}

/// The set-up, with the code of its link.
#[must_use]
pub fn setup(code: &str) -> String {
    with("/setup".to_owned(), &[("code", code)])
}

/// A workspace's projects.
#[must_use]
pub fn projects(workspace: &str) -> String {
    format!("/w/{}/projects", encode(workspace))
}

/// One part of a workspace's projects.
#[must_use]
pub fn projects_part(workspace: &str, part: &Part) -> String {
    part.behind(projects(workspace))
}

/// The dialog that makes a project, over `part` of the list.
#[must_use]
pub fn new_project(workspace: &str, part: &Part) -> String {
    part.behind(format!("{}/new", projects(workspace)))
}

/// A project's own page, from its newest deployments.
#[must_use]
pub fn project(workspace: &str, project: &str) -> String {
    format!("{}/{}", projects(workspace), encode(project))
}

/// A project's own page with one part of its deployments.
#[must_use]
pub fn project_part(workspace: &str, slug: &str, part: &Part) -> String {
    part.behind(project(workspace, slug))
}

/// The dialog that records a deployment, over `part` of the list.
#[must_use]
pub fn new_deployment(workspace: &str, slug: &str, part: &Part) -> String {
    part.behind(format!("{}/deployments/new", project(workspace, slug)))
}

/// The question before a project is deleted, over `part` of its deployments.
#[must_use]
pub fn delete_project(workspace: &str, slug: &str, part: &Part) -> String {
    part.behind(format!("{}/delete", project(workspace, slug)))
}

/// The tokens or keys that reach this project alone.
#[must_use]
pub fn credentials_of_project(workspace: &str, kind: Kind, id: ProjectId) -> String {
    with(credentials(workspace, kind), &[("level", &id.to_string())])
}

/// What happened in a workspace.
#[must_use]
pub fn activity(workspace: &str) -> String {
    format!("/w/{}/activity", encode(workspace))
}

/// One page of what happened in a workspace, as far as it is looked for.
#[must_use]
pub fn activity_page(workspace: &str, sought: &Sought) -> String {
    let mut pairs = sought.pairs().to_vec();
    pairs.extend([("after", sought.after.as_str()), ("before", sought.before.as_str())]);
    with(activity(workspace), &pairs)
}

/// A file of what happened in a workspace, as far as it is looked for: `csv` or `json`.
#[must_use]
pub fn activity_export(workspace: &str, format: &str, sought: &Sought) -> String {
    let mut pairs = vec![("format", format)];
    pairs.extend(sought.pairs());
    with(format!("{}/export", activity(workspace)), &pairs)
}

/// Who is in a workspace.
#[must_use]
pub fn members(workspace: &str) -> String {
    format!("/w/{}/members", encode(workspace))
}

/// Those who joined after a place in the list of members.
#[must_use]
pub fn members_after(workspace: &str, place: &str) -> String {
    with(members(workspace), &[("after", place)])
}

/// The members, with the link of a new invitation, once.
#[must_use]
pub fn invited(workspace: &str, id: InvitationId) -> String {
    with(members(workspace), &[("invited", &id.to_string())])
}

/// The question before a member is removed.
#[must_use]
pub fn remove_member(workspace: &str, id: UserId) -> String {
    format!("{}/{id}/remove", members(workspace))
}

/// The question before an owner or admin becomes a member only.
#[must_use]
pub fn demote_member(workspace: &str, id: UserId) -> String {
    format!("{}/{id}/role", members(workspace))
}

/// The question before the person who is signed in leaves.
#[must_use]
pub fn leave_workspace(workspace: &str) -> String {
    format!("{}/leave", members(workspace))
}

/// What one person did in a workspace.
#[must_use]
pub fn activity_by(workspace: &str, id: UserId) -> String {
    with(activity(workspace), &[("by", &id.to_string())])
}

/// What an invitation's link leads to.
#[must_use]
pub fn invitation(code: &str) -> String {
    format!("/invitations/{}", encode(code))
}

/// The workspace itself: name, plan, catalog.
#[must_use]
pub fn general(workspace: &str) -> String {
    format!("/w/{}/settings/general", encode(workspace))
}

/// The question before the workspace gets another catalog.
#[must_use]
pub fn change_catalog(workspace: &str, to: &str) -> String {
    with(format!("{}/catalog", general(workspace)), &[("to", to)])
}

/// The question before the rule about second factors is changed.
#[must_use]
pub fn two_factor_rule(workspace: &str) -> String {
    format!("{}/two-factor", general(workspace))
}

/// The question before the workspace is deleted.
#[must_use]
pub fn delete_workspace(workspace: &str) -> String {
    format!("{}/delete", general(workspace))
}

/// Making another workspace.
pub const NEW_WORKSPACE_PAGE: &str = "/workspaces/new";

/// Where one begins in a workspace whose tabs are not known here.
#[must_use]
pub fn workspace_home(workspace: &str) -> String {
    format!("/w/{}", encode(workspace))
}

/// A workspace's tokens or keys, from the newest.
#[must_use]
pub fn credentials(workspace: &str, kind: Kind) -> String {
    format!("/w/{}/settings/{}", encode(workspace), kind.segment())
}

/// One page of a workspace's tokens or keys.
#[must_use]
pub fn credentials_page(workspace: &str, kind: Kind, page: &Page) -> String {
    page.behind(credentials(workspace, kind))
}

/// The dialog that makes a token or key, over `page` of the list.
#[must_use]
pub fn new_credential(workspace: &str, kind: Kind, page: &Page) -> String {
    page.behind(format!("{}/new", credentials(workspace, kind)))
}

/// The dialog that makes a token or key, filled in like another one.
#[must_use]
pub fn credential_like(workspace: &str, like: CredentialId) -> String {
    with(format!("{}/new", credentials(workspace, like.kind())), &[("like", &like.to_string())])
}

/// The page that shows the secret of a new token or key, once.
#[must_use]
pub fn credential_created(workspace: &str, id: CredentialId) -> String {
    with(format!("{}/created", credentials(workspace, id.kind())), &[("id", &id.to_string())])
}

/// The own page of a token or key.
#[must_use]
pub fn credential(workspace: &str, id: CredentialId) -> String {
    format!("{}/{id}", credentials(workspace, id.kind()))
}

/// Where a key is changed.
#[must_use]
pub fn edit_credential(workspace: &str, id: CredentialId) -> String {
    format!("{}/edit", credential(workspace, id))
}

/// The question before several are revoked, over a list; its form adds which.
#[must_use]
pub fn revoke_credentials(workspace: &str, kind: Kind) -> String {
    format!("{}/revoke", credentials(workspace, kind))
}

/// The same for these, over `page` of the list.
#[must_use]
pub fn revoke_chosen(workspace: &str, kind: Kind, ids: &[String], page: &Page) -> String {
    let mut pairs: Vec<(&str, &str)> = ids.iter().map(|id| ("ids", id.as_str())).collect();
    pairs.extend(page.pairs());
    with(revoke_credentials(workspace, kind), &pairs)
}

/// What became of several that were to be revoked.
#[must_use]
pub fn credentials_revoked(workspace: &str, kind: Kind) -> String {
    format!("{}/revoked", credentials(workspace, kind))
}

/// All of a list to take along, as `csv` or `json`.
#[must_use]
pub fn export_credentials(workspace: &str, kind: Kind, format: &str, page: &Page) -> String {
    page.first().behind(format!("{}/export.{format}", credentials(workspace, kind)))
}

/// The question before a token or key is revoked, over `page` of the list.
#[must_use]
pub fn revoke_credential(workspace: &str, id: CredentialId, page: &Page) -> String {
    page.behind(format!("{}/revoke", credential(workspace, id)))
}

/// `path` with those of `pairs` that have a value as its query.
fn with(mut path: String, pairs: &[(&str, &str)]) -> String {
    let mut joint = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        path.push(joint);
        path.push_str(name);
        path.push('=');
        path.extend(encode(value));
        joint = '&';
    }
    path
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> PercentEncode<'_> {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_address_cannot_leave_its_place() {
        assert_eq!(
            credentials("northwind-robotics", Kind::AccessToken),
            "/w/northwind-robotics/settings/access-tokens"
        );
        assert_eq!(credentials("../é?#", Kind::AccessToken), "/w/..%2F%C3%A9%3F%23/settings/access-tokens");
    }

    #[test]
    fn the_way_back_is_one_value_of_the_query() {
        assert_eq!(sign_in("/"), "/sign-in");
        assert_eq!(sign_in("/w/a/new?like=b&c"), "/sign-in?next=%2Fw%2Fa%2Fnew%3Flike%3Db%26c");
    }

    #[test]
    fn a_dialog_keeps_the_page_behind_it() {
        let id = CredentialId::new(Kind::AccessToken, 7);
        let first = Page::default();
        assert_eq!(revoke_credential("a", id, &first), format!("/w/a/settings/access-tokens/{id}/revoke"));
        let second = Page { status: "active".to_owned(), ..first }.after("c+1".to_owned());
        assert_eq!(
            new_credential("a", Kind::AccessToken, &second),
            "/w/a/settings/access-tokens/new?status=active&after=c%2B1"
        );
        assert_eq!(
            export_credentials("a", Kind::ApiKey, "csv", &second),
            "/w/a/settings/api-keys/export.csv?status=active"
        );
    }
}
