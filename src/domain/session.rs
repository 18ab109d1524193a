//! How long a sign-in lasts, and where (PRODUCT section 6).

use serde::{Deserialize, Serialize};
use time::Duration;

/// A JWT is good for this long.
pub const JWT: Duration = Duration::minutes(15);
/// A session ends when it was not used for this long.
pub const IDLE: Duration = Duration::days(30);
/// A session ends this long after sign-in, used or not.
pub const ABSOLUTE: Duration = Duration::days(90);
/// A command line waits this long for its approval.
pub const DEVICE_LOGIN: Duration = Duration::minutes(15);
/// A command line asks no more often than this, unless it is told to wait longer.
pub const POLL: Duration = Duration::seconds(5);
/// What the secret of a signed-in command line begins with.
pub const COMMAND_LINE_PREFIX: &str = "lku_";
/// For this long the predecessor of a refresh token gives the same successor again.
pub const GRACE: Duration = Duration::seconds(30);
/// A sensitive act needs a password typed within this time.
pub const FRESH: Duration = Duration::minutes(30);

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The person signed out.
    SignedOut,
    /// A refresh token was used that had been replaced before.
    Reuse,
    /// The person signed it out from another session.
    Elsewhere,
    /// The password was changed in another session, or set anew.
    Password,
}

impl End {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Reuse => "reuse",
            Self::Elsewhere => "elsewhere",
            Self::Password => "password",
        }
    }
}

/// What somebody is signed in on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// What kind of thing.
    pub kind: DeviceKind,
    /// What people call it: `Firefox on Linux`.
    pub name: String,
}

/// What kind of thing somebody is signed in on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A browser on a computer, or what cannot be told.
    Computer,
    /// A browser on a phone or tablet.
    Phone,
    /// The command line.
    CommandLine,
}
