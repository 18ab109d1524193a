//! When a token or key ends: a choice, a day, and a sentence.

use leptos::{html, prelude::*};
use time::Duration;

use super::{
    callout::{Callout, Tone},
    field::{FieldError, described, invalid},
};
use crate::domain::{
    credential::Kind,
    lifetime::{self, Choice},
    timestamp::Timestamp,
};

/// The value of the choice that leaves the end as it is.
pub const KEEP: &str = "keep";

/// When it ends, and a sentence that says so exactly. Days count from the moment that the form was made, which the
/// server counts from too, so no clock of the browser has a say.
#[component]
pub fn Expiry(
    /// What it is that ends.
    kind: Kind,
    /// The moment that the form was made.
    asked_at: Timestamp,
    /// The end that it has, which may be kept (`keep`).
    keep: Option<Timestamp>,
    /// The value that is chosen at first: one of [`Choice`], or `keep`.
    chosen: String,
    /// The day that was typed before, if one was.
    until: Option<String>,
    /// The name of the field that has the focus at first.
    focused: &'static str,
    /// What is wrong with the choice.
    at_expiry: Signal<Option<String>>,
    /// What is wrong with the day.
    at_until: Signal<Option<String>>,
) -> impl IntoView {
    let default_day = || asked_at.plus(Duration::days(90)).iso_date();
    let first_until = until.filter(|until| !until.is_empty()).unwrap_or_else(default_day);
    let (expiry, until) = (RwSignal::new(chosen.clone()), RwSignal::new(first_until.clone()));
    let (select, day) = (NodeRef::<html::Select>::new(), NodeRef::<html::Input>::new());
    // What was chosen before script took over.
    Effect::new(move |_| {
        if let (Some(select), Some(day)) = (select.get(), day.get()) {
            expiry.set(select.value());
            until.set(day.value());
        }
    });
    let options = Choice::ALL
        .into_iter()
        .map(|choice| {
            view! {
                <option value=choice.to_string() selected=choice.to_string() == chosen>
                    {option(choice, asked_at)}
                </option>
            }
        })
        .collect_view();
    let kept = keep.map(|end| {
        view! {
            <option value=KEEP selected=chosen == KEEP>
                {format!("Keep {}", end.date())}
            </option>
        }
    });
    view! {
        <div class="pair">
            <div class="field">
                <label for="expiry">"Expires"</label>
                <select
                    class="input"
                    id="expiry"
                    name="expiry"
                    autofocus=focused == "expiry"
                    node_ref=select
                    aria-invalid=invalid(at_expiry)
                    aria-describedby=described(at_expiry, "expiry-error", Some("expiry-line"))
                    on:change=move |event| expiry.set(event_target_value(&event))
                >
                    {kept}
                    {options}
                </select>
                <p class="hint unless-never">
                    <output id="expiry-line" class="needs-script" for="expiry until">
                        {move || sentence(&expiry.read(), &until.read(), asked_at, keep)}
                    </output>
                </p>
                <FieldError id="expiry-error" message=at_expiry/>
            </div>
            <div class="field when-custom">
                <label for="until">"Last day"</label>
                <input
                    class="input"
                    id="until"
                    name="until"
                    type="date"
                    min=asked_at.iso_date()
                    value=first_until
                    autofocus=focused == "until"
                    node_ref=day
                    aria-invalid=invalid(at_until)
                    aria-describedby=described(at_until, "until-error", Some("until-hint"))
                    on:input=move |event| until.set(event_target_value(&event))
                />
                <p class="hint" id="until-hint">
                    "Works until 23:59:59 UTC on that day."
                </p>
                <FieldError id="until-error" message=at_until/>
            </div>
        </div>
        <Callout
            tone=Tone::Warn
            class="callout when-never"
            title=match kind {
                Kind::AccessToken => "This token will work until someone revokes it",
                Kind::ApiKey => "This key will work until someone deletes it",
            }
        >
            <p>"If it leaks, nothing stops it on its own. Pick a date unless the job cannot be renewed."</p>
        </Callout>
    }
}

/// `In 90 days (20 Feb 2027)`: true without script, too.
fn option(choice: Choice, asked_at: Timestamp) -> String {
    match choice {
        Choice::Days(days) => {
            format!("{} ({})", choice.title(), asked_at.plus(Duration::days(i64::from(days))).date())
        }
        Choice::Custom | Choice::Never => choice.title(),
    }
}

fn sentence(expiry: &str, until: &str, asked_at: Timestamp, keep: Option<Timestamp>) -> AnyView {
    let end = match keep {
        Some(end) if expiry == KEEP => Ok(Some(end)),
        _ => lifetime::from_form(expiry, until, asked_at, asked_at),
    };
    match end {
        Ok(Some(end)) => view! {
            "Stops working on "
            <time datetime=end.rfc3339()>{end.exact()}</time>
            "."
        }
        .into_any(),
        Ok(None) => "Never stops working on its own.".into_any(),
        Err(invalid) => invalid.message.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_days_says_its_date() {
        let asked = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        assert_eq!(option(Choice::Days(90), asked), "In 90 days (20 Feb 2027)");
        assert_eq!(option(Choice::Never, asked), "Never");
    }
}
