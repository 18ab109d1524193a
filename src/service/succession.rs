//! What becomes of the tokens and keys that somebody answers for who is removed, leaves, or becomes a member only
//! (PRODUCT section 2). What those have made follows those who answer for that.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
    ceiling::may_grant,
};
use crate::{
    domain::{
        activity::Happened,
        credential::{Credential, Kind},
        invalid::Invalid,
        member::{self, Member, Parting},
        role::Role,
        scope::Scope,
    },
    store::{self, credentials, members, reveals},
};

impl Service {
    /// Revokes or hands over what `going` answers for, and says so in a few words; nothing if there is nothing.
    pub(super) async fn part(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        standing: &Standing,
        going: &Member,
        parting: Parting,
    ) -> Result<Option<String>> {
        let home = standing.workspace.id;
        // Who is named must be there even if there is nothing to hand over: a mistake should not pass unseen.
        let heir = match parting {
            Parting::Revoke => None,
            Parting::HandOver(to) => {
                let found = members::find(tx.on(), home, to, self.now()).await?;
                let heir = found.filter(|heir| heir.role >= Role::Admin && heir.user != going.user);
                Some(heir.ok_or_else(|| Error::invalid(member::unknown_heir()))?)
            }
        };
        let theirs = credentials::of_responsible(tx.on(), home, going.user, i64::MAX, self.now()).await?;
        for credential in &theirs {
            match &heir {
                None => self.end(tx, (actor, origin), credential).await?,
                Some(heir) => {
                    self.check_awakening(actor, standing, credential, (going, heir))?;
                    credentials::hand_over(tx, home, credential.id, (going.user, heir.user)).await?;
                    let deed = Deed::to_credential(Happened::CredentialHandedOver, credential);
                    let detail = format!("To {}, was {}", heir.email, going.email);
                    self.record(tx, actor, origin, home, deed.saying(detail)).await?;
                }
            }
        }
        let became = match &heir {
            None => "revoked".to_owned(),
            Some(heir) => format!("handed over to {}", heir.email),
        };
        Ok(counted(&theirs).map(|what| format!("{what} {became}")))
    }

    async fn end(&self, tx: &mut store::Tx, (actor, origin): (&Actor, &Origin), credential: &Credential) -> Result<()> {
        credentials::revoke(tx, credential.workspace, credential.id, self.now()).await?;
        reveals::discard(tx, credential.id).await?;
        let deed = Deed::to_credential(Happened::CredentialRevoked, credential);
        self.record(tx, actor, origin, credential.workspace, deed).await
    }

    /// A scope that slept under the role of `going` must not wake under that of `heir`, unless the actor may grant it:
    /// else an admin could hand an owner what only an owner may give.
    fn check_awakening(
        &self,
        actor: &Actor,
        standing: &Standing,
        credential: &Credential,
        (going, heir): (&Member, &Member),
    ) -> Result<()> {
        let Ok(vocabulary) = self.vocabulary(&standing.workspace, credential.id.kind()) else { return Ok(()) };
        let awake = vocabulary.effective(&credential.scopes, going.role);
        let may_grant = |scope: &Scope| may_grant(actor, standing, credential.id.kind(), vocabulary, scope);
        let wakes = vocabulary
            .effective(&credential.scopes, heir.role)
            .into_iter()
            .find(|scope| !awake.iter().any(|before| before.name == scope.name) && !may_grant(scope));
        wakes.map_or(Ok(()), |scope| {
            let message = format!(
                "Under {} the scope {} of {} would count again, which you may not grant. Choose somebody else, or revoke.",
                heir.email, scope.name, credential.name
            );
            Err(Error::invalid(Invalid::new("to", "exceeds_maker", message)))
        })
    }
}

/// `2 tokens and 1 API key`; nothing for none.
fn counted(credentials: &[Credential]) -> Option<String> {
    let of = |kind: Kind| credentials.iter().filter(|credential| credential.id.kind() == kind).count();
    let words = |count: usize, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        many => Some(format!("{many} {noun}s")),
    };
    match (words(of(Kind::AccessToken), "token"), words(of(Kind::ApiKey), "API key")) {
        (Some(tokens), Some(keys)) => Some(format!("{tokens} and {keys}")),
        (tokens, keys) => tokens.or(keys),
    }
}
