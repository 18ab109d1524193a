//! How much of the plan is used: a rack with one slot a token.

use leptos::prelude::*;

use super::number::thousands;
use crate::domain::plan::Usage;

/// The count, with a meter where there is a limit.
#[component]
pub fn PlanMeter(
    /// How much is used.
    usage: Usage,
) -> impl IntoView {
    let used = thousands(u64::from(usage.used));
    let plan = view! { <small>{format!("{} plan.", usage.plan.title())}</small> };
    match usage.limit {
        Some(limit) => {
            let text = format!("{used} of {}", thousands(u64::from(limit)));
            view! {
                <div class="plan">
                    <div>
                        <label for="usage">"Tokens in use"</label>
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
                    <span>"Tokens in use"</span>
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
pub fn limit_reached(usage: &Usage) -> Option<String> {
    let limit = usage.limit.filter(|_| usage.is_full())?;
    let (limit, plan) = (thousands(u64::from(limit)), usage.plan.title());
    Some(format!("All {limit} tokens of the {plan} plan are in use. Revoke one, or ask an owner to change the plan."))
}
