//! The frame of every page for people who are signed in: sidebar on the canvas, the page on a raised sheet.

use leptos::prelude::*;

use super::{
    brand::Brand,
    callout::InTheOpen,
    icon::{Glyph, Icon},
};
use crate::domain::{plan::Plan, role::Role};

/// A workspace in the switcher.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Its first page.
    pub href: String,
    /// Its plan.
    pub plan: Plan,
}

/// A part of a workspace, as the navigation has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Its projects.
    Projects,
    /// What happened.
    Activity,
    /// Who is in it.
    Members,
    /// Its tokens, keys and the workspace itself.
    Settings,
}

impl Section {
    /// In the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Projects, Self::Activity, Self::Members, Self::Settings];

    const fn title(self) -> &'static str {
        match self {
            Self::Projects => "Projects",
            Self::Activity => "Activity",
            Self::Members => "Members",
            Self::Settings => "Settings",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Projects => Glyph::Box,
            Self::Activity => Glyph::Pulse,
            Self::Members => Glyph::Users,
            Self::Settings => Glyph::Gear,
        }
    }
}

/// Where in its section the page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Current {
    /// It is what the link leads to.
    Page,
    /// It lies below.
    Below,
}

/// The frame.
#[component]
pub fn Shell(
    /// The workspace that the page is about.
    here: Place,
    /// The other workspaces and this one, by name, each with whether it is this one.
    places: Vec<(Place, bool)>,
    /// The page that makes another workspace.
    new_workspace: &'static str,
    /// The person's address.
    email: String,
    /// The person's role here.
    role: Role,
    /// Where the page stands.
    at: (Section, Current),
    /// Where each section begins.
    sections: [(Section, String); 4],
    /// Projects, below their section: slug, page, and where the page stands if it is about this one.
    projects: Vec<(String, String, Option<Current>)>,
    /// The form that signs out.
    sign_out: AnyView,
    /// Whether what is sent travels in the open.
    insecure_http: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let home = here.href.clone();
    // A log is read line by line: it stands in one narrow column.
    let class = if at.0 == Section::Activity { "page narrow" } else { "page" };
    // A project in the navigation marks the place better than its section.
    let at = if projects.iter().any(|(_, _, current)| current.is_some()) { (None, at.1) } else { (Some(at.0), at.1) };
    let mut nested = (!projects.is_empty()).then(|| view! { <Nested projects/> }.into_any());
    view! {
        <SkipLink/>
        <div class="shell">
            <header class="topbar">
                <Brand href=home.clone()/>
                <button class="btn quiet square" type="button" popovertarget="sidebar" aria-label="Navigation">
                    <Icon glyph=Glyph::Menu/>
                </button>
            </header>
            <aside class="sidebar" id="sidebar" aria-label="Workspace and account" popover="auto">
                <Brand href=home.clone()/>
                <Switcher here places new_workspace/>
                <nav class="nav" aria-label="Main">
                    <ul role="list">
                        {sections
                            .map(|(section, href)| {
                                let below = if section == Section::Projects { nested.take() } else { None };
                                view! { <NavLink section href at below/> }
                            })
                            .into_iter()
                            .collect_view()}
                    </ul>
                </nav>
                <Account email role sign_out/>
            </aside>
            <div class="sheet">
                <main class=class id="main" tabindex="-1">
                    {insecure_http.then(|| view! { <InTheOpen/> })}
                    {children()}
                </main>
            </div>
        </div>
    }
}

impl Current {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Below => "true",
        }
    }
}

#[component]
fn NavLink(section: Section, href: String, at: (Option<Section>, Current), below: Option<AnyView>) -> impl IntoView {
    let current = (at.0 == Some(section)).then_some(at.1.as_str());
    view! {
        <li>
            <a href=href aria-current=current>
                <Icon glyph=section.glyph()/>
                " "
                {section.title()}
            </a>
            {below}
        </li>
    }
}

/// Projects by their slugs, below the link to all of them.
#[component]
fn Nested(projects: Vec<(String, String, Option<Current>)>) -> impl IntoView {
    let links = projects
        .into_iter()
        .map(|(slug, href, current)| {
            view! {
                <li>
                    <a href=href aria-current=current.map(Current::as_str)>
                        {slug}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul role="list">{links}</ul> }
}

/// The first stop of the keyboard. The router would take the link for a page of its own and leave the focus behind.
#[component]
fn SkipLink() -> impl IntoView {
    let skip = |click: leptos::ev::MouseEvent| {
        if crate::web::dom::focus("main") {
            click.prevent_default();
        }
    };
    view! {
        <a class="skip" href="#main" rel="external" on:click=skip>
            "Skip to content"
        </a>
    }
}

#[component]
fn Switcher(here: Place, places: Vec<(Place, bool)>, new_workspace: &'static str) -> impl IntoView {
    let places = places
        .into_iter()
        .map(|(place, is_here)| {
            let icon = if is_here {
                view! { <Icon glyph=Glyph::Check/> }.into_any()
            } else {
                view! { <span class="icon"></span> }.into_any()
            };
            view! {
                <li>
                    <a href=place.href aria-current=is_here.then_some("true")>
                        {icon}
                        " "
                        {place.name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <button class="switcher" type="button" popovertarget="workspaces">
            <span class="monogram" aria-hidden="true">
                {initials(&here.name)}
            </span>
            <span>
                <b>{here.name}</b>
                <small>{format!("{} plan", here.plan.title())}</small>
            </span>
            <Icon glyph=Glyph::UpDown/>
            <span class="sr-only">"Switch workspace"</span>
        </button>
        <div class="menu start" id="workspaces" popover="auto">
            <p>"Workspaces"</p>
            <ul role="list">{places}</ul>
            <hr/>
            <a href=new_workspace>
                <Icon glyph=Glyph::Plus/>
                " New workspace"
            </a>
        </div>
    }
}

#[component]
fn Account(email: String, role: Role, sign_out: AnyView) -> impl IntoView {
    view! {
        <div class="sidebar-end">
            <button class="switcher" type="button" popovertarget="account">
                <span class="monogram round" aria-hidden="true">
                    {capitals(email.chars().take(2))}
                </span>
                <span>
                    <b>{email}</b>
                    <small>{role.title()}</small>
                </span>
                <Icon glyph=Glyph::UpDown/>
                <span class="sr-only">"Account menu"</span>
            </button>
            <div class="menu start" id="account" popover="auto">
                {sign_out}
            </div>
        </div>
    }
}

/// `Northwind Robotics` gives `NR`.
fn initials(name: &str) -> String {
    capitals(name.split_whitespace().filter_map(|word| word.chars().next()).take(2))
}

/// Only the letters of ASCII change: the table of all others is more to download than a monogram is worth.
fn capitals(letters: impl Iterator<Item = char>) -> String {
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_words_give_two_letters() {
        assert_eq!(initials("Northwind Robotics GmbH"), "NR");
        assert_eq!(initials("Élan"), "É");
        assert_eq!(initials(" "), "");
    }
}
