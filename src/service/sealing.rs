//! Sealing and opening with the master key, and replacing it while serving.
//!
//! Whatever is sealed to last is sealed in the transaction that keeps it, which holds the installation's row: so no row
//! can be written under a key that is being replaced. A process that missed the replacement (a second server on
//! `PostgreSQL`) finds the new key in the file; until it is there, it seals and opens nothing.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use tokio::sync::RwLock;

use super::{
    Error, Result, Service,
    clock::Random,
    credentials,
    error::Fault,
    invitations,
    master_key::{self, KeyFileError},
    password_reset, signing, two_factor,
};
use crate::{
    auth::{
        keys::MasterKey,
        seal::{CannotOpen, Sealer},
    },
    domain::stored::Sealed,
    store::{
        Connection, Store, Tx, instance,
        sealed::{self, Place, Row},
    },
};

/// The context of the root of the keys that outlive the master key.
const ROOT: &str = "root";

/// The master key, as this process has it.
pub(super) struct Sealing {
    keys: RwLock<Keys>,
    file: PathBuf,
}

struct Keys {
    current: Sealer,
    /// What was read before a replacement may be opened after it.
    previous: Option<Sealer>,
    fingerprint: String,
}

impl Keys {
    fn open(&self, context: &str, sealed: &Sealed) -> std::result::Result<Vec<u8>, CannotOpen> {
        let now = self.current.open(context, sealed);
        now.or_else(|error| self.previous.as_ref().ok_or(error)?.open(context, sealed))
    }

    fn replace(&mut self, master: &MasterKey) {
        let before = std::mem::replace(&mut self.current, Sealer::new(master));
        self.previous = Some(before);
        self.fingerprint = master.fingerprint();
    }
}

impl Sealing {
    pub(super) fn new(master: &MasterKey, file: &Path) -> Self {
        let (current, fingerprint) = (Sealer::new(master), master.fingerprint());
        Self { keys: RwLock::new(Keys { current, previous: None, fingerprint }), file: file.to_owned() }
    }

    /// Seals what a transaction keeps.
    pub(super) async fn seal(&self, tx: &mut Tx, random: &Random, context: &str, plain: &[u8]) -> Result<Sealed> {
        for _ in 0..2 {
            let fingerprint = self.keys.read().await.fingerprint.clone();
            if instance::hold_master_key(tx, &fingerprint).await? {
                let keys = self.keys.read().await;
                if keys.fingerprint == fingerprint {
                    return Ok(keys.current.seal(context, plain, random.bytes()));
                }
            }
            self.look_again(tx.on(), random).await?;
        }
        Err(Fault::Sealed(CannotOpen).into())
    }

    /// Seals what may be lost: it does not open any more once the master key was replaced twice, or the process restarted
    /// after it.
    pub(super) async fn seal_for_now(&self, random: &Random, context: &str, plain: &[u8]) -> Sealed {
        self.keys.read().await.current.seal(context, plain, random.bytes())
    }

    /// Opens what was sealed for this context.
    pub(super) async fn open(&self, store: &Store, random: &Random, context: &str, sealed: &Sealed) -> Result<Vec<u8>> {
        if let Ok(plain) = self.keys.read().await.open(context, sealed) {
            return Ok(plain);
        }
        let mut connection = store.connection().await?;
        self.look_again(&mut connection, random).await?;
        Ok(self.keys.read().await.open(context, sealed).map_err(Fault::from)?)
    }

    /// Takes the master key from its file, if another process has replaced it.
    async fn look_again(&self, connection: &mut Connection, random: &Random) -> Result<()> {
        let mut keys = self.keys.write().await;
        let known = instance::fingerprint(connection).await?;
        if known.as_deref() != Some(&keys.fingerprint) {
            keys.replace(&master_key::open(&self.file, known.as_deref(), random).map_err(Fault::from)?);
        }
        Ok(())
    }

    /// The root of the keys that outlive the master key; made if there is none yet.
    pub(super) async fn root(&self, store: &Store, random: &Random) -> Result<MasterKey> {
        let mut tx = store.begin().await?;
        if instance::root(tx.on()).await?.is_none() {
            let root = self.seal(&mut tx, random, ROOT, &random.bytes::<32>()).await?;
            instance::set_root(&mut tx, &root).await?;
        }
        tx.commit().await?;
        let sealed = instance::root(store.read()).await?.ok_or(Fault::Sealed(CannotOpen))?;
        let bytes = self.open(store, random, ROOT, &sealed).await?;
        Ok(MasterKey::new(bytes.try_into().map_err(|_| Fault::Sealed(CannotOpen))?))
    }
}

impl Service {
    /// Seals what a transaction keeps; it opens only with the same `context`.
    pub(super) async fn seal(&self, tx: &mut Tx, context: &str, plain: &[u8]) -> Result<Sealed> {
        self.sealing.seal(tx, &self.random, context, plain).await
    }

    /// Opens what was sealed for this context.
    pub(super) async fn open_bytes(&self, context: &str, sealed: &Sealed) -> Result<Vec<u8>> {
        self.sealing.open(&self.store, &self.random, context, sealed).await
    }

    /// The same of a text.
    pub(super) async fn open_sealed(&self, context: &str, sealed: &Sealed) -> Result<String> {
        let plain = self.open_bytes(context, sealed).await?;
        String::from_utf8(plain).map_err(|_| Error::Fault(CannotOpen.into()))
    }

    /// Replaces the master key, and seals anew all that is sealed. First the new key lasts in a file of its own, then the
    /// database takes it in one transaction, then the file takes its place: wherever this is interrupted, one of the two
    /// files opens the database, and the next start puts it in place. Answers where the old key is kept.
    ///
    /// # Errors
    /// A fault of the database or of the file.
    pub async fn rotate_master_key(&self) -> Result<Option<PathBuf>> {
        let master = MasterKey::new(self.random.bytes());
        let next = Sealer::new(&master);
        let file = &self.sealing.file;
        let mut tx = self.store.begin().await?;
        let fingerprint = self.sealing.keys.read().await.fingerprint.clone();
        if !instance::replace_master_key(&mut tx, &fingerprint, &master.fingerprint()).await? {
            return Err(Fault::KeyFile(KeyFileError::Other(file.clone())).into());
        }
        // From here on nobody seals: they wait for the row that this transaction holds, or for the new key.
        let mut keys = self.sealing.keys.write().await;
        for place in Place::ALL {
            for row in sealed::all(&mut tx, place).await? {
                let context = context(place, &row);
                let plain = keys.open(&context, &row.sealed).map_err(Fault::from)?;
                sealed::replace(&mut tx, place, &row.id, &next.seal(&context, &plain, self.random.bytes())).await?;
            }
        }
        master_key::prepare(file, &master).map_err(Fault::from)?;
        tx.commit().await?;
        keys.replace(&master);
        tracing::info!("everything is sealed under a new master key");
        Ok(master_key::put_in_place(file).map_err(Fault::from)?)
    }
}

/// What a row was sealed for.
fn context(place: Place, row: &Row) -> String {
    let (id, session): (&dyn Display, &dyn Display) = (&row.id, &row.session);
    match place {
        Place::Root => ROOT.to_owned(),
        Place::SigningKey => signing::context(id),
        Place::SecondFactor => two_factor::seed_context(id),
        Place::BackupCodes => two_factor::slot_context(id, session),
        Place::Reveal => credentials::reveal_context(id, session),
        Place::Invitation => invitations::slot_context(id, session),
        Place::PasswordReset => password_reset::slot_context(id, session),
    }
}
