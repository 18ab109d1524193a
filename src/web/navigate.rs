//! Going from page to page: redirects that stay on this site, status codes, and what a change of page means for
//! focus and for those who listen.

#![expect(clippy::must_use_candidate, reason = "only the view macro calls components")]

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::web::{dom, routes};

/// `next` if it is a path of this site, else the first page. It may come from anybody's link, so it must not lead
/// to another host (`//host`, `/\host`), and it goes into a header, so it is visible ASCII.
#[must_use]
pub fn local(next: &str) -> String {
    let is_path = next.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    if is_path && next.bytes().all(|byte| byte.is_ascii_graphic()) { next.to_owned() } else { routes::HOME.to_owned() }
}

/// Sets the status of the page that the server is rendering; nothing in the browser.
#[cfg(feature = "ssr")]
pub fn status(code: u16) {
    if let (Some(response), Ok(code)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(code))
    {
        response.set_status(code);
    }
}

/// Sets the status of the page that the server is rendering; nothing in the browser.
#[cfg(not(feature = "ssr"))]
pub const fn status(_: u16) {}

/// The number of the request for the page that the server is rendering; the router makes it known.
#[derive(Clone, Debug)]
pub struct RequestNumber(pub String);

/// That number; none in the browser.
#[must_use]
pub fn request_number() -> Option<String> {
    use_context::<RequestNumber>().map(|number| number.0)
}

/// Answers the request for this page with a redirect. `leptos_axum::redirect` panics on what no header may hold, and
/// redirects only those who say that they accept HTML.
#[cfg(feature = "ssr")]
fn redirect(to: &str) {
    if let (Some(response), Ok(to)) = (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(to)) {
        response.insert_header(http::header::LOCATION, to);
        response.set_status(http::StatusCode::FOUND);
    }
}

#[cfg(not(feature = "ssr"))]
const fn redirect(_: &str) {}

/// In place of a page: leads to another one.
#[component]
pub fn Go(
    /// Where to; a path of this site.
    to: String,
) -> impl IntoView {
    redirect(&to);
    let navigate = use_navigate();
    Effect::new(move |_| navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() }));
}

/// In place of a page that needs somebody signed in: leads to signing in, and from there back here.
#[component]
pub fn ToSignIn() -> impl IntoView {
    let here = here();
    view! { <Go to=routes::sign_in(&here)/> }
}

/// In place of a page of a workspace that requires a second factor: leads to setting it up, and from there back here.
#[component]
pub fn ToTwoFactor() -> impl IntoView {
    let here = here();
    view! { <Go to=routes::two_factor(&here)/> }
}

/// The path and query of this page.
#[must_use]
pub fn here() -> String {
    let location = use_location();
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// Which element the next page gives the focus to, such as the button that opened a dialog.
#[derive(Clone, Copy, Debug)]
pub struct FocusNext(StoredValue<Option<String>>);

impl FocusNext {
    /// Makes it known to all pages.
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    /// The element of that id, if the next page has it.
    pub fn set(self, id: String) {
        self.0.set_value(Some(id));
    }

    fn take(self) -> Option<String> {
        self.0.try_update_value(Option::take).flatten()
    }
}

/// Says the title of the page that a navigation in the browser led to, and moves the focus there if what had it is
/// gone. A page that was loaded is announced by the browser itself.
#[component]
pub fn Announcer(
    /// Whether the next page is still being fetched.
    routing: ReadSignal<bool>,
) -> impl IntoView {
    let location = use_location();
    let focus_next = expect_context::<FocusNext>();
    let url = move || (location.pathname.get(), location.search.get());
    let announced = StoredValue::new(untrack(url));
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let to = url();
        if routing.get() || announced.with_value(|before| *before == to) {
            return;
        }
        request_animation_frame(move || {
            // It may only have begun; then this effect runs again when it is done.
            if !routing.get_untracked() {
                announced.set_value(to);
                dom::close_popovers();
                settle(focus_next.take(), 40);
                said.set(document().title());
            }
        });
    });
    Effect::new(|_| request_animation_frame(dom::mark_hydrated));

    view! { <p class="sr-only" aria-live="polite">{said}</p> }
}

/// Gives the focus to the element of that id once a page that is drawn anew has lost it, if that is soon.
pub fn refocus(id: String) {
    watch_focus(id, 200);
}

fn watch_focus(id: String, tries: u8) {
    let found = dom::focus_is_lost() && dom::focus(&id);
    if !found && tries > 0 {
        set_timeout(move || watch_focus(id, tries - 1), Duration::from_millis(25));
    }
}

/// Gives the focus to `target`, or to the main part if the focus was lost, as soon as that is drawn.
fn settle(target: Option<String>, tries: u8) {
    let found = match &target {
        Some(id) => dom::focus(id),
        None => !dom::focus_is_lost() || dom::focus("main"),
    };
    match tries {
        // The list behind a dialog may yet be drawn anew, which takes the focus away once more.
        _ if found => target.into_iter().for_each(|id| watch_focus(id, 80)),
        0 if target.is_some() => settle(None, 0),
        0 => {}
        _ => set_timeout(move || settle(target, tries - 1), Duration::from_millis(25)),
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in ["/", "/w/a/settings/access-tokens", "/w/a?after=b%2Fc", "/a//b"] {
            assert_eq!(local(path), path);
        }
    }

    #[test]
    fn all_else_leads_to_the_first_page() {
        let elsewhere = [
            "",
            "w",
            "//host",
            "///host",
            "/\\host",
            "\\\\host",
            "https://host/",
            "javascript:alert(1)",
            "/\t/host",
            "/\n/host",
            "/a\r\nX: y",
            "/a b",
            "/é",
            " /a",
        ];
        for next in elsewhere {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
