//! What was read of tokens and keys, remembered between calls while this process alone changes the database.
//!
//! Nothing is ever removed because it has become wrong: what is remembered has the mark that was current before it was
//! read, and counts only while nothing of its workspace has changed since ([`crate::store::changes`]). A reading that
//! a change has overtaken is therefore of no use to anybody, whenever it arrives. Where several processes share a
//! database nothing is remembered, and each call reads.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

use super::{Result, Service, verify::Verified};
use crate::{
    domain::stored::Digest,
    store::{
        changes::{Changes, Mark},
        credentials::{self, Presented},
    },
};

/// So many bytes are remembered of tokens and keys, roughly.
const REMEMBERED: u64 = 96 * 1024 * 1024;
/// So many secrets are remembered that nobody has.
const UNKNOWN: usize = 10_000;

/// A token or key that was read.
#[derive(Clone, Debug)]
pub(super) struct Known {
    mark: Mark,
    /// What it may do, unless it has ended or is switched off.
    pub verified: Arc<Verified>,
    /// What to compare a passphrase with.
    pub passphrase_hash: Option<Arc<str>>,
}

/// What is remembered, by the digests of secrets.
pub(super) struct Verdicts {
    known: Cache<Digest, Known, Weight>,
    /// A secret is random: one that nobody has today is not the one that is made tomorrow.
    unknown: Cache<Digest, ()>,
}

/// How much room a token or key takes.
#[derive(Clone)]
struct Weight;

impl Weighter<Digest, Known> for Weight {
    fn weight(&self, _: &Digest, known: &Known) -> u64 {
        known.weight()
    }
}

impl Default for Verdicts {
    fn default() -> Self {
        let entries = usize::try_from(REMEMBERED / Known::LEAST).unwrap_or(usize::MAX);
        Self { known: Cache::with_weighter(entries, REMEMBERED, Weight), unknown: Cache::new(UNKNOWN) }
    }
}

impl Service {
    /// The token or key with this secret, as it is now; whether it is good is not judged yet.
    pub(super) async fn known(&self, digest: &Digest) -> Result<Option<Known>> {
        let Some(changes) = self.store.changes() else {
            return Box::pin(self.read(digest)).await;
        };
        if let Some(known) = self.verdicts.known.get(digest).filter(|known| known.is_current(changes)) {
            return Ok(Some(known));
        }
        if self.verdicts.unknown.get(digest).is_some() {
            return Ok(None);
        }
        // In a box: reading takes so much room that whoever need not would carry it about for nothing.
        Box::pin(self.learn(changes, digest)).await
    }

    async fn read(&self, digest: &Digest) -> Result<Option<Known>> {
        let presented = credentials::by_digest(self.store.read(), digest).await?;
        Ok(presented.map(|presented| self.know(Mark::default(), presented)))
    }

    async fn learn(&self, changes: &Changes, digest: &Digest) -> Result<Option<Known>> {
        loop {
            let mark = changes.mark();
            let Some(presented) = credentials::by_digest(self.store.read(), digest).await? else {
                self.verdicts.unknown.insert(digest.clone(), ());
                return Ok(None);
            };
            let known = self.know(mark, presented);
            // If a change has overtaken the reading, it says nothing about now.
            if known.is_current(changes) {
                self.verdicts.known.insert(digest.clone(), known.clone());
                return Ok(Some(known));
            }
        }
    }

    fn know(&self, mark: Mark, presented: Presented) -> Known {
        let passphrase_hash = presented.passphrase_hash.as_deref().map(Arc::from);
        Known { mark, verified: Arc::new(self.weigh(presented)), passphrase_hash }
    }
}

impl Known {
    fn is_current(&self, changes: &Changes) -> bool {
        !changes.since(self.mark, self.verified.workspace.id)
    }

    /// So many bytes an entry takes, roughly, before its texts.
    const LEAST: u64 = 1200;

    /// In bytes, roughly: with what an entry itself takes.
    fn weight(&self) -> u64 {
        let Verified { credential, scopes, .. } = &*self.verified;
        let texts = credential.name.len()
            + credential.description.len()
            + self.passphrase_hash.as_ref().map_or(0, |hash| hash.len());
        let scopes = scopes.iter().map(|scope| size_of_val(scope) + scope.description.len() + 64).sum::<usize>();
        Self::LEAST + (texts + scopes) as u64
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        domain::{credential::CredentialId, id::WorkspaceId},
        service::{
            catalogs::Catalogs,
            clock::{Clock, Random},
            operator::{Command, Reply},
            verify::Refusal,
        },
        store::Store,
    };

    struct Scene {
        service: Service,
        digest: Digest,
        secret: String,
        of: (WorkspaceId, CredentialId),
        _folder: TempDir,
    }

    impl Scene {
        async fn with_a_token() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&format!("sqlite:{}", folder.path().join("a.db").display())).await.unwrap();
            let catalogs = Catalogs::embedded().unwrap();
            let key = folder.path().join("master.key");
            let service = Service::open(store, &key, catalogs, Clock::System, Random::System).await.unwrap();
            let (email, password) = ("ada@northwind.example".to_owned(), "correct horse battery staple".to_owned());
            let owner = Command::CreateOwner { email, password: password.into(), workspace: "Northwind".to_owned() };
            service.operate(owner).await.unwrap();
            let (workspace, name) = ("northwind".to_owned(), "Deploy".to_owned());
            let token = Command::CreateToken { workspace, name, scopes: vec!["read".to_owned()] };
            let Reply::TokenCreated { secret, .. } = service.operate(token).await.unwrap() else { panic!("a token") };
            let digest = crate::auth::secret::Secret::parse(&secret).unwrap().digest();
            let known = credentials::by_digest(service.store.read(), &digest).await.unwrap().unwrap();
            let of = (known.workspace.id, known.credential.id);
            Self { service, digest, secret, of, _folder: folder }
        }

        async fn revoke(&self) {
            let mut tx = self.service.store.begin().await.unwrap();
            credentials::revoke(&mut tx, self.of.0, self.of.1, self.service.now()).await.unwrap();
            tx.commit().await.unwrap();
        }

        async fn refusal(&self) -> Option<Refusal> {
            let origin = crate::service::actor::Origin::OPERATOR;
            self.service.verify(&self.secret, None, &origin).await.unwrap().err().map(|refused| refused.why)
        }
    }

    #[tokio::test]
    async fn what_was_read_before_a_revocation_and_arrives_after_it_counts_for_nothing() {
        let scene = Scene::with_a_token().await;
        let changes = scene.service.store.changes().unwrap();
        let mark = changes.mark();
        let read = credentials::by_digest(scene.service.store.read(), &scene.digest).await.unwrap().unwrap();
        scene.revoke().await;
        let late = scene.service.know(mark, read);
        assert_eq!(late.verified.refusal(scene.service.now()), None, "it was good when it was read");
        scene.service.verdicts.known.insert(scene.digest.clone(), late);
        assert_eq!(scene.refusal().await, Some(Refusal::Revoked));
    }

    #[tokio::test]
    async fn what_has_not_changed_is_not_read_again() {
        let scene = Scene::with_a_token().await;
        assert_eq!(scene.refusal().await, None);
        let first = scene.service.known(&scene.digest).await.unwrap().unwrap();
        let again = scene.service.known(&scene.digest).await.unwrap().unwrap();
        assert!(Arc::ptr_eq(&first.verified, &again.verified));
        scene.revoke().await;
        let after = scene.service.known(&scene.digest).await.unwrap().unwrap();
        assert!(!Arc::ptr_eq(&first.verified, &after.verified));
        assert_eq!(scene.refusal().await, Some(Refusal::Revoked));
    }
}
