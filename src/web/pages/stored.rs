//! The way out of a page that has shown a secret once: it opens when somebody says that they have stored it.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::web::navigate::FocusNext;

/// The tick, and the button that it opens. Without script it is a form that insists on it.
#[component]
pub fn Stored(
    /// What they say.
    words: &'static str,
    /// Where it leads.
    to: String,
    /// What gets the focus there.
    #[prop(optional, into)]
    focus: Option<String>,
) -> impl IntoView {
    let focus_next = expect_context::<FocusNext>();
    let navigate = use_navigate();
    let (script, stored) = (RwSignal::new(false), RwSignal::new(false));
    let tick = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(tick) = tick.get() {
            stored.set(tick.checked());
            script.set(true);
        }
    });
    ask_before_leaving(stored);
    let done = {
        let to = to.clone();
        move |submit: ev::SubmitEvent| {
            submit.prevent_default();
            if stored.get_untracked() {
                if let Some(focus) = focus.clone() {
                    focus_next.set(focus);
                }
                navigate(&to, NavigateOptions::default());
            }
        }
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                id="stored"
                form="finish"
                required
                node_ref=tick
                on:change=move |event| stored.set(event_target_checked(&event))
            />
            " "
            <span>{words}</span>
        </label>
        <button class="btn primary end" form="finish" disabled=move || script.get() && !stored.get()>
            "Done"
        </button>
        <form id="finish" method="get" action=to hidden on:submit=done></form>
    }
}

/// While it is not stored, the browser asks before it closes or reloads the page.
fn ask_before_leaving(stored: RwSignal<bool>) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::beforeunload, move |leave| {
            if !stored.get_untracked() {
                leave.prevent_default();
                leave.set_return_value("It is not stored yet.");
            }
        });
        on_cleanup(move || listener.remove());
    });
}
