//! Who may do what, printed: a change of the policy shows here as a change of this table.
//!
//! One line for an action, one block for what it is asked of. `yes` allows; `404` answers as if it did not exist; any
//! other word is what is missing: a role, a capability, `a person`, `2FA`, or the `workspace level`. `only` are credentials of the
//! workspace's level with a single capability: which of the nine are allowed; all others are told what the one with
//! nothing is told, or what they are told stands there too.

use std::{collections::BTreeSet, fmt::Write as _};

use latchkey::domain::{
    id::{ProjectId, WorkspaceId},
    policy::{Action, Decision, Resource, Subject, decide},
    role::Role,
    scope::Capability,
};

const HOME: WorkspaceId = WorkspaceId::from_u128(1);
const ELSEWHERE: WorkspaceId = WorkspaceId::from_u128(2);
const OWN: ProjectId = ProjectId::from_u128(1);
const OTHER: ProjectId = ProjectId::from_u128(2);

#[test]
fn everybody_may_what_the_table_says() {
    let mut table = String::new();
    for (about, resource) in [
        ("The workspace, and what lies in no project", Resource::Workspace(HOME)),
        ("The project of the credentials of a project", Resource::Project(HOME, OWN)),
        ("Another project", Resource::Project(HOME, OTHER)),
    ] {
        writeln!(table, "{about}\n").unwrap();
        block(&mut table, resource);
        table.push('\n');
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"));
}

fn block(table: &mut String, resource: Resource) {
    let all = BTreeSet::from(Capability::ALL);
    let none = BTreeSet::new();
    let subjects = [
        ("operator", Subject::Operator),
        ("owner", Subject::Person(Some(Role::Owner))),
        ("admin", Subject::Person(Some(Role::Admin))),
        ("member", Subject::Person(Some(Role::Member))),
        ("unenrolled", Subject::Unenrolled),
        ("stranger", Subject::Person(None)),
        ("of elsewhere", of(ELSEWHERE, None, &all)),
        ("everything", of(HOME, None, &all)),
        ("everything, of a project", of(HOME, Some(OWN), &all)),
        ("nothing, of a project", of(HOME, Some(OWN), &none)),
        ("nothing", of(HOME, None, &none)),
    ];
    let heading = subjects.iter().map(|(name, _)| format!("{name:<width$}", width = width(name)));
    writeln!(table, "{:<18}{}only", "", heading.collect::<String>()).unwrap();
    for action in Action::ALL.iter().copied() {
        write!(table, "{:<18}", format!("{action:?}")).unwrap();
        for (name, subject) in &subjects {
            write!(table, "{:<width$}", word(decide(*subject, action, resource)), width = width(name)).unwrap();
        }
        let with_nothing = decide(of(HOME, None, &none), action, resource);
        let mut single = Vec::new();
        for capability in Capability::ALL {
            let alone = BTreeSet::from([capability]);
            match decide(of(HOME, None, &alone), action, resource) {
                Decision::Allow => single.push(capability.as_str().to_owned()),
                told if told == with_nothing => {}
                told => single.push(format!("{}: {}", capability.as_str(), word(told))),
            }
        }
        writeln!(table, "{}", if single.is_empty() { "-".to_owned() } else { single.join(", ") }).unwrap();
    }
}

const fn of(workspace: WorkspaceId, project: Option<ProjectId>, capabilities: &BTreeSet<Capability>) -> Subject<'_> {
    Subject::Credential { workspace, project, capabilities }
}

/// Wide enough for the column's name and for the longest word in it.
fn width(name: &str) -> usize {
    match name {
        "nothing" => 21,
        "nothing, of a project" => 23,
        name => name.len().max(5) + 2,
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "yes",
        Decision::Hide | Decision::HideProject => "404",
        Decision::NeedsWorkspaceLevel => "workspace level",
        Decision::NeedsPerson => "a person",
        Decision::NeedsTwoFactor => "2FA",
        Decision::NeedsRole(role) => role.as_str(),
        Decision::NeedsCapability(capability) => capability.as_str(),
    }
}
