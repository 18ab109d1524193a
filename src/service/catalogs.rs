//! The catalogs: the embedded ones, read and checked when the server starts.

use std::collections::HashSet;

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
    workspace::Workspace,
};

/// The catalogs in the binary; the first is what a new workspace gets.
const EMBEDDED: [(&str, &str); 1] = [("standard.toml", include_str!("../../catalogs/standard.toml"))];

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
    name: String,
    title: String,
    description: String,
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
    name: String,
    scopes: Vec<FileScope>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileScope {
    name: toml::Spanned<String>,
    description: String,
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

    /// All of them; the first is the default.
    #[must_use]
    pub fn all(&self) -> &[Catalog] {
        &self.0
    }

    /// The one of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Catalog> {
        self.0.iter().find(|catalog| catalog.name == name)
    }
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
    let vocabulary =
        |raw: Option<FileVocabulary>| raw.map(check).transpose().map_err(|(at, reason)| invalid(Some(at), reason));
    let catalog = Catalog {
        name: raw.name,
        title: raw.title,
        description: raw.description,
        plans: raw.plans,
        access_token: vocabulary(raw.access_token)?,
        api_key: vocabulary(raw.api_key)?,
    };
    if catalog.access_token.is_none() && catalog.api_key.is_none() {
        return Err(invalid(None, "it has neither access_token nor api_key".to_owned()));
    }
    Ok(catalog)
}

fn check(raw: FileVocabulary) -> std::result::Result<Vocabulary, Complaint> {
    let prefix = raw.prefix.get_ref();
    if !prefix.ends_with('_') || !prefix.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
        let reason = format!("the prefix {prefix:?} must be small letters, digits and _, and end with _");
        return Err((raw.prefix.span().start, reason));
    }
    let names = names(&raw.groups)?;
    let mut scopes = Vec::new();
    for group in &raw.groups {
        for scope in &group.scopes {
            scopes.push(check_scope(scope, &group.name, &names)?);
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
        description: raw.description.clone(),
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
    }
}
