//! Line icons of 16 pixels, drawn once a page and used by name.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A circle struck through.
    Ban,
    /// A tick.
    Check,
    /// Two sheets.
    Copy,
    /// Three dots.
    Dots,
    /// Two sliders.
    Gear,
    /// An i in a circle.
    Info,
    /// A key.
    Key,
    /// An angle to the left.
    Left,
    /// Three lines.
    Menu,
    /// An arrow out of a door.
    Out,
    /// A plus.
    Plus,
    /// An angle to the right.
    Right,
    /// A magnifying glass.
    Search,
    /// A bin.
    Trash,
    /// Two angles, up and down.
    UpDown,
    /// A triangle with a mark.
    Warn,
    /// A cross.
    X,
}

impl Glyph {
    const fn href(self) -> &'static str {
        match self {
            Self::Ban => "#i-ban",
            Self::Check => "#i-check",
            Self::Copy => "#i-copy",
            Self::Dots => "#i-dots",
            Self::Gear => "#i-gear",
            Self::Info => "#i-info",
            Self::Key => "#i-key",
            Self::Left => "#i-left",
            Self::Menu => "#i-menu",
            Self::Out => "#i-out",
            Self::Plus => "#i-plus",
            Self::Right => "#i-right",
            Self::Search => "#i-search",
            Self::Trash => "#i-trash",
            Self::UpDown => "#i-updown",
            Self::Warn => "#i-warn",
            Self::X => "#i-x",
        }
    }
}

/// An icon beside a word; where there is no word, the control around it has a label.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=glyph.href()></use>
        </svg>
    }
}

/// The drawings, once a page, after the app.
#[component]
pub fn Sprite() -> impl IntoView {
    view! { <svg hidden inner_html=SYMBOLS></svg> }
}

const SYMBOLS: &str = concat!(
    r#"<symbol id="i-ban" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.75"/><path d="m4 4 8 8"/></symbol>"#,
    r#"<symbol id="i-check" viewBox="0 0 16 16"><path d="m3 8.5 3.25 3.25L13 5"/></symbol>"#,
    r#"<symbol id="i-copy" viewBox="0 0 16 16"><rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/>"#,
    r#"<path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5"/></symbol>"#,
    r#"<symbol id="i-dots" viewBox="0 0 16 16"><path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.25"/></symbol>"#,
    r#"<symbol id="i-gear" viewBox="0 0 16 16"><path d="M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14"/>"#,
    r#"<circle cx="10.25" cy="4.5" r="1.75"/><circle cx="5.75" cy="11.5" r="1.75"/></symbol>"#,
    r#"<symbol id="i-info" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.75"/><path d="M8 7.5V11M8 5.25h.01"/></symbol>"#,
    r#"<symbol id="i-key" viewBox="0 0 16 16"><circle cx="5.5" cy="10.5" r="3"/>"#,
    r#"<path d="m7.7 8.3 5.8-5.8M11 5l2 2M9 7l1.5 1.5"/></symbol>"#,
    r#"<symbol id="i-left" viewBox="0 0 16 16"><path d="M10 3.5 5.5 8l4.5 4.5"/></symbol>"#,
    r#"<symbol id="i-menu" viewBox="0 0 16 16"><path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/></symbol>"#,
    r#"<symbol id="i-out" viewBox="0 0 16 16"><path d="M6.5 2.5H4A1.5 1.5 0 0 0 2.5 4v8A1.5 1.5 0 0 0 4 13.5h2.5"#,
    r#"M10.5 11l3-3-3-3M13.5 8h-7"/></symbol>"#,
    r#"<symbol id="i-plus" viewBox="0 0 16 16"><path d="M8 3v10M3 8h10"/></symbol>"#,
    r#"<symbol id="i-right" viewBox="0 0 16 16"><path d="m6 3.5 4.5 4.5L6 12.5"/></symbol>"#,
    r#"<symbol id="i-search" viewBox="0 0 16 16"><circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/></symbol>"#,
    r#"<symbol id="i-trash" viewBox="0 0 16 16"><path d="M2.75 4.25h10.5M6.25 4.25V2.75h3.5v1.5M4 4.25l.6 8.1"#,
    r#"a1.25 1.25 0 0 0 1.25 1.15h4.3a1.25 1.25 0 0 0 1.25-1.15l.6-8.1M6.75 7v4M9.25 7v4"/></symbol>"#,
    r#"<symbol id="i-updown" viewBox="0 0 16 16"><path d="m5 6 3-3 3 3M5 10l3 3 3-3"/></symbol>"#,
    r#"<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 2.25 14.25 13H1.75L8 2.25ZM8 6.5v3M8 11.25h.01"/></symbol>"#,
    r#"<symbol id="i-x" viewBox="0 0 16 16"><path d="m4 4 8 8M12 4l-8 8"/></symbol>"#,
);
