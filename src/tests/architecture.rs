//! The arrows between layers, and other promises of ARCHITECTURE.md that a compiler does not keep.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Who may import whom: a layer, and what it may name besides itself. The longest layer that a file is under counts.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("auth", &["domain"]),
    ("store", &["domain"]),
    ("service", &["domain", "auth", "store"]),
    ("http", &["service", "domain"]),
    ("rest", &["http", "service", "domain"]),
    ("cli", &["server", "http", "service", "store", "domain"]),
    ("server", &["rest", "web", "http", "service", "domain"]),
    // The frame of the app: it knows its pages.
    ("web", &["web", "domain"]),
    ("web::api", &["web::error", "web::routes", "web::navigate", "http", "service", "domain"]),
    (
        "web::pages",
        &[
            "web::api",
            "web::components",
            "web::routes",
            "web::navigate",
            "web::error",
            "web::dom",
            "web::send",
            "domain",
        ],
    ),
    // `dom` is what only a browser can do: the focus, the clipboard. No data.
    ("web::components", &["domain", "web::dom"]),
];

/// Modules that one place alone may import.
const IMPORTED_BY_ONE: &[(&str, &str)] =
    &[("server::router", "cli/serve.rs"), ("server::listener", "cli/serve.rs"), ("server::config", "cli/serve.rs")];

/// Crates, and the only places that may name them.
const CRATES: &[(&[&str], &[&str])] = &[
    (&["sqlx"], &["store/"]),
    (&["aho_corasick", "argon2", "aws_lc_rs", "jsonwebtoken", "crc32fast", "totp_rs"], &["auth/"]),
    (&["qrcode"], &["web/api/two_factor.rs", "cli/remote/two_factor.rs"]),
    (&["axum", "axum_extra"], &["http/", "rest/", "server/", "web/api/"]),
    (&["hyper", "hyper_util"], &["server/"]),
    (&["rustix"], &["server/", "cli/remote/login.rs"]),
    (&["utoipa", "utoipa_axum"], &["rest/", "server/docs/"]),
    (&["pulldown_cmark"], &["server/docs/"]),
    (&["leptos", "leptos_meta", "leptos_router"], &["web/", "server/router.rs", "cli/serve.rs", "lib.rs"]),
    (&["leptos_axum"], &["web/", "server/router.rs"]),
    (&["clap"], &["cli/", "main.rs"]),
    (&["clap_complete", "clap_mangen", "comfy_table", "ignore", "indicatif", "reqwest", "rpassword"], &["cli/"]),
    (&["getrandom"], &["service/clock.rs"]),
];

/// A line of code without its comment and what stands in its strings.
fn code(line: &str) -> String {
    let mut code = String::new();
    let mut in_string = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => {
                chars.next();
            }
            '"' => in_string = !in_string,
            '/' if !in_string && chars.peek() == Some(&'/') => break,
            _ if in_string => {}
            _ => code.push(c),
        }
    }
    code
}

/// Every path that begins with `crate::` in `source`, groups in braces taken apart.
fn paths(source: &str) -> Vec<String> {
    let text: String = source.lines().map(code).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, word) in text.match_indices("crate::") {
        let is_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if is_word {
            tree(text[at + word.len()..].trim_start(), "", &mut found);
        }
    }
    found
}

/// Reads a tree of paths, and says where it ends.
fn tree<'a>(text: &'a str, prefix: &str, found: &mut Vec<String>) -> &'a str {
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
            let before = rest.len();
            rest = tree(rest, prefix, found).trim_start();
            rest = rest.find([',', '}']).map_or("", |end| &rest[end..]);
            rest = rest.strip_prefix(',').unwrap_or(rest);
            assert!(rest.len() < before, "an import that cannot be read: {rest}");
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let path = if prefix.is_empty() { word.to_owned() } else { format!("{prefix}::{word}") };
    match rest.strip_prefix("::") {
        Some(deeper) if !deeper.starts_with('<') => tree(deeper, &path, found),
        _ => {
            found.push(path);
            rest
        }
    }
}

fn is_below(path: &str, layer: &str) -> bool {
    path.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What is forbidden in the file at `path` below `src/`.
fn complaints(path: &str, source: &str) -> Vec<String> {
    let module = path.trim_end_matches(".rs").replace('/', "::");
    let layer = MAY_IMPORT.iter().filter(|(layer, _)| is_below(&module, layer)).max_by_key(|(layer, _)| layer.len());
    let mut complaints = Vec::new();
    for import in paths(source) {
        if let Some((layer, allowed)) = layer {
            let may = is_below(&import, layer) || allowed.iter().any(|other| is_below(&import, other));
            if !may {
                complaints.push(format!("{path}: {layer} may not import {import}"));
            }
        }
        for (module, only) in IMPORTED_BY_ONE {
            if is_below(&import, module) && path != *only && !path.starts_with("server/") {
                complaints.push(format!("{path}: only {only} may import {import}"));
            }
        }
    }
    for (line, text) in source.lines().enumerate() {
        let text = code(text);
        let words: BTreeSet<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        for name in CRATES.iter().filter(|(_, places)| !places.iter().any(|place| path.starts_with(place))) {
            for name in name.0.iter().filter(|name| words.contains(**name) && names_crate(&text, name)) {
                complaints.push(format!("{path}:{}: {name} has no business here", line + 1));
            }
        }
        if words.contains("now_utc") && path != "service/clock.rs" {
            complaints.push(format!("{path}:{}: the clock is read in service/clock.rs alone", line + 1));
        }
    }
    complaints
}

/// Whether `name` stands in `text` as a crate: before `::`, or imported.
fn names_crate(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end();
        let after = &text[at + name.len()..];
        let is_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        // `super::axum::` and `x.axum` are something else; `::axum::` is the crate.
        let prefix = before.strip_suffix("::").map(str::trim_end);
        let is_root =
            !before.ends_with('.') && prefix.is_none_or(|prefix| prefix.is_empty() || prefix.ends_with("use"));
        is_word && is_root && (after.starts_with("::") || prefix.unwrap_or(before).ends_with("use"))
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, as its path below it.
fn all_files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort_unstable();
    found
}

/// The product's own files: these tests are not one of its layers.
fn sources() -> Vec<(String, String)> {
    let folder = root().join("src");
    let files = all_files(&folder)
        .into_iter()
        .filter(|path| Path::new(path).extension().is_some_and(|end| end == "rs") && !path.starts_with("tests/"));
    files.map(|path| (path.clone(), fs::read_to_string(folder.join(path)).unwrap())).collect()
}

#[test]
fn layers_import_only_what_the_arrows_allow() {
    let sources = sources();
    assert!(sources.len() > 80, "only {} files", sources.len());
    let found: Vec<_> = sources.iter().flat_map(|(path, source)| complaints(path, source)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    for (layer, _) in MAY_IMPORT {
        let folder = format!("{}/", layer.replace("::", "/"));
        assert!(sources.iter().any(|(path, _)| path.starts_with(&folder)), "there is no layer {layer}");
    }
}

#[test]
fn a_forbidden_line_is_seen() {
    for (path, line) in [
        ("domain/id.rs", "use crate::store::Store;"),
        ("domain/id.rs", "    let x = crate::service::Service;"),
        ("auth/jwt.rs", "use crate::{domain::id::UserId, store::{users}};"),
        ("store/users.rs", "use crate::auth;"),
        ("service/setup.rs", "use crate::http::state::State;"),
        ("service/setup.rs", "use crate::{\n    auth::{digest, password},\n    rest::{problem::Problem},\n};"),
        ("http/state.rs", "use crate::store::Store;"),
        ("rest/whoami.rs", "use crate::web::routes;"),
        ("web/api/tokens.rs", "use crate::store;"),
        ("web/api/tokens.rs", "use crate::web::pages::home::Home;"),
        ("web/pages/home.rs", "use crate::service::Service;"),
        ("web/components/chip.rs", "use crate::web::{api::tokens::ScopeChip};"),
        ("web/routes.rs", "use crate::service::Service;"),
        ("cli/admin.rs", "use crate::server::router::router;"),
        ("service/setup.rs", "use sqlx::Any;"),
        ("service/setup.rs", "    sqlx::query(\"SELECT 1\");"),
        ("service/setup.rs", "use argon2::Argon2;"),
        ("service/setup.rs", "use ::argon2;"),
        ("service/setup.rs", "use axum::http::StatusCode;"),
        ("web/pages/home.rs", "    axum::http::StatusCode::OK"),
        ("rest/whoami.rs", "use leptos::prelude::*;"),
        ("auth/secret.rs", "getrandom::fill(&mut bytes)"),
        ("auth/jwt.rs", "let now = time::OffsetDateTime::now_utc();"),
    ] {
        assert_eq!(complaints(path, line).len(), 1, "{path}: {line}\n{:?}", complaints(path, line));
    }
    for (path, line) in [
        ("auth/jwt.rs", "use crate::{domain::{id::{SessionId, UserId}, timestamp::Timestamp}};"),
        ("service/setup.rs", "use super::{Error, axum};"),
        ("service/setup.rs", "// use sqlx::Any; crate::rest::problem"),
        ("service/setup.rs", "    \"sqlx::query crate::rest\""),
        ("store/users.rs", "use sqlx::{Any, Executor};"),
        ("web/pages/home.rs", "use crate::web::{components::{chip::Chip, icon::{Glyph, Icon}}, routes};"),
        ("cli/serve.rs", "use crate::{server::{config, router}, service::Service};"),
    ] {
        assert_eq!(complaints(path, line), [""; 0], "{path}: {line}");
    }
}

#[test]
fn files_are_named_for_what_is_in_them() {
    let bad = ["utils", "util", "common", "helpers", "models", "prelude", "misc"];
    for (path, source) in sources() {
        let named = Path::new(&path).components().any(|part| {
            let part = Path::new(part.as_os_str()).file_stem().unwrap().to_str().unwrap().to_owned();
            bad.contains(&part.as_str())
        });
        assert!(!named, "{path}: a name that says nothing");
        if path.ends_with("mod.rs") {
            assert!(source.starts_with("//! **"), "{path} does not begin with what lives there");
            for word in ["May import", "Never happens here"] {
                let head: String = source.lines().take_while(|line| line.starts_with("//!")).collect();
                let head = head.replace("//! ", " ");
                let said = head.to_ascii_lowercase().contains(&word.to_ascii_lowercase());
                assert!(said || path == "web/mod.rs", "{path} does not say: {word}");
            }
        }
    }
}

#[test]
fn the_two_settings_of_leptos_agree() {
    let read = |file: &str| {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let all: toml::Table = text.parse().unwrap();
        all["package"]["metadata"]["leptos"].as_table().unwrap().clone()
    };
    let (ours, theirs) = (read("Leptos.toml"), read("Cargo.toml"));
    assert!(ours.contains_key("output-name") && ours.contains_key("site-root"), "{ours:?}");
    for (key, value) in &ours {
        assert_eq!(theirs.get(key), Some(value), "{key}");
    }
}

#[test]
fn migrations_use_the_portable_types_alone() {
    let folder = root().join("migrations");
    let mut columns = 0;
    let files = all_files(&folder);
    let mut numbers = BTreeSet::new();
    for file in &files {
        let number: u32 = file.split('_').next().unwrap().parse().unwrap();
        assert!(numbers.insert(number) && file.starts_with(&format!("{number:04}_")), "{file}: another has its number");
        assert!(Path::new(file).extension().is_some_and(|end| end == "sql"), "{file}");
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let text: String = text.lines().map(|line| line.split("--").next().unwrap()).collect::<Vec<_>>().join("\n");
        for table in text.split("CREATE TABLE").skip(1) {
            let body = table.split_once('(').unwrap().1.split(");").next().unwrap();
            for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
                let name = words.next().unwrap();
                if ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(&name) {
                    continue;
                }
                let kind = words.next().unwrap();
                assert!(["TEXT", "BIGINT"].contains(&kind), "{file}: {name} is {kind}");
                columns += 1;
            }
        }
        for word in ["AUTOINCREMENT", "SERIAL", "JSON", "BOOLEAN", "TIMESTAMP", "WITHOUT ROWID", "STRICT", "PRAGMA"] {
            assert!(!text.to_ascii_uppercase().contains(word), "{file}: {word} is of one engine only");
        }
    }
    assert!(columns > 50, "only {columns} columns were read");
}

#[test]
fn no_statement_changes_or_deletes_an_event() {
    let mut appends = 0;
    for (path, source) in
        sources().into_iter().filter(|(path, _)| path.starts_with("store/") && !path.contains("contract"))
    {
        let sql: Vec<_> = source.split_whitespace().map(|word| word.trim_matches(['"', '(', ';', '\\'])).collect();
        for words in sql.windows(3).filter(|words| words.iter().skip(1).any(|word| *word == "events")) {
            let verb = words.join(" ").to_ascii_uppercase();
            let changes = ["UPDATE EVENTS", "DELETE FROM EVENTS", "TRUNCATE EVENTS", "REPLACE INTO EVENTS"];
            // The guards that refuse it say "BEFORE UPDATE ON events".
            assert!(!changes.iter().any(|change| verb.contains(change)), "{path}: {verb}");
            appends += usize::from(verb == "INSERT INTO EVENTS");
        }
    }
    assert_eq!(appends, 1, "events are written in one place");
}

/// Statements on what verdicts rest upon that change no verdict: by the function in which they stand.
const CHANGES_NO_VERDICT: [&str; 6] = [
    // A new token, key, project or workspace: no secret of it has been presented yet.
    "credentials.rs insert",
    "projects.rs insert",
    "workspaces.rs insert",
    // A number that nothing but the lock reads.
    "workspaces.rs lock",
    // When it was last used, and how often.
    "usage.rs add",
    // Where it stands in a list.
    "search_index.rs add_all",
];

#[test]
fn whatever_changes_a_verdict_tells_those_who_remember_verdicts() {
    let tables = ["credentials", "memberships", "projects", "workspaces"];
    let writes = |body: &str| {
        let starts = |table: &&str| {
            let is = |verb: &str| {
                body.match_indices(&format!("{verb} {table}")).any(|(at, found)| {
                    !body[at + found.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
                })
            };
            ["UPDATE", "DELETE FROM", "INSERT INTO"].into_iter().any(is)
        };
        tables.iter().any(starts) || body.contains("UPDATE users SET email")
    };
    let mut seen = Vec::new();
    let mut silent = Vec::new();
    for (path, source) in sources() {
        let Some(file) = path.strip_prefix("store/").filter(|file| !file.starts_with("contract")) else { continue };
        let own = source.split("#[cfg(test)]").next().unwrap();
        for function in own.split("fn ").skip(1) {
            let name = function.split(['(', '<']).next().unwrap();
            if writes(function) {
                let name = format!("{file} {name}");
                let tells = function.contains("tx.touches");
                if tells == CHANGES_NO_VERDICT.contains(&name.as_str()) {
                    silent.push(name.clone());
                }
                seen.push(name);
            }
        }
    }
    assert!(silent.is_empty(), "these write and do not say tx.touches(…), or say it for nothing: {silent:?}");
    assert!(seen.len() >= 16, "{seen:?}");
    for known in CHANGES_NO_VERDICT {
        assert!(seen.iter().any(|name| name == known), "{known} is not there any more");
    }
}
