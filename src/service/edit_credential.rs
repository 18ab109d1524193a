//! Changing an API key, and switching it off and on. Its secret and its level never change; an access token does not
//! change at all.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Standing},
    ceiling::{Asked, within_maker},
    error::Conflict,
};
use crate::{
    domain::{
        activity::Happened,
        credential::{Credential, CredentialId, Kind},
        invalid::{Gather, Invalid},
        policy::Action,
        scope::ScopeName,
        text,
        timestamp::Timestamp,
    },
    store::{self, credentials as table},
};

/// What is to change, as it was typed. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name.
    pub name: Option<String>,
    /// What it is for; may be cleared with an empty text.
    pub description: Option<String>,
    /// All that it may do from now on.
    pub scopes: Option<Vec<String>>,
    /// Its end, as the edge has read it; none for never.
    pub expires_at: Option<std::result::Result<Option<Timestamp>, Invalid>>,
    /// Whether it works.
    pub active: Option<bool>,
    /// The versions for which it is meant; none for any. If it is another one now, nothing changes.
    pub if_versions: Option<Vec<u64>>,
}

impl Change {
    /// Whoever may revoke a key may switch it off, whatever it can do.
    const fn only_switches_off(&self) -> bool {
        matches!(self, Self { name: None, description: None, scopes: None, expires_at: None, active: Some(false), .. })
    }
}

impl Service {
    /// Changes a key. What it leaves behind may be no more than the actor could have made, but for scopes that a
    /// person leaves as they are. It counts from the moment this has answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no key of that id in the workspace; [`Conflict::Ended`] if it is revoked or
    /// expired, [`Conflict::Changed`] if it is not the version that was asked for; [`Error::Invalid`] with every
    /// broken rule; [`Error::NeedsReauthentication`] for a sensitive scope; or what [`Service::allow`] says.
    pub async fn edit_credential(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        id: CredentialId,
        change: Change,
    ) -> Result<Credential> {
        let standing = self.allow(actor, Action::EditCredential, workspace).await?;
        if id.kind() != Kind::ApiKey {
            return Err(Error::NotFound);
        }
        let mut tx = self.store.begin().await?;
        // Under the lock neither the key nor what the actor may grant can change.
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let actor = &self.look_again(&mut tx, actor).await?;
        let standing = self.allow_again(&mut tx, actor, Action::EditCredential, &standing.workspace).await?;
        let before = standing.see(table::find(tx.on(), standing.workspace.id, id).await?)?;
        if !before.status(self.now()).is_alive() {
            return Err(Error::Conflict(Conflict::Ended));
        }
        let is_meant = change.if_versions.as_ref().is_none_or(|versions| versions.contains(&before.version));
        let after = self.changed(actor, &standing, &before, change)?;
        let granted: Vec<_> = after.scopes.iter().filter(|name| !before.scopes.contains(name)).cloned().collect();
        self.fresh_for_sensitive(actor, &standing, id.kind(), &granted)?;
        // Last: what would not succeed anyhow is told first (RFC 9110, 13.2.1).
        if !is_meant {
            return Err(Error::Conflict(Conflict::Changed));
        }
        if after == before {
            return Ok(before);
        }
        let after = Credential { version: before.version + 1, ..after };
        if !table::update(&mut tx, &after).await? {
            return Err(Error::Conflict(Conflict::Changed));
        }
        for (happened, detail) in told(&before, &after) {
            let deed = Deed::to_credential(happened, &after);
            let deed = if detail.is_empty() { deed } else { deed.saying(detail) };
            self.record(&mut tx, actor, origin, standing.workspace.id, deed).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    /// Switches a key on or off.
    ///
    /// # Errors
    /// What [`Service::edit_credential`] says.
    pub async fn switch_credential(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        id: CredentialId,
        active: bool,
    ) -> Result<Credential> {
        let change = Change { active: Some(active), ..Change::default() };
        self.edit_credential(actor, origin, workspace, id, change).await
    }

    /// The key as it will be, all rules checked.
    fn changed(&self, actor: &Actor, standing: &Standing, before: &Credential, change: Change) -> Result<Credential> {
        let disabled_at = match change.active {
            None => before.disabled_at,
            Some(true) => None,
            Some(false) => before.disabled_at.or_else(|| Some(self.now())),
        };
        if change.only_switches_off() {
            return Ok(Credential { disabled_at, ..before.clone() });
        }
        let mut gather = Gather::default();
        let name = change.name.map_or_else(|| Some(before.name.clone()), |raw| gather.take(text::NAME.parse(&raw)));
        let description = match change.description {
            None => Some(before.description.clone()),
            Some(raw) => gather.take(text::DESCRIPTION.parse(&raw)),
        };
        let words = change.scopes.unwrap_or_else(|| before.scopes.iter().map(ToString::to_string).collect());
        let asked = Asked { kind: before.id.kind(), words: &words, held: &before.scopes };
        let scopes = self.parse_scopes(actor, standing, &asked, &mut gather)?;
        let end = change.expires_at.unwrap_or(Ok(before.expires_at));
        let expires_at = gather.take(end.and_then(|end| within_maker(actor, end)));
        match (name, description, expires_at, gather.is_empty()) {
            (Some(name), Some(description), Some(expires_at), true) => {
                Ok(Credential { name, description, scopes, expires_at, disabled_at, ..before.clone() })
            }
            _ => Err(Error::Invalid(gather.into_errors())),
        }
    }
}

/// What the log says of a change: what was edited, in a few words, and the switch on its own.
fn told(before: &Credential, after: &Credential) -> Vec<(Happened, String)> {
    let edited = edited(before, after);
    let edited = (!edited.is_empty()).then_some((Happened::CredentialUpdated, edited));
    let switched = match (before.disabled_at, after.disabled_at) {
        (None, Some(_)) => Some((Happened::CredentialDisabled, String::new())),
        (Some(_), None) => Some((Happened::CredentialEnabled, String::new())),
        _ => None,
    };
    edited.into_iter().chain(switched).collect()
}

/// Such as `Added domains:write · renamed from Terraform · never expires`.
fn edited(before: &Credential, after: &Credential) -> String {
    let missing_in = |there: &Credential, here: &Credential| {
        let names = here.scopes.iter().filter(|name| !there.scopes.contains(name));
        names.map(ScopeName::as_str).collect::<Vec<_>>().join(", ")
    };
    let (added, removed) = (missing_in(before, after), missing_in(after, before));
    let expiry = match after.expires_at {
        _ if after.expires_at == before.expires_at => None,
        Some(end) => Some(format!("expires {}", end.date_and_minute())),
        None => Some("never expires".to_owned()),
    };
    let parts = [
        (!added.is_empty()).then(|| format!("added {added}")),
        (!removed.is_empty()).then(|| format!("removed {removed}")),
        (after.name != before.name).then(|| format!("renamed from {}", before.name)),
        (after.description != before.description).then(|| "description".to_owned()),
        expiry,
    ];
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        credential::{LastUse, Maker, MakerKind},
        id::{UserId, WorkspaceId},
    };

    fn key() -> Credential {
        Credential {
            id: CredentialId::new(Kind::ApiKey, 1),
            workspace: WorkspaceId::from_u128(1),
            project: None,
            name: "Terraform".to_owned(),
            description: String::new(),
            hint: "dp_7Qx4".to_owned(),
            scopes: vec!["read".parse().unwrap(), "write".parse().unwrap()],
            has_passphrase: false,
            created_at: Timestamp::from_micros(0),
            created_by: Maker { kind: MakerKind::Operator, id: None, name: "Operator".to_owned() },
            responsible: (UserId::from_u128(1), "ops@northwind.example".to_owned()),
            parent: None,
            expires_at: None,
            revoked_at: None,
            disabled_at: None,
            version: 0,
            last_use: LastUse::default(),
            use_count: 0,
        }
    }

    #[test]
    fn the_log_says_what_was_edited_and_the_switch_on_its_own() {
        let end = Timestamp::parse("2026-12-31").unwrap();
        let edited = Credential {
            name: "Terraform 2".to_owned(),
            description: "Plans".to_owned(),
            scopes: vec!["read".parse().unwrap(), "domains:write".parse().unwrap()],
            expires_at: Some(end),
            disabled_at: Some(end),
            ..key()
        };
        let words = "Added domains:write · removed write · renamed from Terraform · description · expires 31 Dec 2026, 23:59 UTC";
        assert_eq!(
            told(&key(), &edited),
            [(Happened::CredentialUpdated, words.to_owned()), (Happened::CredentialDisabled, String::new())]
        );
        let endless = Credential { expires_at: None, ..edited.clone() };
        assert_eq!(told(&edited, &endless), [(Happened::CredentialUpdated, "Never expires".to_owned())]);
        let on = Credential { disabled_at: None, ..edited.clone() };
        assert_eq!(told(&edited, &on), [(Happened::CredentialEnabled, String::new())]);
        assert_eq!(told(&edited, &edited), []);
    }
}
