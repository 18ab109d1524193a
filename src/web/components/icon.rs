//! Line icons of 16 pixels, drawn once a page and used by name.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A circle struck through.
    Ban,
    /// A box.
    Box,
    /// A tick.
    Check,
    /// A clock.
    Clock,
    /// Two sheets.
    Copy,
    /// Three dots.
    Dots,
    /// An arrow down to a line.
    Download,
    /// A pen.
    Edit,
    /// Two sliders.
    Gear,
    /// An i in a circle.
    Info,
    /// A key.
    Key,
    /// An angle to the left.
    Left,
    /// Two links of a chain.
    Link,
    /// Three lines.
    Menu,
    /// A screen.
    Monitor,
    /// An arrow out of a box.
    Open,
    /// An arrow out of a door.
    Out,
    /// A phone.
    Phone,
    /// A plus.
    Plus,
    /// A printer.
    Print,
    /// A pulse.
    Pulse,
    /// An angle to the right.
    Right,
    /// A magnifying glass.
    Search,
    /// A shield.
    Shield,
    /// Two arrows, to and fro.
    Swap,
    /// A prompt on a screen.
    Terminal,
    /// A bin.
    Trash,
    /// Two angles, up and down.
    UpDown,
    /// A person.
    User,
    /// Two persons.
    Users,
    /// A triangle with a mark.
    Warn,
    /// A cross.
    X,
}

impl Glyph {
    const fn href(self) -> &'static str {
        match self {
            Self::Ban => "#i-ban",
            Self::Box => "#i-box",
            Self::Check => "#i-check",
            Self::Clock => "#i-clock",
            Self::Copy => "#i-copy",
            Self::Dots => "#i-dots",
            Self::Download => "#i-download",
            Self::Edit => "#i-edit",
            Self::Gear => "#i-gear",
            Self::Info => "#i-info",
            Self::Key => "#i-key",
            Self::Left => "#i-left",
            Self::Link => "#i-link",
            Self::Menu => "#i-menu",
            Self::Monitor => "#i-monitor",
            Self::Open => "#i-open",
            Self::Out => "#i-out",
            Self::Phone => "#i-phone",
            Self::Plus => "#i-plus",
            Self::Print => "#i-print",
            Self::Pulse => "#i-pulse",
            Self::Right => "#i-right",
            Self::Search => "#i-search",
            Self::Shield => "#i-shield",
            Self::Swap => "#i-swap",
            Self::Terminal => "#i-terminal",
            Self::Trash => "#i-trash",
            Self::UpDown => "#i-updown",
            Self::User => "#i-user",
            Self::Users => "#i-users",
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
    r#"<symbol id="i-box" viewBox="0 0 16 16"><path d="m8 1.75 5.5 3v6.5L8 14.25l-5.5-3v-6.5L8 1.75ZM2.5 4"#,
    r#".75 8 7.75l5.5-3M8 7.75v6.5"/></symbol>"#,
    r#"<symbol id="i-check" viewBox="0 0 16 16"><path d="m3 8.5 3.25 3.25L13 5"/></symbol>"#,
    r#"<symbol id="i-clock" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>"#,
    r#"</symbol>"#,
    r#"<symbol id="i-copy" viewBox="0 0 16 16"><rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/>"#,
    r#"<path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5"/>"#,
    r#"</symbol>"#,
    r#"<symbol id="i-dots" viewBox="0 0 16 16"><path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.25"/>"#,
    r#"</symbol>"#,
    r#"<symbol id="i-download" viewBox="0 0 16 16"><path d="M8 2.5v7.5M5 7l3 3 3-3M2.5 13.5h11"/></symbol>"#,
    r#"<symbol id="i-edit" viewBox="0 0 16 16"><path d="m9.75 3.25 3 3M2.5 13.5l.75-3.25 7.5-7.5a1.06 1"#,
    r#".06 0 0 1 1.5 0l1 1a1.06 1.06 0 0 1 0 1.5l-7.5 7.5-3.25.75Z"/></symbol>"#,
    r#"<symbol id="i-gear" viewBox="0 0 16 16"><path d="M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14"/>"#,
    r#"<circle cx="10.25" cy="4.5" r="1.75"/><circle cx="5.75" cy="11.5" r="1.75"/></symbol>"#,
    r#"<symbol id="i-info" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.75"/>"#,
    r#"<path d="M8 7.5V11M8 5.25h.01"/></symbol>"#,
    r#"<symbol id="i-key" viewBox="0 0 16 16"><circle cx="5.5" cy="10.5" r="3"/>"#,
    r#"<path d="m7.7 8.3 5.8-5.8M11 5l2 2M9 7l1.5 1.5"/></symbol>"#,
    r#"<symbol id="i-left" viewBox="0 0 16 16"><path d="M10 3.5 5.5 8l4.5 4.5"/></symbol>"#,
    r#"<symbol id="i-link" viewBox="0 0 16 16"><path d="M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2.25-2.25a2.75 2"#,
    r#".75 0 0 0-3.9-3.9L8.25 3.85M9.25 6.75a2.75 2.75 0 0 0-3.9 0L3.1 9a2.75 2.75 0 0 0 3.9 3.9l.75-.75"/>"#,
    r#"</symbol>"#,
    r#"<symbol id="i-menu" viewBox="0 0 16 16"><path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/></symbol>"#,
    r#"<symbol id="i-monitor" viewBox="0 0 16 16"><rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.5"/>"#,
    r#"<path d="M5.5 13.75h5"/></symbol>"#,
    r#"<symbol id="i-open" viewBox="0 0 16 16"><path d="M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9.5V12A1.5 1.5 0 0 1 10"#,
    r#" 13.5H4A1.5 1.5 0 0 1 2.5 12V6A1.5 1.5 0 0 1 4 4.5h2.5"/></symbol>"#,
    r#"<symbol id="i-out" viewBox="0 0 16 16"><path d="M6.5 2.5H4A1.5 1.5 0 0 0 2.5 4v8A1.5 1.5 0 0 0 4 13.5h2"#,
    r#".5M10.5 11l3-3-3-3M13.5 8h-7"/></symbol>"#,
    r#"<symbol id="i-phone" viewBox="0 0 16 16"><rect x="4.25" y="1.75" width="7.5" height="12.5" rx="1.5"/>"#,
    r#"<path d="M7.25 12h1.5"/></symbol>"#,
    r#"<symbol id="i-plus" viewBox="0 0 16 16"><path d="M8 3v10M3 8h10"/></symbol>"#,
    r#"<symbol id="i-print" viewBox="0 0 16 16"><path d="M4.5 6V2.5h7V6M4.5 11.5h-1.25A1.25 1.25 0 0 1 2 10"#,
    r#".25V7.25C2 6.56 2.56 6 3.25 6h9.5c.69 0 1.25.56 1.25 1.25v3c0 .69-.56 1.25-1.25 1.25H11.5M4.5 9.5h7v4h-"#,
    r#"7z"/></symbol>"#,
    r#"<symbol id="i-pulse" viewBox="0 0 16 16"><path d="M1.75 8H4.5l2-5 3 10 2-5h2.75"/></symbol>"#,
    r#"<symbol id="i-right" viewBox="0 0 16 16"><path d="m6 3.5 4.5 4.5L6 12.5"/></symbol>"#,
    r#"<symbol id="i-search" viewBox="0 0 16 16"><circle cx="7" cy="7" r="4.25"/>"#,
    r#"<path d="m10.25 10.25 3.25 3.25"/></symbol>"#,
    r#"<symbol id="i-shield" viewBox="0 0 16 16"><path d="M8 1.75 13 3.5v4c0 3-2 5.5-5 6.75C5 13 3 10.5 3 7.5"#,
    r#"v-4L8 1.75Z"/><path d="m6 7.75 1.5 1.5 2.75-2.75"/></symbol>"#,
    r#"<symbol id="i-swap" viewBox="0 0 16 16"><path d="M2.5 5.25h11M10.75 2.5l2.75 2.75L10.75 8M13.5 10"#,
    r#".75h-11M5.25 8 2.5 10.75l2.75 2.75"/></symbol>"#,
    r#"<symbol id="i-terminal" viewBox="0 0 16 16"><rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.5"/>"#,
    r#"<path d="m4.5 6 2 2-2 2M8.5 10.25h3"/></symbol>"#,
    r#"<symbol id="i-trash" viewBox="0 0 16 16"><path d="M2.75 4.25"#,
    r#"h10.5M6.25 4.25V2.75h3.5v1.5M4 4.25l.6 8.1a1.25 1.25 0 0 0 1.25 1.15h4.3a1.25 1.25 0 0 0 1.25-1.15l.6-8"#,
    r#".1M6.75 7v4M9.25 7v4"/></symbol>"#,
    r#"<symbol id="i-updown" viewBox="0 0 16 16"><path d="m5 6 3-3 3 3M5 10l3 3 3-3"/></symbol>"#,
    r#"<symbol id="i-user" viewBox="0 0 16 16"><circle cx="8" cy="5.25" r="2.75"/>"#,
    r#"<path d="M2.75 13.75a5.25 5.25 0 0 1 10.5 0"/></symbol>"#,
    r#"<symbol id="i-users" viewBox="0 0 16 16"><circle cx="6" cy="5.5" r="2.5"/>"#,
    r#"<path d="M1.75 13.25a4.25 4.25 0 0 1 8.5 0M10.5 3.25a2.5 2.5 0 0 1 0 4.5M12 9.5a4.25 4.25 0 0 1 2.25 3"#,
    r#".75"/></symbol>"#,
    r#"<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 2.25 14.25 13H1.75L8 2.25ZM8 6.5v3M8 11.25h.01"/>"#,
    r#"</symbol>"#,
    r#"<symbol id="i-x" viewBox="0 0 16 16"><path d="m4 4 8 8M12 4l-8 8"/></symbol>"#,
);
