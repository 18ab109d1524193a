//! Rows that become cards where there is little room; the roles keep it a table then.

use leptos::prelude::*;

/// A table with its headings; the last column holds actions. Every `td` names its column in `data-label`.
#[component]
pub fn Table(
    /// What it lists, for those who do not see it.
    caption: &'static str,
    /// The headings, without that of the actions.
    columns: &'static [&'static str],
    /// The box that chooses all rows, where rows can be chosen.
    #[prop(default = None)]
    all: Option<AnyView>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let headings = columns
        .iter()
        .map(|column| {
            view! {
                <th role="columnheader" scope="col">
                    {*column}
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table" role="table">
                <caption class="sr-only">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {all
                            .map(|all| {
                                view! {
                                    <th role="columnheader" scope="col" class="c-check">
                                        {all}
                                    </th>
                                }
                            })}
                        {headings}
                        <th role="columnheader" scope="col" class="c-menu">
                            <span class="sr-only">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}
