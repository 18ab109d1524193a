//! **Use cases**: the only place that joins domain, auth and store.
//!
//! A method that changes something reads: decide, parse, one transaction, return. The transaction looks the actor up
//! again and decides again, so that nothing commits on rights that are gone; then the change, then its event.
//!
//! May import: `domain`, `auth`, `store`. Never happens here: SQL, HTTP, a page. The clock and randomness are read
//! in [`clock`] alone.

pub mod account;
pub mod activity;
pub mod actor;
pub mod backup;
pub mod browser_state;
pub mod catalogs;
mod ceiling;
pub mod clock;
pub mod command_line;
pub mod credential_list;
pub mod credentials;
pub mod demo;
mod demo_samples;
pub mod deployments;
pub mod device_sign_in;
pub mod devices;
pub mod edit_credential;
pub mod error;
pub mod events;
pub mod export;
pub mod forward_auth;
mod gathered;
mod hashing;
pub mod instance;
pub mod introspection;
pub mod invitations;
pub mod joining;
pub mod leaks;
pub mod master_key;
pub mod members;
pub mod new_credential;
pub mod once;
pub mod operator;
pub mod password_reset;
pub mod projects;
mod sealing;
pub mod sessions;
pub mod setup;
pub mod sign_in;
mod signing;
mod succession;
pub mod throttle;
pub mod two_factor;
pub mod two_factor_rule;
pub mod usage;
mod use_rows;
mod verdicts;
pub mod verify;
pub mod workspace_settings;
pub mod workspaces;

use crate::{
    auth::{lockout, refresh::RefreshKeys},
    store::Store,
};

pub use error::{Error, Result};

/// Everything that a use case needs. One for the process.
pub struct Service {
    store: Store,
    clock: clock::Clock,
    random: clock::Random,
    catalogs: catalogs::Catalogs,
    hashing: hashing::Hashing,
    sealing: sealing::Sealing,
    refresh: RefreshKeys,
    lockout: lockout::Keys,
    signing: signing::Signing,
    passphrases: verify::Passphrases,
    usage: usage::Pending,
    verdicts: verdicts::Verdicts,
    demands: forward_auth::Demands,
}

impl Service {
    /// The database, for `/readyz`, the socket beside it, and closing.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The instant that counts as now.
    #[must_use]
    pub fn now(&self) -> crate::domain::timestamp::Timestamp {
        self.clock.now()
    }

    /// A number for a request, for people and the log.
    #[must_use]
    pub fn request_id(&self) -> String {
        let mut id = crate::auth::secret::base62(12, &mut |bytes| self.random.fill_quickly(bytes));
        id.insert_str(0, "req_");
        id
    }

    /// A number that the inline scripts of one page carry.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.random.code()
    }

    /// A key for a form, so that one that is sent twice counts once.
    #[must_use]
    pub fn form_key(&self) -> String {
        self.random.code()
    }
}
