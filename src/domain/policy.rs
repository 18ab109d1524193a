//! **Who may do what**: one pure function, asked first in every service method.
//!
//! The browser asks it too, to hide what would be refused; that is no check.

use std::collections::BTreeSet;

use super::{
    id::WorkspaceId,
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
    /// A token or key, with what its scopes open now.
    Credential {
        /// Where it belongs.
        workspace: WorkspaceId,
        /// What it may do in Latchkey's own API.
        capabilities: &'a BTreeSet<Capability>,
    },
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the workspace: name, plan, catalog.
    SeeWorkspace,
    /// See tokens and keys, without their secrets.
    SeeCredentials,
    /// Make a token or key.
    CreateCredential,
    /// End a token or key.
    RevokeCredential,
    /// See addresses that people and programs came from.
    SeeAddresses,
}

impl Action {
    /// All of them, for the printed table.
    pub const ALL: [Self; 5] =
        [Self::SeeWorkspace, Self::SeeCredentials, Self::CreateCredential, Self::RevokeCredential, Self::SeeAddresses];

    const fn least_role(self) -> Role {
        match self {
            Self::SeeWorkspace | Self::SeeCredentials => Role::Member,
            Self::CreateCredential | Self::RevokeCredential | Self::SeeAddresses => Role::Admin,
        }
    }

    const fn capability(self) -> Capability {
        match self {
            Self::SeeWorkspace | Self::SeeCredentials => Capability::WorkspaceRead,
            Self::CreateCredential | Self::RevokeCredential => Capability::CredentialsManage,
            Self::SeeAddresses => Capability::MembersManage,
        }
    }
}

/// What it is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A workspace, or anything in it.
    Workspace(WorkspaceId),
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allow,
    /// Answer as if it did not exist.
    Hide,
    /// Refuse a person whose role is too small.
    NeedsRole(Role),
    /// Refuse a token or key whose scopes do not open this.
    NeedsCapability(Capability),
}

/// Decides.
#[must_use]
pub fn decide(subject: Subject<'_>, action: Action, resource: Resource) -> Decision {
    let Resource::Workspace(asked) = resource;
    match subject {
        Subject::Operator => Decision::Allow,
        Subject::Person(None) => Decision::Hide,
        Subject::Person(Some(role)) if role >= action.least_role() => Decision::Allow,
        Subject::Person(Some(_)) => Decision::NeedsRole(action.least_role()),
        Subject::Credential { workspace, .. } if workspace != asked => Decision::Hide,
        Subject::Credential { capabilities, .. } if capabilities.contains(&action.capability()) => Decision::Allow,
        Subject::Credential { .. } => Decision::NeedsCapability(action.capability()),
    }
}

/// Who makes a credential, and with what.
#[derive(Clone, Copy, Debug)]
pub enum Maker<'a> {
    /// A person or the operator, acting in this role.
    Role(Role),
    /// A credential, with its scopes after includes, as they count now.
    Holding(&'a [&'a Scope]),
}

/// Whether `maker` may grant `scope`: a credential never exceeds its maker (PRODUCT section 2).
#[must_use]
pub fn may_grant(maker: Maker<'_>, scope: &Scope) -> bool {
    match maker {
        Maker::Role(role) => role >= scope.min_role,
        Maker::Holding(held) => {
            let open = super::catalog::capabilities(held.iter().copied());
            held.iter().any(|mine| mine.name == scope.name)
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
        for action in Action::ALL {
            assert_eq!(decide(Subject::Person(None), action, Resource::Workspace(HOME)), Decision::Hide);
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
        let subject = Subject::Credential { workspace: HOME, capabilities: &capabilities };
        let ask = |action, workspace| decide(subject, action, Resource::Workspace(workspace));
        assert_eq!(ask(Action::SeeCredentials, HOME), Decision::Allow);
        assert_eq!(ask(Action::SeeCredentials, ELSEWHERE), Decision::Hide);
        assert_eq!(ask(Action::CreateCredential, HOME), Decision::NeedsCapability(Capability::CredentialsManage));
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
        assert!(may_grant(Maker::Holding(&held), &deploy));
        assert!(may_grant(Maker::Holding(&held), &basic));
        assert!(!may_grant(Maker::Holding(&held), &archive));
        assert!(!may_grant(Maker::Holding(&held), &foreign), "no capability to hold all of");
        let held = [&full];
        assert!(may_grant(Maker::Holding(&held), &foreign));
        assert!(!may_grant(Maker::Holding(&held), &billing), "a full scope acts as an admin, never as an owner");
        assert!(!may_grant(Maker::Role(Role::Admin), &billing));
        assert!(may_grant(Maker::Role(Role::Owner), &billing));
        assert!(!may_grant(Maker::Role(Role::Member), &deploy));
    }
}
