//! Which tokens or keys a list shows, in which order, and from where on.

use super::{
    credential::{CredentialId, Status},
    id::ProjectId,
    scope::ScopeName,
    timestamp::Timestamp,
};

/// Somebody who has not called for so long is said not to use it.
pub const UNUSED: time::Duration = time::Duration::days(90);

/// What a token or key reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every project.
    Workspace,
    /// Exactly one.
    Project,
}

impl Level {
    /// The word in addresses and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Project => "project",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        [Self::Workspace, Self::Project].into_iter().find(|level| level.as_str() == word)
    }
}

/// What is left out of a list; the default leaves out nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Beginnings of words of the name, or the beginning of the hint, as typed; empty for all.
    pub search: String,
    /// Where it stands; `active` includes `expiring`.
    pub status: Option<Status>,
    /// A scope that it was granted itself.
    pub scope: Option<ScopeName>,
    /// What it reaches.
    pub level: Option<Level>,
    /// The id of its maker.
    pub creator: Option<String>,
    /// The only project that it reaches.
    pub project: Option<ProjectId>,
    /// Whether it must be unused for [`UNUSED`].
    pub unused: bool,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// When it was made.
    Created,
    /// Its name, as folded for searching.
    Name,
    /// Its end; what has none comes as if it ended last of all.
    Expires,
    /// Its last use; what was never used comes as if it had been used first of all.
    Used,
}

/// In which order a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: By,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Default for Order {
    /// The newest first.
    fn default() -> Self {
        Self { by: By::Created, descending: true }
    }
}

impl By {
    const ALL: [Self; 4] = [Self::Created, Self::Name, Self::Expires, Self::Used];

    /// The word in addresses and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Expires => "expires",
            Self::Used => "last_used",
        }
    }
}

impl Order {
    /// Reads a word, with `-` before it for the largest first.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        let (word, descending) = word.strip_prefix('-').map_or((word, false), |word| (word, true));
        By::ALL.into_iter().find(|by| by.as_str() == word).map(|by| Self { by, descending })
    }

    /// The word in addresses and the API.
    #[must_use]
    pub fn word(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

/// The place of one credential in an order: what it is sorted by, and its id, which breaks ties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is sorted by.
    pub place: Place,
    /// Its id.
    pub id: CredentialId,
}

/// What a credential is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its id alone, which begins with the time of its making.
    Id,
    /// Its name.
    Name(String),
    /// A time, if there is one.
    Time(Option<Timestamp>),
}

/// Where a page of a list begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// At the beginning of the list.
    First,
    /// With what follows this.
    After(Mark),
    /// So that it ends before this, still in the list's order.
    Before(Mark),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_word() {
        assert_eq!(Order::find("-created"), Some(Order::default()));
        for word in ["created", "-created", "name", "-name", "expires", "-expires", "last_used", "-last_used"] {
            assert_eq!(Order::find(word).unwrap().word(), word);
        }
        for wrong in ["", "-", "--name", "Name", "id"] {
            assert_eq!(Order::find(wrong), None, "{wrong}");
        }
    }
}
