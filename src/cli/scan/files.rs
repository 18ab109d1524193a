//! Looking through files.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf, absolute},
};

use ignore::WalkBuilder;

use super::{Finding, Scanner, complain, shown};

/// Looks through the files at `paths`; says whether all could be read. What is named is read; in a folder, what
/// `.gitignore` names and git's own folder are left out, and links are not followed.
pub(super) fn scan(scanner: &Scanner, paths: &[PathBuf], tell: &mut impl FnMut(Finding)) -> bool {
    let mut is_whole = true;
    let mut fail = |what: &str| {
        complain(what);
        is_whole = false;
    };
    for path in paths {
        // Hidden files are where secrets are: `.env`. Only what everybody's `.gitignore` says counts, not one's own.
        let walk = WalkBuilder::new(path)
            .hidden(false)
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .sort_by_file_name(Ord::cmp)
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    fail(&shown(&error.to_string()));
                    continue;
                }
            };
            let is_file = match entry.depth() {
                0 => entry.path().is_file(),
                _ => entry.file_type().is_some_and(|kind| kind.is_file()),
            };
            if is_file && let Err(error) = read(scanner, entry.path(), tell) {
                fail(&format!("cannot read {}: {error}", shown(&entry.path().to_string_lossy())));
            }
        }
    }
    is_whole
}

fn read(scanner: &Scanner, path: &Path, tell: &mut impl FnMut(Finding)) -> io::Result<()> {
    let text = |path: &Path| shown(&path.to_string_lossy());
    let file = text(path.strip_prefix(".").unwrap_or(path));
    let full = text(&absolute(path)?);
    scanner.read(File::open(path)?, |found| {
        tell(Finding { file: file.clone(), absolute: full.clone(), commit: None, found });
    })
}
