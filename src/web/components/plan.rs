//! How much of the plan is used: a rack with one slot a token.

use leptos::prelude::*;

use super::number::thousands;
use crate::domain::{credential::Kind, plan::Usage};

/// The count, with a meter where there is a limit.
#[component]
pub fn PlanMeter(
    /// Of which kind.
    kind: Kind,
    /// How much is used.
    usage: Usage,
    /// Where owners change the plan.
    href: String,
) -> impl IntoView {
    let counted = thousands(u64::from(usage.used));
    let used = if usage.used < Usage::MOST { counted } else { format!("{counted} or more") };
    let label = match kind {
        Kind::AccessToken => "Tokens in use",
        Kind::ApiKey => "API keys in use",
    };
    let plan = view! {
        <small>
            {format!("{} plan. Owners can ", usage.plan.title())} <a href=href>"change it"</a> "."
        </small>
    };
    match usage.limit {
        Some(limit) => {
            let text = format!("{used} of {}", thousands(u64::from(limit)));
            view! {
                <div class="plan">
                    <div>
                        <label for="usage">{label}</label>
                        " "
                        <span>{text.clone()}</span>
                    </div>
                    <meter
                        class="rack"
                        id="usage"
                        min="0"
                        max=limit.to_string()
                        high=format!("{}.5", limit.saturating_sub(1))
                        optimum="0"
                        value=usage.used.to_string()
                    >
                        {text}
                    </meter>
                    {plan}
                </div>
            }
            .into_any()
        }
        None => view! {
            <div class="plan">
                <div>
                    <span>{label}</span>
                    " "
                    <span>{used}</span>
                </div>
                {plan}
            </div>
        }
        .into_any(),
    }
}

/// Why nothing more can be made, if that is so.
#[must_use]
pub fn limit_reached(kind: Kind, usage: &Usage) -> Option<String> {
    usage.is_full().then(|| usage.refusal(kind))
}
