//! Whether a presented secret is good, and what it may do now: the one path for tokens and keys.
//!
//! Every call is one indexed read, so a revocation counts from the moment its transaction has committed: no
//! verification that starts after the revocation has answered is positive. A change that a credential authorises
//! looks it up again inside its transaction ([`super::actor`]).

use std::{collections::BTreeSet, net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;

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
        workspace::Workspace,
    },
    store::credentials::{self, Presented},
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
    const UNKNOWN: Self = Self { why: Refusal::Unknown, of: None };
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

/// Right passphrases that need not be hashed again for a minute, and a brake on guessing.
pub(super) struct Passphrases {
    /// Mixed in, so that what is remembered is of no use outside this process.
    key: String,
    remembered: Cache<(CredentialId, Digest), ()>,
    brake: DefaultKeyedRateLimiter<(CredentialId, Option<IpAddr>)>,
}

impl Passphrases {
    pub(super) fn new(random: &Random) -> Self {
        let per_minute = NonZeroU32::new(10).expect("ten is not zero");
        Self {
            key: random.code(),
            remembered: Cache::builder().max_capacity(10_000).time_to_live(Duration::from_mins(1)).build(),
            brake: RateLimiter::keyed(Quota::per_minute(per_minute)),
        }
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
    ) -> Result<std::result::Result<Verified, Refused>> {
        let Some(secret) = Secret::parse(presented) else { return Ok(Err(Refused::UNKNOWN)) };
        let Some(found) = credentials::by_digest(self.store.read(), &secret.digest()).await? else {
            return Ok(Err(Refused::UNKNOWN));
        };
        let hash = found.passphrase_hash.clone();
        let of = Some((found.workspace.id, found.credential.id));
        let refused = |why| Refused { why, of };
        let verified = match self.judge(found) {
            Ok(verified) => verified,
            Err(refusal) => return Ok(Err(refused(refusal))),
        };
        if let Some(hash) = hash
            && !self.passphrase_is_right(verified.credential.id, passphrase, hash, origin).await?
        {
            return Ok(Err(refused(Refusal::Passphrase)));
        }
        if !verified.credential.has_passphrase {
            return Ok(Ok(verified));
        }
        // Hashing takes time in which the credential may have been revoked: look again.
        let again = credentials::by_id(self.store.read(), verified.credential.id).await?;
        Ok(again.ok_or(Refusal::Unknown).and_then(|presented| self.judge(presented)).map_err(refused))
    }

    /// What a credential may do now, passphrase aside.
    pub(super) fn judge(&self, presented: Presented) -> std::result::Result<Verified, Refusal> {
        let Presented { credential, workspace, responsible_role, .. } = presented;
        match credential.status(self.now()) {
            Status::Revoked => return Err(Refusal::Revoked),
            Status::Expired => return Err(Refusal::Expired),
            Status::Inactive => return Err(Refusal::Inactive),
            Status::Expiring | Status::Active => {}
        }
        let vocabulary =
            self.catalogs.get(&workspace.catalog).and_then(|catalog| catalog.vocabulary(credential.id.kind()));
        let scopes: Vec<Scope> = match (vocabulary, responsible_role) {
            (Some(vocabulary), Some(role)) => {
                vocabulary.effective(&credential.scopes, role).into_iter().cloned().collect()
            }
            _ => Vec::new(),
        };
        let capabilities = catalog::capabilities(&scopes);
        Ok(Verified { credential, workspace, scopes, capabilities })
    }

    async fn passphrase_is_right(
        &self,
        id: CredentialId,
        passphrase: Option<&str>,
        hash: String,
        origin: &Origin,
    ) -> Result<bool> {
        let Some(passphrase) = passphrase.and_then(|raw| text::PASSPHRASE.parse_secret(raw).ok()) else {
            return Ok(false);
        };
        let remembered = (id, digest::of(&format!("{}{hash}{passphrase}", self.passphrases.key)));
        if self.passphrases.remembered.contains_key(&remembered) {
            return Ok(true);
        }
        let brake = &self.passphrases.brake;
        if brake.len() > BRAKED {
            brake.retain_recent();
        }
        if brake.check_key(&(id, origin.network())).is_err() {
            return Ok(false);
        }
        let right = self.hashing.verify(passphrase, Some(hash)).await?;
        if right {
            self.passphrases.remembered.insert(remembered, ());
        }
        Ok(right)
    }
}
