//! Whether a presented secret is good, and what it may do now: the one path for tokens and keys, whoever asks.
//!
//! Three guarantees hold of everything that takes rights away: revoking, switching off, narrowing, shortening,
//! demoting or removing whoever answers for it, deleting its project or workspace.
//!
//! - **R1**: no verification that starts after such a change has answered is positive.
//! - **R2**: no positive decision is taken after it. A verification that was under way reads again, or finds at its
//!   last step that what it has read is old.
//! - **R3**: nothing that the token or key has authorised commits after it: each transaction that changes something
//!   takes the lock under which rights are taken away, and looks the token or key up again ([`super::actor`]).
//!
//! Where this process alone changes the database, what was read is remembered (`verdicts`); the change
//! makes it old after it has committed and before it answers. On PostgreSQL each verification is one indexed read, and
//! the reading is the decision.

use std::{collections::BTreeSet, net::IpAddr, num::NonZeroU32, sync::Arc};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use time::Duration;

use super::{Result, Service, actor::Origin, clock::Random};
use crate::{
    auth::{digest, secret::Secret},
    domain::{
        call::Reason,
        catalog,
        credential::{Credential, CredentialId, Status},
        id::WorkspaceId,
        scope::{Capability, Scope},
        stored::Digest,
        text,
        timestamp::Timestamp,
        workspace::Workspace,
    },
    store::credentials::Presented,
};

/// A credential that was found good.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The credential.
    pub credential: Credential,
    /// Where it belongs.
    pub workspace: Workspace,
    /// Its scopes as they count now: with what they include, within the responsible member's role.
    pub scopes: Vec<Scope>,
    /// The same as OAuth writes them, with spaces between (RFC 6749, section 3.3).
    pub scope: String,
    /// What they open in Latchkey's own API.
    pub capabilities: BTreeSet<Capability>,
}

/// Why a secret was refused. The caller learns none of it: the answer is always the same 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no secret of ours.
    #[error("unknown")]
    Unknown,
    /// It was revoked.
    #[error("revoked")]
    Revoked,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// It is switched off.
    #[error("switched off")]
    Inactive,
    /// The passphrase is missing or wrong.
    #[error("passphrase missing or wrong")]
    Passphrase,
}

/// A refusal, and of what, if the secret is known: its people read of it on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// Where it belongs, and what it is.
    pub of: Option<(WorkspaceId, CredentialId)>,
}

impl Refused {
    /// It is no secret of ours.
    pub const UNKNOWN: Self = Self { why: Refusal::Unknown, of: None };
}

impl Refusal {
    /// As it is remembered for its people; what is unknown has none.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Unknown => None,
            Self::Revoked => Some(Reason::Revoked),
            Self::Expired => Some(Reason::Expired),
            Self::Inactive => Some(Reason::SwitchedOff),
            Self::Passphrase => Some(Reason::Passphrase),
        }
    }
}

/// A right passphrase need not be hashed again for so long.
const REMEMBERED: Duration = Duration::MINUTE;

/// Right passphrases of late, and a brake on guessing.
pub(super) struct Passphrases {
    /// Mixed in, so that what is remembered is of no use outside this process.
    key: String,
    /// When they were found right.
    remembered: Cache<(CredentialId, Digest), Timestamp>,
    brake: DefaultKeyedRateLimiter<(CredentialId, Option<IpAddr>)>,
}

impl Passphrases {
    pub(super) fn new(random: &Random) -> Self {
        let per_minute = NonZeroU32::new(10).expect("ten is not zero");
        Self {
            key: random.code(),
            remembered: Cache::new(10_000),
            brake: RateLimiter::keyed(Quota::per_minute(per_minute)),
        }
    }

    /// Under what a passphrase of a credential is remembered, as long as it is stored under this hash.
    fn name(&self, id: CredentialId, hash: &str, passphrase: &str) -> (CredentialId, Digest) {
        (id, digest::of(&format!("{}{hash}{passphrase}", self.key)))
    }

    fn remembers(&self, name: &(CredentialId, Digest), now: Timestamp) -> bool {
        self.remembered.get(name).is_some_and(|at| now.since(at) < REMEMBERED)
    }
}

impl Verified {
    /// Why it is not good at this instant, if it is not.
    #[must_use]
    pub fn refusal(&self, now: Timestamp) -> Option<Refusal> {
        match self.credential.status(now) {
            Status::Revoked => Some(Refusal::Revoked),
            Status::Expired => Some(Refusal::Expired),
            Status::Inactive => Some(Refusal::Inactive),
            Status::Expiring | Status::Active => None,
        }
    }

    const fn refused(&self, why: Refusal) -> Refused {
        Refused { why, of: Some((self.workspace.id, self.credential.id)) }
    }
}

/// So many pairs of credential and network are remembered before those that have rested are forgotten.
const BRAKED: usize = 10_000;

impl Service {
    /// Judges a presented secret.
    ///
    /// # Errors
    /// A fault of the database; a refusal is an answer, not an error.
    pub async fn verify(
        &self,
        presented: &str,
        passphrase: Option<&str>,
        origin: &Origin,
    ) -> Result<std::result::Result<Arc<Verified>, Refused>> {
        let Some(digest) = Secret::digest_of(presented) else { return Ok(Err(Refused::UNKNOWN)) };
        let Some(found) = self.known(&digest).await? else { return Ok(Err(Refused::UNKNOWN)) };
        if let Some(refusal) = found.verified.refusal(self.now()) {
            return Ok(Err(found.verified.refused(refusal)));
        }
        let Some(hash) = &found.passphrase_hash else { return Ok(Ok(found.verified)) };
        if !Box::pin(self.passphrase_is_right(found.verified.credential.id, passphrase, hash, origin)).await? {
            return Ok(Err(found.verified.refused(Refusal::Passphrase)));
        }
        // Hashing takes time in which rights may have been taken away: look again.
        let Some(found) = self.known(&digest).await? else { return Ok(Err(Refused::UNKNOWN)) };
        Ok(match found.verified.refusal(self.now()) {
            Some(refusal) => Err(found.verified.refused(refusal)),
            None => Ok(found.verified),
        })
    }

    /// What a credential may do now, passphrase aside.
    pub(super) fn judge(&self, presented: Presented) -> std::result::Result<Verified, Refusal> {
        let verified = self.weigh(presented);
        verified.refusal(self.now()).map_or(Ok(verified), Err)
    }

    /// What a credential may do unless it has ended or is switched off.
    pub(super) fn weigh(&self, presented: Presented) -> Verified {
        let Presented { credential, workspace, responsible_role, .. } = presented;
        let vocabulary =
            self.catalogs.get(&workspace.catalog).and_then(|catalog| catalog.vocabulary(credential.id.kind()));
        let scopes: Vec<Scope> = match (vocabulary, responsible_role) {
            (Some(vocabulary), Some(role)) => {
                vocabulary.effective(&credential.scopes, role).into_iter().cloned().collect()
            }
            _ => Vec::new(),
        };
        let scope = scopes.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>().join(" ");
        let capabilities = catalog::capabilities(&scopes);
        Verified { credential, workspace, scopes, scope, capabilities }
    }

    async fn passphrase_is_right(
        &self,
        id: CredentialId,
        passphrase: Option<&str>,
        hash: &str,
        origin: &Origin,
    ) -> Result<bool> {
        let Some(passphrase) = passphrase.and_then(|raw| text::PASSPHRASE.parse_secret(raw).ok()) else {
            return Ok(false);
        };
        let name = self.passphrases.name(id, hash, &passphrase);
        if self.passphrases.remembers(&name, self.now()) {
            return Ok(true);
        }
        let brake = &self.passphrases.brake;
        if brake.len() > BRAKED {
            brake.retain_recent();
        }
        if brake.check_key(&(id, origin.network())).is_err() {
            return Ok(false);
        }
        let right = self.hashing.verify(passphrase, Some(hash.to_owned())).await?;
        if right {
            self.passphrases.remembered.insert(name, self.now());
        }
        Ok(right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::Kind;

    #[test]
    fn a_right_passphrase_is_remembered_for_a_minute_as_it_is_stored_now() {
        let passphrases = Passphrases::new(&Random::fixed(1));
        let now = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        let id = CredentialId::new(Kind::AccessToken, 1);
        let name = passphrases.name(id, "$argon2id$1", "open sesame");
        passphrases.remembered.insert(name.clone(), now);
        assert!(passphrases.remembers(&name, now.plus(Duration::seconds(59))));
        assert!(!passphrases.remembers(&name, now.plus(REMEMBERED)));
        assert!(!passphrases.remembers(&passphrases.name(id, "$argon2id$2", "open sesame"), now));
    }
}
