//! What the demo shows: a small company with tokens and keys in every state. Times count in hours from now.

use crate::domain::{activity::Happened, credential::Kind, role::Role};

/// Who signs in to the demo.
pub const EMAIL: &str = "ops@northwind.example";
const ADMIN: &str = "admin@northwind.example";
const INFRA: &str = "infra@northwind.example";

/// The people besides [`EMAIL`], who is the owner.
pub(super) const PEOPLE: [(&str, Role); 4] = [
    (ADMIN, Role::Admin),
    (INFRA, Role::Admin),
    ("qa@northwind.example", Role::Member),
    ("finance@northwind.example", Role::Member),
];

/// The names of its projects.
pub(super) const PROJECTS: [&str; 2] = ["Weekly report", "Fleet API"];

/// Files that went out: project, name, size in bytes, hours ago, whether it is archived.
pub(super) const DEPLOYMENTS: [(&str, &str, u64, i64, bool); 4] = [
    ("Fleet API", "fleet-api-2.7.4.tar.gz", 14_488_201, 24 * 31, true),
    ("Weekly report", "weekly-report-118.zip", 2_113_902, 24 * 8, false),
    ("Fleet API", "fleet-api-2.8.0.tar.gz", 14_702_118, 24 * 6, false),
    ("Fleet API", "fleet-api-2.8.1.tar.gz", 14_889_733, 0, false),
];

/// A token or key of the demo.
pub(super) struct Sample {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) scopes: &'static [&'static str],
    pub(super) project: Option<&'static str>,
    /// The address of a person, or the name of a token before it.
    pub(super) maker: &'static str,
    pub(super) age: i64,
    pub(super) ends_in: Option<i64>,
    pub(super) off_since: Option<i64>,
    pub(super) revoked_ago: Option<i64>,
    pub(super) used_ago: Option<i64>,
    pub(super) uses: i64,
    pub(super) agent: &'static str,
}

const TOKEN: Sample = Sample {
    kind: Kind::AccessToken,
    name: "",
    description: "",
    scopes: &[],
    project: None,
    maker: EMAIL,
    age: 0,
    ends_in: None,
    off_since: None,
    revoked_ago: None,
    used_ago: None,
    uses: 0,
    agent: "",
};
const KEY: Sample = Sample { kind: Kind::ApiKey, ..TOKEN };

/// Four of each kind in use, and one of each end: the states that the tabs can show.
pub(super) const SAMPLES: [Sample; 11] = [
    Sample {
        name: "Contractor handover",
        scopes: &["all"],
        maker: ADMIN,
        age: 24 * 260,
        revoked_ago: Some(24 * 20),
        used_ago: Some(24 * 21),
        uses: 96,
        agent: "curl/8.11",
        ..TOKEN
    },
    Sample {
        name: "Release script",
        scopes: &["advanced_deployment", "read"],
        age: 24 * 190,
        ends_in: Some(-24 * 9),
        used_ago: Some(24 * 40),
        uses: 41,
        agent: "python-requests/2.32",
        ..TOKEN
    },
    Sample {
        name: "Provisioning agent",
        scopes: &["admin"],
        age: 24 * 131,
        ends_in: Some(24 * 62),
        used_ago: Some(2),
        uses: 214,
        agent: "provision/3.1",
        ..TOKEN
    },
    Sample {
        name: "Staging smoke tests",
        scopes: &["basic_deployment"],
        project: Some("Fleet API"),
        maker: "Provisioning agent",
        age: 24 * 115,
        ends_in: Some(24 * 3),
        used_ago: Some(24 * 94),
        uses: 26,
        agent: "smoke/0.9",
        ..TOKEN
    },
    Sample {
        name: "Nightly report runner",
        scopes: &["run_scripts", "read"],
        project: Some("Weekly report"),
        maker: "Provisioning agent",
        age: 24 * 85,
        ends_in: Some(24 * 5),
        used_ago: Some(6),
        uses: 388,
        agent: "report-runner/1.4",
        ..TOKEN
    },
    Sample {
        name: "Deploy from CI",
        scopes: &["deploy", "read", "modify_env"],
        maker: ADMIN,
        age: 24 * 55,
        used_ago: Some(0),
        uses: 1204,
        agent: "github-actions",
        ..TOKEN
    },
    Sample {
        name: "Old backup job",
        scopes: &["manage_backups", "delete"],
        age: 24 * 346,
        ends_in: Some(24 * 39),
        off_since: Some(24 * 100),
        used_ago: Some(24 * 106),
        uses: 204,
        agent: "restic/0.17",
        ..KEY
    },
    Sample {
        name: "Grafana data source",
        description: "Dashboards in the control room",
        scopes: &["metrics:read", "logs:read"],
        maker: INFRA,
        age: 24 * 307,
        used_ago: Some(0),
        uses: 48_911,
        agent: "Grafana/12.1",
        ..KEY
    },
    Sample {
        name: "Terraform, production",
        description: "Plans and applies the production stack",
        scopes: &["manage_servers", "services:write", "domains:write"],
        maker: INFRA,
        age: 24 * 263,
        ends_in: Some(24 * 102),
        used_ago: Some(0),
        uses: 6120,
        agent: "Terraform/1.14",
        ..KEY
    },
    Sample {
        name: "Finance export",
        description: "Monthly ledger for the accountants",
        scopes: &["billing:read"],
        maker: ADMIN,
        age: 24 * 97,
        ends_in: Some(-24 * 7),
        used_ago: Some(24 * 8),
        uses: 11,
        agent: "export/2.0",
        ..KEY
    },
    Sample {
        name: "Edge gateway",
        description: "Checks every caller at the edge",
        scopes: &["introspect"],
        maker: ADMIN,
        age: 24 * 84,
        ends_in: Some(24 * 6),
        used_ago: Some(0),
        uses: 91_733,
        agent: "nginx",
        ..KEY
    },
];

/// What happened to people: who did what to whom, in a few words, hours ago.
pub(super) const EVENTS: [(&str, Happened, &str, &str, i64); 3] = [
    (EMAIL, Happened::InvitationCreated, "finance@northwind.example", "As Member", 24 * 9),
    (EMAIL, Happened::RoleChanged, ADMIN, "Was Member", 24 * 3),
    (INFRA, Happened::CredentialUpdated, "Terraform, production", "Added domains:write", 24 + 9),
];
