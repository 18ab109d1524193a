//! Who may do what, printed: a change of the policy shows here as a change of this table.

use std::{collections::BTreeSet, fmt::Write as _};

use latchkey::domain::{
    id::WorkspaceId,
    policy::{Action, Decision, Resource, Subject, decide},
    role::Role,
    scope::Capability,
};

const HOME: WorkspaceId = WorkspaceId::from_u128(1);
const ELSEWHERE: WorkspaceId = WorkspaceId::from_u128(2);

#[test]
fn everybody_may_what_the_table_says() {
    let all = BTreeSet::from(Capability::ALL);
    let single = Capability::ALL.map(|capability| BTreeSet::from([capability]));
    let none = BTreeSet::new();
    let mut subjects = vec![
        ("operator".to_owned(), Subject::Operator),
        ("owner".to_owned(), Subject::Person(Some(Role::Owner))),
        ("admin".to_owned(), Subject::Person(Some(Role::Admin))),
        ("member".to_owned(), Subject::Person(Some(Role::Member))),
        ("stranger".to_owned(), Subject::Person(None)),
        (
            "credential, of elsewhere".to_owned(),
            Subject::Credential { workspace: ELSEWHERE, project: None, capabilities: &all },
        ),
        (
            "credential, everything".to_owned(),
            Subject::Credential { workspace: HOME, project: None, capabilities: &all },
        ),
        ("credential, nothing".to_owned(), Subject::Credential { workspace: HOME, project: None, capabilities: &none }),
    ];
    for (capability, capabilities) in Capability::ALL.iter().zip(&single) {
        let subject = Subject::Credential { workspace: HOME, project: None, capabilities };
        subjects.push((format!("credential, {}", capability.as_str()), subject));
    }
    let mut table = format!("{:<32}", "");
    for action in Action::ALL {
        let name = format!("{action:?}");
        write!(table, "{name:<20}").unwrap();
    }
    for (name, subject) in subjects {
        write!(table, "\n{name:<32}").unwrap();
        for action in Action::ALL {
            let decision = match decide(subject, *action, Resource::Workspace(HOME)) {
                Decision::Allow => "yes".to_owned(),
                Decision::Hide | Decision::HideProject => "404".to_owned(),
                Decision::NeedsWorkspaceLevel => "workspace level".to_owned(),
                Decision::NeedsPerson => "a person".to_owned(),
                Decision::NeedsRole(role) => format!("needs {role}"),
                Decision::NeedsCapability(capability) => capability.as_str().to_owned(),
            };
            write!(table, "{decision:<20}").unwrap();
        }
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"), @"
                                    SeeWorkspace        SeeCredentials      CreateCredential    RevokeCredential    SeeAddresses
    operator                        yes                 yes                 yes                 yes                 yes
    owner                           yes                 yes                 yes                 yes                 yes
    admin                           yes                 yes                 yes                 yes                 yes
    member                          yes                 yes                 needs admin         needs admin         needs admin
    stranger                        404                 404                 404                 404                 404
    credential, of elsewhere        404                 404                 404                 404                 404
    credential, everything          yes                 yes                 yes                 yes                 yes
    credential, nothing             workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, workspace.read      yes                 yes                 credentials.manage  credentials.manage  members.manage
    credential, projects.write      workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, projects.delete     workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, deployments.create  workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, deployments.archive workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, credentials.manage  workspace.read      workspace.read      yes                 yes                 members.manage
    credential, members.manage      workspace.read      workspace.read      credentials.manage  credentials.manage  yes
    credential, activity.read       workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    credential, introspect          workspace.read      workspace.read      credentials.manage  credentials.manage  members.manage
    ");
}
