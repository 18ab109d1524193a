//! Calls a day, drawn: bars with their dates on an own page, a small line of them in a list.

use leptos::prelude::*;

use super::number::{count, thousands};
use crate::domain::timestamp::Timestamp;

const DAY: time::Duration = time::Duration::DAY;
/// The tallest bar, of 84 units from the ground to the top.
const TALLEST: u64 = 76;
/// The tallest stroke in a list, of 24 units.
const TALLEST_STROKE: u64 = 21;

/// Bars, one a day, with the dates and the sum under them.
#[component]
pub fn Bars(
    /// Calls on each day, UTC; the last one is that of `now`.
    days: Vec<u64>,
    /// The instant that counts as now.
    now: Timestamp,
) -> impl IntoView {
    let sum = summary(&days);
    let first = day_before(now, days.len().saturating_sub(1));
    let label = match busiest(&days) {
        Some((at, most)) => {
            let day = day_before(now, days.len() - 1 - at).day_and_month();
            format!("Calls a day for {} days, most on {day} with {}", days.len(), thousands(most))
        }
        None => format!("Calls a day for {} days: none", days.len()),
    };
    let rects = heights(&days, TALLEST)
        .into_iter()
        .enumerate()
        .map(|(at, height)| {
            view! { <rect x=(4 + 20 * at).to_string() y=(84 - height).to_string() width="12" height=height.to_string() rx="1.5"/> }
        })
        .collect_view();
    view! {
        <figure class="panel pad">
            <svg class="bars" viewBox="0 0 600 88" role="img" aria-label=label>
                <path class="grid" d="M0 44.5h600M0 4.5h600M0 84.5h600"/>
                {rects}
            </svg>
            <figcaption class="axis">
                <time datetime=first.iso_date()>{first.day_and_month()}</time>
                " "
                <span>{sum}</span>
                " "
                <time datetime=now.iso_date()>"Today"</time>
            </figcaption>
        </figure>
    }
}

/// The same, small, for a row of a list or beside a form.
#[component]
pub fn Spark(
    /// Calls on each day; the last one is today.
    days: Vec<u64>,
    /// Whether it takes all the width there is.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let strokes: Vec<String> = heights(&days, TALLEST_STROKE)
        .into_iter()
        .enumerate()
        .map(|(at, height)| format!("M{} 24v-{height}", 1 + 3 * at))
        .collect();
    view! {
        <svg class=if wide { "spark wide" } else { "spark" } viewBox="0 0 89 24" role="img" aria-label=summary(&days)>
            <path d=strokes.concat()/>
        </svg>
    }
}

/// `147 calls in 30 days, 19 at most in a day`.
fn summary(days: &[u64]) -> String {
    match busiest(days) {
        Some((_, most)) => {
            format!("{} in {} days, {} at most in a day", count(days.iter().sum(), "call"), days.len(), thousands(most))
        }
        None => format!("No calls in {} days", days.len()),
    }
}

/// The day with most calls, the last of several, and how many; none if there was no call.
fn busiest(days: &[u64]) -> Option<(usize, u64)> {
    days.iter().copied().enumerate().filter(|(_, calls)| *calls > 0).max_by_key(|(_, calls)| *calls)
}

/// How tall each day stands: in proportion, and one unit at least, so that a day without calls is seen as a day.
fn heights(days: &[u64], tallest: u64) -> Vec<u64> {
    let most = busiest(days).map_or(1, |(_, most)| most);
    days.iter().map(|calls| (calls.saturating_mul(tallest) / most).max(1)).collect()
}

fn day_before(now: Timestamp, days: usize) -> Timestamp {
    now.plus(-DAY * i32::try_from(days).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_day_stands_tallest_and_a_quiet_one_is_still_seen() {
        assert_eq!(heights(&[0, 19, 1, 10], TALLEST), [1, 76, 4, 40]);
        assert_eq!(heights(&[0, 0], TALLEST), [1, 1]);
        assert_eq!(heights(&[u64::MAX, 1], TALLEST)[1], 1);
    }

    #[test]
    fn the_sum_is_said_in_words() {
        assert_eq!(summary(&[0, 1_200, 4]), "1,204 calls in 3 days, 1,200 at most in a day");
        assert_eq!(summary(&[0; 30]), "No calls in 30 days");
    }
}
