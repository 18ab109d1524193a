//! Opening an installation: the master key, the keys made from it, the set-up link.

use std::path::Path;

use super::{
    Error, Result, Service,
    catalogs::Catalogs,
    clock::{Clock, Random},
    forward_auth,
    hashing::Hashing,
    master_key::{self, KeyFileError},
    sealing::Sealing,
    signing::{self, Signing},
    usage, verdicts, verify,
};
use crate::{
    auth::{digest, keys::MasterKey, lockout, refresh::RefreshKeys},
    store::{Store, instance, workspaces},
};

/// Why an installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The master key does not fit.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A workspace uses a catalog that is not there.
    #[error("a workspace uses the catalog {0:?}, which is neither built in nor in LATCHKEY_CATALOG_DIR")]
    MissingCatalog(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// What is sealed cannot be opened.
    #[error("the keys in the database: {0}")]
    Keys(#[from] Error),
}

impl Service {
    /// Opens the installation in `store`, or begins a new one in an empty database.
    ///
    /// # Errors
    /// [`OpenError`]; nothing is served then.
    pub async fn open(
        store: Store,
        key_file: &Path,
        catalogs: Catalogs,
        clock: Clock,
        random: Random,
    ) -> std::result::Result<Self, OpenError> {
        let known = instance::fingerprint(store.read()).await?;
        let master = master_key::open(key_file, known.as_deref(), &random)?;
        let sealing = Sealing::new(&master, key_file);
        if known.is_none() {
            begin(&store, &master, &sealing, &clock, &random).await?;
        }
        let root = sealing.root(&store, &random).await?;
        for used in workspaces::catalogs(store.read()).await? {
            if catalogs.get(&used).is_none() {
                return Err(OpenError::MissingCatalog(used));
            }
        }
        Ok(Self {
            signing: Signing::open(&store, &sealing, &random, clock.now()).await?,
            refresh: RefreshKeys::new(&root),
            lockout: lockout::Keys::new(&root),
            passphrases: verify::Passphrases::new(&random),
            usage: usage::Pending::default(),
            verdicts: verdicts::Verdicts::default(),
            demands: forward_auth::Demands::default(),
            hashing: Hashing::new(),
            store,
            clock,
            random,
            catalogs,
            sealing,
        })
    }

    /// Makes a new code for the set-up link; none once there is an owner. An older link stops working.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn offer_setup(&self) -> Result<Option<String>> {
        let code = self.random.code();
        let mut tx = self.store.begin().await?;
        let open = instance::offer_setup(&mut tx, &digest::of(&code)).await?;
        tx.commit().await?;
        Ok(open.then_some(code))
    }

    /// Whether there is an owner already.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(instance::is_set_up(self.store.read()).await?)
    }
}

async fn begin(
    store: &Store,
    master: &MasterKey,
    sealing: &Sealing,
    clock: &Clock,
    random: &Random,
) -> std::result::Result<(), OpenError> {
    let now = clock.now();
    let mut tx = store.begin().await?;
    instance::create(&mut tx, &master.fingerprint(), now).await?;
    signing::make(&mut tx, sealing, random, now).await?;
    tx.commit().await?;
    Ok(())
}
