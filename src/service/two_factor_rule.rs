//! The rule of a workspace that nobody gets in without a second factor: only owners who have one set it.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin},
    error::Conflict,
};
use crate::{
    domain::{activity::Happened, policy::Action, role::Role},
    store::{two_factor, workspaces},
};

/// What the rule is, and whom it would keep out.
#[derive(Debug)]
pub struct TwoFactorRule {
    /// Whether a second factor is required.
    pub required: bool,
    /// Whether the actor has one.
    pub own: bool,
    /// The roles and addresses of those who have none.
    pub without: Vec<(Role, String)>,
}

impl Service {
    /// What the rule is, and whom it keeps out or would.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn two_factor_rule(&self, actor: &Actor, workspace: &str) -> Result<TwoFactorRule> {
        let home = self.allow(actor, Action::RequireTwoFactor, workspace).await?.workspace;
        let own = match actor {
            Actor::Person(person) => self.has_two_factor(person.user).await?,
            Actor::Credential(_) | Actor::Operator => true,
        };
        let without = workspaces::without_two_factor(self.store.read(), home.id).await?;
        Ok(TwoFactorRule { required: home.requires_two_factor, own, without })
    }

    /// Requires a second factor of everybody in a workspace from now on, or no longer.
    ///
    /// # Errors
    /// [`Conflict::OwnTwoFactorFirst`], [`Error::NeedsReauthentication`], or what [`Service::allow`] says.
    pub async fn require_two_factor(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        required: bool,
    ) -> Result<()> {
        self.allow(actor, Action::RequireTwoFactor, workspace).await?;
        self.fresh(actor)?;
        let (mut tx, standing) = self.begin_on(actor, Action::RequireTwoFactor, workspace).await?;
        let home = standing.workspace;
        if let (true, Actor::Person(person)) = (required, actor)
            && two_factor::find(tx.on(), person.user).await?.is_none()
        {
            return Err(Error::Conflict(Conflict::OwnTwoFactorFirst));
        }
        if home.requires_two_factor != required {
            let without = workspaces::without_two_factor(tx.on(), home.id).await?.len();
            workspaces::require_two_factor(&mut tx, home.id, required.then(|| self.now())).await?;
            let happened = if required { Happened::TwoFactorRequired } else { Happened::TwoFactorOptional };
            let deed = Deed::to(happened, home.id, &home.name).saying(format!("People without it: {without}"));
            self.record(&mut tx, actor, origin, home.id, deed).await?;
        }
        Ok(tx.commit().await?)
    }
}
