//! Lists of access tokens and API keys: filters, orders and cursors, what surrounds a list, and ending several at once.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
};
use crate::{
    domain::{
        activity::Happened,
        credential::{Credential, CredentialId, Kind, Status},
        credential_list::{By, Filter, Level, Mark, Order, PageStart, Place},
        id::UserId,
        invalid::{Gather, Invalid},
        plan::Usage,
        policy::Action,
        timestamp::Timestamp,
    },
    store::{self, Connection, credential_list as table, credentials, reveals},
};

/// So many characters may be searched for.
const SEARCH: usize = 255;
/// So many may be ended at once.
pub const MANY: usize = 200;
/// So many that stop working soon are counted.
pub const MOST_EXPIRING: u32 = 1000;

/// A list as it is asked for, each part as it was typed. What is empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Beginnings of words of the name, or the beginning of the hint.
    pub q: String,
    /// `active` (which includes `expiring`), `expiring`, `inactive`, `expired` or `revoked`.
    pub status: String,
    /// A scope's name.
    pub scope: String,
    /// `workspace` or `project`.
    pub level: String,
    /// The id of a maker.
    pub creator: String,
    /// The id or slug of a project.
    pub project: String,
    /// `90`: unused for ninety days.
    pub unused: String,
    /// A word of [`Order`].
    pub sort: String,
    /// The cursor of the page before.
    pub cursor: String,
    /// The cursor of the page after.
    pub before: String,
}

impl Asked {
    /// Without the parts that break a rule.
    #[must_use]
    pub fn without(mut self, broken: &[Invalid]) -> Self {
        for Invalid { field, .. } in broken {
            match field.as_str() {
                "q" => self.q.clear(),
                "status" => self.status.clear(),
                "scope" => self.scope.clear(),
                "level" => self.level.clear(),
                "creator" => self.creator.clear(),
                "project" => self.project.clear(),
                "unused" => self.unused.clear(),
                "sort" => self.sort.clear(),
                _ => {
                    self.cursor.clear();
                    self.before.clear();
                }
            }
        }
        self
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The credentials, in the list's order.
    pub items: Vec<Credential>,
    /// The cursor of the page before this, if there is one.
    pub previous: Option<String>,
    /// The cursor of the page after this, if there is one.
    pub next: Option<String>,
}

/// The columns of an export.
pub const COLUMNS: &[&str] = &[
    "id",
    "name",
    "description",
    "hint",
    "scopes",
    "level",
    "project",
    "status",
    "has_passphrase",
    "created_at",
    "created_by",
    "responsible",
    "parent",
    "expires_at",
    "revoked_at",
    "last_used_at",
    "use_count",
];

/// A credential as a row of an export, as it stands at `now`. Nothing in it is secret.
#[must_use]
pub fn row(credential: &Credential, now: Timestamp) -> Vec<Value> {
    let time = |at: Option<Timestamp>| json!(at.map(Timestamp::rfc3339));
    let level = if credential.project.is_some() { Level::Project } else { Level::Workspace };
    vec![
        json!(credential.id.to_string()),
        json!(credential.name),
        json!(credential.description),
        json!(credential.hint),
        json!(credential.scopes.iter().map(ToString::to_string).collect::<Vec<_>>()),
        json!(level.as_str()),
        json!(credential.project.as_ref().map(|project| &project.slug)),
        json!(credential.status(now).as_str()),
        json!(credential.has_passphrase),
        json!(credential.created_at.rfc3339()),
        json!(credential.created_by.name),
        json!(credential.responsible.1),
        json!(credential.parent.map(|id| id.to_string())),
        time(credential.expires_at),
        time(credential.revoked_at),
        time(credential.last_use.at),
        json!(credential.use_count),
    ]
}

/// What surrounds a list, whatever its filters.
#[derive(Debug)]
pub struct Surroundings {
    /// How much of the plan is used.
    pub usage: Usage,
    /// Whether there is one of the kind, ended or not.
    pub any: bool,
    /// How many work now and stop within seven days, up to [`MOST_EXPIRING`].
    pub expiring: u32,
    /// The id and name of those who have made one, up to a hundred.
    pub creators: Vec<(String, String)>,
    /// The id and name of the projects that have one, up to a hundred.
    pub projects: Vec<(String, String)>,
}

/// What became of one of several that were to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was ended.
    Revoked,
    /// It had been revoked, or its time was over.
    EndedBefore,
    /// There is none of that id.
    NotFound,
}

/// One of several that were to be ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// As it was asked for.
    pub id: String,
    /// Its name, if there is one.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of several that were to be ended.
#[derive(Clone, Debug)]
pub struct Report {
    /// Each of them, in the order of asking.
    pub asked: Vec<Ending>,
    /// How many that they had made were ended with them.
    pub descendants: usize,
}

/// Several that are to be ended.
#[derive(Debug)]
pub struct Chosen {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// Those that are there, newest first.
    pub items: Vec<Credential>,
    /// The live ones that those have made, and that those made, without `items`.
    pub descendants: Vec<Credential>,
}

impl Service {
    /// A page of up to `limit` credentials; the edge has read how many.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each part of `asked` that breaks a rule; [`Error::NotFound`] where the actor must not
    /// learn of it, or what [`Service::allow`] says.
    pub async fn credentials(
        &self,
        actor: &Actor,
        workspace: &str,
        kind: Kind,
        asked: &Asked,
        limit: std::result::Result<usize, Invalid>,
    ) -> Result<Page> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let mut connection = self.store.connection().await?;
        let mut gather = Gather::default();
        let limit = gather.take(limit);
        let parsed = parse(&mut connection, &standing, asked, &mut gather).await?;
        let ((filter, order, from), Some(limit), true) = (parsed, limit, gather.is_empty()) else {
            return Err(Error::Invalid(gather.into_errors()));
        };
        let query = table::Query {
            workspace: standing.workspace.id,
            kind,
            within: standing.within,
            filter: &filter,
            order,
            from: &from,
            limit: limit.saturating_add(1),
            now: self.now(),
        };
        let mut items = table::page(&mut connection, &query).await?;
        let more = items.len() > limit;
        let (before, after) = match from {
            PageStart::First => (false, more),
            PageStart::After(_) => (true, more),
            PageStart::Before(_) => (more, true),
        };
        if matches!(from, PageStart::Before(_)) && more {
            items.remove(0);
        } else {
            items.truncate(limit);
        }
        let cursor = |edge: Option<&Credential>, there: bool| {
            edge.filter(|_| there).map(|credential| write_cursor(order, &table::mark(credential, order.by)))
        };
        let (previous, next) = (cursor(items.first(), before), cursor(items.last(), after));
        Ok(Page { standing, items, previous, next })
    }

    /// What surrounds a list.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn around_credentials(&self, actor: &Actor, workspace: &str, kind: Kind) -> Result<Surroundings> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let here = standing.workspace.id;
        let mut connection = self.store.connection().await?;
        Ok(Surroundings {
            usage: self.usage_on(&mut connection, &standing.workspace, kind).await?,
            any: credentials::any(&mut *connection, here, kind).await?,
            expiring: table::count_expiring(&mut connection, here, kind, self.now(), MOST_EXPIRING).await?,
            creators: table::creators(&mut connection, here, kind).await?,
            projects: table::projects(&mut connection, here, kind).await?,
        })
    }

    /// Those of these ids that are there, and what would end with them.
    ///
    /// # Errors
    /// What [`Service::allow`] says; [`Error::Invalid`] if they are too many.
    pub async fn chosen_credentials(
        &self,
        actor: &Actor,
        workspace: &str,
        kind: Kind,
        ids: &[String],
    ) -> Result<Chosen> {
        let standing = self.allow(actor, Action::RevokeCredential, workspace).await?;
        let ids = parse_ids(ids)?;
        let mut connection = self.store.connection().await?;
        let (items, descendants) = self.family(&mut connection, &standing, kind, &ids).await?;
        Ok(Chosen { standing, items, descendants })
    }

    /// Ends several credentials of a kind and, unless told to keep them, those that they have made. All of them in one
    /// transaction, each in the log.
    ///
    /// # Errors
    /// What [`Service::allow`] says; [`Error::Invalid`] if they are too many.
    pub async fn revoke_many(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        (kind, ids): (Kind, &[String]),
        keep_descendants: bool,
    ) -> Result<Report> {
        let standing = self.allow(actor, Action::RevokeCredential, workspace).await?;
        let parsed = parse_ids(ids)?;
        let mut tx = self.store.begin().await?;
        // Under the lock nobody adds a descendant between the list and its end.
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let standing = self.allow_again(&mut tx, actor, Action::RevokeCredential, &standing.workspace).await?;
        let (items, descendants) = self.family(tx.on(), &standing, kind, &parsed).await?;
        let mut ended = Vec::new();
        let alive = items.iter().filter(|credential| credential.status(self.now()).is_alive());
        let made = descendants.iter().filter(|_| !keep_descendants);
        for credential in alive.chain(made) {
            if credentials::revoke(&mut tx, standing.workspace.id, credential.id, self.now()).await? {
                reveals::discard(&mut tx, credential.id).await?;
                let deed = Deed::to_credential(Happened::CredentialRevoked, credential);
                self.record(&mut tx, actor, origin, standing.workspace.id, deed).await?;
                ended.push(credential.id);
            }
        }
        tx.commit().await?;
        let descendants = descendants.iter().filter(|credential| ended.contains(&credential.id)).count();
        let asked = parsed.into_iter().map(|(text, id)| ending(text, id, &items, &ended)).collect();
        Ok(Report { asked, descendants })
    }

    /// Those with these ids that the actor sees, and the live ones that they have made.
    async fn family(
        &self,
        connection: &mut Connection,
        standing: &Standing,
        kind: Kind,
        ids: &[(String, Option<CredentialId>)],
    ) -> Result<(Vec<Credential>, Vec<Credential>)> {
        let ids: Vec<CredentialId> = ids.iter().filter_map(|(_, id)| *id).collect();
        let mut items = table::chosen(connection, standing.workspace.id, kind, &ids).await?;
        items.retain(|credential| standing.see(Some(credential.clone())).is_ok());
        let mut descendants: Vec<Credential> = Vec::new();
        for item in &items {
            for made in credentials::descendants(&mut *connection, standing.workspace.id, item.id, self.now()).await? {
                let known = items.iter().chain(&descendants).any(|credential| credential.id == made.id);
                if !known {
                    descendants.push(made);
                }
            }
        }
        Ok((items, descendants))
    }
}

fn ending(text: String, id: Option<CredentialId>, items: &[Credential], ended: &[CredentialId]) -> Ending {
    let found = items.iter().find(|credential| Some(credential.id) == id);
    let outcome = match found {
        None => Outcome::NotFound,
        Some(credential) if ended.contains(&credential.id) => Outcome::Revoked,
        Some(_) => Outcome::EndedBefore,
    };
    Ending { id: text, name: found.map(|credential| credential.name.clone()).unwrap_or_default(), outcome }
}

/// Each once; what cannot be an id names nothing.
fn parse_ids(ids: &[String]) -> Result<Vec<(String, Option<CredentialId>)>> {
    let mut parsed: Vec<(String, Option<CredentialId>)> = Vec::new();
    for id in ids {
        if !parsed.iter().any(|(known, _)| known == id) {
            parsed.push((id.chars().take(64).collect(), id.parse().ok()));
        }
    }
    match parsed.len() {
        0 => Err(Error::invalid(Invalid::new("ids", "required", "Choose at least one."))),
        n if n > MANY => {
            Err(Error::invalid(Invalid::new("ids", "too_many", format!("Choose at most {MANY} at once."))))
        }
        _ => Ok(parsed),
    }
}

/// Reads what was asked for, as if what breaks a rule was not.
async fn parse(
    connection: &mut Connection,
    standing: &Standing,
    asked: &Asked,
    gather: &mut Gather,
) -> Result<(Filter, Order, PageStart)> {
    if asked.q.chars().count() > SEARCH {
        gather.extend([Invalid::new("q", "too_long", format!("Search for at most {SEARCH} characters."))]);
    }
    let status = |word: &str| Status::ALL.into_iter().find(|status| status.as_str() == word);
    let status_rule = "The status is active, expiring, inactive, expired or revoked.";
    let creator = |word: &str| {
        let known = word.parse::<UserId>().is_ok() || word.parse::<CredentialId>().is_ok();
        known.then(|| word.to_owned())
    };
    let mut filter = Filter {
        search: asked.q.clone(),
        status: gather.take(part("status", &asked.status, status, status_rule)).flatten(),
        scope: gather.take(part("scope", &asked.scope, |word| word.parse().ok(), "No scope is called so.")).flatten(),
        level: gather.take(part("level", &asked.level, Level::find, "The level is workspace or project.")).flatten(),
        creator: gather.take(part("creator", &asked.creator, creator, "That is no id of a maker.")).flatten(),
        project: None,
        unused: gather
            .take(part("unused", &asked.unused, |days| (days == "90").then_some(()), UNUSED))
            .flatten()
            .is_some(),
    };
    if !asked.project.is_empty() {
        let found = store::projects::find(&mut *connection, standing.workspace.id, &asked.project).await?;
        let found = found.filter(|project| standing.within.is_none_or(|own| own == project.id));
        filter.project = found.map(|project| project.id);
        if filter.project.is_none() {
            gather.extend([super::new_credential::unknown_project()]);
        }
    }
    let order = gather.take(part("sort", &asked.sort, Order::find, SORT)).flatten().unwrap_or_default();
    let cursor = |text: &str| read_cursor(text, order);
    let after = gather.take(part("cursor", &asked.cursor, cursor, CURSOR)).flatten().map(PageStart::After);
    let before = gather.take(part("cursor", &asked.before, cursor, CURSOR)).flatten().map(PageStart::Before);
    Ok((filter, order, after.or(before).unwrap_or(PageStart::First)))
}

const UNUSED: &str = "unused is 90, the days without a call.";
const SORT: &str = "Sort by created, name, expires or last_used, with - before it for the largest first.";
const CURSOR: &str = "This cursor is none that this list has given.";

/// Reads one part, unless it is absent.
fn part<T>(
    field: &str,
    raw: &str,
    read: impl FnOnce(&str) -> Option<T>,
    rule: &str,
) -> std::result::Result<Option<T>, Invalid> {
    if raw.is_empty() {
        return Ok(None);
    }
    read(raw).map(Some).ok_or_else(|| Invalid::new(field, "unknown", rule))
}

/// Writes a cursor. What is in it is nobody's business.
fn write_cursor(order: Order, mark: &Mark) -> String {
    let place = match &mark.place {
        Place::Id | Place::Time(None) => String::new(),
        Place::Name(name) => name.clone(),
        Place::Time(Some(time)) => time.micros().to_string(),
    };
    BASE64URL_NOPAD.encode(format!("{} {} {place}", order.word(), mark.id).as_bytes())
}

/// Reads a cursor of a list in the same order.
fn read_cursor(text: &str, order: Order) -> Option<Mark> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
    let mut parts = text.splitn(3, ' ');
    if parts.next()? != order.word() {
        return None;
    }
    let id = parts.next()?.parse().ok()?;
    let place = match (order.by, parts.next()?) {
        (By::Created, _) => Place::Id,
        (By::Name, name) => Place::Name(name.to_owned()),
        (By::Expires | By::Used, "") => Place::Time(None),
        (By::Expires | By::Used, time) => Place::Time(Some(Timestamp::from_micros(time.parse().ok()?))),
    };
    Some(Mark { place, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_in_its_own_order_only() {
        let id = CredentialId::new(Kind::ApiKey, 7);
        let time = Some(Timestamp::from_micros(1_700_000_000_000_000));
        for (word, place) in [
            ("-created", Place::Id),
            ("name", Place::Name("deploy from ci".to_owned())),
            ("name", Place::Name(String::new())),
            ("-expires", Place::Time(None)),
            ("last_used", Place::Time(time)),
        ] {
            let order = Order::find(word).unwrap();
            let mark = Mark { place, id };
            let cursor = write_cursor(order, &mark);
            assert_eq!(read_cursor(&cursor, order), Some(mark), "{word}");
            let reverse = Order { descending: !order.descending, ..order };
            assert_eq!(read_cursor(&cursor, reverse), None, "{word}");
        }
        for wrong in ["", "tok_x", "LWNyZWF0ZWQ", "%"] {
            assert_eq!(read_cursor(wrong, Order::default()), None, "{wrong}");
        }
    }
}
