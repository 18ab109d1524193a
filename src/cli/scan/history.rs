//! Looking through the history of git repositories.
//!
//! Git itself lists every object that any branch, tag or stash reaches and hands their contents over, each once. So a
//! file is read once however many commits have it, whatever a merge did to it, and without taking diffs apart; what
//! people wrote into commits and tags is read, too. Which commit brought a file is asked for what was found alone.

use std::{
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Finding, Result, Scanner, complain, shown};
use crate::service::leaks::Found;

/// Looks through the repositories at `paths`; says whether all could be read.
pub(super) fn scan(scanner: &Scanner, paths: &[PathBuf], tell: &mut impl FnMut(Finding)) -> Result<bool> {
    let mut is_whole = true;
    for path in paths {
        is_whole &= scan_one(scanner, path, tell)?;
    }
    Ok(is_whole)
}

fn scan_one(scanner: &Scanner, repository: &Path, tell: &mut impl FnMut(Finding)) -> Result<bool> {
    let mut list = git(repository)
        .args(["rev-list", "--all", "--objects"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run git: {error}"))?;
    let names = list.stdout.take().ok_or("git has no output")?;
    let mut contents = git(repository)
        .args(["cat-file", "--buffer", "--batch=%(objectname) %(objecttype) %(objectsize) %(rest)"])
        .stdin(names)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut objects = BufReader::new(contents.stdout.take().ok_or("git has no output")?);
    let mut is_whole = true;
    while let Some(object) = Object::next(&mut objects)? {
        let Object { id, kind, size, path } = object;
        let Some(size) = size else {
            complain(&format!("the object {id} is not in this copy of the repository"));
            is_whole = false;
            continue;
        };
        let mut body = objects.by_ref().take(size);
        let mut here = Vec::new();
        if kind == "commit" || kind == "tag" {
            skip_head(&mut body)?;
        }
        if kind != "tree" {
            scanner.read(&mut body, |found| here.push(found))?;
        }
        io::copy(&mut body, &mut io::sink())?;
        // A newline ends each object.
        objects.read_exact(&mut [0])?;
        for found in here {
            tell(finding(repository, (&id, &kind, &path), found)?);
        }
    }
    if !(list.wait()?.success() && contents.wait()?.success()) {
        return Err(format!("git could not read the history of {}", repository.display()).into());
    }
    Ok(is_whole)
}

/// An object, before its content.
struct Object {
    id: String,
    kind: String,
    /// None if it is not there.
    size: Option<u64>,
    /// The first path under which it was met.
    path: String,
}

impl Object {
    fn next(from: &mut impl io::BufRead) -> Result<Option<Self>> {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let mut words = line.trim_end_matches('\n').splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (id, kind, size, path) = (next(), next(), next(), next());
        // Of one that is missing it says so instead.
        Ok(Some(Self { id, kind, size: size.parse().ok(), path }))
    }
}

/// What git says about a commit or tag ends with an empty line; then comes what a person has written.
fn skip_head(from: &mut impl io::BufRead) -> io::Result<()> {
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 1 {
        line.clear();
    }
    Ok(())
}

fn finding(repository: &Path, (id, kind, path): (&str, &str, &str), found: Found) -> Result<Finding> {
    let (commit, file) = match kind {
        "commit" => (short(id), "its message".to_owned()),
        "tag" => (short(id), "a tag's message".to_owned()),
        _ => (introduced(repository, id)?, shown(path)),
    };
    let folder = repository.canonicalize()?;
    let absolute = format!("{} in {}", file, shown(&folder.to_string_lossy()));
    Ok(Finding { file, absolute, commit: Some(commit), found })
}

/// The oldest commit that has or had this object; the object itself if only a tag has it.
fn introduced(repository: &Path, id: &str) -> Result<String> {
    let find = format!("--find-object={id}");
    let output = git(repository).args(["log", "--all", "-m", "--format=%h", &find]).output()?;
    let commits = String::from_utf8_lossy(&output.stdout);
    Ok(commits.lines().last().map_or_else(|| short(id), str::to_owned))
}

fn short(id: &str) -> String {
    id.chars().take(7).collect()
}

/// Git, on this repository as it is: without what replaces an object for those who look.
fn git(repository: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("--no-replace-objects").arg("-C").arg(repository).stdin(Stdio::null());
    git
}
