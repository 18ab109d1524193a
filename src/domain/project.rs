//! Projects, and the deployments recorded in them.

use super::{
    credential::Maker,
    id::{DeploymentId, ProjectId, WorkspaceId},
    invalid::Invalid,
    text::Rule,
    timestamp::Timestamp,
};

/// A project's name.
pub const NAME: Rule = Rule { field: "name", title: "The name", min: 1, max: 255 };
/// A deployment's file name.
pub const FILE_NAME: Rule = Rule { field: "file_name", title: "The file name", min: 1, max: 255 };

/// The most bytes that a deployment may have: what JSON can write without loss (RFC 8259, section 6).
const MOST_BYTES: u64 = (1 << 53) - 1;

/// A project of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// Its place in addresses; unique in its workspace, never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A deployment: a record of a file that went out. Latchkey hosts nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// In which project.
    pub project: ProjectId,
    /// The file's name.
    pub file_name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in small hexadecimal.
    pub sha256: String,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Maker,
    /// Archived then; live until then.
    pub archived_at: Option<Timestamp>,
}

/// Where a page of a list begins. Lists run from the newest to the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<Id> {
    /// At the newest.
    Newest,
    /// With those older than this.
    OlderThan(Id),
    /// With those newer than this, still newest first.
    NewerThan(Id),
}

/// The first slug of these that nobody has: `wanted`, `wanted-2`, `wanted-3`, … A project called `new` would lie behind
/// the page that makes one.
#[must_use]
pub fn free_slug(wanted: &str, taken: &[String]) -> String {
    let is_free = |slug: &String| slug != "new" && !taken.contains(slug);
    let numbered = (2_u64..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Checks a deployment's size.
///
/// # Errors
/// `out_of_range`.
pub fn check_size(bytes: u64) -> Result<u64, Invalid> {
    if bytes <= MOST_BYTES { Ok(bytes) } else { Err(wrong_size()) }
}

/// Reads a deployment's size in bytes, as it is typed.
///
/// # Errors
/// `required` or `out_of_range`.
pub fn parse_size(raw: &str) -> Result<u64, Invalid> {
    match raw.trim() {
        "" => Err(Invalid::new("size", "required", "The size is missing.")),
        digits => digits.parse().map_err(|_| wrong_size()).and_then(check_size),
    }
}

fn wrong_size() -> Invalid {
    Invalid::new("size", "out_of_range", format!("The size is a whole number of bytes, 0 to {MOST_BYTES}."))
}

/// Reads a SHA-256 in hexadecimal: 64 digits, kept small.
///
/// # Errors
/// `required` or `malformed`.
pub fn parse_sha256(raw: &str) -> Result<String, Invalid> {
    let digest = raw.trim().to_ascii_lowercase();
    if digest.is_empty() {
        return Err(Invalid::new("sha256", "required", "The SHA-256 is missing."));
    }
    if digest.len() != 64 || digest.bytes().any(|b| !b.is_ascii_hexdigit()) {
        let message = "The SHA-256 is 64 hexadecimal digits, as sha256sum writes it.";
        return Err(Invalid::new("sha256", "malformed", message));
    }
    Ok(digest)
}

/// A size as people read it: `1 byte`, `999 bytes`, `184.3 KB`. A kilobyte has 1000.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    match bytes {
        1 => return "1 byte".to_owned(),
        0..1000 => return format!("{bytes} bytes"),
        _ => {}
    }
    let (mut unit, mut rest) = (0, bytes / 100);
    while rest >= 10_000 && unit < 3 {
        rest /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", rest / 10, rest % 10, ["KB", "MB", "GB", "TB"][unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_slug_gets_the_first_free_number() {
        let taken = ["report", "report-2", "report-4"].map(str::to_owned);
        assert_eq!(free_slug("report", &taken), "report-3");
        assert_eq!(free_slug("site", &taken), "site");
        assert_eq!(free_slug("new", &[]), "new-2", "the page that makes a project is there");
    }

    #[test]
    fn a_size_is_a_whole_number_that_json_can_write() {
        assert_eq!(parse_size(" 0 "), Ok(0));
        assert_eq!(parse_size("9007199254740991"), Ok(MOST_BYTES));
        assert_eq!(parse_size("").unwrap_err().code, "required");
        for wrong in ["9007199254740992", "-1", "1.5", "1 KB", "99999999999999999999"] {
            assert_eq!(parse_size(wrong).unwrap_err().code, "out_of_range", "{wrong}");
        }
    }

    #[test]
    fn a_digest_is_kept_small() {
        assert_eq!(parse_sha256(&format!(" {} ", "AB".repeat(32))), Ok("ab".repeat(32)));
        assert_eq!(parse_sha256(" ").unwrap_err().code, "required");
        for wrong in ["ab", &"ab".repeat(33), &"gg".repeat(32), &"é".repeat(32)] {
            assert_eq!(parse_sha256(wrong).unwrap_err().code, "malformed", "{wrong}");
        }
    }

    #[test]
    fn sizes_are_read_by_people() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 KB"),
            (184_320, "184.3 KB"),
            (999_999, "999.9 KB"),
            (1_000_000, "1.0 MB"),
            (12_345_678_901, "12.3 GB"),
            (MOST_BYTES, "9007.1 TB"),
        ] {
            assert_eq!(size_text(bytes), text);
        }
    }
}
