//! What can be done with several rows at once. Style sheets show it while a row is chosen.

use leptos::{ev::Event, html, prelude::*};

use crate::web::{
    components::icon::{Glyph, Icon},
    dom,
    send::AskForm,
};

/// The id of the form to which the boxes of the rows belong, wherever they stand.
pub const FORM: &str = "chosen";

/// The box that chooses a row.
#[component]
pub fn RowCheck(
    /// What the row is to the server.
    value: String,
    /// What the row is to people.
    owner: String,
) -> impl IntoView {
    view! {
        <input
            class="row-check"
            type="checkbox"
            name="ids"
            value=value
            form=FORM
            autocomplete="off"
            aria-label=format!("Select {owner}")
        />
    }
}

/// How many rows are chosen, as far as script has counted.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    some: RwSignal<(usize, usize)>,
    all: NodeRef<html::Input>,
}

impl Chosen {
    /// None yet. Whenever `list` changes, the rows are others, and none of them is chosen.
    #[must_use]
    pub fn of(list: impl Fn() + Send + Sync + 'static) -> Self {
        let chosen = Self { some: RwSignal::new((0, 0)), all: NodeRef::new() };
        Effect::new(move |before: Option<()>| {
            list();
            if before.is_some() {
                dom::choose_rows(false);
                chosen.count();
            }
        });
        chosen
    }

    /// Counts again.
    pub fn count(self) {
        let (some, of) = dom::rows_chosen();
        self.some.set((some, of));
        if let Some(all) = self.all.get_untracked() {
            all.set_checked(of > 0 && some == of);
            all.set_indeterminate(some > 0 && some < of);
        }
    }
}

/// The box that chooses all rows of the page.
#[component]
pub fn AllCheck(
    /// What is chosen.
    chosen: Chosen,
) -> impl IntoView {
    let tick = move |event: Event| {
        dom::choose_rows(event_target_checked(&event));
        chosen.count();
    };
    view! {
        <input
            class="needs-script"
            type="checkbox"
            autocomplete="off"
            aria-label="Select all on this page"
            node_ref=chosen.all
            on:change=tick
        />
    }
}

/// The bar.
#[component]
pub fn Bulk(
    /// What is chosen.
    chosen: Chosen,
    /// What it is called.
    label: String,
    /// The page that asks before it does anything.
    action: String,
    /// What that page needs besides: names and values.
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let fields =
        fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    // After the browser has cleared the boxes.
    let cleared = move |_| request_animation_frame(move || chosen.count());
    let text = move || match chosen.some.get().0 {
        0 => "Selected".to_owned(),
        some => format!("{some} selected"),
    };
    view! {
        <div class="bulk" role="group" aria-label=label>
            <output>{text}</output>
            <AskForm action id=FORM>
                {fields}
                <button class="btn small danger">
                    <Icon glyph=Glyph::Ban/>
                    " Revoke"
                </button>
                <button class="btn small quiet square" type="reset" aria-label="Clear selection" on:click=cleared>
                    <Icon glyph=Glyph::X/>
                </button>
            </AskForm>
        </div>
    }
}
