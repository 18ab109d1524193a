//! What the activity log says happened.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{
    credential::{Kind, Maker, OwnProject},
    id::EventId,
    timestamp::{NotATime, Timestamp},
};

/// The word names nothing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not something that happens")]
pub struct UnknownEvent;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $title:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the log; it never changes once an event with it was written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownEvent;

            fn from_str(text: &str) -> Result<Self, UnknownEvent> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(UnknownEvent)
            }
        }
    };
}

words! {
    /// One kind of event.
    Happened {
        /// A workspace was made.
        WorkspaceCreated = "workspace.created", "Workspace created";
        /// It has another name.
        WorkspaceRenamed = "workspace.renamed", "Workspace renamed";
        /// It was deleted.
        WorkspaceDeleted = "workspace.deleted", "Workspace deleted";
        /// It has another plan.
        PlanChanged = "workspace.plan_changed", "Plan changed";
        /// It has another catalog.
        CatalogChanged = "workspace.catalog_changed", "Catalog changed";
        /// It lets nobody in any more who has no second factor.
        TwoFactorRequired = "workspace.two_factor_required", "Two-factor required";
        /// It lets those in again.
        TwoFactorOptional = "workspace.two_factor_optional", "Two-factor not required any more";
        /// A token or key was made.
        CredentialCreated = "credential.created", "Created";
        /// A key was changed.
        CredentialUpdated = "credential.updated", "Changed";
        /// A key was switched off.
        CredentialDisabled = "credential.disabled", "Switched off";
        /// A key was switched on again.
        CredentialEnabled = "credential.enabled", "Switched on";
        /// A token or key was ended.
        CredentialRevoked = "credential.revoked", "Revoked";
        /// A token or key was found where others can read it, and ended.
        CredentialLeaked = "credential.leaked", "Found and revoked";
        /// Somebody else answers for a token or key.
        CredentialHandedOver = "credential.handed_over", "Handed over";
        /// A project was made.
        ProjectCreated = "project.created", "Project created";
        /// It has another name.
        ProjectRenamed = "project.renamed", "Project renamed";
        /// It was deleted.
        ProjectDeleted = "project.deleted", "Project deleted";
        /// A deployment was recorded.
        DeploymentCreated = "deployment.created", "Deployment created";
        /// It was archived.
        DeploymentArchived = "deployment.archived", "Deployment archived";
        /// Somebody was invited.
        InvitationCreated = "invitation.created", "Invited";
        /// An invitation was taken back.
        InvitationRevoked = "invitation.revoked", "Invitation taken back";
        /// Somebody accepted an invitation.
        MemberJoined = "member.joined", "Joined";
        /// Somebody has another role.
        RoleChanged = "member.role_changed", "Role changed";
        /// Somebody was removed.
        MemberRemoved = "member.removed", "Removed";
        /// Somebody left.
        MemberLeft = "member.left", "Left";
        /// An owner made a link by which somebody chooses a new password.
        ResetLinkCreated = "member.reset_link_created", "Reset link made";
        /// Somebody in the workspace turned their second factor on.
        MemberTwoFactorOn = "member.two_factor_on", "Two-factor on";
        /// Somebody in the workspace has no second factor any more.
        MemberTwoFactorOff = "member.two_factor_off", "Two-factor off";
        /// Somebody signed in.
        SignedIn = "session.signed_in", "Signed in";
        /// Somebody signed out.
        SignedOut = "session.signed_out", "Signed out";
        /// A sign-in was refused for a wrong password.
        SignInFailed = "session.sign_in_failed", "Sign-in refused";
        /// A code was refused: it was wrong, or was used before.
        CodeRefused = "session.code_refused", "Code refused";
        /// Somebody signed in with a backup code in place of their app.
        BackupCodeUsed = "session.backup_code_used", "Signed in with a backup code";
        /// A session was ended because a replaced refresh token came back.
        SessionReuse = "session.reuse", "Session ended: an old sign-in came back";
        /// Somebody signed in with a browser that had never signed in to the account.
        NewDevice = "session.new_device", "Signed in on a new device";
        /// A session was signed out from another one.
        SessionEnded = "session.ended", "Session signed out";
        /// All sessions but one were signed out.
        OtherSessionsEnded = "session.others_ended", "Other sessions signed out";
        /// Somebody signs in with another address.
        EmailChanged = "account.email_changed", "Email changed";
        /// Somebody changed their password.
        PasswordChanged = "account.password_changed", "Password changed";
        /// Somebody set a new password by a link, or the operator did.
        PasswordReset = "account.password_reset", "Password reset";
        /// Signing in takes a code from now on.
        TwoFactorOn = "account.two_factor_on", "Two-factor turned on";
        /// Signing in takes a password alone from now on.
        TwoFactorOff = "account.two_factor_off", "Two-factor turned off";
        /// There are new backup codes in place of those before.
        BackupCodesMade = "account.backup_codes_made", "New backup codes made";
    }
}

words! {
    /// The door through which it came.
    Via {
        /// The pages.
        Browser = "browser", "the dashboard";
        /// The REST API.
        Api = "api", "the API";
        /// The operator's command line.
        Operator = "operator", "the server's command line";
    }
}

words! {
    /// What an event is about, as one looks for it.
    About {
        /// Access tokens.
        Tokens = "tokens", "Tokens";
        /// API keys.
        ApiKeys = "api_keys", "API keys";
        /// Projects and their deployments.
        Projects = "projects", "Projects";
        /// Who is in the workspace, and who was invited.
        Members = "members", "Members";
        /// The workspace itself.
        Settings = "settings", "Settings";
        /// Somebody's account; in no workspace.
        Account = "account", "Account";
    }
}

impl About {
    /// What events of a workspace are about.
    pub const OF_WORKSPACE: &[Self] = &[Self::Tokens, Self::ApiKeys, Self::Projects, Self::Members, Self::Settings];
}

impl Happened {
    /// What it is about; of tokens and keys the id of the `target` says which.
    #[must_use]
    pub fn about(self, target: Option<&str>) -> About {
        match self {
            Self::WorkspaceCreated
            | Self::WorkspaceRenamed
            | Self::WorkspaceDeleted
            | Self::PlanChanged
            | Self::CatalogChanged
            | Self::TwoFactorRequired
            | Self::TwoFactorOptional => About::Settings,
            Self::CredentialCreated
            | Self::CredentialUpdated
            | Self::CredentialDisabled
            | Self::CredentialEnabled
            | Self::CredentialRevoked
            | Self::CredentialLeaked
            | Self::CredentialHandedOver => match kind(target) {
                Kind::AccessToken => About::Tokens,
                Kind::ApiKey => About::ApiKeys,
            },
            Self::ProjectCreated
            | Self::ProjectRenamed
            | Self::ProjectDeleted
            | Self::DeploymentCreated
            | Self::DeploymentArchived => About::Projects,
            Self::InvitationCreated
            | Self::InvitationRevoked
            | Self::MemberJoined
            | Self::RoleChanged
            | Self::MemberRemoved
            | Self::MemberLeft
            | Self::ResetLinkCreated
            | Self::MemberTwoFactorOn
            | Self::MemberTwoFactorOff => About::Members,
            Self::SignedIn
            | Self::SignedOut
            | Self::SignInFailed
            | Self::CodeRefused
            | Self::BackupCodeUsed
            | Self::SessionReuse
            | Self::NewDevice
            | Self::SessionEnded
            | Self::OtherSessionsEnded
            | Self::EmailChanged
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::TwoFactorOn
            | Self::TwoFactorOff
            | Self::BackupCodesMade => About::Account,
        }
    }
}

impl Happened {
    /// What a person is told of when they sign in next: somebody else may have done it.
    pub const NOTEWORTHY: &[Self] = &[
        Self::NewDevice,
        Self::BackupCodeUsed,
        Self::SessionReuse,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::TwoFactorOn,
        Self::TwoFactorOff,
        Self::BackupCodesMade,
    ];
}

/// Which of the two an id names.
fn kind(target: Option<&str>) -> Kind {
    let id = target.and_then(|id| id.parse::<super::credential::CredentialId>().ok());
    id.map_or(Kind::AccessToken, super::credential::CredentialId::kind)
}

/// An entry of the activity log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, by the name of then.
    pub actor: Maker,
    /// Through which door.
    pub via: Via,
    /// From which address, for those who may see it.
    pub ip: Option<String>,
    /// What happened.
    pub happened: Happened,
    /// To what: its id and its name then.
    pub target: Option<(String, String)>,
    /// In which project.
    pub project: Option<OwnProject>,
    /// What changed, in a few words.
    pub detail: Option<String>,
}

impl Event {
    /// What it is about.
    #[must_use]
    pub fn about(&self) -> About {
        self.happened.about(self.target.as_ref().map(|(id, _)| id.as_str()))
    }

    /// Which of the two kinds it was done to, if it was done to a token or key.
    #[must_use]
    pub fn kind(&self) -> Kind {
        kind(self.target.as_ref().map(|(id, _)| id.as_str()))
    }
}

/// Whose deeds one looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    /// The operator.
    Operator,
    /// The person, token or key of this id.
    Id(String),
}

impl FromStr for Doer {
    type Err = UnknownEvent;

    fn from_str(text: &str) -> Result<Self, UnknownEvent> {
        let is_id = text.len() <= 40
            && text.contains('_')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        match text {
            "operator" => Ok(Self::Operator),
            id if is_id => Ok(Self::Id(id.to_owned())),
            _ => Err(UnknownEvent),
        }
    }
}

/// Reads the instant from which on one looks: RFC 3339, or a date, which means its beginning.
///
/// # Errors
/// [`NotATime`] on anything else.
pub fn from(text: &str) -> Result<Timestamp, NotATime> {
    Timestamp::parse(&format!("{text}T00:00:00Z")).or_else(|_| Timestamp::parse(text))
}

/// Reads the instant up to which one looks: RFC 3339, or a date, which means its end.
///
/// # Errors
/// [`NotATime`] on anything else.
pub fn to(text: &str) -> Result<Timestamp, NotATime> {
    let end = Timestamp::parse(&format!("{text}T23:59:59.999999Z"));
    end.or_else(|_| Timestamp::parse(text))
}

/// Which events one looks for: those that all of this holds of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// About this.
    pub about: Option<About>,
    /// Exactly this happened.
    pub happened: Option<Happened>,
    /// Done by them.
    pub by: Option<Doer>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Not after this.
    pub to: Option<Timestamp>,
    /// All words of this begin words in the names of actor and target, or in the detail; empty looks for nothing.
    pub search: String,
}

/// Where a page of the log begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the newest event.
    Newest,
    /// After this event, going back in time.
    OlderThan(EventId),
    /// Before this event: the page whose last one is just newer.
    NewerThan(EventId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_about_something_and_its_word_leads_back() {
        for happened in Happened::ALL.iter().copied() {
            assert_eq!(happened.as_str().parse(), Ok(happened));
            let of_the_account = ["session.", "account."].iter().any(|about| happened.as_str().starts_with(about));
            assert_eq!(About::OF_WORKSPACE.contains(&happened.about(None)), !of_the_account, "{happened:?}");
        }
        let key = "key_01jdb2v9c5e8x3q7m4k6n0r1sy";
        assert_eq!(Happened::CredentialRevoked.about(Some(key)), About::ApiKeys);
        assert_eq!(Happened::CredentialRevoked.about(Some("tok_01jdb2v9c5e8x3q7m4k6n0r1sy")), About::Tokens);
    }

    #[test]
    fn a_day_is_looked_through_from_its_beginning_to_its_end() {
        assert_eq!(from("2026-11-22").unwrap().rfc3339(), "2026-11-22T00:00:00Z");
        assert_eq!(to("2026-11-22").unwrap().rfc3339(), "2026-11-22T23:59:59.999999Z");
        for read in [from, to] {
            assert_eq!(read("2026-11-22T20:47:00+02:00").unwrap().rfc3339(), "2026-11-22T18:47:00Z");
            assert!(read("yesterday").is_err() && read("").is_err());
        }
    }

    #[test]
    fn a_doer_is_the_operator_or_an_id() {
        assert_eq!("operator".parse(), Ok(Doer::Operator));
        assert!(matches!("usr_01jdb2v9c5e8x3q7m4k6n0r1sy".parse(), Ok(Doer::Id(_))));
        for wrong in ["", "Operator", "ops@northwind.example", "usr_'; --", &"a_".repeat(30)] {
            assert!(wrong.parse::<Doer>().is_err(), "{wrong}");
        }
    }
}
