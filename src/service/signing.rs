//! The keys that sign the JWTs of sessions: changed while serving, published for whoever wants to check one.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use time::Duration;

use super::{Result, Service, clock::Random, error::Fault, sealing::Sealing};
use crate::{
    auth::{
        jwt::{Claims, KeyRing, SigningKey},
        seal::CannotOpen,
    },
    domain::{session, timestamp::Timestamp},
    store::{Store, Tx, instance},
};

/// Another process may have made a younger key (the operator's, beside a server on PostgreSQL); it is looked for this
/// often at most, whatever is presented.
const LOOK_AGAIN: Duration = Duration::MINUTE;

/// The keys of this process.
pub(super) struct Signing {
    ring: RwLock<Arc<KeyRing>>,
    looked_at: Mutex<Timestamp>,
}

impl Signing {
    /// As the database has them.
    pub(super) async fn open(store: &Store, sealing: &Sealing, random: &Random, now: Timestamp) -> Result<Self> {
        let ring = RwLock::new(Arc::new(read(store, sealing, random).await?));
        Ok(Self { ring, looked_at: Mutex::new(now) })
    }

    fn ring(&self) -> Arc<KeyRing> {
        // Whoever panicked while holding it had changed nothing: it is replaced whole.
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    fn may_look_again(&self, now: Timestamp) -> bool {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = now.since(*looked_at) >= LOOK_AGAIN;
        if may {
            *looked_at = now;
        }
        may
    }
}

/// Makes a key that signs from now on.
pub(super) async fn make(tx: &mut Tx, sealing: &Sealing, random: &Random, now: Timestamp) -> Result<String> {
    let id = format!("{:016x}", u64::from_be_bytes(random.bytes()));
    let seed = sealing.seal(tx, random, &context(&id), &random.bytes::<32>()).await?;
    instance::add_signing_key(tx, &id, &seed, now).await?;
    Ok(id)
}

/// The sealed seed opens only as that of its key.
pub(super) fn context(id: impl Display) -> String {
    format!("signing key {id}")
}

async fn read(store: &Store, sealing: &Sealing, random: &Random) -> Result<KeyRing> {
    let mut keys = Vec::new();
    for instance::SigningKey { id, seed, made_at } in instance::signing_keys(store.read()).await? {
        let seed = sealing.open(store, random, &context(&id), &seed).await?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| Fault::from(CannotOpen))?;
        keys.push((SigningKey::from_seed(id, &seed), made_at));
    }
    let none = || crate::store::Error::Corrupt(String::new(), "a signing key");
    Ok(KeyRing::new(keys).ok_or_else(none)?)
}

impl Service {
    /// The public halves of the keys that sessions' JWTs may be signed with (RFC 7517), as JSON.
    #[must_use]
    pub fn public_keys(&self) -> impl serde::Serialize + use<> {
        self.signing.ring().jwks(self.now())
    }

    /// Makes a new key that signs from now on. What the one before has signed stays good for its fifteen minutes.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn rotate_signing_key(&self) -> Result<String> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let id = make(&mut tx, &self.sealing, &self.random, now).await?;
        instance::drop_signing_keys(&mut tx, now.plus(-session::JWT)).await?;
        tx.commit().await?;
        self.signing.put(read(&self.store, &self.sealing, &self.random).await?);
        tracing::info!(key = %id, "a new key signs sessions");
        Ok(id)
    }

    pub(super) async fn sign(&self, claims: &Claims) -> Result<String> {
        if self.signing.may_look_again(self.now()) {
            self.signing.put(read(&self.store, &self.sealing, &self.random).await?);
        }
        Ok(self.signing.ring().sign(claims))
    }

    /// What a JWT says, if it is ours and good now.
    pub(super) async fn claims(&self, jwt: &str) -> Result<Option<Claims>> {
        let (ring, now) = (self.signing.ring(), self.now());
        if ring.knows_not(jwt) && self.signing.may_look_again(now) {
            self.signing.put(read(&self.store, &self.sealing, &self.random).await?);
            return Ok(self.signing.ring().verify(jwt, now));
        }
        Ok(ring.verify(jwt, now))
    }
}
