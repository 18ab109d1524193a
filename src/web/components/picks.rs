//! Boxes to tick, in groups: what a token may do.

use leptos::prelude::*;

use super::{
    field::{FieldError, invalid},
    icon::{Glyph, Icon},
};
use crate::{domain::credential::Kind, web::dom};

/// Boxes under one heading.
#[derive(Clone, Debug)]
pub struct PickGroup {
    /// The heading.
    pub name: String,
    /// The boxes.
    pub picks: Vec<Pick>,
}

/// One box.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The scope's name, which is the value sent.
    pub name: String,
    /// What it lets its holder do.
    pub description: String,
    /// Whether it is warned of.
    pub sensitive: bool,
    /// Whether only owners may grant it.
    pub owners_only: bool,
    /// Whether it begins ticked.
    pub ticked: bool,
}

impl Pick {
    fn matches(&self, words: &str) -> bool {
        let text = format!("{} {}", self.name, self.description).to_ascii_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    }
}

/// The scopes to choose from, sent as `scopes[]`. With script they can be searched and are counted.
#[component]
pub fn ScopePicks(
    /// Of what; a key's are called permissions.
    kind: Kind,
    /// The scopes.
    groups: Vec<PickGroup>,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
    /// What stands below, such as a warning.
    children: Children,
) -> impl IntoView {
    let (title, search) = match kind {
        Kind::AccessToken => ("Scopes", "Search scopes"),
        Kind::ApiKey => ("Permissions", "Search permissions"),
    };
    let words = RwSignal::new(String::new());
    let picks = || groups.iter().flat_map(|group| &group.picks);
    let total = picks().count();
    let chosen = RwSignal::new(picks().filter(|pick| pick.ticked).count());
    // The browser may have kept what was ticked before.
    Effect::new(move |_| chosen.set(dom::ticked("scopes")));
    let first = picks().next().map(|pick| pick.name.clone());
    let groups =
        groups.into_iter().map(|group| view! { <Group group words error first=first.clone()/> }).collect_view();
    view! {
        <fieldset class="field" aria-describedby=move || error.read().is_some().then_some("scopes-error")>
            <legend>{title}</legend>
            <div class="search-box needs-script">
                <Icon glyph=Glyph::Search/>
                <input
                    class="input"
                    type="search"
                    placeholder=search
                    aria-label=search
                    aria-controls="scopes"
                    on:input=move |event| words.set(event_target_value(&event).to_ascii_lowercase())
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
            </div>
            <output class="hint needs-script" for="scopes">
                {move || format!("{} of {total} chosen", chosen.get())}
            </output>
            <FieldError id="scopes-error" message=error/>
            <div class="picks" id="scopes" on:change=move |_| chosen.set(dom::ticked("scopes"))>
                {groups}
            </div>
            {children()}
        </fieldset>
    }
}

#[component]
fn Group(
    group: PickGroup,
    words: RwSignal<String>,
    error: Signal<Option<String>>,
    first: Option<String>,
) -> impl IntoView {
    let PickGroup { name, picks } = group;
    let all = picks.clone();
    let none_matches = move || words.with(|words| !all.iter().any(|pick| pick.matches(words)));
    let boxes = picks
        .into_iter()
        .map(|pick| {
            // The group cannot be invalid or focused itself; its first box stands for it.
            let is_first = first.as_ref() == Some(&pick.name);
            let error = Signal::derive(move || error.get().filter(|_| is_first));
            view! { <Box pick words error/> }
        })
        .collect_view();
    view! {
        <fieldset class="pick-group" hidden=none_matches>
            <legend>{name}</legend>
            {boxes}
        </fieldset>
    }
}

#[component]
fn Box(pick: Pick, words: RwSignal<String>, error: Signal<Option<String>>) -> impl IntoView {
    let Pick { name, description, sensitive, owners_only, ticked } = pick.clone();
    view! {
        <label class="check" hidden=move || words.with(|words| !pick.matches(words))>
            <input
                type="checkbox"
                name="scopes[]"
                value=name.clone()
                checked=ticked
                data-sensitive=sensitive
                aria-invalid=invalid(error)
                aria-describedby=move || error.read().is_some().then_some("scopes-error")
            />
            " "
            <span>
                <code>{name}</code>
                {sensitive
                    .then(|| {
                        view! {
                            " "
                            <span class="mini" data-risk>
                                "Sensitive"
                            </span>
                        }
                    })}
                {owners_only
                    .then(|| {
                        view! {
                            " "
                            <span class="mini">"Owners only"</span>
                        }
                    })}
                <small>{description}</small>
            </span>
        </label>
    }
}
