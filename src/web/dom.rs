//! What only a browser can do: focus, modal dialogs, the clipboard, sending what was typed. Called from effects and event handlers alone,
//! which never run on the server.

use leptos::{
    prelude::{document, request_animation_frame, window},
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement},
};

/// The element of that id, if it is on the page.
fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id).and_then(|element| element.dyn_into().ok())
}

/// Moves the focus to the element of that id; says whether it is there. Behind a modal dialog it takes no focus.
#[must_use]
pub fn focus(id: &str) -> bool {
    element(id).is_some_and(|element| {
        let _ = element.focus();
        document().active_element().is_some_and(|focused| focused.is_same_node(Some(&element)))
    })
}

/// Whether the element that had the focus is gone.
#[must_use]
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// After the page has been drawn anew, moves the focus to the first field in it that was refused.
pub fn focus_first_invalid() {
    request_animation_frame(|| {
        let invalid = document().query_selector("[aria-invalid='true']").ok().flatten();
        if let Some(field) = invalid.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}

/// Makes a dialog modal that the markup shows open. Whoever typed in it already stays where they were.
pub fn make_modal(dialog: &HtmlDialogElement) {
    if !dialog.is_connected() {
        let dialog = dialog.clone();
        return request_animation_frame(move || {
            if dialog.is_connected() {
                make_modal(&dialog);
            }
        });
    }
    let focused = document().active_element().filter(|element| dialog.contains(Some(element)));
    dialog.close();
    if dialog.show_modal().is_err() {
        dialog.set_open(true);
    }
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Closes what is open over the page: a menu, and the sidebar of a small screen around it.
pub fn close_popovers() {
    for _ in 0..2 {
        let open = document().query_selector(":popover-open").ok().flatten();
        if let Some(popover) = open.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = popover.hide_popover();
        }
    }
}

/// How many boxes are ticked inside the element of that id.
#[must_use]
pub fn ticked(id: &str) -> usize {
    let Some(inputs) = element(id).map(|element| element.get_elements_by_tag_name("input")) else { return 0 };
    let inputs = (0..inputs.length()).filter_map(|index| inputs.item(index)?.dyn_into::<HtmlInputElement>().ok());
    inputs.filter(HtmlInputElement::checked).count()
}

/// The boxes that choose rows of the list.
fn row_checks() -> Vec<HtmlInputElement> {
    let Ok(boxes) = document().query_selector_all(".row-check") else { return Vec::new() };
    (0..boxes.length()).filter_map(|index| boxes.item(index)?.dyn_into().ok()).collect()
}

/// How many rows of the list are chosen, and how many could be.
#[must_use]
pub fn rows_chosen() -> (usize, usize) {
    let boxes = row_checks();
    (boxes.iter().filter(|row| row.checked()).count(), boxes.len())
}

/// Chooses all rows of the list, or none.
pub fn choose_rows(all: bool) {
    for row in row_checks() {
        row.set_checked(all);
    }
}

/// Sends the form around the element in which something happened, as its button would.
pub fn submit_around(event: &Event) {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(Ok(form)) =
        element.and_then(|element| element.closest("form").ok()?).map(JsCast::dyn_into::<HtmlFormElement>)
    {
        let _ = form.request_submit();
    }
}

/// The text inside the element of that id.
#[must_use]
pub fn text(id: &str) -> String {
    element(id).and_then(|element| element.text_content()).unwrap_or_default()
}

/// Asks the browser to print the page.
pub fn print() {
    let _ = window().print();
}

/// Whether the page is out of sight: in another tab, or behind another window.
#[must_use]
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Marks the page as taken over by script.
pub fn mark_hydrated() {
    if let Some(root) = document().document_element() {
        let _ = Element::set_attribute(&root, "data-hydrated", "");
    }
}

pub use script::{copy, encoded, post, query, select};

#[cfg(feature = "hydrate")]
mod script {
    use leptos::{
        prelude::window,
        server_fn::{
            Bytes,
            error::FromServerFnError as _,
            redirect::{REDIRECT_HEADER, call_redirect_hook},
            request::browser::Request,
        },
        web_sys::{FormData, UrlSearchParams},
    };
    use wasm_bindgen_futures::JsFuture;

    use crate::web::error::UiError;

    /// Fields as a browser would send them.
    #[must_use]
    pub fn encoded(fields: &FormData) -> String {
        UrlSearchParams::new_with_str_sequence_sequence(fields).map(|all| all.to_string().into()).unwrap_or_default()
    }

    /// Sends `fields` to the server function at `path`, and with `follow` goes where its answer leads.
    ///
    /// # Errors
    /// What the server says, or that it could not be reached.
    pub async fn post(path: &str, fields: String, follow: bool) -> Result<(), UiError> {
        let request = Request::post(path).header("Accept", "application/json");
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(fields);
        let response = request.map_err(|_| UiError::Fault)?.send().await.map_err(|_| UiError::Unreachable)?;
        if response.status() >= 400 {
            let said = response.binary().await.map_err(|_| UiError::Unreachable)?;
            return Err(UiError::de(Bytes::from(said)));
        }
        let headers = response.headers();
        if let (true, Some(_), Some(to)) = (follow, headers.get(REDIRECT_HEADER), headers.get("Location")) {
            call_redirect_hook(&to);
        }
        Ok(())
    }

    /// The query of a form with these fields, without those that are empty.
    #[must_use]
    pub fn query(fields: &FormData) -> String {
        encoded(fields).split('&').filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("&")
    }

    /// Puts `text` on the clipboard; says whether it is there. Without a secure context there is no clipboard.
    pub async fn copy(text: String) -> bool {
        let navigator = window().navigator();
        match js_sys::Reflect::get(&navigator, &"clipboard".into()) {
            Ok(clipboard) if !clipboard.is_undefined() => {
                JsFuture::from(navigator.clipboard().write_text(&text)).await.is_ok()
            }
            _ => false,
        }
    }

    /// Selects the text of the element of that id, ready for the keyboard.
    pub fn select(id: &str) {
        if let (Some(element), Ok(Some(selection))) = (super::element(id), window().get_selection()) {
            let _ = selection.select_all_children(&element);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod script {
    use std::future::{Ready, ready};

    use leptos::web_sys::FormData;

    use crate::web::error::UiError;

    /// The server sends itself nothing.
    pub fn post(_: &str, _: String, _: bool) -> Ready<Result<(), UiError>> {
        ready(Err(UiError::Unreachable))
    }

    /// There is no form on the server.
    #[must_use]
    pub const fn encoded(_: &FormData) -> String {
        String::new()
    }

    /// There is no form on the server.
    #[must_use]
    pub const fn query(_: &FormData) -> String {
        String::new()
    }

    /// There is no clipboard on the server.
    pub fn copy(_: String) -> Ready<bool> {
        ready(false)
    }

    /// There is no selection on the server.
    pub const fn select(_: &str) {}
}
