//! What came together of calls and is not written yet. However many there are, it stays bounded: calls of one minute that
//! are alike share a line, and no more lines wait than would be kept.

use std::{collections::HashMap, fmt, mem, net::IpAddr};

use smallvec::SmallVec;

use crate::{
    auth::digest,
    domain::{
        call::{Call, LINES, Line},
        credential::{CredentialId, LastUse},
        id::WorkspaceId,
        stored::Digest,
        timestamp::Timestamp,
    },
    store::usage as table,
};

/// So many lines wait for all tokens and keys together; of more calls the numbers alone are kept.
pub(super) const WAITING: usize = 20_000;

/// What came together for all of them.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) by_credential: HashMap<CredentialId, Gathering>,
    lines: usize,
}

/// What came together for one credential. One day and one line are the rule.
pub(super) struct Gathering {
    pub(super) workspace: WorkspaceId,
    /// Days since 1970, UTC, and how many calls each had.
    pub(super) days: SmallVec<[(i64, i64); 1]>,
    last: Option<(Timestamp, Caller)>,
    pub(super) lines: SmallVec<[(Alike, Seen); 1]>,
}

/// Who called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) from: Option<Source>,
    pub(super) user_agent: Option<String>,
}

/// Where a call came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An address.
    Address(IpAddr),
    /// A service that was shown the secret and asked about it: its name.
    Through(String),
}

/// What the calls of a line share.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Alike {
    /// Since 1970.
    pub(super) minute: i64,
    pub(super) call: Call,
    pub(super) caller: Caller,
}

/// What they do not.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) last_at: Timestamp,
    pub(super) count: u64,
}

impl Gathered {
    /// What there is; as many are likely to come again, and room is not made while calls wait.
    pub(super) fn take(&mut self) -> Self {
        let room = HashMap::with_capacity(self.by_credential.len());
        mem::replace(self, Self { by_credential: room, lines: 0 })
    }

    fn of(&mut self, (workspace, id): (WorkspaceId, CredentialId)) -> &mut Gathering {
        self.by_credential.entry(id).or_insert_with(|| Gathering {
            workspace,
            days: SmallVec::new(),
            last: None,
            lines: SmallVec::new(),
        })
    }

    /// Adds a call: one that was let in counts, a refused one does not.
    pub(super) fn add_call(&mut self, of: (WorkspaceId, CredentialId), alike: Alike, at: Timestamp) {
        let waiting = self.lines;
        let gathering = self.of(of);
        if alike.call.refused.is_none() {
            gathering.add_to_day(at.day(), 1);
            gathering.used(at, &alike.caller);
        }
        self.lines = waiting + gathering.add_line(alike, Seen { last_at: at, count: 1 }, waiting < WAITING);
    }

    /// Adds what an older batch held.
    pub(super) fn add(&mut self, id: CredentialId, older: Gathering) {
        let mut waiting = self.lines;
        let gathering = self.of((older.workspace, id));
        for (day, calls) in older.days {
            gathering.add_to_day(day, calls);
        }
        if let Some((at, caller)) = older.last {
            gathering.used(at, &caller);
        }
        for (alike, seen) in older.lines {
            waiting += gathering.add_line(alike, seen, waiting < WAITING);
        }
        self.lines = waiting;
    }
}

impl Gathering {
    fn add_to_day(&mut self, day: i64, calls: i64) {
        match self.days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, sum)) => *sum += calls,
            None => self.days.push((day, calls)),
        }
    }

    fn used(&mut self, at: Timestamp, caller: &Caller) {
        match &mut self.last {
            Some((known, _)) if *known > at => {}
            Some((known, same)) if same == caller => *known = at,
            last => *last = Some((at, caller.clone())),
        }
    }

    /// Adds calls to the line of those that are alike, or a line if there is room for one more; says by how many there
    /// are more then.
    fn add_line(&mut self, alike: Alike, seen: Seen, has_room: bool) -> usize {
        if let Some((_, known)) = self.lines.iter_mut().find(|(known, _)| *known == alike) {
            known.count += seen.count;
            known.last_at = known.last_at.max(seen.last_at);
            return 0;
        }
        if !has_room {
            return 0;
        }
        let refused = alike.call.refused.is_some();
        self.lines.push((alike, seen));
        1 - self.forget_oldest(refused)
    }

    /// Forgets the oldest line of what was let in, or of what was refused, if there are more than will be kept; says
    /// how many it forgot.
    fn forget_oldest(&mut self, refused: bool) -> usize {
        let of_them = || {
            let all = self.lines.iter().enumerate();
            all.filter(|(_, (alike, _))| alike.call.refused.is_some() == refused)
        };
        if of_them().count() <= LINES {
            return 0;
        }
        let oldest = of_them().min_by_key(|(_, (_, seen))| seen.last_at).map(|(at, _)| at);
        oldest.map(|at| self.lines.remove(at)).map_or(0, |_| 1)
    }

    pub(super) fn uses(&self) -> Option<table::Uses> {
        let (last_at, Caller { from, user_agent }) = self.last.clone()?;
        let count = self.days.iter().map(|(_, calls)| calls).sum();
        Some(table::Uses { count, last_at, ip: from.map(|source| source.to_string()), user_agent })
    }
}

impl Alike {
    pub(super) fn line(&self, Seen { last_at, count }: Seen) -> Line {
        let Self { call, caller: Caller { from, user_agent }, .. } = self.clone();
        Line { call, ip: from.map(|source| source.to_string()), user_agent, at: last_at, count }
    }

    /// Calls that are alike give the same name, in every process.
    pub(super) fn name(&self) -> Digest {
        let Self { minute, call, caller: Caller { from, user_agent } } = self;
        let Call { method, path, status, refused } = call;
        let refused = refused.as_ref().map(ToString::to_string).unwrap_or_default();
        let ip = from.as_ref().map(ToString::to_string).unwrap_or_default();
        let agent = user_agent.as_deref().unwrap_or_default();
        digest::of(&format!("{minute}\n{method}\n{path}\n{status}\n{refused}\n{ip}\n{agent}"))
    }
}

/// As it is stored.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(ip) => ip.fmt(f),
            Self::Through(name) => write!(f, "{}{name}", LastUse::VIA),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use time::Duration;

    use super::*;
    use crate::domain::{call::Reason, credential::Kind};

    pub(in crate::service) const ID: CredentialId = CredentialId::new(Kind::AccessToken, 1);

    pub(in crate::service) fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T20:47:00Z").unwrap()
    }

    pub(in crate::service) const OF: (WorkspaceId, CredentialId) = (WorkspaceId::from_u128(1), ID);

    pub(in crate::service) fn call(gathered: &mut Gathered, path: &str, refused: Option<Reason>, at: Timestamp) {
        let status = if refused.is_some() { 401 } else { 200 };
        let call = Call { method: "GET".into(), path: path.to_owned().into(), status, refused };
        gathered.add_call(OF, Alike { minute: at.minute(), call, caller: Caller::default() }, at);
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
        assert_eq!(one.uses().unwrap().count, 500, "the numbers are exact all the same");
        let newest = one.lines.iter().filter(|(alike, _)| ["/a/499", "/b/499"].contains(&&*alike.call.path));
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
        let uses = one.uses().unwrap();
        assert_eq!((uses.last_at, uses.count), (later, 2), "the older one is not the last");
        let seen: Vec<_> = one.lines.iter().map(|(_, seen)| (seen.last_at, seen.count)).collect();
        assert_eq!(seen, [(later, 2)]);
    }
}
