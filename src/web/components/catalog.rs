//! Catalogs to choose from.

use leptos::prelude::*;

/// A catalog as people see it.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name in the form.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// What its secrets begin with.
    pub prefixes: Vec<String>,
}

/// The catalogs as cards, sent as `catalog`; the first is chosen unless `chosen` names another.
#[component]
pub fn CatalogCards(
    /// All of them.
    cards: Vec<Card>,
    /// The name of the one that is chosen at first.
    chosen: String,
) -> impl IntoView {
    let checked = cards.iter().position(|card| card.name == chosen).unwrap_or_default();
    let cards = cards
        .into_iter()
        .enumerate()
        .map(|(index, card)| {
            view! {
                <label class="check choice">
                    <input type="radio" name="catalog" value=card.name.clone() checked=index == checked/>
                    " "
                    <CardText card/>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>"Catalog"</legend>
            <p class="hint">"The scopes and prefixes this workspace uses. An owner can change it later."</p>
            <div class="choices">{cards}</div>
        </fieldset>
    }
}

/// What stands on a card.
#[component]
pub fn CardText(
    /// The catalog.
    card: Card,
) -> impl IntoView {
    let prefixes = card
        .prefixes
        .into_iter()
        .map(|prefix| view! { <span class="chip">{format!("{prefix}…")}</span> })
        .collect_view();
    view! {
        <span class="card-text">
            <b>{card.title}</b>
            <small>{card.description}</small>
            <span class="chips">{prefixes}</span>
        </span>
    }
}
