//! The parts of a token's own page that tell how it is used: calls a day, and the last calls.

use leptos::prelude::*;

use crate::{
    domain::timestamp::Timestamp,
    web::{
        api::credential_use::{CallLine, UseView},
        components::{bars::Bars, number::count, when::When},
    },
};

/// Calls a day for thirty days.
#[component]
pub fn UseFigure(
    /// How it is used.
    used: UseView,
) -> impl IntoView {
    view! {
        <section class="stack tight" aria-labelledby="use-title">
            <h2 id="use-title">"Use"</h2>
            <Bars days=used.days now=used.now/>
        </section>
    }
}

/// The last calls and refusals.
#[component]
pub fn LastCalls(
    /// How it is used.
    used: UseView,
) -> impl IntoView {
    let UseView { now, calls, sees_addresses, .. } = used;
    let hint = if calls.is_empty() {
        "None yet. The last 50 calls and the last 50 refusals will be listed here."
    } else {
        "The last 50 calls and the last 50 refusals. Calls in the same minute share a line."
    };
    let table = (!calls.is_empty()).then(|| view! { <Calls calls now sees_addresses/> });
    view! {
        <section class="stack tight" aria-labelledby="calls-title">
            <h2 id="calls-title">"Last calls"</h2>
            <p class="hint">{hint}</p>
            {table}
        </section>
    }
}

#[component]
fn Calls(calls: Vec<CallLine>, now: Timestamp, sees_addresses: bool) -> impl IntoView {
    let from = if sees_addresses { "Address" } else { "Caller" };
    let rows = calls.into_iter().map(|call| view! { <Call call now from/> }).collect_view();
    let headings = ["Call", "When", "Answer", from]
        .map(|heading| {
            view! {
                <th role="columnheader" scope="col">
                    {heading}
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="panel">
            <div class="table-box">
                <table class="table calls" role="table">
                    <caption class="sr-only">"Last calls and refusals, newest first"</caption>
                    <thead role="rowgroup">
                        <tr role="row">{headings}</tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </div>
        </div>
    }
}

#[component]
fn Call(call: CallLine, now: Timestamp, from: &'static str) -> impl IntoView {
    let (status, word) = if call.refused { ("refused", "Refused") } else { ("active", "Accepted") };
    let many = (call.count > 1).then(|| count(call.count, "call"));
    let notes: Vec<String> = call.note.into_iter().chain(many).collect();
    let note = (!notes.is_empty()).then(|| view! { <small>{notes.join(" · ")}</small> });
    let ip = call.ip.map(|ip| view! { <span class="mono">{ip}</span> });
    let by = call.user_agent.map(|by| view! { <small>{by}</small> });
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <code>
                    <b>{call.method}</b>
                    " "
                    {call.path}
                </code>
            </th>
            <td role="cell" data-label="When" class="nowrap">
                <When at=call.at text=call.at.minute_or_day(now)/>
            </td>
            <td role="cell" data-label="Answer">
                <span class="badge" data-status=status>
                    {word}
                </span>
                {note}
            </td>
            <td role="cell" data-label=from>
                {ip}
                {by}
            </td>
        </tr>
    }
}
