//! What stands above a list of tokens or keys: what stops working soon, the filters, the button for a new one. All of
//! it is links and forms that ask for a page, so that the address says what is shown.

use leptos::{either::Either, prelude::*};

use super::credentials::{NEW_TOKEN, new_label};
use crate::{
    domain::{
        credential::{Kind, Status},
        plan::Usage,
    },
    web::{
        api::credential_lists::CredentialsView,
        components::{
            icon::{Glyph, Icon},
            number::count,
            plan::limit_reached,
        },
        routes::{self, Page},
        send::AskForm,
    },
};

/// So many that stop working soon are counted.
const MOST: u32 = 1000;

/// Says how many stop working within seven days, unless the list shows them already.
#[component]
pub fn Soon(
    /// The workspace's slug.
    workspace: String,
    /// Of which kind.
    kind: Kind,
    /// How many.
    expiring: u32,
    /// The list below.
    page: Page,
) -> impl IntoView {
    let shown = page.status == Status::Expiring.as_str();
    (expiring > 0 && !shown).then(|| {
        let many = count(u64::from(expiring), kind.noun());
        let fact = match expiring {
            1 => format!("{many} stops working within 7 days."),
            MOST.. => format!("{many} or more stop working within 7 days."),
            _ => format!("{many} stop working within 7 days."),
        };
        let (href, them) = (
            routes::credentials_page(&workspace, kind, &Page::expiring()),
            if expiring == 1 { "Show it" } else { "Show them" },
        );
        view! {
            <div class="callout" data-tone="warn">
                <Icon glyph=Glyph::Warn/>
                <p>
                    <strong>{fact}</strong>
                    " "
                    <a href=href>{them}</a>
                </p>
            </div>
        }
    })
}

/// The filters, and the button for a new one.
#[component]
pub fn Filters(
    /// The workspace's slug.
    workspace: String,
    /// Of which kind.
    kind: Kind,
    /// What is asked for now.
    page: Page,
    /// What can be chosen from.
    view: CredentialsView,
    /// Whether a new one may be made.
    may_create: bool,
) -> impl IntoView {
    let nouns = nouns(kind);
    let words = match kind {
        Kind::AccessToken => ("Any scope", "Scope"),
        Kind::ApiKey => ("Any permission", "Permission"),
    };
    let same = |name: &String| (name.clone(), name.clone());
    let scopes = view.scopes.iter().map(same).collect();
    let mut levels =
        vec![("workspace".to_owned(), "Whole workspace".to_owned()), ("project".to_owned(), "One project".to_owned())];
    levels.extend(view.projects);
    let new = may_create.then(|| view! { <New workspace=workspace.clone() kind page=page.clone() usage=view.usage/> });
    view! {
        <div>
        <search>
            <AskForm class="filters" action=routes::credentials(&workspace, kind) at_once=true>
                <div class="search-box">
                    <Icon glyph=Glyph::Search/>
                    <input
                        class="input"
                        type="search"
                        name="q"
                        placeholder="Name or first characters"
                        aria-label=format!("Search {nouns}")
                        maxlength="255"
                        value=page.q.clone()
                        prop:value=page.q
                    />
                </div>
                <Pick name="status" label="Status" any="Any status" chosen=page.status choices=statuses(kind)/>
                <Pick name="scope" label=words.1 any=words.0 chosen=page.scope choices=scopes/>
                <Pick name="level" label="Level" any="Any level" chosen=page.level choices=levels/>
                <Pick name="creator" label="Creator" any="Any creator" chosen=page.creator choices=view.creators/>
                <Pick name="sort" label="Sort" any="Newest first" chosen=page.sort choices=orders()/>
                <label class="check">
                    <input
                        type="checkbox"
                        name="unused"
                        value="90"
                        checked=!page.unused.is_empty()
                        prop:checked=!page.unused.is_empty()
                    />
                    " "
                    <span>"Unused for 90 days"</span>
                </label>
                <button class="btn">"Filter"</button>
                {new}
            </AskForm>
        </search>
        <Limit kind usage=view.usage may_create/>
        </div>
    }
}

/// One choice out of several.
#[component]
fn Pick(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: String,
    choices: Vec<(String, String)>,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|(value, title)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {title}
                </option>
            }
        })
        .collect_view();
    view! {
        <select class="input" name=name aria-label=label prop:value=chosen>
            <option value="">{any}</option>
            {options}
        </select>
    }
}

fn statuses(kind: Kind) -> Vec<(String, String)> {
    let all = [Status::Active, Status::Expiring, Status::Inactive, Status::Expired, Status::Revoked];
    // Tokens are never switched off.
    let of_kind = all.into_iter().filter(|status| kind == Kind::ApiKey || *status != Status::Inactive);
    of_kind.map(|status| (status.as_str().to_owned(), status.title().to_owned())).collect()
}

fn orders() -> Vec<(String, String)> {
    [
        ("created", "Oldest first"),
        ("name", "Name, A to Z"),
        ("-name", "Name, Z to A"),
        ("expires", "Ends soonest"),
        ("-expires", "Ends last"),
        ("-last_used", "Used last"),
        ("last_used", "Unused longest"),
    ]
    .map(|(word, title)| (word.to_owned(), title.to_owned()))
    .to_vec()
}

/// The word people read for several of them in a sentence.
#[must_use]
pub const fn nouns(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "tokens",
        Kind::ApiKey => "API keys",
    }
}

/// The button that makes another one; off where the plan allows no more.
#[component]
fn New(workspace: String, kind: Kind, page: Page, usage: Usage) -> impl IntoView {
    if usage.is_full() {
        return Either::Left(view! {
            <button class="btn primary last" type="button" disabled aria-describedby="limit">
                <Icon glyph=Glyph::Plus/>
                {new_label(kind)}
            </button>
        });
    }
    Either::Right(view! {
        <a class="btn primary" id=NEW_TOKEN href=routes::new_credential(&workspace, kind, &page)>
            <Icon glyph=Glyph::Plus/>
            {new_label(kind)}
        </a>
    })
}

/// Why the button is off, if it is.
#[component]
fn Limit(kind: Kind, usage: Usage, may_create: bool) -> impl IntoView {
    limit_reached(kind, &usage).filter(|_| may_create).map(|reason| {
        view! {
            <p class="hint limit" id="limit">
                {reason}
            </p>
        }
    })
}
