//! Changing the workspace itself: its name, plan and catalog, and its end. Only owners may.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
};
use crate::{
    domain::{
        activity::Happened,
        catalog::Catalog,
        credential::Kind,
        invalid::{Gather, Invalid},
        plan::Plan,
        policy::Action,
        scope::ScopeName,
        text,
        workspace::Workspace,
    },
    store::{self, Connection, credentials, invitations, workspaces},
};

/// What another catalog would mean for a workspace. Nothing was changed.
#[derive(Debug)]
pub struct CatalogPreview {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The other catalog.
    pub to: Catalog,
    /// What it would mean, for each kind that is or was to be had.
    pub kinds: Vec<KindPreview>,
}

/// What it would mean for one kind.
#[derive(Debug)]
pub struct KindPreview {
    /// Which of the two.
    pub kind: Kind,
    /// How many are neither revoked nor expired.
    pub live: u64,
    /// Whether new ones can be made now.
    pub before: bool,
    /// Whether new ones could be made then.
    pub after: bool,
    /// The scopes that would grant nothing any more, each with how many live ones have it.
    pub unknown: Vec<(ScopeName, u64)>,
}

/// What changes of a workspace, as it was typed; what is not there stays.
#[derive(Debug, Default)]
pub struct WorkspaceChange {
    /// Its name.
    pub name: Option<String>,
    /// Its plan.
    pub plan: Option<String>,
    /// Its catalog.
    pub catalog: Option<String>,
    /// What the edge could not read.
    pub refused: Vec<Invalid>,
}

impl Service {
    /// Changes several things of a workspace at once, or nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, for the fields `workspace`, `plan` and `catalog`, or what
    /// [`Service::allow`] says.
    pub async fn change_workspace(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        change: WorkspaceChange,
    ) -> Result<Workspace> {
        let standing = self.allow(actor, Action::RenameWorkspace, workspace).await?;
        let mut gather = Gather::default();
        gather.extend(change.refused);
        let name = change.name.and_then(|name| gather.take(text::WORKSPACE.parse(&name)));
        let plan = change.plan.and_then(|plan| gather.take(parse_plan(&plan)));
        let catalog = match change.catalog.map(|name| self.parse_catalog(&name)) {
            Some(Ok(catalog)) => Some(catalog),
            Some(Err(Error::Invalid(errors))) => {
                gather.extend(errors);
                None
            }
            Some(Err(error)) => return Err(error),
            None => None,
        };
        if !gather.is_empty() {
            return Err(Error::Invalid(gather.into_errors()));
        }
        let (mut tx, standing) =
            self.begin_on(actor, Action::RenameWorkspace, &standing.workspace.id.to_string()).await?;
        let mut home = standing.workspace;
        if let Some(name) = name {
            home = self.rename_in(&mut tx, (actor, origin), home, name).await?;
        }
        if let Some(plan) = plan {
            self.allow_again(&mut tx, actor, Action::ChangePlan, &home).await?;
            home = self.change_plan_in(&mut tx, (actor, origin), home, plan).await?;
        }
        if let Some(catalog) = catalog {
            self.allow_again(&mut tx, actor, Action::ChangeCatalog, &home).await?;
            home = self.change_catalog_in(&mut tx, (actor, origin), home, catalog).await?;
        }
        tx.commit().await?;
        Ok(home)
    }

    /// Gives a workspace another name; its slug stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `workspace`, or what [`Service::allow`] says.
    pub async fn rename_workspace(&self, actor: &Actor, origin: &Origin, workspace: &str, name: &str) -> Result<()> {
        self.allow(actor, Action::RenameWorkspace, workspace).await?;
        let name = text::WORKSPACE.parse(name).map_err(Error::invalid)?;
        let (mut tx, standing) = self.begin_on(actor, Action::RenameWorkspace, workspace).await?;
        self.rename_in(&mut tx, (actor, origin), standing.workspace, name).await?;
        Ok(tx.commit().await?)
    }

    async fn rename_in(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        before: Workspace,
        name: String,
    ) -> Result<Workspace> {
        if before.name == name {
            return Ok(before);
        }
        let after = Workspace { name, ..before.clone() };
        workspaces::update(tx, &after).await?;
        let deed = Deed::to(Happened::WorkspaceRenamed, before.id, &after.name);
        self.record(tx, actor, origin, before.id, deed.saying(format!("Was {}", before.name))).await?;
        Ok(after)
    }

    /// Puts a workspace on another plan. Nothing is revoked; a smaller one only stops new tokens and keys.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `plan`, or what [`Service::allow`] says.
    pub async fn change_plan(&self, actor: &Actor, origin: &Origin, workspace: &str, plan: &str) -> Result<()> {
        self.allow(actor, Action::ChangePlan, workspace).await?;
        let plan = parse_plan(plan).map_err(Error::invalid)?;
        let (mut tx, standing) = self.begin_on(actor, Action::ChangePlan, workspace).await?;
        self.change_plan_in(&mut tx, (actor, origin), standing.workspace, plan).await?;
        Ok(tx.commit().await?)
    }

    async fn change_plan_in(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        before: Workspace,
        plan: Plan,
    ) -> Result<Workspace> {
        if before.plan == plan {
            return Ok(before);
        }
        let after = Workspace { plan, ..before.clone() };
        workspaces::update(tx, &after).await?;
        let detail = format!("From {} to {}", before.plan.title(), plan.title());
        let deed = Deed::to(Happened::PlanChanged, before.id, &before.name).saying(detail);
        self.record(tx, actor, origin, before.id, deed).await?;
        Ok(after)
    }

    /// What another catalog would mean.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `catalog`, or what [`Service::allow`] says.
    pub async fn preview_catalog(&self, actor: &Actor, workspace: &str, to: &str) -> Result<CatalogPreview> {
        let standing = self.allow(actor, Action::ChangeCatalog, workspace).await?;
        let to = self.parse_catalog(to)?;
        let mut connection = self.store.connection().await?;
        let mut kinds = Vec::new();
        for kind in Kind::ALL {
            kinds.extend(self.preview_kind(&mut connection, &standing.workspace, to, kind).await?);
        }
        Ok(CatalogPreview { standing, to: to.clone(), kinds })
    }

    async fn preview_kind(
        &self,
        connection: &mut Connection,
        workspace: &Workspace,
        to: &Catalog,
        kind: Kind,
    ) -> Result<Option<KindPreview>> {
        let before = self.catalog_of(workspace)?.vocabulary(kind).is_some();
        let in_use = credentials::scopes_in_use(connection, workspace.id, kind, self.now()).await?;
        let known = to.vocabulary(kind);
        let mut unknown: Vec<(ScopeName, u64)> = Vec::new();
        for (scopes, count) in &in_use {
            let lost = scopes.iter().filter(|name| known.is_none_or(|known| known.find(name.as_str()).is_none()));
            for name in lost {
                match unknown.iter_mut().find(|(other, _)| other == name) {
                    Some((_, sum)) => *sum += count,
                    None => unknown.push((name.clone(), *count)),
                }
            }
        }
        let live = in_use.iter().map(|(_, count)| count).sum();
        let matters = before || known.is_some() || live > 0;
        Ok(matters.then_some(KindPreview { kind, live, before, after: known.is_some(), unknown }))
    }

    /// Gives a workspace another catalog: what its tokens and keys may do is read there from the next request on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `catalog`, or what [`Service::allow`] says.
    pub async fn change_catalog(&self, actor: &Actor, origin: &Origin, workspace: &str, to: &str) -> Result<()> {
        self.allow(actor, Action::ChangeCatalog, workspace).await?;
        let to = self.parse_catalog(to)?;
        let (mut tx, standing) = self.begin_on(actor, Action::ChangeCatalog, workspace).await?;
        self.change_catalog_in(&mut tx, (actor, origin), standing.workspace, to).await?;
        Ok(tx.commit().await?)
    }

    async fn change_catalog_in(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        before: Workspace,
        to: &Catalog,
    ) -> Result<Workspace> {
        if before.catalog == to.name {
            return Ok(before);
        }
        let from = self.catalog_of(&before)?.title.clone();
        let after = Workspace { catalog: to.name.clone(), ..before.clone() };
        workspaces::update(tx, &after).await?;
        let deed = Deed::to(Happened::CatalogChanged, before.id, &before.name);
        let deed = deed.saying(format!("From {from} to {}", to.title));
        self.record(tx, actor, origin, before.id, deed).await?;
        Ok(after)
    }

    /// Whether the actor may end the workspace.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn may_delete_workspace(&self, actor: &Actor, workspace: &str) -> Result<Standing> {
        self.allow(actor, Action::DeleteWorkspace, workspace).await
    }

    /// Ends a workspace: its tokens and keys, its invitations, and everybody's place in it. `confirmation` is its
    /// slug, typed out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `confirmation`, or what [`Service::allow`] says.
    pub async fn delete_workspace(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        confirmation: &str,
    ) -> Result<()> {
        let standing = self.allow(actor, Action::DeleteWorkspace, workspace).await?;
        if confirmation.trim() != standing.workspace.slug {
            let message = format!("Type {} to confirm.", standing.workspace.slug);
            return Err(Error::invalid(Invalid::new("confirmation", "mismatch", message)));
        }
        let (mut tx, standing) = self.begin_on(actor, Action::DeleteWorkspace, workspace).await?;
        let home = &standing.workspace;
        let detail = self.count_ending(&mut tx, home).await?;
        credentials::revoke_all(&mut tx, home.id, self.now()).await?;
        invitations::revoke_all(&mut tx, home.id, self.now()).await?;
        let deed = Deed::to(Happened::WorkspaceDeleted, home.id, &home.name).saying(detail);
        self.record(&mut tx, actor, origin, home.id, deed).await?;
        workspaces::delete(&mut tx, home.id, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// What ends with a workspace, in a few words.
    async fn count_ending(&self, tx: &mut store::Tx, workspace: &Workspace) -> Result<String> {
        let now = self.now();
        let tokens = credentials::count_live(tx.on(), workspace.id, Kind::AccessToken, now, u32::MAX).await?;
        let keys = credentials::count_live(tx.on(), workspace.id, Kind::ApiKey, now, u32::MAX).await?;
        Ok(format!("Tokens revoked: {tokens}; API keys revoked: {keys}"))
    }

    pub(super) fn parse_catalog(&self, name: &str) -> Result<&Catalog> {
        let unknown = || Error::invalid(Invalid::new("catalog", "unknown", "Choose one of the catalogs."));
        self.catalogs.get(name).ok_or_else(unknown)
    }
}

fn parse_plan(plan: &str) -> std::result::Result<Plan, Invalid> {
    plan.parse().map_err(|_| Invalid::new("plan", "unknown", "Choose one of the plans."))
}
