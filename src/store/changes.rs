//! What verdicts rest upon has changed: how a memory of verdicts learns of it, without a statement that could be
//! forgotten to tell.
//!
//! Each statement that changes a token or key, a membership, a project or a workspace names the workspace to its
//! transaction ([`super::Tx::touches`]). When the transaction has committed, and before whoever asked for it is
//! answered, the workspace gets a new number. Who remembers what they have read notes the number that was current
//! before they read: once their workspace has a greater one, what they remember counts for nothing. So a reading that
//! began before a change can never be taken for one that began after it.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::domain::id::WorkspaceId;

/// So many places hold the numbers of all workspaces; those that share one are taken for changed together.
const PLACES: usize = 4096;

/// A moment between two changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

/// The changes of this process.
#[derive(Debug)]
pub struct Changes {
    latest: AtomicU64,
    by_place: Box<[AtomicU64]>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { latest: AtomicU64::new(0), by_place: (0..PLACES).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Changes {
    /// The present moment: take it before reading.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.latest.load(Ordering::SeqCst))
    }

    /// Whether anything of this workspace has changed since `mark`, as far as it was answered.
    #[must_use]
    pub fn since(&self, mark: Mark, workspace: WorkspaceId) -> bool {
        self.by_place[place(workspace)].load(Ordering::SeqCst) > mark.0
    }

    /// Makes what a transaction has changed known.
    pub(super) fn publish(&self, touched: &Touched) {
        match touched {
            Touched::Workspaces(workspaces) => {
                for workspace in workspaces {
                    let number = self.latest.fetch_add(1, Ordering::SeqCst) + 1;
                    self.by_place[place(*workspace)].fetch_max(number, Ordering::SeqCst);
                }
            }
            Touched::All => {
                let number = self.latest.fetch_add(1, Ordering::SeqCst) + 1;
                for one in &self.by_place {
                    one.fetch_max(number, Ordering::SeqCst);
                }
            }
        }
    }
}

/// What a transaction has changed.
#[derive(Debug)]
pub(super) enum Touched {
    /// What is in these.
    Workspaces(BTreeSet<WorkspaceId>),
    /// What any workspace may show.
    All,
}

impl Default for Touched {
    fn default() -> Self {
        Self::Workspaces(BTreeSet::new())
    }
}

impl Touched {
    pub(super) fn add(&mut self, workspace: WorkspaceId) {
        if let Self::Workspaces(workspaces) = self {
            workspaces.insert(workspace);
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Workspaces(workspaces) if workspaces.is_empty())
    }
}

fn place(workspace: WorkspaceId) -> usize {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(workspace);
    usize::try_from(hash % PLACES as u64).expect("it is less than a few thousand")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: WorkspaceId = WorkspaceId::from_u128(1);
    const OTHER: WorkspaceId = WorkspaceId::from_u128(2);

    fn of(workspace: WorkspaceId) -> Touched {
        let mut touched = Touched::default();
        touched.add(workspace);
        touched
    }

    #[test]
    fn what_was_read_before_a_change_is_old_and_what_was_read_after_it_is_not() {
        let changes = Changes::default();
        let before = changes.mark();
        assert!(!changes.since(before, HOME));
        changes.publish(&of(HOME));
        assert!(changes.since(before, HOME));
        assert!(!changes.since(changes.mark(), HOME));
        assert_ne!(place(HOME), place(OTHER));
        assert!(!changes.since(before, OTHER));
        changes.publish(&Touched::All);
        assert!(changes.since(before, OTHER));
    }

    #[test]
    fn a_transaction_that_changed_nothing_of_the_kind_makes_nothing_old() {
        let changes = Changes::default();
        let before = changes.mark();
        assert!(Touched::default().is_nothing());
        changes.publish(&Touched::default());
        assert!(!changes.since(before, HOME));
    }
}
