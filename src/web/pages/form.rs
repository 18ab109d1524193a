//! What forms do alike: say what was refused, where it stands.

use leptos::prelude::*;

use crate::web::{
    components::callout::{Callout, Tone},
    dom,
    error::UiError,
    navigate, routes,
};

/// Why a form was refused: by its last answer in the browser, or before, when it was sent without script.
#[derive(Clone, Copy, Debug)]
pub struct Problems(Signal<Option<UiError>>);

impl Problems {
    /// From the answer, which the page above keeps, and what the server remembered. Moves the focus to the first
    /// field that an answer names.
    pub fn new(
        answer: impl Fn() -> Option<Result<(), UiError>> + Copy + Send + Sync + 'static,
        refused: Option<UiError>,
    ) -> Self {
        let problems = Memo::new(move |_| answer().map_or_else(|| refused.clone(), Result::err));
        Effect::new(move |_| {
            if let Some(Err(_)) = answer() {
                dom::focus_first_invalid();
            }
        });
        Self(problems.into())
    }

    /// What is wrong with `field`.
    #[must_use]
    pub fn of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.0.with(|error| Some(error.as_ref()?.field(field)?.message.clone())))
    }

    /// What is wrong as a whole, in one sentence, if that is a refusal.
    #[must_use]
    pub fn refusal(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.0.with(|error| match error {
                Some(UiError::Refused(why) | UiError::Wait(why, _)) => Some(why.clone()),
                _ => None,
            })
        })
    }

    /// Which of `fields` is the first that was refused, now and not tracked.
    #[must_use]
    pub fn first_of(self, fields: &[&'static str]) -> Option<&'static str> {
        self.0.with_untracked(|error| {
            let error = error.as_ref()?;
            fields.iter().copied().find(|field| error.field(field).is_some())
        })
    }
}

/// Runs `then` whenever an action has been carried out.
pub fn when_done(
    answer: impl Fn() -> Option<Result<(), UiError>> + Send + Sync + 'static,
    then: impl Fn() + Send + Sync + 'static,
) {
    Effect::new(move |_| {
        if answer() == Some(Ok(())) {
            untrack(&then);
        }
    });
}

/// What is wrong that stands at none of the fields, above them all.
#[component]
pub fn FormProblem(
    /// Why the form was refused.
    problems: Problems,
    /// The fields that say themselves what is wrong with them.
    fields: &'static [&'static str],
    /// Whether a refusal of the whole form is told here.
    #[prop(default = true)]
    refusals: bool,
) -> impl IntoView {
    let here = navigate::here();
    let problem = Memo::new(move |_| {
        problems.0.with(|error| match error.as_ref()? {
            UiError::Invalid(errors) => {
                let rest = errors.iter().find(|error| !fields.contains(&error.field.as_str()))?;
                Some((rest.message.clone(), false))
            }
            UiError::Refused(_) | UiError::Wait(..) if !refusals => None,
            error => Some((error.to_string(), *error == UiError::SignedOut)),
        })
    });
    move || {
        let (text, signed_out) = problem.get()?;
        let sign_in = signed_out.then(|| {
            view! {
                <p>
                    <a href=routes::sign_in(&here)>"Sign in"</a>
                </p>
            }
        });
        Some(view! {
            <div role="alert">
                <Callout tone=Tone::Bad title=text>
                    {sign_in}
                </Callout>
            </div>
        })
    }
}
