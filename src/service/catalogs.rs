//! The catalogs: the embedded ones and an operator's own, read and checked when the server starts.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::Path,
};

use serde::Deserialize;

use super::{
    Service,
    error::{Error, Fault, Result},
};
use crate::domain::{
    catalog::{Catalog, Vocabulary},
    plan::Limits,
    role::Role,
    scope::{Capability, Scope, ScopeName},
    text,
    workspace::Workspace,
};

/// The catalogs in the binary; the first is what a new workspace gets.
const EMBEDDED: [(&str, &str); 4] = [
    ("standard.toml", include_str!("../../catalogs/standard.toml")),
    ("deplo.toml", include_str!("../../catalogs/deplo.toml")),
    ("bootload.toml", include_str!("../../catalogs/bootload.toml")),
    ("devpilot.toml", include_str!("../../catalogs/devpilot.toml")),
];

/// What the secrets of people's command lines begin with; no catalog may claim it.
const RESERVED: &str = "lku_";

/// What a catalog, a group or a scope is called, and what is said of it.
const TITLE: text::Rule = text::Rule { field: "title", title: "The title", min: 1, max: 64 };
const ABOUT: text::Rule = text::Rule { field: "description", title: "The description", min: 1, max: 255 };

/// All catalogs that a workspace can have.
#[derive(Clone, Debug)]
pub struct Catalogs(Vec<Catalog>);

/// A catalog's file is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {reason}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct InvalidCatalog {
    /// Which file.
    pub file: String,
    /// Which line, counted from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: toml::Spanned<String>,
    title: toml::Spanned<String>,
    description: toml::Spanned<String>,
    plans: Limits,
    access_token: Option<FileVocabulary>,
    api_key: Option<FileVocabulary>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileVocabulary {
    prefix: toml::Spanned<String>,
    groups: Vec<FileGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGroup {
    name: toml::Spanned<String>,
    scopes: Vec<FileScope>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileScope {
    name: toml::Spanned<String>,
    description: toml::Spanned<String>,
    #[serde(default)]
    includes: Vec<toml::Spanned<String>>,
    min_role: Option<Role>,
    #[serde(default)]
    full: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    grants: Vec<toml::Spanned<String>>,
}

/// A reason and where in the file it stands, in bytes.
type Complaint = (usize, String);

impl Catalogs {
    /// Reads the embedded ones.
    ///
    /// # Errors
    /// The first that is wrong, with its line and reason.
    pub fn embedded() -> std::result::Result<Self, InvalidCatalog> {
        EMBEDDED.iter().map(|(file, text)| parse(file, text)).collect::<std::result::Result<_, _>>().map(Self)
    }

    /// Reads the embedded ones and every `*.toml` of an operator's folder, by name.
    ///
    /// # Errors
    /// The first that is wrong, with its file, line and reason; a name that another file has is wrong too.
    pub fn load(folder: Option<&Path>) -> std::result::Result<Self, InvalidCatalog> {
        let mut catalogs = Self::embedded()?;
        for path in folder.map(files).transpose()?.unwrap_or_default() {
            let file = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            let catalog = parse(&file, &text)?;
            if catalogs.get(&catalog.name).is_some() {
                let line = text.lines().position(|line| line.trim_start().starts_with("name")).map(|line| line + 1);
                let reason = format!("there is a catalog {:?} already; choose another name", catalog.name);
                return Err(InvalidCatalog { file, line, reason });
            }
            catalogs.0.push(catalog);
        }
        Ok(catalogs)
    }

    /// All of them; the first is the default.
    #[must_use]
    pub fn all(&self) -> &[Catalog] {
        &self.0
    }

    /// What the secrets of all of them begin with, each once.
    #[must_use]
    pub fn prefixes(&self) -> BTreeSet<&str> {
        let vocabularies = self.0.iter().flat_map(|catalog| [&catalog.access_token, &catalog.api_key]).flatten();
        vocabularies.map(|vocabulary| vocabulary.prefix.as_str()).collect()
    }

    /// The one of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Catalog> {
        self.0.iter().find(|catalog| catalog.name == name)
    }
}

/// The catalogs' files in a folder, by name.
fn files(folder: &Path) -> std::result::Result<Vec<std::path::PathBuf>, InvalidCatalog> {
    let complain = |error| unreadable(folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(complain)? {
        let path = entry.map_err(complain)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> InvalidCatalog {
    InvalidCatalog { file: path.display().to_string(), line: None, reason: format!("it cannot be read: {error}") }
}

impl Service {
    /// The catalogs to choose from.
    #[must_use]
    pub fn catalogs(&self) -> &[Catalog] {
        self.catalogs.all()
    }

    /// A workspace's catalog.
    ///
    /// # Errors
    /// A fault, if the database names one that is not there.
    pub fn catalog_of(&self, workspace: &Workspace) -> Result<&Catalog> {
        let found = self.catalogs.get(&workspace.catalog);
        found.ok_or_else(|| Error::Fault(Fault::NoCatalog(workspace.catalog.clone())))
    }
}

/// Reads and checks one file.
fn parse(file: &str, text: &str) -> std::result::Result<Catalog, InvalidCatalog> {
    let invalid = |at: Option<usize>, reason: String| InvalidCatalog {
        file: file.to_owned(),
        line: at.map(|at| text[..at.min(text.len())].matches('\n').count() + 1),
        reason,
    };
    let raw: File = toml::from_str(text)
        .map_err(|error| invalid(error.span().map(|span| span.start), error.message().to_owned()))?;
    let placed = |(at, reason): Complaint| invalid(Some(at), reason);
    let vocabulary = |raw: Option<FileVocabulary>| raw.map(check).transpose().map_err(placed);
    check_name(&raw.name).map_err(placed)?;
    check_kinds(&raw).map_err(placed)?;
    let catalog = Catalog {
        title: said(&TITLE, &raw.title).map_err(placed)?,
        description: said(&ABOUT, &raw.description).map_err(placed)?,
        name: raw.name.into_inner(),
        plans: raw.plans,
        access_token: vocabulary(raw.access_token)?,
        api_key: vocabulary(raw.api_key)?,
    };
    Ok(catalog)
}

/// A text for people, checked like those that people type.
fn said(rule: &text::Rule, text: &toml::Spanned<String>) -> std::result::Result<String, Complaint> {
    rule.parse(text.get_ref()).map_err(|invalid| (text.span().start, invalid.message))
}

fn check_name(name: &toml::Spanned<String>) -> std::result::Result<(), Complaint> {
    let text = name.get_ref();
    let good =
        (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if good {
        return Ok(());
    }
    Err((name.span().start, format!("the name {text:?} must be 1 to 64 small letters, digits, _ and -")))
}

/// It has a kind, and nobody can take a secret of one for one of the other.
fn check_kinds(raw: &File) -> std::result::Result<(), Complaint> {
    match (&raw.access_token, &raw.api_key) {
        (None, None) => Err((raw.name.span().start, "it has neither access_token nor api_key".to_owned())),
        (Some(token), Some(key)) => {
            let (one, other) = (token.prefix.get_ref(), key.prefix.get_ref());
            if one.starts_with(other.as_str()) || other.starts_with(one.as_str()) {
                let reason = format!("the prefixes {one:?} and {other:?} cannot be told apart");
                return Err((key.prefix.span().start, reason));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check(raw: FileVocabulary) -> std::result::Result<Vocabulary, Complaint> {
    let prefix = raw.prefix.get_ref();
    if !prefix.ends_with('_') || !prefix.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
        let reason = format!("the prefix {prefix:?} must be small letters, digits and _, and end with _");
        return Err((raw.prefix.span().start, reason));
    }
    if prefix.len() > 32 || prefix.starts_with(RESERVED) {
        let reason = format!("the prefix {prefix:?} is too long, or begins with {RESERVED}, which is taken");
        return Err((raw.prefix.span().start, reason));
    }
    let names = names(&raw.groups)?;
    let mut scopes = Vec::new();
    for group in &raw.groups {
        let title = said(&TITLE, &group.name)?;
        if group.scopes.is_empty() {
            return Err((group.name.span().start, "the group has no scopes".to_owned()));
        }
        for scope in &group.scopes {
            scopes.push(check_scope(scope, &title, &names)?);
        }
    }
    if scopes.is_empty() {
        return Err((raw.prefix.span().start, "it has no scopes".to_owned()));
    }
    Ok(Vocabulary { prefix: raw.prefix.into_inner(), scopes })
}

fn names(groups: &[FileGroup]) -> std::result::Result<Vec<ScopeName>, Complaint> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for scope in groups.iter().flat_map(|group| &group.scopes) {
        let at = scope.name.span().start;
        let name: ScopeName = scope.name.get_ref().parse().map_err(|error| (at, format!("{error}")))?;
        if !seen.insert(name.clone()) {
            return Err((at, format!("the scope {name} stands there twice")));
        }
        names.push(name);
    }
    Ok(names)
}

fn check_scope(raw: &FileScope, group: &str, names: &[ScopeName]) -> std::result::Result<Scope, Complaint> {
    let name: ScopeName = raw.name.get_ref().parse().map_err(|error| (raw.name.span().start, format!("{error}")))?;
    let mut includes = Vec::new();
    for included in &raw.includes {
        match included.get_ref().as_str() {
            "*" => includes.extend(names.iter().filter(|other| **other != name).cloned()),
            other => includes.push(names.iter().find(|known| known.as_str() == other).cloned().ok_or_else(|| {
                (included.span().start, format!("{name} includes {other}, which this kind does not have"))
            })?),
        }
    }
    let mut grants = Vec::new();
    for granted in &raw.grants {
        match granted.get_ref().as_str() {
            "*" => grants.extend(Capability::ALL),
            word => grants.push(
                word.parse()
                    .map_err(|_| (granted.span().start, format!("{name} grants {word}, which is no capability")))?,
            ),
        }
    }
    Ok(Scope {
        name,
        group: group.to_owned(),
        description: said(&ABOUT, &raw.description)?,
        includes,
        min_role: raw.min_role.unwrap_or(Role::Admin),
        full: raw.full,
        sensitive: raw.sensitive,
        grants,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{catalog, credential::Kind};

    #[test]
    fn the_embedded_catalogs_are_sound() {
        let catalogs = Catalogs::embedded().unwrap();
        let standard = catalogs.get("standard").unwrap();
        let tokens = standard.vocabulary(Kind::AccessToken).unwrap();
        assert_eq!(tokens.prefix, "sk_live_");
        assert_eq!(tokens.scopes.len(), 12);
        let admin =
            tokens.closure(&["admin".parse().unwrap()]).iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(admin, "deploy read delete admin");
        let all: ScopeName = "all".parse().unwrap();
        assert_eq!(tokens.closure([&all]).len(), 12);
        assert_eq!(catalog::capabilities(tokens.closure([&all])).len(), Capability::ALL.len());
        assert_eq!(standard.vocabulary(Kind::ApiKey).unwrap().scopes.len(), 19);
    }

    #[test]
    fn each_embedded_catalog_has_its_kinds_and_prefixes() {
        let catalogs = Catalogs::embedded().unwrap();
        let kinds = |name: &str| {
            let catalog = catalogs.get(name).unwrap();
            [Kind::AccessToken, Kind::ApiKey].map(|kind| {
                catalog.vocabulary(kind).map(|vocabulary| {
                    let mut groups: Vec<_> = vocabulary.scopes.iter().map(|scope| scope.group.as_str()).collect();
                    groups.dedup();
                    (vocabulary.prefix.as_str(), groups.join(" "), vocabulary.scopes.len())
                })
            })
        };
        let some = |prefix, groups: &str, scopes| Some((prefix, groups.to_owned(), scopes));
        assert_eq!(kinds("deplo"), [some("sk_live_", "Platform Latchkey", 5), None]);
        assert_eq!(kinds("bootload"), [None, some("bl_", "Resources Latchkey", 10)]);
        assert_eq!(
            kinds("devpilot"),
            [some("workspace_token_", "Automation", 8), some("dp_", "Workspace Latchkey", 10)]
        );
        assert_eq!(
            kinds("standard"),
            [some("sk_live_", "Platform Automation", 12), some("dp_", "Workspace Resources Latchkey", 19)]
        );
    }

    #[test]
    fn an_operators_folder_is_read_after_the_embedded_ones() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
        let own = EMBEDDED[1].1.replace(r#"name = "deplo""#, r#"name = "own""#).replace("sk_live_", "own_");
        write("own.toml", &own);
        write("notes.txt", "no catalog");
        let catalogs = Catalogs::load(Some(folder.path())).unwrap();
        let names: Vec<_> = catalogs.all().iter().map(|catalog| catalog.name.as_str()).collect();
        assert_eq!(names, ["standard", "deplo", "bootload", "devpilot", "own"]);
        let prefixes: Vec<_> = catalogs.prefixes().into_iter().collect();
        assert_eq!(prefixes, ["bl_", "dp_", "own_", "sk_live_", "workspace_token_"]);

        write("twice.toml", &own);
        let error = Catalogs::load(Some(folder.path())).unwrap_err().to_string();
        assert!(error.contains("twice.toml:3: there is a catalog \"own\" already"), "{error}");
        let error = Catalogs::load(Some(&folder.path().join("nothing"))).unwrap_err().to_string();
        assert!(error.contains("cannot be read"), "{error}");
    }

    #[test]
    fn what_the_responsible_member_may_not_grant_does_not_count() {
        let catalogs = Catalogs::embedded().unwrap();
        let keys = catalogs.get("standard").unwrap().vocabulary(Kind::ApiKey).unwrap();
        let names: Vec<ScopeName> = ["billing:read", "billing:write", "gone"].map(|name| name.parse().unwrap()).into();
        let count = |role| keys.effective(&names, role).len();
        assert_eq!((count(Role::Owner), count(Role::Admin), count(Role::Member)), (2, 1, 0));
    }

    #[test]
    fn a_bad_catalog_is_refused_with_file_line_and_reason() {
        let complain = |change: (&str, &str)| {
            let text = EMBEDDED[0].1.replacen(change.0, change.1, 1);
            parse("own.toml", &text).unwrap_err().to_string()
        };
        assert_eq!(
            complain((r#"includes = ["deploy""#, r#"includes = ["deplay""#)),
            "own.toml:21: admin includes deplay, which this kind does not have"
        );
        assert!(
            complain((r#"grants = ["deployments.create"]"#, r#"grants = ["everything"]"#)).contains("no capability")
        );
        assert!(complain((r#"name = "read""#, r#"name = "deploy""#)).contains("twice"));
        assert!(complain((r#"name = "read""#, r#"name = "Read""#)).starts_with("own.toml:19:"));
        assert!(complain((r#""sk_live_""#, r#""sk live""#)).contains("prefix"));
        assert!(complain(("title =", "titel =")).contains("titel"));
        assert!(complain((r#""sk_live_""#, r#""lku_""#)).contains("taken"));
        assert!(complain((r#""dp_""#, r#""sk_""#)).contains("told apart"));
        assert!(complain((r#"name = "standard""#, r#"name = "Standard""#)).starts_with("own.toml:4: the name"));
        assert!(complain((r#"title = "Standard""#, r#"title = " ""#)).starts_with("own.toml:5: The title is missing"));
        assert!(complain((r#"name = "Platform""#, r#"name = """#)).contains("The title is missing"));
        let empty = "[[api_key.groups]]\nname = \"Empty\"\nscopes = []\n\n[[api_key.groups]]\nname = \"Latchkey\"";
        assert!(complain(("[[api_key.groups]]\nname = \"Latchkey\"", empty)).contains("no scopes"));
        assert!(complain((r#"includes = ["deploy""#, r#"min_role = "boss", includes = ["deploy""#)).contains("boss"));
    }
}
