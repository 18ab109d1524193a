//! Use of tokens and keys, off the request's path: calls gather in memory and are written together.
//!
//! A crash loses at most what [`EVERY`] gathered, and a second at the very most while a batch is being written. What
//! a failed batch held is kept for the next one. However many calls there are, memory stays bounded: calls of one
//! minute that are alike share a line, and no more lines wait than would be kept.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{
    Result, Service,
    actor::{Actor, Origin, Standing},
};
use crate::{
    auth::{digest, secret::Secret},
    domain::{
        call::{Call, DAYS, LINES, Line, SHOWN},
        credential::{Credential, CredentialId, LastUse},
        id::WorkspaceId,
        policy::Action,
        stored::Digest,
        timestamp::Timestamp,
    },
    store::{credentials, usage as table},
};

/// How often the gathered calls are written.
pub const EVERY: Duration = Duration::from_millis(500);
/// So many lines wait for all tokens and keys together; of more calls the numbers alone are kept.
const WAITING: usize = 20_000;
/// A path is kept up to this many characters.
const PATH: usize = 200;

/// What is not written yet, and the turn of who writes it.
#[derive(Default)]
pub(super) struct Pending {
    gathered: Mutex<Gathered>,
    writing: tokio::sync::Mutex<()>,
}

/// What came together for all of them.
#[derive(Default)]
struct Gathered {
    by_credential: HashMap<CredentialId, Gathering>,
    lines: usize,
}

/// What came together for one credential.
struct Gathering {
    workspace: WorkspaceId,
    /// By day since 1970, UTC.
    days: BTreeMap<i64, i64>,
    last: Option<LastUse>,
    lines: BTreeMap<Alike, Seen>,
}

/// What the calls of a line share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    /// Since 1970.
    minute: i64,
    call: Call,
    ip: Option<String>,
    user_agent: Option<String>,
}

/// What they do not.
#[derive(Clone, Copy)]
struct Seen {
    last_at: Timestamp,
    count: u64,
}

/// How a credential is used.
#[derive(Debug)]
pub struct Use {
    /// Calls on each of the last thirty days, UTC; the last one is today.
    pub days: Vec<u64>,
    /// The last calls and refusals, newest first; addresses only for those who may see them.
    pub lines: Vec<Line>,
    /// Whether the addresses are there.
    pub sees_addresses: bool,
}

impl Service {
    /// Remembers a call with a credential: one that was let in counts, a refused one does not.
    pub fn remember_call(&self, of: (WorkspaceId, CredentialId), origin: &Origin, call: Call) {
        self.remember(of, (origin.ip_text(), origin.user_agent.clone()), call);
    }

    /// The same of a call that another service was asked to serve, and that it asked about: where the call came from is
    /// not known here, but through whom.
    pub(super) fn remember_introspection(&self, of: (WorkspaceId, CredentialId), asking: &Actor, call: Call) {
        self.remember(of, (Some(format!("{}{}", LastUse::VIA, asking.as_maker().name)), None), call);
    }

    fn remember(
        &self,
        of: (WorkspaceId, CredentialId),
        (ip, user_agent): (Option<String>, Option<String>),
        call: Call,
    ) {
        let at = self.now();
        let call = Call { path: presentable(call.path), ..call };
        let alike = Alike { minute: at.minute(), call, ip, user_agent };
        self.usage.gathered().add_call(of, alike, at);
    }

    /// Writes what was gathered, all that was remembered before. What could not be written is kept for the next time.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn flush_uses(&self) -> Result<()> {
        // One batch after the other: none is still on its way when this has answered.
        let _turn = self.usage.writing.lock().await;
        let batch = mem::take(&mut *self.usage.gathered());
        if batch.by_credential.is_empty() {
            return Ok(());
        }
        let written = self.write_uses(&batch).await;
        if written.is_err() {
            let mut gathered = self.usage.gathered();
            for (id, older) in batch.by_credential {
                gathered.add(id, older);
            }
        }
        written
    }

    async fn write_uses(&self, batch: &Gathered) -> Result<()> {
        let Rows { all, uses, days, lines } = Rows::of(batch);
        let mut tx = self.store.begin().await?;
        table::add(&mut tx, &uses).await?;
        table::add_to_days(&mut tx, &days).await?;
        table::add_to_lines(&mut tx, &lines).await?;
        table::prune_lines(&mut tx, &all).await?;
        table::prune_days(&mut tx, self.now().day() - DAYS + 1).await?;
        Ok(tx.commit().await?)
    }

    /// How a credential is used.
    ///
    /// # Errors
    /// [`super::Error::NotFound`] if there is none of that id in the workspace, or what [`Service::allow`] says.
    pub async fn use_of_credential(&self, actor: &Actor, workspace: &str, id: CredentialId) -> Result<Use> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let sees_addresses = self.sees_addresses(actor, workspace).await?;
        let credential = standing.see(credentials::find(self.store.read(), standing.workspace.id, id).await?)?;
        let days = self.days_of_credentials(&standing, &[credential]).await?;
        let mut lines = table::lines(self.store.read(), (standing.workspace.id, id)).await?;
        if !sees_addresses {
            for line in &mut lines {
                line.ip = None;
            }
        }
        let days = days.into_values().next().unwrap_or_else(|| vec![0; SHOWN]);
        Ok(Use { days, lines, sees_addresses })
    }

    /// Calls on each of the last thirty days, UTC, of credentials that an actor of this standing was shown. Those that
    /// were not called are absent.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn days_of_credentials(
        &self,
        standing: &Standing,
        shown: &[Credential],
    ) -> Result<HashMap<CredentialId, Vec<u64>>> {
        let ids: Vec<CredentialId> = shown.iter().map(|credential| credential.id).collect();
        let first = self.now().day() + 1 - i64::try_from(SHOWN).unwrap_or(i64::MAX);
        let mut connection = self.store.connection().await?;
        let mut found: HashMap<CredentialId, Vec<u64>> = HashMap::new();
        for (id, day, calls) in table::days(&mut connection, standing.workspace.id, &ids, first).await? {
            let days = found.entry(id).or_insert_with(|| vec![0; SHOWN]);
            if let Some(place) = usize::try_from(day - first).ok().and_then(|at| days.get_mut(at)) {
                *place = calls;
            }
        }
        Ok(found)
    }

    /// The last call that was let in, for those who wait for the first one; without its address for those who may not
    /// see it.
    ///
    /// # Errors
    /// [`super::Error::NotFound`] if there is none of that id in the workspace, or what [`Service::allow`] says.
    pub async fn last_use(&self, actor: &Actor, workspace: &str, id: CredentialId) -> Result<LastUse> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let found = credentials::find(self.store.read(), standing.workspace.id, id).await?;
        let last = standing.see(found)?.last_use;
        if last.ip.is_none() || self.sees_addresses(actor, workspace).await? {
            return Ok(last);
        }
        Ok(LastUse { ip: None, ..last })
    }
}

impl Pending {
    fn gathered(&self) -> std::sync::MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathered {
    fn of(&mut self, (workspace, id): (WorkspaceId, CredentialId)) -> &mut Gathering {
        self.by_credential.entry(id).or_insert_with(|| Gathering {
            workspace,
            days: BTreeMap::new(),
            last: None,
            lines: BTreeMap::new(),
        })
    }

    /// Adds a call: one that was let in counts, a refused one does not.
    fn add_call(&mut self, of: (WorkspaceId, CredentialId), alike: Alike, at: Timestamp) {
        let gathering = self.of(of);
        if alike.call.refused.is_none() {
            *gathering.days.entry(at.day()).or_default() += 1;
            gathering.used(LastUse { at: Some(at), ip: alike.ip.clone(), user_agent: alike.user_agent.clone() });
        }
        self.add_line(of, alike, Seen { last_at: at, count: 1 });
    }

    /// Adds what an older batch held.
    fn add(&mut self, id: CredentialId, older: Gathering) {
        let of = (older.workspace, id);
        let gathering = self.of(of);
        for (day, calls) in older.days {
            *gathering.days.entry(day).or_default() += calls;
        }
        if let Some(last) = older.last {
            gathering.used(last);
        }
        for (alike, seen) in older.lines {
            self.add_line(of, alike, seen);
        }
    }

    fn add_line(&mut self, of: (WorkspaceId, CredentialId), alike: Alike, seen: Seen) {
        let waiting = self.lines;
        let gathering = self.of(of);
        if let Some(known) = gathering.lines.get_mut(&alike) {
            known.count += seen.count;
            known.last_at = known.last_at.max(seen.last_at);
        } else if waiting < WAITING {
            let refused = alike.call.refused.is_some();
            gathering.lines.insert(alike, seen);
            let forgotten = gathering.forget_oldest(refused);
            self.lines = waiting + 1 - forgotten;
        }
    }
}

impl Gathering {
    fn used(&mut self, use_: LastUse) {
        if self.last.as_ref().is_none_or(|known| known.at <= use_.at) {
            self.last = Some(use_);
        }
    }

    /// Forgets the oldest line of what was let in, or of what was refused, if there are more than will be kept; says
    /// how many it forgot.
    fn forget_oldest(&mut self, refused: bool) -> usize {
        let of_them = || self.lines.iter().filter(|(alike, _)| alike.call.refused.is_some() == refused);
        if of_them().count() <= LINES {
            return 0;
        }
        let oldest = of_them().min_by_key(|(_, seen)| seen.last_at).map(|(alike, _)| alike.clone());
        oldest.and_then(|oldest| self.lines.remove(&oldest)).map_or(0, |_| 1)
    }

    fn uses(&self) -> Option<table::Uses> {
        let LastUse { at, ip, user_agent } = self.last.clone()?;
        Some(table::Uses { count: self.days.values().sum(), last_at: at?, ip, user_agent })
    }
}

/// A batch as it is written.
#[derive(Default)]
struct Rows {
    all: Vec<table::Of>,
    uses: Vec<(table::Of, table::Uses)>,
    days: Vec<(table::Of, i64, i64)>,
    lines: Vec<(table::Of, Digest, Line)>,
}

impl Rows {
    fn of(batch: &Gathered) -> Self {
        let mut rows = Self::default();
        // In one order everywhere, so that two batches on PostgreSQL cannot wait for each other.
        let mut batch: Vec<_> = batch.by_credential.iter().collect();
        batch.sort_by_key(|(id, _)| **id);
        for (id, gathering) in batch {
            let of = (gathering.workspace, *id);
            rows.all.push(of);
            rows.uses.extend(gathering.uses().map(|uses| (of, uses)));
            rows.days.extend(gathering.days.iter().map(|(day, calls)| (of, *day, *calls)));
            for (alike, seen) in &gathering.lines {
                let Alike { call, ip, user_agent, .. } = alike.clone();
                rows.lines.push((of, alike.name(), Line { call, ip, user_agent, at: seen.last_at, count: seen.count }));
            }
        }
        rows
    }
}

impl Alike {
    /// Calls that are alike give the same name, in every process.
    fn name(&self) -> Digest {
        let Self { minute, call: Call { method, path, status, refused }, ip, user_agent } = self;
        let refused = refused.as_ref().map(ToString::to_string).unwrap_or_default();
        let (ip, agent) = (ip.as_deref().unwrap_or_default(), user_agent.as_deref().unwrap_or_default());
        digest::of(&format!("{minute}\n{method}\n{path}\n{status}\n{refused}\n{ip}\n{agent}"))
    }
}

/// A path that can be kept and shown: not too long, and without the secret that somebody wrote into it by mistake.
fn presentable(path: String) -> String {
    if path.len() <= PATH && path.split('/').all(|part| Secret::parse(part).is_none()) {
        return path;
    }
    let parts: Vec<String> = path
        .split('/')
        .map(|part| Secret::parse(part).map_or_else(|| part.to_owned(), |secret| format!("{}…", secret.hint())))
        .collect();
    parts.join("/").chars().take(PATH).collect()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::domain::{call::Reason, credential::Kind};

    const ID: CredentialId = CredentialId::new(Kind::AccessToken, 1);

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T20:47:00Z").unwrap()
    }

    const OF: (WorkspaceId, CredentialId) = (WorkspaceId::from_u128(1), ID);

    fn call(gathered: &mut Gathered, path: &str, refused: Option<Reason>, at: Timestamp) {
        let status = if refused.is_some() { 401 } else { 200 };
        let call = Call { method: "GET".to_owned(), path: path.to_owned(), status, refused };
        gathered.add_call(OF, Alike { minute: at.minute(), call, ip: None, user_agent: None }, at);
    }

    #[test]
    fn a_flood_takes_no_more_room_than_what_is_kept() {
        let mut gathered = Gathered::default();
        for number in 0..500 {
            let at = now().plus(Duration::seconds(number));
            call(&mut gathered, &format!("/a/{number}"), Some(Reason::Passphrase), at);
            call(&mut gathered, &format!("/b/{number}"), None, at);
            call(&mut gathered, "/whoami", Some(Reason::Passphrase), now());
        }
        let one = &gathered.by_credential[&ID];
        assert_eq!((one.lines.len(), gathered.lines), (2 * LINES, 2 * LINES));
        assert_eq!(one.days.values().sum::<i64>(), 500, "the numbers are exact all the same");
        let newest = one.lines.keys().filter(|alike| alike.call.path == "/a/499" || alike.call.path == "/b/499");
        assert_eq!(newest.count(), 2, "the oldest are forgotten first");
    }

    #[test]
    fn what_a_failed_batch_held_is_added_to_what_came_since() {
        let later = now().plus(Duration::SECOND);
        let (mut gathered, mut failed) = (Gathered::default(), Gathered::default());
        call(&mut gathered, "/whoami", None, later);
        call(&mut failed, "/whoami", None, now());
        for (id, older) in failed.by_credential {
            gathered.add(id, older);
        }
        let one = &gathered.by_credential[&ID];
        assert_eq!(one.last.as_ref().unwrap().at, Some(later), "the older one is not the last");
        let seen: Vec<_> = one.lines.values().map(|seen| (seen.last_at, seen.count)).collect();
        assert_eq!(seen, [(later, 2)]);
        assert_eq!(one.days.values().sum::<i64>(), 2);
    }

    #[test]
    fn a_secret_in_a_path_is_cut_to_its_hint_and_a_long_path_to_its_beginning() {
        let secret = Secret::mint("sk_live_", &mut |bytes| bytes.fill(7));
        let shown = presentable(format!("/workspaces/x/access-tokens/{}", secret.expose()));
        assert_eq!(shown, format!("/workspaces/x/access-tokens/{}…", secret.hint()));
        assert_eq!(presentable("/é".repeat(500)).chars().count(), PATH);
    }
}
