//! Names of scopes.

use leptos::prelude::*;

/// A scope's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The name.
    pub name: String,
    /// Whether the catalog warns of it.
    pub risk: bool,
}

impl Chip {
    fn view(self) -> impl IntoView {
        view! {
            <span class="chip" data-risk=self.risk>
                {self.name}
            </span>
        }
    }
}

/// The first two of a token's scopes, and a button that opens all of them.
#[component]
pub fn Chips(
    /// The id of what the button opens.
    id: String,
    /// Whose scopes they are.
    owner: String,
    /// All of them.
    chips: Vec<Chip>,
) -> impl IntoView {
    const SHOWN: usize = 2;
    let rest = chips.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| {
        let all = chips.iter().cloned().map(Chip::view).collect_view();
        view! {
            <button class="chip" type="button" popovertarget=id.clone()>
                {format!("+{rest}")}
                <span class="sr-only">{format!(" more scopes of {owner}")}</span>
            </button>
            <div class="menu start" id=id.clone() popover="auto">
                <p>"All scopes"</p>
                <div class="chips">{all}</div>
            </div>
        }
    });
    let first = chips.into_iter().take(SHOWN).map(Chip::view).collect_view();
    view! { <div class="chips">{first} {more}</div> }
}
