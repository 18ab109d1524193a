//! A believable workspace for looking around. Fills an empty installation only.

use time::Duration;

use super::{Result, Service, actor::Origin, setup::NewOwner};
use crate::{
    auth::secret::{self, Secret},
    domain::{
        credential::{Credential, CredentialId, Kind, LastUse, Maker, MakerKind},
        id::UserId,
        workspace::Workspace,
    },
    store::{self, credentials, instance, usage},
};

/// Who signs in to the demo.
pub const EMAIL: &str = "ops@northwind.example";

/// How to sign in.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The address.
    pub email: &'static str,
    /// The password, made for this database.
    pub password: String,
}

/// A token of the demo. Times count in hours from now.
struct Sample {
    name: &'static str,
    scopes: &'static [&'static str],
    age: i64,
    ends_in: Option<i64>,
    revoked_ago: Option<i64>,
    used_ago: Option<i64>,
    uses: i64,
    agent: &'static str,
}

/// Four in use, and one of each end: the states that the tab can show.
const SAMPLES: [Sample; 6] = [
    Sample {
        name: "Old laptop",
        scopes: &["read"],
        age: 24 * 260,
        ends_in: None,
        revoked_ago: Some(24 * 20),
        used_ago: Some(24 * 21),
        uses: 96,
        agent: "curl/8.11",
    },
    Sample {
        name: "Quarterly export",
        scopes: &["read", "activity_tracker_analytics"],
        age: 24 * 190,
        ends_in: Some(-24 * 9),
        revoked_ago: None,
        used_ago: Some(24 * 40),
        uses: 41,
        agent: "python-requests/2.32",
    },
    Sample {
        name: "Provisioning agent",
        scopes: &["admin"],
        age: 24 * 131,
        ends_in: Some(24 * 62),
        revoked_ago: None,
        used_ago: Some(2),
        uses: 214,
        agent: "provision/3.1",
    },
    Sample {
        name: "Nightly report runner",
        scopes: &["run_scripts", "read"],
        age: 24 * 85,
        ends_in: Some(24 * 5),
        revoked_ago: None,
        used_ago: Some(6),
        uses: 388,
        agent: "report-runner/1.4",
    },
    Sample {
        name: "Deploy from CI",
        scopes: &["deploy", "read", "modify_env"],
        age: 24 * 55,
        ends_in: None,
        revoked_ago: None,
        used_ago: Some(0),
        uses: 1204,
        agent: "github-actions",
    },
    Sample {
        name: "Error collector",
        scopes: &["error_tracker"],
        age: 24 * 3,
        ends_in: Some(24 * 87),
        revoked_ago: None,
        used_ago: None,
        uses: 0,
        agent: "",
    },
];

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
        for sample in &SAMPLES {
            self.insert_sample(&mut tx, user, &workspace, sample).await?;
        }
        tx.commit().await?;
        Ok(Some(Demo { email: EMAIL, password }))
    }

    async fn insert_sample(
        &self,
        tx: &mut store::Tx,
        user: UserId,
        workspace: &Workspace,
        sample: &Sample,
    ) -> Result<()> {
        let now = self.now();
        let at = |hours: i64| now.plus(Duration::hours(hours));
        let secret = Secret::mint("sk_live_", &mut |bytes| self.random.fill(bytes));
        let created_at = at(-sample.age);
        let credential = Credential {
            id: CredentialId::new(Kind::AccessToken, self.random.id(created_at)),
            workspace: workspace.id,
            project: None,
            name: sample.name.to_owned(),
            description: String::new(),
            hint: secret.hint(),
            scopes: sample.scopes.iter().filter_map(|name| name.parse().ok()).collect(),
            has_passphrase: false,
            created_at,
            created_by: Maker { kind: MakerKind::User, id: Some(user.to_string()), name: EMAIL.to_owned() },
            responsible: (user, EMAIL.to_owned()),
            parent: None,
            expires_at: sample.ends_in.map(at),
            revoked_at: None,
            disabled_at: None,
            version: 0,
            last_use: LastUse::default(),
            use_count: 0,
        };
        let row = credentials::NewCredential {
            credential: &credential,
            digest: &secret.digest(),
            passphrase_hash: None,
            form_key: None,
        };
        credentials::insert(tx, &row).await?;
        if let Some(hours) = sample.used_ago {
            let uses = usage::Uses {
                count: sample.uses,
                last_at: at(-hours).plus(-Duration::minutes(4)),
                ip: Some("192.0.2.15".to_owned()),
                user_agent: Some(sample.agent.to_owned()),
            };
            usage::add(tx, credential.id, &uses).await?;
        }
        if let Some(hours) = sample.revoked_ago {
            credentials::revoke(tx, workspace.id, credential.id, at(-hours)).await?;
        }
        Ok(())
    }
}
