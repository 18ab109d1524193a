//! Sending a form to its server function: by script where there is some, else as the browser does.
//!
//! One way for all forms. Leptos' `ActionForm` has the browser read and write the fields of every form by code of
//! its own, about 5 KB of packed wasm a form; here a form is sent as it stands, and the server alone reads it.

#![expect(clippy::must_use_candidate, reason = "only the view macro calls components")]

use leptos::{
    ev::{Event, SubmitEvent},
    form::form_data_from_event,
    prelude::*,
    server_fn::ServerFn,
    task::spawn_local,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::web::{dom, error::UiError};

/// What a server function said to a form.
pub type Answer = Result<(), UiError>;

/// A form's way to its server function, and what came back.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    path: &'static str,
    answer: RwSignal<Option<Answer>>,
    pending: RwSignal<bool>,
    stays: bool,
    confirm: Option<Confirm>,
}

/// The form that waits until the person has typed their password again.
#[derive(Clone, Copy, Debug)]
pub struct Confirm(RwSignal<Option<(Sending, String)>>);

impl Confirm {
    /// None yet; makes it known to all forms.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// Whether one waits.
    #[must_use]
    pub fn is_asked(self) -> Signal<bool> {
        Signal::derive(move || self.0.with(Option::is_some))
    }

    /// They did: the form is sent once more, as it was.
    pub fn done(self) {
        if let Some((sending, fields)) = self.0.try_update(Option::take).flatten() {
            sending.post(fields);
        }
    }

    /// They did not: the form says why it was refused.
    pub fn cancel(self) {
        if let Some((sending, _)) = self.0.try_update(Option::take).flatten() {
            sending.answer.try_set(Some(Err(UiError::Stale)));
        }
    }
}

impl Sending {
    /// To the server function `F`.
    #[must_use]
    pub fn to<F: ServerFn<Output = (), Error = UiError>>() -> Self {
        let (answer, pending) = (RwSignal::new(None), RwSignal::new(false));
        Self { path: F::PATH, answer, pending, stays: false, confirm: use_context() }
    }

    /// The same for the form that asks for the password again.
    #[must_use]
    pub const fn that_confirms(self) -> Self {
        Self { confirm: None, stays: true, ..self }
    }

    /// The same for a form whose page stays as it is, wherever the answer leads those without script.
    #[must_use]
    pub const fn staying(self) -> Self {
        Self { stays: true, ..self }
    }

    /// What the server said last; none before.
    #[must_use]
    pub fn value(self) -> Signal<Option<Answer>> {
        self.answer.into()
    }

    /// Whether the answer is still on its way.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    fn send(self, submit: &SubmitEvent) {
        if submit.default_prevented() {
            return;
        }
        submit.prevent_default();
        let Ok(fields) = form_data_from_event(submit) else { return };
        if !self.pending.get_untracked() {
            self.post(dom::encoded(&fields));
        }
    }

    fn post(self, fields: String) {
        self.pending.try_set(true);
        spawn_local(async move {
            let answer = dom::post(self.path, fields.clone(), !self.stays).await;
            // An answer may have led to another page, which ends what the signals belong to.
            match (answer, self.confirm) {
                (Err(UiError::Stale), Some(confirm)) => _ = confirm.0.try_set(Some((self, fields))),
                (answer, _) => _ = self.answer.try_set(Some(answer)),
            }
            self.pending.try_set(false);
        });
    }
}

/// A form that asks for a page: its fields are the page's query, without those that are empty.
#[component]
pub fn AskForm(
    /// The page.
    action: String,
    /// How it looks.
    #[prop(default = "")]
    class: &'static str,
    /// Its id, where fields elsewhere belong to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Whether it is sent as soon as something in it has changed, where there is script.
    #[prop(default = false)]
    at_once: bool,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = action.clone();
    let ask = move |submit: SubmitEvent| {
        submit.prevent_default();
        let Ok(fields) = form_data_from_event(&submit) else { return };
        let query = dom::query(&fields);
        let joint = if query.is_empty() { "" } else { "?" };
        navigate(&format!("{path}{joint}{query}"), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    let changed = move |event: Event| {
        if at_once {
            dom::submit_around(&event);
        }
    };
    view! {
        <form
            method="get"
            action=action
            class=(!class.is_empty()).then_some(class)
            id=id
            on:submit=ask
            on:change=changed
        >
            {children()}
        </form>
    }
}

/// A form that is sent that way. Its fields' rules are the server's to tell.
#[component]
pub fn SendForm(
    /// Its way.
    sending: Sending,
    /// How it looks.
    #[prop(default = "")]
    class: &'static str,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    view! {
        <form
            method="post"
            action=sending.path
            class=(!class.is_empty()).then_some(class)
            novalidate
            on:submit=move |submit| sending.send(&submit)
        >
            {children()}
        </form>
    }
}
