//! A batch of gathered calls as it is written, and what of it is in the database already.

use std::collections::{HashMap, HashSet};

use super::gathered::{Gathered, WAITING};
use crate::{
    domain::{call::Line, credential::CredentialId, stored::Digest, timestamp::Timestamp},
    store::usage as table,
};

/// A batch as it is written.
pub(super) struct Rows {
    pub(super) uses: Vec<(table::Of, table::Uses)>,
    pub(super) days: Vec<(table::Of, i64, i64)>,
    /// Of lines that are there.
    pub(super) known: Vec<(table::Of, Digest, Timestamp, u64)>,
    /// The others.
    pub(super) new: Vec<(table::Of, Digest, Line)>,
}

impl Rows {
    pub(super) fn of(batch: &Gathered, written: &Written) -> Self {
        let room = batch.by_credential.len();
        let (uses, days) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let mut rows = Self { uses, days, known: Vec::with_capacity(room), new: Vec::new() };
        // In one order everywhere, so that two batches on PostgreSQL cannot wait for each other.
        let mut batch: Vec<_> = batch.by_credential.iter().collect();
        batch.sort_unstable_by_key(|(id, _)| **id);
        for (id, gathering) in batch {
            let of = (gathering.workspace, *id);
            rows.uses.extend(gathering.uses().map(|uses| (of, uses)));
            rows.days.extend(gathering.days.iter().map(|(day, calls)| (of, *day, *calls)));
            for (alike, seen) in &gathering.lines {
                let name = alike.name();
                if written.has(*id, &name) {
                    rows.known.push((of, name, seen.last_at, seen.count));
                } else {
                    rows.new.push((of, name, alike.line(*seen)));
                }
            }
        }
        rows
    }
}

/// The lines of this minute that are in the database already: more calls of theirs make no line more, so that no older
/// one has to go.
#[derive(Default)]
pub(super) struct Written {
    minute: i64,
    lines: HashMap<CredentialId, HashSet<Digest>>,
}

impl Written {
    fn has(&self, id: CredentialId, line: &Digest) -> bool {
        self.lines.get(&id).is_some_and(|lines| lines.contains(line))
    }

    /// Notes what is there after a batch: the lines that it was `given`. Of those that got longer older ones may be gone.
    pub(super) fn note(&mut self, minute: i64, longer: &[table::Of], given: impl Iterator<Item = (table::Of, Digest)>) {
        if self.minute != minute || self.lines.values().map(HashSet::len).sum::<usize>() > WAITING {
            *self = Self { minute, lines: HashMap::new() };
        }
        for (_, id) in longer {
            self.lines.remove(id);
        }
        for ((_, id), name) in given {
            self.lines.entry(id).or_default().insert(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;
    use crate::{
        auth::digest,
        service::gathered::tests::{OF, call, now},
    };

    #[test]
    fn a_line_that_is_written_is_known_until_the_next_minute_or_until_others_push_it_out() {
        let mut gathered = Gathered::default();
        call(&mut gathered, "/whoami", None, now());
        let mut written = Written::default();
        let is_known = |written: &Written| Rows::of(&gathered, written).new.is_empty();
        assert!(!is_known(&written));
        let Rows { new, .. } = Rows::of(&gathered, &written);
        let [(of, name, _)] = &new[..] else { panic!("one line") };
        written.note(now().minute(), &[OF], [(*of, name.clone())].into_iter());
        assert!(is_known(&written));
        written.note(now().minute(), &[OF], [(*of, digest::of("another"))].into_iter());
        assert!(!is_known(&written), "what got longer may have lost it");
        written.note(now().minute(), &[], [(*of, name.clone())].into_iter());
        assert!(is_known(&written));
        written.note(now().minute() + 1, &[], iter::empty());
        assert!(!is_known(&written));
    }
}
