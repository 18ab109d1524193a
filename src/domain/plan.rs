//! How many credentials of a kind a workspace may have alive at once.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::credential::Kind;

/// A workspace's plan. The numbers stand in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// The plan of a new workspace.
    Free,
    /// The middle one.
    Pro,
    /// The largest.
    Team,
}

impl Plan {
    /// From the smallest to the largest.
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Team];

    /// The word in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Team => "team",
        }
    }

    /// The word people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Pro => "Pro",
            Self::Team => "Team",
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a plan")]
pub struct UnknownPlan;

impl FromStr for Plan {
    type Err = UnknownPlan;

    fn from_str(text: &str) -> Result<Self, UnknownPlan> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text).ok_or(UnknownPlan)
    }
}

/// The limits of each plan, per kind of credential; none means unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// On the free plan.
    pub free: Option<u32>,
    /// On the pro plan.
    pub pro: Option<u32>,
    /// On the team plan.
    pub team: Option<u32>,
}

impl Limits {
    /// The limit of `plan`; none means unlimited.
    #[must_use]
    pub const fn of(&self, plan: Plan) -> Option<u32> {
        match plan {
            Plan::Free => self.free,
            Plan::Pro => self.pro,
            Plan::Team => self.team,
        }
    }
}

/// How much of a plan is used, for one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The plan.
    pub plan: Plan,
    /// Credentials neither revoked nor expired; no further than [`Usage::MOST`] are counted.
    pub used: u32,
    /// The plan's limit; none means unlimited.
    pub limit: Option<u32>,
}

impl Usage {
    /// So many are counted where there is no limit: more would take longer than the number is worth.
    pub const MOST: u32 = 10_000;

    /// Why no more of `kind` may be made, and what helps; for when that is so.
    #[must_use]
    pub fn refusal(&self, kind: Kind) -> String {
        let (plan, noun) = (self.plan.title(), kind.noun());
        // After a change to a smaller plan more are in use than it allows.
        match self.limit.unwrap_or_default() {
            1 => format!("The one {noun} of the {plan} plan is in use. Revoke it, or ask an owner to change the plan."),
            limit => {
                format!(
                    "All {limit} {noun}s of the {plan} plan are in use. Revoke one, or ask an owner to change the plan."
                )
            }
        }
    }

    /// Whether no more may be made.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.used >= limit)
    }
}
