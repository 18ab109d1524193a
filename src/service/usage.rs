//! Use of tokens and keys, off the request's path: calls gather in memory and are written together.
//!
//! A crash loses the last second of it at most ([`pause`]). What a failed batch held is kept for the next one.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Result, Service,
    actor::{Actor, Origin, Standing},
    gathered::{Alike, Caller, Gathered, Source},
    use_rows::{Rows, Written},
};
use crate::{
    auth::secret::Secret,
    domain::{
        call::{Call, DAYS, Line, SHOWN},
        credential::{Credential, CredentialId, LastUse},
        id::WorkspaceId,
        policy::Action,
    },
    store::{credentials, usage as table},
};

/// What a crash may take.
const LOST: Duration = Duration::from_secs(1);
/// Between two batches there is as much time at least.
const SHORTEST: Duration = Duration::from_millis(100);
/// A path is kept up to this many characters.
const PATH: usize = 200;

/// What is not written yet, and the turn of who writes it.
#[derive(Default)]
pub(super) struct Pending {
    gathered: Mutex<Gathered>,
    writing: tokio::sync::Mutex<Written>,
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

/// How long to gather before the next batch is written, after one that took as long as this. What came right after that
/// one had begun waits until it has ended, for this pause, and until the next one is written.
#[must_use]
pub fn pause(took: time::Duration) -> Duration {
    let took = Duration::try_from(took).unwrap_or_default();
    // A little more than twice: the next one may take longer.
    LOST.saturating_sub(Duration::from_millis(50) + took * 9 / 4).max(SHORTEST)
}

impl Service {
    /// Remembers a call with a credential: one that was let in counts, a refused one does not.
    pub fn remember_call(&self, of: (WorkspaceId, CredentialId), origin: &Origin, call: Call) {
        let from = origin.ip.map(|ip| Source::Address(ip.to_canonical()));
        self.remember(of, Caller { from, user_agent: origin.user_agent.clone() }, call);
    }

    /// The same of a call that another service was asked to serve, and that it asked about: where the call came from is
    /// not known here, but through whom.
    pub(super) fn remember_introspection(&self, of: (WorkspaceId, CredentialId), asking: &Actor, call: Call) {
        let from = Some(Source::Through(asking.as_maker().name));
        self.remember(of, Caller { from, user_agent: None }, call);
    }

    fn remember(&self, of: (WorkspaceId, CredentialId), caller: Caller, call: Call) {
        let at = self.now();
        let call = Call { path: presentable(call.path), ..call };
        let alike = Alike { minute: at.minute(), call, caller };
        self.usage.gathered().add_call(of, alike, at);
    }

    /// Writes what was gathered, all that was remembered before. What could not be written is kept for the next time.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn flush_uses(&self) -> Result<()> {
        // One batch after the other: none is still on its way when this has answered.
        let mut done = self.usage.writing.lock().await;
        let batch = self.usage.gathered().take();
        if batch.by_credential.is_empty() {
            return Ok(());
        }
        let written = self.write_uses(&batch, &mut done).await;
        if written.is_err() {
            let mut gathered = self.usage.gathered();
            for (id, older) in batch.by_credential {
                gathered.add(id, older);
            }
        }
        written
    }

    async fn write_uses(&self, batch: &Gathered, done: &mut Written) -> Result<()> {
        let Rows { uses, days, known, new } = Rows::of(batch, done);
        let mut longer: Vec<_> = new.iter().map(|(of, ..)| *of).collect();
        longer.dedup();
        let mut tx = self.store.begin().await?;
        table::add(&mut tx, &uses).await?;
        table::add_to_days(&mut tx, &days).await?;
        table::add_to_known_lines(&mut tx, &known).await?;
        table::add_to_lines(&mut tx, &new).await?;
        table::prune_lines(&mut tx, &longer).await?;
        table::prune_days(&mut tx, self.now().day() - DAYS + 1).await?;
        tx.commit().await?;
        // Where others write too, none is there for sure.
        if self.store.changes().is_some() {
            let known = known.into_iter().map(|(of, name, ..)| (of, name));
            let new = new.into_iter().map(|(of, name, _)| (of, name));
            done.note(self.now().minute(), &longer, known.chain(new));
        }
        Ok(())
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
    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path that can be kept and shown: not too long, and without the secret that somebody wrote into it by mistake.
fn presentable(path: Cow<'static, str>) -> Cow<'static, str> {
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

    #[test]
    fn a_pause_leaves_time_for_two_batches_within_a_second() {
        for took in [0, 1, 50, 150, 250] {
            let took = Duration::milliseconds(took);
            let lost = took * 2 + pause(took);
            assert!(lost <= Duration::SECOND && lost > Duration::milliseconds(700), "{took}: {lost}");
        }
        assert_eq!(pause(Duration::SECOND), SHORTEST);
    }

    #[test]
    fn a_secret_in_a_path_is_cut_to_its_hint_and_a_long_path_to_its_beginning() {
        let secret = Secret::mint("sk_live_", &mut |bytes| bytes.fill(7));
        let shown = presentable(format!("/workspaces/x/access-tokens/{}", secret.expose()).into());
        assert_eq!(shown, format!("/workspaces/x/access-tokens/{}…", secret.hint()));
        assert_eq!(presentable("/é".repeat(500).into()).chars().count(), PATH);
    }
}
