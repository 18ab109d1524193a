//! An event of the activity log in words: who did what to what, and a line about it.

use leptos::prelude::*;

use crate::{
    domain::{
        activity::{Event, Happened, Via},
        credential::{CredentialId, Kind, MakerKind},
        timestamp::Timestamp,
    },
    web::{
        components::icon::{Glyph, Icon},
        routes,
    },
};

/// How an event is said.
struct Said {
    glyph: Glyph,
    tone: Option<&'static str>,
    verb: String,
    object: Object,
}

/// What stands after the verb.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Object {
    /// What it was done to.
    Target,
    /// The project in which it was done.
    Project,
    /// Nothing: the verb says all.
    None,
}

const ACCENT: Option<&str> = Some("accent");
const OK: Option<&str> = Some("ok");
const WARN: Option<&str> = Some("warn");
const BAD: Option<&str> = Some("bad");

fn say(event: &Event) -> Said {
    use Object::{None as Nothing, Project, Target};
    let noun = event.kind().noun();
    let of_kind = |verb: &str| format!("{verb} {noun}");
    let is_own = event.target.as_ref().map(|(id, _)| id) == event.actor.id.as_ref();
    let (glyph, tone, verb, object) = match event.happened {
        Happened::WorkspaceCreated => (Glyph::Plus, ACCENT, "created the workspace".to_owned(), Target),
        Happened::WorkspaceRenamed => (Glyph::Edit, None, "renamed the workspace to".to_owned(), Target),
        Happened::WorkspaceDeleted => (Glyph::Trash, BAD, "deleted the workspace".to_owned(), Target),
        Happened::PlanChanged => (Glyph::Gear, None, "changed the plan".to_owned(), Nothing),
        Happened::CatalogChanged => (Glyph::Gear, WARN, "changed the catalog".to_owned(), Nothing),
        Happened::TwoFactorRequired => (Glyph::Shield, WARN, "required two-factor of everybody".to_owned(), Nothing),
        Happened::TwoFactorOptional => (Glyph::Shield, WARN, "stopped requiring two-factor".to_owned(), Nothing),
        Happened::CredentialCreated => match event.kind() {
            Kind::AccessToken => (Glyph::Plus, ACCENT, of_kind("generated"), Target),
            Kind::ApiKey => (Glyph::Plus, ACCENT, of_kind("created"), Target),
        },
        Happened::CredentialUpdated => (Glyph::Edit, None, of_kind("changed"), Target),
        Happened::CredentialDisabled => (Glyph::Ban, WARN, of_kind("switched off"), Target),
        Happened::CredentialEnabled => (Glyph::Check, OK, of_kind("switched on"), Target),
        Happened::CredentialRevoked => match event.kind() {
            Kind::AccessToken => (Glyph::Ban, BAD, of_kind("revoked"), Target),
            Kind::ApiKey => (Glyph::Ban, BAD, of_kind("deleted"), Target),
        },
        Happened::CredentialHandedOver => (Glyph::Swap, WARN, of_kind("handed over"), Target),
        Happened::ProjectCreated => (Glyph::Plus, ACCENT, "created project".to_owned(), Target),
        Happened::ProjectRenamed => (Glyph::Edit, None, "renamed a project to".to_owned(), Target),
        Happened::ProjectDeleted => (Glyph::Trash, BAD, "deleted project".to_owned(), Target),
        Happened::DeploymentCreated => (Glyph::Box, None, "created a deployment in".to_owned(), Project),
        Happened::DeploymentArchived => (Glyph::Box, WARN, "archived a deployment in".to_owned(), Project),
        Happened::InvitationCreated => (Glyph::Link, None, "invited".to_owned(), Target),
        Happened::InvitationRevoked => (Glyph::X, WARN, "took back the invitation of".to_owned(), Target),
        Happened::MemberJoined if is_own => (Glyph::User, OK, "joined".to_owned(), Nothing),
        Happened::MemberJoined => (Glyph::User, OK, "added".to_owned(), Target),
        Happened::RoleChanged => (Glyph::Users, None, "changed the role of".to_owned(), Target),
        Happened::MemberRemoved => (Glyph::Swap, WARN, "removed".to_owned(), Target),
        Happened::MemberLeft => (Glyph::Out, WARN, "left the workspace".to_owned(), Nothing),
        Happened::SignedIn => (Glyph::User, None, "signed in".to_owned(), Nothing),
        Happened::SignedOut => (Glyph::Out, None, "signed out".to_owned(), Nothing),
        Happened::SignInFailed => (Glyph::Warn, WARN, "could not sign in: the password was wrong".to_owned(), Nothing),
        Happened::ResetLinkCreated => (Glyph::Link, WARN, "made a link to reset the password of".to_owned(), Target),
        Happened::MemberTwoFactorOn | Happened::TwoFactorOn => {
            (Glyph::Shield, OK, "turned on two-factor".to_owned(), Nothing)
        }
        Happened::MemberTwoFactorOff | Happened::TwoFactorOff if is_own => {
            (Glyph::Shield, WARN, "turned off two-factor".to_owned(), Nothing)
        }
        Happened::MemberTwoFactorOff | Happened::TwoFactorOff => {
            (Glyph::Shield, WARN, "turned off two-factor of".to_owned(), Target)
        }
        Happened::BackupCodesMade => (Glyph::Shield, WARN, "made new backup codes".to_owned(), Nothing),
        Happened::BackupCodeUsed => (Glyph::Warn, WARN, "used a backup code to sign in".to_owned(), Nothing),
        Happened::CodeRefused => (Glyph::Warn, WARN, "gave a code that was refused".to_owned(), Nothing),
        Happened::NewDevice => (Glyph::Warn, WARN, "signed in on a new device".to_owned(), Nothing),
        Happened::SessionEnded => (Glyph::Out, WARN, "signed out another session".to_owned(), Nothing),
        Happened::OtherSessionsEnded => (Glyph::Out, WARN, "signed out all other sessions".to_owned(), Nothing),
        Happened::EmailChanged => (Glyph::Edit, WARN, "changed their email".to_owned(), Nothing),
        Happened::PasswordChanged => (Glyph::Edit, WARN, "changed their password".to_owned(), Nothing),
        Happened::PasswordReset => (Glyph::Edit, WARN, "set a new password".to_owned(), Nothing),
        Happened::SessionReuse => (Glyph::Warn, BAD, "was signed out: an old sign-in came back".to_owned(), Nothing),
    };
    Said { glyph, tone, verb, object }
}

/// What the actor is called before its name.
fn kind_of_actor(event: &Event) -> &'static str {
    let is_key = event.actor.id.as_deref().and_then(|id| id.parse().ok()).map(CredentialId::kind) == Some(Kind::ApiKey);
    match event.actor.kind {
        MakerKind::Credential if is_key => "API key ",
        MakerKind::Credential => "Token ",
        MakerKind::User | MakerKind::Operator => "",
    }
}

/// The parts of the line under it, without the address.
fn about(event: &Event) -> Vec<String> {
    let mut parts = Vec::new();
    let project = event.project.as_ref();
    if event.happened.as_str().starts_with("credential.") {
        parts.push(project.map_or_else(|| "Workspace".to_owned(), |project| project.name.clone()));
    }
    let is_deployment = event.happened.as_str().starts_with("deployment.");
    if is_deployment && let Some((_, file)) = &event.target {
        parts.push(file.clone());
    }
    if let Some(detail) = event.detail.as_deref() {
        // The sentence has named the project.
        let named = project.filter(|_| is_deployment).and_then(|project| detail.strip_suffix(&project.name));
        parts.push(named.map_or(detail, |rest| rest.trim_end_matches(" · ")).to_owned());
    }
    let usual = match event.actor.kind {
        MakerKind::User => Via::Browser,
        MakerKind::Credential => Via::Api,
        MakerKind::Operator => Via::Operator,
    };
    if event.via != usual {
        parts.push(format!("Through {}", event.via.title()));
    }
    parts
}

/// The events of each day together; they come in their order.
#[must_use]
pub fn by_day(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut days: Vec<Vec<Event>> = Vec::new();
    for event in events {
        match days.last_mut() {
            Some(day) if day.iter().any(|other| other.at.iso_date() == event.at.iso_date()) => day.push(event),
            _ => days.push(vec![event]),
        }
    }
    days
}

/// The events of a day, under its heading.
#[component]
pub fn Day(
    /// The workspace's slug; empty in an account.
    workspace: String,
    /// The instant to which *today* refers.
    now: Timestamp,
    /// The events, newest first.
    events: Vec<Event>,
) -> impl IntoView {
    let first = events.first().map(|event| event.at);
    let heading = first.map(|at| (at.iso_date(), at.day_heading(now)));
    let (date, words) = heading.unwrap_or_default();
    let id = format!("day-{date}");
    let labelled_by = id.clone();
    let lines = events.into_iter().map(|event| view! { <Line workspace=workspace.clone() event/> });
    view! {
        <section aria-labelledby=labelled_by>
            <h2 class="day" id=id>
                <time datetime=date>{words}</time>
            </h2>
            <ol class="panel list" role="list">
                {lines.collect_view()}
            </ol>
        </section>
    }
}

/// One line of the log.
#[component]
pub fn Line(
    /// The workspace's slug.
    workspace: String,
    /// What happened.
    event: Event,
) -> impl IntoView {
    let said = say(&event);
    let object = match said.object {
        Object::Target => event.target.clone().map(|(id, name)| named(&workspace, &id, name)),
        Object::Project => event.project.clone().map(|project| view! { <b>{project.name}</b> }.into_any()),
        Object::None => None,
    };
    let mut about = about(&event).join(" · ");
    if event.ip.is_some() && !about.is_empty() {
        about.push_str(" · ");
    }
    let has_more = event.ip.is_some() || !about.is_empty();
    let ip = event.ip.clone().map(|ip| view! { <span class="mono">{ip}</span> });
    view! {
        <li>
            <span class="glyph" data-tone=said.tone>
                <Icon glyph=said.glyph/>
            </span>
            <div>
                <div class="line">
                    <span>
                        {kind_of_actor(&event)} <b>{event.actor.name.clone()}</b> {format!(" {} ", said.verb)} {object}
                    </span>
                </div>
                {has_more.then(|| view! { <p>{about} {ip}</p> })}
            </div>
            <Minute at=event.at/>
        </li>
    }
}

/// The name of what it was done to; a token or key has a page of its own.
fn named(workspace: &str, id: &str, name: String) -> AnyView {
    match id.parse() {
        Ok(id) => view! {
            <b>
                <a href=routes::credential(workspace, id)>{name}</a>
            </b>
        }
        .into_any(),
        Err(_) => view! { <b>{name}</b> }.into_any(),
    }
}

#[component]
fn Minute(at: Timestamp) -> impl IntoView {
    view! {
        <time datetime=at.rfc3339() title=at.exact()>
            {at.clock()}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        credential::{Maker, OwnProject},
        id::{EventId, ProjectId},
    };

    fn event(happened: Happened) -> Event {
        Event {
            id: EventId::from_u128(1),
            at: Timestamp::from_micros(0),
            actor: Maker {
                kind: MakerKind::User,
                id: Some("usr_1".to_owned()),
                name: "ops@northwind.example".to_owned(),
            },
            via: Via::Browser,
            ip: None,
            happened,
            target: Some((CredentialId::new(Kind::AccessToken, 1).to_string(), "Thing".to_owned())),
            project: Some(OwnProject {
                id: ProjectId::from_u128(1),
                slug: "fleet-api".to_owned(),
                name: "Fleet".to_owned(),
            }),
            detail: None,
        }
    }

    fn sentence(event: &Event) -> String {
        let said = say(event);
        let object = match said.object {
            Object::Target => " Thing",
            Object::Project => " Fleet",
            Object::None => "",
        };
        let about = about(event).join(" · ");
        format!("{}{} {}{object} [{about}]", kind_of_actor(event), event.actor.name, said.verb)
    }

    #[test]
    fn every_event_is_a_sentence() {
        let sentences: Vec<_> = Happened::ALL.iter().map(|happened| sentence(&event(*happened))).collect();
        insta::assert_snapshot!(sentences.join("\n"));
    }

    #[test]
    fn keys_programs_and_projects_have_words_of_their_own() {
        let mut of_a_key = event(Happened::CredentialRevoked);
        of_a_key.target = Some((CredentialId::new(Kind::ApiKey, 1).to_string(), "Thing".to_owned()));
        of_a_key.project = None;
        of_a_key.detail = Some("With the project Fleet".to_owned());
        assert_eq!(
            sentence(&of_a_key),
            "ops@northwind.example deleted API key Thing [Workspace · With the project Fleet]"
        );
        let mut by_a_token = event(Happened::DeploymentCreated);
        let id = CredentialId::new(Kind::AccessToken, 2).to_string();
        by_a_token.actor = Maker { kind: MakerKind::Credential, id: Some(id), name: "CI".to_owned() };
        by_a_token.via = Via::Api;
        by_a_token.target = Some(("dep_1".to_owned(), "fleet.tar.gz".to_owned()));
        by_a_token.detail = Some("14.2 MB · Fleet".to_owned());
        assert_eq!(sentence(&by_a_token), "Token CI created a deployment in Fleet [fleet.tar.gz · 14.2 MB]");
        let mut joined = event(Happened::MemberJoined);
        joined.target = Some(("usr_1".to_owned(), "ops@northwind.example".to_owned()));
        joined.via = Via::Operator;
        assert_eq!(sentence(&joined), "ops@northwind.example joined [Through the server's command line]");
    }
}
