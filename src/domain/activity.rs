//! What the activity log says happened.

/// One kind of event; its word never changes once an event of it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The first owner and workspace were made.
    WorkspaceCreated,
    /// A token or key was made.
    CredentialCreated,
    /// A token or key was ended.
    CredentialRevoked,
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
    /// A sign-in was refused for a wrong password.
    SignInFailed,
    /// A session was ended because a replaced refresh token came back.
    SessionReuse,
}

impl Happened {
    /// The word in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceCreated => "workspace.created",
            Self::CredentialCreated => "credential.created",
            Self::CredentialRevoked => "credential.revoked",
            Self::SignedIn => "session.signed_in",
            Self::SignedOut => "session.signed_out",
            Self::SignInFailed => "session.sign_in_failed",
            Self::SessionReuse => "session.reuse",
        }
    }
}

/// The door through which it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The pages.
    Browser,
    /// The REST API.
    Api,
    /// The operator's command line.
    Operator,
}

impl Via {
    /// The word in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
            Self::Operator => "operator",
        }
    }
}
