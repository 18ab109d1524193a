//! **Who may do what**: one pure function, asked first in every service method.
//!
//! The browser asks it too, to hide what would be refused; that is no check.

use std::collections::BTreeSet;

use super::{
    credential::Kind,
    id::{ProjectId, WorkspaceId},
    role::Role,
    scope::{Capability, Scope},
};

/// Who is asking, as seen from the resource.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// The operator, at the machine itself.
    Operator,
    /// A person, with the role held now in the workspace in question, if any.
    Person(Option<Role>),
    /// A person in a workspace that requires a second factor, who has none.
    Unenrolled,
    /// A token or key, with what its scopes open now.
    Credential {
        /// Where it belongs.
        workspace: WorkspaceId,
        /// The only project that it reaches; none at the level of the workspace.
        project: Option<ProjectId>,
        /// What it may do in Latchkey's own API.
        capabilities: &'a BTreeSet<Capability>,
    },
}

/// What a credential must have for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// A capability.
    Capability(Capability),
    /// A capability, at the level of the workspace.
    WorkspaceLevel(Capability),
    /// Nothing helps: only people may.
    Person,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident: $role:ident, $key:expr;)*) => {
        /// What is asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// All of them, for the printed table.
            pub const ALL: &[Self] = &[$(Self::$action),*];

            const fn least_role(self) -> Role {
                match self {
                    $(Self::$action => Role::$role,)*
                }
            }

            const fn key(self) -> Key {
                match self {
                    $(Self::$action => $key,)*
                }
            }
        }
    };
}

actions! {
    /// See the workspace: name, plan, catalog.
    SeeWorkspace: Member, Key::Capability(Capability::WorkspaceRead);
    /// Rename the workspace.
    RenameWorkspace: Owner, Key::Person;
    /// Delete the workspace with all that is in it.
    DeleteWorkspace: Owner, Key::Person;
    /// Change the plan.
    ChangePlan: Owner, Key::Person;
    /// Change the catalog.
    ChangeCatalog: Owner, Key::Person;
    /// Require a second factor of everybody, or no longer.
    RequireTwoFactor: Owner, Key::Person;
    /// Leave the workspace.
    LeaveWorkspace: Member, Key::Person;
    /// See tokens and keys, without their secrets.
    SeeCredentials: Member, Key::Capability(Capability::WorkspaceRead);
    /// Make a token or key.
    CreateCredential: Admin, Key::Capability(Capability::CredentialsManage);
    /// Change a key, switch it off and on.
    EditCredential: Admin, Key::Capability(Capability::CredentialsManage);
    /// End a token or key.
    RevokeCredential: Admin, Key::Capability(Capability::CredentialsManage);
    /// See a project and what it is.
    SeeProjects: Member, Key::Capability(Capability::WorkspaceRead);
    /// Make a project.
    CreateProject: Admin, Key::WorkspaceLevel(Capability::ProjectsWrite);
    /// Rename a project.
    RenameProject: Admin, Key::Capability(Capability::ProjectsWrite);
    /// Delete a project and revoke its tokens and keys.
    DeleteProject: Admin, Key::Capability(Capability::ProjectsDelete);
    /// See a project's deployments.
    SeeDeployments: Member, Key::Capability(Capability::WorkspaceRead);
    /// Record a deployment.
    CreateDeployment: Admin, Key::Capability(Capability::DeploymentsCreate);
    /// Archive a deployment.
    ArchiveDeployment: Admin, Key::Capability(Capability::DeploymentsArchive);
    /// See who is in the workspace.
    SeeMembers: Member, Key::WorkspaceLevel(Capability::WorkspaceRead);
    /// See, make and take back invitations.
    Invite: Admin, Key::WorkspaceLevel(Capability::MembersManage);
    /// Change and remove admins and members.
    ChangeMember: Admin, Key::WorkspaceLevel(Capability::MembersManage);
    /// Grant and take the role of an owner.
    ChangeOwner: Owner, Key::Person;
    /// Make a link by which a member chooses a new password.
    ResetPassword: Owner, Key::Person;
    /// See what happened.
    SeeActivity: Member, Key::Capability(Capability::ActivityRead);
    /// Ask whether a token or key is good, and what for.
    Introspect: Admin, Key::Capability(Capability::Introspect);
    /// See addresses that people and programs came from.
    SeeAddresses: Admin, Key::WorkspaceLevel(Capability::MembersManage);
}

impl Action {
    /// To change or remove somebody of this role, or to give it.
    #[must_use]
    pub const fn change_of(role: Role) -> Self {
        match role {
            Role::Owner => Self::ChangeOwner,
            Role::Admin | Role::Member => Self::ChangeMember,
        }
    }

    /// To invite somebody into this role, or to take that back.
    #[must_use]
    pub const fn invite_as(role: Role) -> Self {
        match role {
            Role::Owner => Self::ChangeOwner,
            Role::Admin | Role::Member => Self::Invite,
        }
    }
}

/// What it is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A workspace, or what lies in it and in no project.
    Workspace(WorkspaceId),
    /// A project, or what lies in it.
    Project(WorkspaceId, ProjectId),
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allow,
    /// Answer as if it did not exist.
    Hide,
    /// Answer as if it did not exist, for it lies in another project than the token or key.
    HideProject,
    /// Refuse a person whose role is too small.
    NeedsRole(Role),
    /// Refuse a token or key whose scopes do not open this.
    NeedsCapability(Capability),
    /// Refuse a token or key of one project: this is of the whole workspace.
    NeedsWorkspaceLevel,
    /// Refuse any token or key.
    NeedsPerson,
    /// Refuse whoever has no second factor, but for the way to one.
    NeedsTwoFactor,
}

/// Decides.
#[must_use]
pub fn decide(subject: Subject<'_>, action: Action, resource: Resource) -> Decision {
    let (Resource::Workspace(asked) | Resource::Project(asked, _)) = resource;
    match subject {
        Subject::Operator => Decision::Allow,
        Subject::Person(None) => Decision::Hide,
        Subject::Unenrolled => Decision::NeedsTwoFactor,
        Subject::Person(Some(role)) if role >= action.least_role() => Decision::Allow,
        Subject::Person(Some(_)) => Decision::NeedsRole(action.least_role()),
        Subject::Credential { workspace, .. } if workspace != asked => Decision::Hide,
        Subject::Credential { project: Some(own), .. } if is_of_another(resource, own) => Decision::HideProject,
        Subject::Credential { project, capabilities, .. } => match action.key() {
            Key::Person => Decision::NeedsPerson,
            Key::WorkspaceLevel(_) if project.is_some() => Decision::NeedsWorkspaceLevel,
            Key::Capability(capability) | Key::WorkspaceLevel(capability) if capabilities.contains(&capability) => {
                Decision::Allow
            }
            Key::Capability(capability) | Key::WorkspaceLevel(capability) => Decision::NeedsCapability(capability),
        },
    }
}

fn is_of_another(resource: Resource, own: ProjectId) -> bool {
    matches!(resource, Resource::Project(_, project) if project != own)
}

/// Who makes a credential, and with what.
#[derive(Clone, Copy, Debug)]
pub enum Maker<'a> {
    /// A person or the operator, acting in this role.
    Role(Role),
    /// A credential of this kind, with its scopes after includes, as they count now.
    Holding(Kind, &'a [&'a Scope]),
}

/// Whether `maker` may grant `scope` to a credential of `kind`: a credential never exceeds its maker (PRODUCT section
/// 2). What the scope includes is a question of its own.
#[must_use]
pub fn may_grant(maker: Maker<'_>, kind: Kind, scope: &Scope) -> bool {
    match maker {
        Maker::Role(role) => role >= scope.min_role,
        Maker::Holding(own, held) => {
            let open = super::catalog::capabilities(held.iter().copied());
            // The same name means something else in the other kind.
            (own == kind && held.iter().any(|mine| mine.name == scope.name))
                || (!scope.grants.is_empty() && scope.grants.iter().all(|capability| open.contains(capability)))
                || (scope.min_role <= Role::Admin && held.iter().any(|mine| mine.full))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: WorkspaceId = WorkspaceId::from_u128(1);
    const ELSEWHERE: WorkspaceId = WorkspaceId::from_u128(2);

    fn scope(name: &str, grants: &[Capability], full: bool, min_role: Role) -> Scope {
        Scope {
            name: name.parse().unwrap(),
            group: String::new(),
            description: String::new(),
            includes: vec![],
            min_role,
            full,
            sensitive: false,
            grants: grants.to_vec(),
        }
    }

    #[test]
    fn a_person_without_a_role_learns_nothing() {
        for action in Action::ALL.iter().copied() {
            assert_eq!(decide(Subject::Person(None), action, Resource::Workspace(HOME)), Decision::Hide);
        }
    }

    #[test]
    fn a_person_without_the_second_factor_that_is_required_may_nothing() {
        for action in Action::ALL.iter().copied() {
            assert_eq!(decide(Subject::Unenrolled, action, Resource::Workspace(HOME)), Decision::NeedsTwoFactor);
        }
    }

    #[test]
    fn members_see_and_admins_change() {
        let ask = |role, action| decide(Subject::Person(Some(role)), action, Resource::Workspace(HOME));
        assert_eq!(ask(Role::Member, Action::SeeCredentials), Decision::Allow);
        assert_eq!(ask(Role::Member, Action::CreateCredential), Decision::NeedsRole(Role::Admin));
        assert_eq!(ask(Role::Member, Action::SeeAddresses), Decision::NeedsRole(Role::Admin));
        assert_eq!(ask(Role::Admin, Action::RevokeCredential), Decision::Allow);
        assert_eq!(ask(Role::Owner, Action::CreateCredential), Decision::Allow);
    }

    #[test]
    fn a_credential_stays_in_its_workspace_and_its_scopes() {
        let capabilities = BTreeSet::from([Capability::WorkspaceRead]);
        let subject = Subject::Credential { workspace: HOME, project: None, capabilities: &capabilities };
        let ask = |action, workspace| decide(subject, action, Resource::Workspace(workspace));
        assert_eq!(ask(Action::SeeCredentials, HOME), Decision::Allow);
        assert_eq!(ask(Action::SeeCredentials, ELSEWHERE), Decision::Hide);
        assert_eq!(ask(Action::CreateCredential, HOME), Decision::NeedsCapability(Capability::CredentialsManage));
    }

    #[test]
    fn a_credential_of_a_project_sees_no_other_and_not_the_people() {
        let capabilities = BTreeSet::from(Capability::ALL);
        let (own, other) = (ProjectId::from_u128(1), ProjectId::from_u128(2));
        let subject = Subject::Credential { workspace: HOME, project: Some(own), capabilities: &capabilities };
        let ask = |action, resource| decide(subject, action, resource);
        assert_eq!(ask(Action::RenameProject, Resource::Project(HOME, own)), Decision::Allow);
        assert_eq!(ask(Action::RenameProject, Resource::Project(HOME, other)), Decision::HideProject);
        assert_eq!(ask(Action::RenameProject, Resource::Project(ELSEWHERE, own)), Decision::Hide);
        assert_eq!(ask(Action::SeeWorkspace, Resource::Workspace(HOME)), Decision::Allow);
        for action in [Action::SeeMembers, Action::Invite, Action::ChangeMember, Action::CreateProject] {
            assert_eq!(ask(action, Resource::Workspace(HOME)), Decision::NeedsWorkspaceLevel, "{action:?}");
        }
        assert_eq!(ask(Action::DeleteWorkspace, Resource::Workspace(HOME)), Decision::NeedsPerson);
    }

    #[test]
    fn nobody_grants_more_than_they_have() {
        let deploy = scope("deploy", &[Capability::DeploymentsCreate], false, Role::Admin);
        let basic = scope("basic_deployment", &[Capability::DeploymentsCreate], false, Role::Admin);
        let archive =
            scope("advanced", &[Capability::DeploymentsCreate, Capability::DeploymentsArchive], false, Role::Admin);
        let foreign = scope("run_scripts", &[], false, Role::Admin);
        let billing = scope("billing:write", &[], false, Role::Owner);
        let full = scope("admin", &Capability::ALL, true, Role::Admin);

        let held = [&deploy];
        assert!(may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &deploy));
        assert!(may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &basic));
        assert!(!may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &archive));
        assert!(
            !may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &foreign),
            "no capability to hold all of"
        );
        let held = [&full];
        assert!(may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &foreign));
        assert!(
            !may_grant(Maker::Holding(Kind::AccessToken, &held), Kind::AccessToken, &billing),
            "a full scope acts as an admin, never as an owner"
        );
        assert!(!may_grant(Maker::Role(Role::Admin), Kind::ApiKey, &billing));
        assert!(may_grant(Maker::Role(Role::Owner), Kind::ApiKey, &billing));
        assert!(!may_grant(Maker::Role(Role::Member), Kind::ApiKey, &deploy));
    }
}
