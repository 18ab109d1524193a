//! **The documentation**: pages for whoever reads, signed in or not, without script.
//!
//! Lives here: the texts, as Markdown, and the frame around them. What the code knows better is taken from it: the
//! scopes from the catalogs, the codes from the API, the reference from its description, the recipes from `deploy/`.
//! May import: `rest`, `service`, `domain`. Never happens here: anything about who is asking.

mod reference;

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::{
    domain::{credential::Kind, scope::Scope},
    rest::codes::CODES,
    service::catalogs::Catalogs,
};

/// A page of ours needs its styles and the picture beside its address, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FRAME: &str = include_str!("page.html");

/// Where the reference is.
const REFERENCE: &str = "/api/docs";

/// A page: its place, its title, its text.
struct Page {
    slug: &'static str,
    title: &'static str,
    text: &'static str,
}

macro_rules! pages {
    ($($slug:literal $title:literal)*) => {
        const PAGES: &[Page] = &[$(Page { slug: $slug, title: $title, text: include_str!(concat!($slug, ".md")) }),*];
    };
}

pages! {
    "quick-start" "Quick start"
    "tokens-and-keys" "Tokens and keys"
    "concepts" "Core concepts"
    "command-line" "Command line"
    "rest-api" "REST API"
    "errors" "Errors"
    "clients" "Generating a client"
    "ci" "CI recipes"
    "proxies" "Proxy recipes"
}

/// All pages as they are served, by their place; the first is what `/docs` leads to.
static RENDERED: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    PAGES.iter().map(|page| (page.slug, framed(page.title, &path(page.slug), &filled(page.text)))).collect()
});

static RENDERED_REFERENCE: LazyLock<String> =
    LazyLock::new(|| framed("API reference", REFERENCE, &reference::markdown(&crate::rest::openapi::description())));

static RENDERED_NOTHING: LazyLock<String> = LazyLock::new(|| {
    framed("Not here", "", "# This page is not here\n\nBegin with the [Quick start](/docs/quick-start).")
});

/// The pages, for everybody.
pub(super) fn router() -> Router {
    Router::new()
        .route("/docs", get(async || Redirect::to(&path(PAGES[0].slug))))
        .route("/docs/{page}", get(page))
        .route(REFERENCE, get(async || answer(&RENDERED_REFERENCE)))
}

async fn page(Path(slug): Path<String>) -> Response {
    match RENDERED.iter().find(|(known, _)| *known == slug) {
        Some((_, page)) => answer(page),
        None => (StatusCode::NOT_FOUND, answer(&RENDERED_NOTHING)).into_response(),
    }
}

fn answer(page: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, page).into_response()
}

fn path(slug: &str) -> String {
    format!("/docs/{slug}")
}

/// A text with what the code knows better.
fn filled(text: &str) -> String {
    let mut text = text.to_owned();
    for (place, fill) in [
        ("{{nginx}}", include_str!("../../../deploy/nginx.conf").trim_end().to_owned()),
        ("{{caddy}}", include_str!("../../../deploy/Caddyfile").trim_end().to_owned()),
        ("{{traefik}}", include_str!("../../../deploy/traefik.yaml").trim_end().to_owned()),
        ("{{codes}}", codes()),
        ("{{scopes}}", scopes()),
    ] {
        text = text.replace(place, &fill);
    }
    text
}

fn codes() -> String {
    let mut table = "| status | code | meaning |\n|---|---|---|\n".to_owned();
    for code in CODES {
        let _ = writeln!(table, "| {} | `{}` | {} |", code.status, code.code, code.meaning);
    }
    table
}

fn scopes() -> String {
    let catalogs = Catalogs::embedded().expect("the built-in catalogs are good, as a test sees");
    let mut text = String::new();
    for catalog in catalogs.all() {
        let _ = writeln!(text, "### {}\n\n{}\n", catalog.title, catalog.description);
        for (kind, what) in [(Kind::AccessToken, "Access tokens"), (Kind::ApiKey, "API keys")] {
            let Some(vocabulary) = catalog.vocabulary(kind) else { continue };
            let _ = writeln!(text, "{what}, `{}…`:\n\n| scope | may |\n|---|---|", vocabulary.prefix);
            for Scope { name, description, .. } in &vocabulary.scopes {
                let _ = writeln!(text, "| `{name}` | {description} |");
            }
            text.push('\n');
        }
    }
    text
}

/// A page of this Markdown, whole.
fn framed(title: &str, here: &str, markdown: &str) -> String {
    let (body, sections) = rendered(markdown);
    let link = |href: &str, title: &str, more: &str| {
        let current = if href == here { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{href}\"{current}>{title}</a>{more}</li>")
    };
    let mut nav = "<ul role=\"list\">".to_owned();
    for page in PAGES {
        nav.push_str(&link(&path(page.slug), page.title, ""));
    }
    let mut parts = String::new();
    if here == REFERENCE {
        for (id, title) in &sections {
            let _ = write!(parts, "<li><a href=\"#{id}\">{title}</a></li>");
        }
        parts = format!("<ul role=\"list\">{parts}</ul>");
    }
    nav.push_str(&link(REFERENCE, "API reference", &parts));
    nav.push_str("</ul>");
    FRAME.replace("{{title}}", title).replace("{{nav}}", &nav).replace("{{body}}", &body)
}

/// Markdown as HTML, and the sections of the second level with their anchors. Raw HTML in it is text.
fn rendered(markdown: &str) -> (String, Vec<(String, String)>) {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let mut events: Vec<Event<'_>> = parser
        .map(|event| match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            other => other,
        })
        .collect();
    let mut sections = Vec::new();
    for start in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = events[start] else { continue };
        let title = words(&events[start + 1..]);
        let anchor = anchor(&title);
        if level == HeadingLevel::H2 {
            sections.push((anchor.clone(), escaped(&title)));
        }
        events[start] = Event::Html(CowStr::from(format!("<{level} id=\"{anchor}\">")));
    }
    // A wide table or line scrolls inside itself, also by the keyboard.
    let events = events.into_iter().flat_map(|event| match event {
        Event::Start(Tag::Table(_)) => vec![Event::Html("<div class=\"scroll\" tabindex=\"0\">".into()), event],
        Event::End(TagEnd::Table) => vec![event, Event::Html("</div>".into())],
        Event::Start(Tag::CodeBlock(_)) => vec![Event::Html("<pre tabindex=\"0\"><code>".into())],
        Event::End(TagEnd::CodeBlock) => vec![Event::Html("</code></pre>\n".into())],
        other => vec![other],
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    (out, sections)
}

/// The plain words of a heading.
fn words(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

/// The same word for the same heading in every release, or links would break.
fn anchor(title: &str) -> String {
    let kept = title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let mut anchor: String = kept.collect();
    while anchor.contains("--") {
        anchor = anchor.replace("--", "-");
    }
    anchor.trim_matches('-').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn raw_html_in_a_text_is_text() {
        let (html, _) = rendered("# A <b>\n\n<script>alert(1)</script>\n\n`<i>`");
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for (slug, page) in RENDERED.iter() {
            for place in
                ["{{nginx}}", "{{caddy}}", "{{traefik}}", "{{codes}}", "{{scopes}}", "{{title}}", "{{nav}}", "{{body}}"]
            {
                assert!(!page.contains(place), "{slug}: {place}");
            }
        }
    }

    #[test]
    fn every_link_leads_somewhere() {
        let all: Vec<(String, &str)> = RENDERED
            .iter()
            .map(|(slug, page)| (path(slug), page.as_str()))
            .chain([(REFERENCE.to_owned(), RENDERED_REFERENCE.as_str())])
            .collect();
        let mut followed = 0;
        for (here, page) in &all {
            let ids: Vec<_> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let unique: BTreeSet<_> = ids.iter().collect();
            assert_eq!(unique.len(), ids.len(), "{here}: an anchor stands twice");
            for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let (path, part) = link.split_once('#').unwrap_or((link, ""));
                let target = if path.is_empty() { here.as_str() } else { path };
                if target.starts_with("/docs/") || target == REFERENCE {
                    let (_, there) =
                        all.iter().find(|(path, _)| path == target).unwrap_or_else(|| panic!("{here}: {link}"));
                    assert!(
                        part.is_empty() || part == "main" || there.contains(&format!("id=\"{part}\"")),
                        "{here}: {link}"
                    );
                    followed += 1;
                }
            }
        }
        assert!(followed > 100, "{followed}");
    }

    #[test]
    fn an_anchor_is_made_of_the_words() {
        assert_eq!(anchor("What never to do with a secret"), "what-never-to-do-with-a-secret");
        assert_eq!(anchor("GET `/whoami`"), "get-whoami");
    }
}
