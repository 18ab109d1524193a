//! Calls with a token or key: what was asked, what was answered, and why one was refused. The caller learns the
//! reason from the status alone; the people of the workspace read it on the token's own page.

use std::{borrow::Cow, fmt, str::FromStr};

use super::{role::Role, timestamp::Timestamp};

/// So many lines of calls are kept, and so many of refusals.
pub const LINES: usize = 50;
/// The count of a day is kept so long.
pub const DAYS: i64 = 90;
/// So many days are shown, today among them.
pub const SHOWN: usize = 30;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
    /// It is switched off.
    SwitchedOff,
    /// It ended, or was switched off, while the call was on its way.
    Meanwhile,
    /// The passphrase is missing or wrong.
    Passphrase,
    /// None of its scopes opens this; with those that would.
    Scope(Vec<String>),
    /// It is of another project.
    OtherProject,
    /// It is of another workspace.
    OtherWorkspace,
    /// It is a token where a key is asked for, or the other way round.
    OtherKind,
    /// It is of one project, and this of the whole workspace.
    WorkspaceLevel,
    /// Only people may do this.
    Person,
    /// Only people of this role may do this.
    Role(Role),
}

/// What a call asked, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Cow<'static, str>,
    /// The path, without what follows `?`.
    pub path: Cow<'static, str>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Why it was refused; none if it was let in.
    pub refused: Option<Reason>,
}

/// Calls of one minute that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What they asked, and what came of it.
    pub call: Call,
    /// From which address.
    pub ip: Option<String>,
    /// What the caller called itself.
    pub user_agent: Option<String>,
    /// When the last of them was.
    pub at: Timestamp,
    /// How many they are.
    pub count: u64,
}

/// As it is stored: a word, and what belongs to it after it.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revoked => f.write_str("revoked"),
            Self::Expired => f.write_str("expired"),
            Self::SwitchedOff => f.write_str("switched_off"),
            Self::Meanwhile => f.write_str("meanwhile"),
            Self::Passphrase => f.write_str("passphrase"),
            Self::Scope(scopes) => write!(f, "scope {}", scopes.join(" ")),
            Self::OtherProject => f.write_str("other_project"),
            Self::OtherWorkspace => f.write_str("other_workspace"),
            Self::OtherKind => f.write_str("other_kind"),
            Self::WorkspaceLevel => f.write_str("workspace_level"),
            Self::Person => f.write_str("person"),
            Self::Role(role) => write!(f, "role {}", role.as_str()),
        }
    }
}

/// The text is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reason for a refusal")]
pub struct NoReason;

impl FromStr for Reason {
    type Err = NoReason;

    fn from_str(text: &str) -> Result<Self, NoReason> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match word {
            "revoked" => Self::Revoked,
            "expired" => Self::Expired,
            "switched_off" => Self::SwitchedOff,
            "meanwhile" => Self::Meanwhile,
            "passphrase" => Self::Passphrase,
            "scope" => Self::Scope(rest.split_whitespace().map(str::to_owned).collect()),
            "other_project" => Self::OtherProject,
            "other_workspace" => Self::OtherWorkspace,
            "other_kind" => Self::OtherKind,
            "workspace_level" => Self::WorkspaceLevel,
            "person" => Self::Person,
            "role" => Self::Role(rest.parse().map_err(|_| NoReason)?),
            _ => return Err(NoReason),
        })
    }
}

impl Reason {
    /// What the people of the workspace read.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Revoked => "Revoked".to_owned(),
            Self::Expired => "Expired".to_owned(),
            Self::SwitchedOff => "Switched off".to_owned(),
            Self::Meanwhile => "Revoked, expired or switched off during the call".to_owned(),
            Self::Passphrase => "Passphrase missing or wrong".to_owned(),
            Self::Scope(scopes) => match scopes.split_last() {
                None => "Scope missing; no scope of the catalog opens this".to_owned(),
                Some((only, [])) => format!("Scope missing: {only}"),
                Some((last, others)) => format!("Scope missing: {} or {last}", others.join(", ")),
            },
            Self::OtherProject => "Not in its project".to_owned(),
            Self::OtherWorkspace => "Not in its workspace".to_owned(),
            Self::OtherKind => "Asked for the other kind: a token is no key".to_owned(),
            Self::WorkspaceLevel => "Not for one project; this is of the whole workspace".to_owned(),
            Self::Person => "Only people may do this, no token or key".to_owned(),
            Self::Role(role) => format!("Only an {role} may do this"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Reason> {
        let scopes = |names: &[&str]| Reason::Scope(names.iter().map(|name| (*name).to_owned()).collect());
        vec![
            Reason::Revoked,
            Reason::Expired,
            Reason::SwitchedOff,
            Reason::Meanwhile,
            Reason::Passphrase,
            scopes(&[]),
            scopes(&["services:read"]),
            scopes(&["deploy", "all", "admin"]),
            Reason::OtherProject,
            Reason::OtherWorkspace,
            Reason::OtherKind,
            Reason::WorkspaceLevel,
            Reason::Person,
            Reason::Role(Role::Owner),
        ]
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for reason in all() {
            assert_eq!(reason.to_string().parse(), Ok(reason));
        }
        for text in ["", "unknown", "role", "role king"] {
            assert_eq!(text.parse::<Reason>(), Err(NoReason), "{text}");
        }
    }

    #[test]
    fn people_read_which_scopes_would_do() {
        let sentences: Vec<String> = all().iter().map(Reason::sentence).collect();
        assert!(sentences.contains(&"Scope missing: services:read".to_owned()));
        assert!(sentences.contains(&"Scope missing: deploy, all or admin".to_owned()));
        assert!(sentences.contains(&"Only an owner may do this".to_owned()));
    }
}
