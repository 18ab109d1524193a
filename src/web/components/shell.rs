//! The frame of every page for people who are signed in: sidebar on the canvas, the page on a raised sheet.

use leptos::prelude::*;

use super::{
    brand::Brand,
    callout::InTheOpen,
    icon::{Glyph, Icon},
};
use crate::domain::{plan::Plan, role::Role};

/// Where the documentation begins: pages of the server alone.
const DOCUMENTATION: &str = "/docs/quick-start";

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

/// A part of a person's account, as the navigation has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPage {
    /// Address and password.
    Profile,
    /// The second factor.
    TwoFactor,
    /// Where they are signed in.
    Sessions,
    /// What happened to the account.
    Activity,
}

impl OwnPage {
    /// In the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Profile, Self::TwoFactor, Self::Sessions, Self::Activity];

    const fn title(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::TwoFactor => "Two-factor",
            Self::Sessions => "Sessions",
            Self::Activity => "Account activity",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Profile => Glyph::User,
            Self::TwoFactor => Glyph::Shield,
            Self::Sessions => Glyph::Monitor,
            Self::Activity => Glyph::Pulse,
        }
    }
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// In a workspace.
    Workspace(Section, Current),
    /// In the person's account.
    Account(OwnPage),
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
    /// The workspace that the page is about, or else any of the person's.
    here: Option<Place>,
    /// The other workspaces and this one, by name, each with whether it is this one.
    places: Vec<(Place, bool)>,
    /// The page that makes another workspace.
    new_workspace: &'static str,
    /// The person's address.
    email: String,
    /// The person's role there.
    role: Option<Role>,
    /// Where the page stands.
    at: Spot,
    /// Where each section begins; none without a workspace.
    sections: Vec<(Section, String)>,
    /// The pages of the account.
    account: [(OwnPage, &'static str); 4],
    /// Projects, below their section: slug, page, and where the page stands if it is about this one.
    projects: Vec<(String, String, Option<Current>)>,
    /// The form that signs out.
    sign_out: AnyView,
    /// Whether what is sent travels in the open.
    insecure_http: bool,
    /// What stands above the page, if anything does.
    above: Option<AnyView>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let home = here.as_ref().map_or_else(|| "/".to_owned(), |here| here.href.clone());
    // A log is read line by line: it stands in one narrow column, as the account does.
    let class = match at {
        Spot::Workspace(Section::Activity, _) | Spot::Account(_) => "page narrow",
        Spot::Workspace(..) => "page",
    };
    let own = match at {
        Spot::Account(page) => Some(view! { <Own account at=Some(page)/> }),
        Spot::Workspace(..) => None,
    };
    // A project in the navigation marks the place better than its section.
    let at = match at {
        Spot::Workspace(section, current) if !projects.iter().any(|(_, _, current)| current.is_some()) => {
            Some((section, current))
        }
        Spot::Workspace(..) | Spot::Account(_) => None,
    };
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
                {here.map(|here| view! { <Switcher here places new_workspace/> })}
                <nav class="nav" aria-label="Main">
                    <ul role="list">
                        {sections
                            .into_iter()
                            .map(|(section, href)| {
                                let below = if section == Section::Projects { nested.take() } else { None };
                                view! { <NavLink section href at below/> }
                            })
                            .collect_view()}
                    </ul>
                    {own
                        .map(|own| {
                            view! {
                                <h2>"Your account"</h2>
                                {own}
                            }
                        })}
                    <h2>"Help"</h2>
                    <ul role="list">
                        <li>
                            <a href=DOCUMENTATION rel="external">
                                <Icon glyph=Glyph::Info/>
                                " Documentation"
                            </a>
                        </li>
                    </ul>
                </nav>
                <Account email role account sign_out/>
            </aside>
            <div class="sheet">
                <main class=class id="main" tabindex="-1">
                    {insecure_http.then(|| view! { <InTheOpen/> })}
                    {above}
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
fn NavLink(section: Section, href: String, at: Option<(Section, Current)>, below: Option<AnyView>) -> impl IntoView {
    let current = at.filter(|(here, _)| *here == section).map(|(_, current)| current.as_str());
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

/// The pages of the account.
#[component]
fn Own(account: [(OwnPage, &'static str); 4], at: Option<OwnPage>) -> impl IntoView {
    let links = account.map(|(page, href)| {
        view! {
            <li>
                <a href=href aria-current=(at == Some(page)).then_some("page")>
                    <Icon glyph=page.glyph()/>
                    " "
                    {page.title()}
                </a>
            </li>
        }
    });
    view! { <ul role="list">{links.into_iter().collect_view()}</ul> }
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
fn Account(
    email: String,
    role: Option<Role>,
    account: [(OwnPage, &'static str); 4],
    sign_out: AnyView,
) -> impl IntoView {
    view! {
        <div class="sidebar-end">
            <button class="switcher" type="button" popovertarget="account">
                <span class="monogram round" aria-hidden="true">
                    {capitals(email.chars().take(2))}
                </span>
                <span>
                    <b>{email}</b>
                    <small>{role.map_or("In no workspace", Role::title)}</small>
                </span>
                <Icon glyph=Glyph::UpDown/>
                <span class="sr-only">"Account menu"</span>
            </button>
            <div class="menu start" id="account" popover="auto">
                <Own account at=None/>
                <hr/>
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
