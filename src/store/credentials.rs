//! Access tokens and API keys.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read, search_index};
use crate::domain::{
    credential::{Credential, CredentialId, Kind, LastUse, Maker, MakerKind, OwnProject},
    id::{ProjectId, UserId, WorkspaceId},
    role::Role,
    scope::ScopeName,
    stored::Digest,
    timestamp::Timestamp,
    workspace::Workspace,
};

/// A constant statement over credentials and the names of the people and credentials around them.
macro_rules! select {
    ($more_columns:literal, $($rest:literal),+) => {
        concat!(
            "SELECT c.id, c.workspace_id, c.name, c.description, c.hint, c.passphrase_hash, c.scopes, c.created_at, \
             c.created_by_kind, c.created_by_id, mu.email AS maker_email, mc.name AS maker_name, c.responsible_id, \
             r.email AS responsible_email, c.parent_id, c.expires_at, c.revoked_at, c.last_used_at, c.last_used_ip, \
             c.last_used_agent, c.use_count, c.disabled_at, c.version, c.project_id, p.slug AS project_slug, \
             p.name AS project_name",
            $more_columns,
            " FROM credentials c JOIN users r ON r.id = c.responsible_id \
             LEFT JOIN users mu ON mu.id = c.created_by_id LEFT JOIN credentials mc ON mc.id = c.created_by_id \
             LEFT JOIN projects p ON p.id = c.project_id ",
            $($rest),+
        )
    };
}

pub(super) use select;

/// The same with what judging needs.
macro_rules! select_presented {
    ($condition:literal) => {
        select!(
            ", w.slug AS workspace_slug, w.name AS workspace_name, w.plan AS workspace_plan, \
             w.catalog AS workspace_catalog, w.created_at AS workspace_created_at, \
             w.two_factor_required_at AS workspace_two_factor_since, m.role",
            "JOIN workspaces w ON w.id = c.workspace_id \
             LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.user_id = c.responsible_id ",
            $condition
        )
    };
}

#[derive(FromRow)]
pub(super) struct Row {
    id: String,
    workspace_id: String,
    name: String,
    description: String,
    hint: String,
    passphrase_hash: Option<String>,
    scopes: String,
    created_at: i64,
    created_by_kind: String,
    created_by_id: Option<String>,
    maker_email: Option<String>,
    maker_name: Option<String>,
    responsible_id: String,
    responsible_email: String,
    parent_id: Option<String>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_ip: Option<String>,
    last_used_agent: Option<String>,
    use_count: i64,
    disabled_at: Option<i64>,
    version: i64,
    project_id: Option<String>,
    project_slug: Option<String>,
    project_name: Option<String>,
}

impl Row {
    pub(super) fn into_domain(self) -> Result<Credential> {
        let kind = read(&self.created_by_kind, "a kind of maker")?;
        let name = match kind {
            MakerKind::User => self.maker_email,
            MakerKind::Credential => self.maker_name,
            MakerKind::Operator | MakerKind::Reporter => None,
        };
        let project = match (self.project_id, self.project_slug, self.project_name) {
            (Some(id), Some(slug), Some(name)) => Some(OwnProject { id: read(&id, "a project id")?, slug, name }),
            _ => None,
        };
        Ok(Credential {
            id: read(&self.id, "a credential id")?,
            workspace: read(&self.workspace_id, "a workspace id")?,
            project,
            name: self.name,
            description: self.description,
            hint: self.hint,
            scopes: self.scopes.split_whitespace().map(|name| read(name, "a scope")).collect::<Result<_>>()?,
            has_passphrase: self.passphrase_hash.is_some(),
            created_at: Timestamp::from_micros(self.created_at),
            created_by: Maker { kind, id: self.created_by_id, name: name.unwrap_or_else(|| "Operator".to_owned()) },
            responsible: (read(&self.responsible_id, "a user id")?, self.responsible_email),
            parent: self.parent_id.map(|id| read(&id, "a credential id")).transpose()?,
            expires_at: self.expires_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
            disabled_at: self.disabled_at.map(Timestamp::from_micros),
            version: u64::try_from(self.version).unwrap_or_default(),
            last_use: LastUse {
                at: self.last_used_at.map(Timestamp::from_micros),
                ip: self.last_used_ip,
                user_agent: self.last_used_agent,
            },
            use_count: u64::try_from(self.use_count).unwrap_or_default(),
        })
    }
}

/// A credential as it is judged: with its passphrase's hash, its workspace, and what its responsible member is now.
pub struct Presented {
    /// The credential.
    pub credential: Credential,
    /// The hash to compare a passphrase with.
    pub passphrase_hash: Option<String>,
    /// Where it belongs.
    pub workspace: Workspace,
    /// The role of its responsible member; none if they left.
    pub responsible_role: Option<Role>,
}

#[derive(FromRow)]
struct PresentedRow {
    #[sqlx(flatten)]
    row: Row,
    workspace_slug: String,
    workspace_name: String,
    workspace_plan: String,
    workspace_catalog: String,
    workspace_created_at: i64,
    workspace_two_factor_since: Option<i64>,
    role: Option<String>,
}

impl PresentedRow {
    fn into_domain(self) -> Result<Presented> {
        let passphrase_hash = self.row.passphrase_hash.clone();
        let credential = self.row.into_domain()?;
        let workspace = Workspace {
            id: credential.workspace,
            slug: self.workspace_slug,
            name: self.workspace_name,
            plan: read(&self.workspace_plan, "a plan")?,
            catalog: self.workspace_catalog,
            created_at: Timestamp::from_micros(self.workspace_created_at),
            requires_two_factor: self.workspace_two_factor_since.is_some(),
        };
        let responsible_role = self.role.map(|role| read(&role, "a role")).transpose()?;
        Ok(Presented { credential, passphrase_hash, workspace, responsible_role })
    }
}

/// As they are stored, one word after the other.
fn joined(scopes: &[ScopeName]) -> String {
    scopes.iter().map(ScopeName::as_str).collect::<Vec<_>>().join(" ")
}

/// What a new credential is stored as.
pub struct NewCredential<'a> {
    /// Everything that is shown later.
    pub credential: &'a Credential,
    /// The digest of its secret.
    pub digest: &'a Digest,
    /// The hash of its passphrase.
    pub passphrase_hash: Option<&'a str>,
    /// The key of the form that made it.
    pub form_key: Option<&'a str>,
}

/// Adds a credential.
///
/// # Errors
/// [`super::Error::Taken`] if the form has made one already.
pub async fn insert(tx: &mut Tx, new: &NewCredential<'_>) -> Result<()> {
    let sql = "INSERT INTO credentials (id, workspace_id, kind, name, description, hint, secret_digest, \
               passphrase_hash, scopes, created_at, created_by_kind, created_by_id, responsible_id, parent_id, \
               expires_at, form_key, project_id, disabled_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    let c = new.credential;
    sqlx::query(sql)
        .bind(c.id.to_string())
        .bind(c.workspace.to_string())
        .bind(c.id.kind().as_str())
        .bind(c.name.as_str())
        .bind(c.description.as_str())
        .bind(c.hint.as_str())
        .bind(new.digest.as_str())
        .bind(new.passphrase_hash)
        .bind(joined(&c.scopes))
        .bind(c.created_at.micros())
        .bind(c.created_by.kind.as_str())
        .bind(c.created_by.id.as_deref())
        .bind(c.responsible.0.to_string())
        .bind(c.parent.map(|id| id.to_string()))
        .bind(c.expires_at.map(Timestamp::micros))
        .bind(new.form_key)
        .bind(c.project.as_ref().map(|project| project.id.to_string()))
        .bind(c.disabled_at.map(Timestamp::micros))
        .execute(tx.on())
        .await?;
    search_index::add(tx, c).await
}

/// The credential of a secret, as it is judged.
///
/// # Errors
/// If the database fails.
pub async fn by_digest<'e>(db: impl Executor<'e, Database = Any>, digest: &Digest) -> Result<Option<Presented>> {
    let sql = select_presented!("WHERE c.secret_digest = $1");
    let row: Option<PresentedRow> = sqlx::query_as(sql).bind(digest.as_str()).fetch_optional(db).await?;
    row.map(PresentedRow::into_domain).transpose()
}

/// The credential with this id, as it is judged: for a second look inside a transaction.
///
/// # Errors
/// If the database fails.
pub async fn by_id<'e>(db: impl Executor<'e, Database = Any>, id: CredentialId) -> Result<Option<Presented>> {
    let sql = select_presented!("WHERE c.id = $1");
    let row: Option<PresentedRow> = sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db).await?;
    row.map(PresentedRow::into_domain).transpose()
}

/// A credential of a workspace.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    id: CredentialId,
) -> Result<Option<Credential>> {
    let sql = select!("", "WHERE c.workspace_id = $1 AND c.id = $2");
    let row: Option<Row> =
        sqlx::query_as(sql).bind(workspace.to_string()).bind(id.to_string()).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// The credential that a form has made.
///
/// # Errors
/// If the database fails.
pub async fn by_form<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    form_key: &str,
) -> Result<Option<Credential>> {
    let sql = select!("", "WHERE c.workspace_id = $1 AND c.form_key = $2");
    let row: Option<Row> = sqlx::query_as(sql).bind(workspace.to_string()).bind(form_key).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// Whether there is one of a kind, ended or not.
///
/// # Errors
/// If the database fails.
pub async fn any<'e>(db: impl Executor<'e, Database = Any>, workspace: WorkspaceId, kind: Kind) -> Result<bool> {
    let sql = "SELECT id FROM credentials WHERE workspace_id = $1 AND kind = $2 LIMIT 1";
    let found: Option<String> =
        sqlx::query_scalar(sql).bind(workspace.to_string()).bind(kind.as_str()).fetch_optional(db).await?;
    Ok(found.is_some())
}

/// How many of a kind are neither revoked nor expired; no further than `most` are counted.
///
/// # Errors
/// If the database fails.
pub async fn count_live<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    kind: Kind,
    now: Timestamp,
    most: u32,
) -> Result<u32> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM credentials WHERE workspace_id = $1 AND kind = $2 \
               AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) LIMIT $4) few";
    let count: i64 = sqlx::query_scalar(sql)
        .bind(workspace.to_string())
        .bind(kind.as_str())
        .bind(now.micros())
        .bind(i64::from(most))
        .fetch_one(db)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The live credentials that this one has made, and those that they made, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn descendants<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    id: CredentialId,
    now: Timestamp,
) -> Result<Vec<Credential>> {
    let sql = concat!(
        "WITH RECURSIVE family (id) AS (SELECT id FROM credentials WHERE parent_id = $2 AND workspace_id = $1 \
         UNION SELECT k.id FROM credentials k JOIN family f ON k.parent_id = f.id) ",
        select!(
            "",
            "JOIN family f ON f.id = c.id WHERE c.workspace_id = $1 AND c.revoked_at IS NULL \
             AND (c.expires_at IS NULL OR c.expires_at > $3) ORDER BY c.id"
        )
    );
    let rows: Vec<Row> =
        sqlx::query_as(sql).bind(workspace.to_string()).bind(id.to_string()).bind(now.micros()).fetch_all(db).await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Changes what of a credential can change; says no if meanwhile it has ended or is not the version before this one.
///
/// # Errors
/// If the database fails.
pub async fn update(tx: &mut Tx, after: &Credential) -> Result<bool> {
    tx.touches(after.workspace);
    let sql = "UPDATE credentials SET name = $3, description = $4, scopes = $5, expires_at = $6, disabled_at = $7, \
               version = $8 WHERE workspace_id = $1 AND id = $2 AND version = $9 AND revoked_at IS NULL";
    let version = i64::try_from(after.version).unwrap_or(i64::MAX);
    let done = sqlx::query(sql)
        .bind(after.workspace.to_string())
        .bind(after.id.to_string())
        .bind(after.name.as_str())
        .bind(after.description.as_str())
        .bind(joined(&after.scopes))
        .bind(after.expires_at.map(Timestamp::micros))
        .bind(after.disabled_at.map(Timestamp::micros))
        .bind(version)
        .bind(version.saturating_sub(1))
        .execute(tx.on())
        .await?;
    let changed = done.rows_affected() == 1;
    if changed {
        search_index::renew(tx, after).await?;
    }
    Ok(changed)
}

/// The live credentials of a project, and those that they made, all the way down, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn of_project<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    project: ProjectId,
    now: Timestamp,
) -> Result<Vec<Credential>> {
    let sql = concat!(
        "WITH RECURSIVE family (id) AS (SELECT id FROM credentials WHERE project_id = $2 AND workspace_id = $1 \
         UNION SELECT k.id FROM credentials k JOIN family f ON k.parent_id = f.id) ",
        select!(
            "",
            "JOIN family f ON f.id = c.id WHERE c.workspace_id = $1 AND c.revoked_at IS NULL \
             AND (c.expires_at IS NULL OR c.expires_at > $3) ORDER BY c.id"
        )
    );
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(project.to_string()).bind(now.micros());
    let rows: Vec<Row> = query.fetch_all(db).await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Ends a credential; says no if it had ended.
///
/// # Errors
/// If the database fails.
pub async fn revoke(tx: &mut Tx, workspace: WorkspaceId, id: CredentialId, now: Timestamp) -> Result<bool> {
    tx.touches(workspace);
    let sql = "UPDATE credentials SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL";
    let done =
        sqlx::query(sql).bind(workspace.to_string()).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Up to `limit` live credentials of a workspace for which this person answers, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn of_responsible<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    responsible: UserId,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Credential>> {
    let sql = select!(
        "",
        "WHERE c.workspace_id = $1 AND c.responsible_id = $2 AND c.revoked_at IS NULL \
         AND (c.expires_at IS NULL OR c.expires_at > $3) ORDER BY c.id LIMIT $4"
    );
    let rows: Vec<Row> = sqlx::query_as(sql)
        .bind(workspace.to_string())
        .bind(responsible.to_string())
        .bind(now.micros())
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Makes somebody else answer for a credential; says no if it was revoked or `from` does not answer for it.
///
/// # Errors
/// If the database fails.
pub async fn hand_over(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: CredentialId,
    (from, to): (UserId, UserId),
) -> Result<bool> {
    tx.touches(workspace);
    let sql = "UPDATE credentials SET responsible_id = $4, version = version + 1 \
               WHERE workspace_id = $1 AND id = $2 AND responsible_id = $3 AND revoked_at IS NULL";
    let done = sqlx::query(sql)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(from.to_string())
        .bind(to.to_string())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Which scopes the live ones of a kind have, and how many have exactly these.
///
/// # Errors
/// If the database fails.
pub async fn scopes_in_use<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    kind: Kind,
    now: Timestamp,
) -> Result<Vec<(Vec<ScopeName>, u64)>> {
    let sql = "SELECT scopes, COUNT(*) FROM credentials WHERE workspace_id = $1 AND kind = $2 \
               AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) GROUP BY scopes ORDER BY scopes";
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(kind.as_str()).bind(now.micros());
    let rows: Vec<(String, i64)> = query.fetch_all(db).await?;
    let read_row = |(scopes, count): (String, i64)| {
        let scopes = scopes.split_whitespace().map(|name| read(name, "a scope")).collect::<Result<_>>()?;
        Ok((scopes, u64::try_from(count).unwrap_or_default()))
    };
    rows.into_iter().map(read_row).collect()
}

/// Ends all of a workspace that had not ended, and empties their slots.
///
/// # Errors
/// If the database fails.
pub async fn revoke_all(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<()> {
    tx.touches(workspace);
    let slots = "DELETE FROM reveals WHERE credential_id IN (SELECT id FROM credentials WHERE workspace_id = $1)";
    sqlx::query(slots).bind(workspace.to_string()).execute(tx.on()).await?;
    let sql = "UPDATE credentials SET revoked_at = $2 WHERE workspace_id = $1 AND revoked_at IS NULL";
    sqlx::query(sql).bind(workspace.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}
