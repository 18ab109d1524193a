//! Waiting for the first call with a new token: a light that turns when it comes, without a reload.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    domain::credential::CredentialId,
    web::{api::credential_use::first_use, dom, routes},
};

/// How often the server is asked, while the page can be seen.
const EVERY: Duration = Duration::from_secs(2);
/// So often it is asked before the waiting is given up: ten minutes.
const TRIES: u32 = 300;

#[derive(Clone, PartialEq, Eq)]
enum State {
    /// Nobody asks: there is no script, or the waiting was given up.
    Quiet,
    Waiting,
    Seen(String),
}

/// Says when the first call came. Without script it says where that will stand.
#[component]
pub fn FirstCall(
    /// The workspace's slug.
    workspace: String,
    /// Whose first call.
    id: CredentialId,
) -> impl IntoView {
    let state = RwSignal::new(State::Quiet);
    let own_page = routes::credential(&workspace, id);
    Effect::new(move |_| {
        state.set(State::Waiting);
        ask_later(state, workspace.clone(), id, TRIES);
    });
    let is_quiet = move || state.read() == State::Quiet;
    let light = move || if matches!(*state.read(), State::Seen(_)) { "seen" } else { "waiting" };
    let said = move || match state.get() {
        State::Seen(said) => said,
        State::Quiet | State::Waiting => "Waiting for the first call…".to_owned(),
    };
    view! {
        <output class="live" data-state=light hidden=is_quiet>
            {said}
        </output>
        <p class="hint" hidden=move || !is_quiet()>
            "Its first call will stand on "
            <a href=own_page target="_blank">
                "its own page (opens a new tab)"
            </a>
            "."
        </p>
    }
}

fn ask_later(state: RwSignal<State>, workspace: String, id: CredentialId, tries: u32) {
    let ask = move || {
        if state.try_get_untracked() != Some(State::Waiting) {
            return;
        }
        if dom::is_hidden() {
            return ask_later(state, workspace, id, tries);
        }
        spawn_local(async move {
            match first_use(workspace.clone(), id.to_string()).await {
                Ok(Some(said)) => _ = state.try_set(State::Seen(said)),
                // Also after a failure: the network may come back.
                Ok(None) | Err(_) if tries > 0 => ask_later(state, workspace, id, tries - 1),
                Ok(None) | Err(_) => _ = state.try_set(State::Quiet),
            }
        });
    };
    set_timeout(ask, EVERY);
}
