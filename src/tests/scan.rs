//! `latchkey scan`, as a person, a hook or a pipeline runs it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::{
    operator::{Running, create_owner, create_token, latchkey, run, text},
    support::Api,
};

/// Nobody's, with the right checksum.
const SECRET: &str = "sk_live_000000000000000000000000003CdOEy";
const HINT: &str = "sk_live_0000…";

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn scan(folder: &Path, args: &[&str]) -> Output {
    run(latchkey(folder).arg("scan").args(args))
}

/// What it prints when it has found something.
#[track_caller]
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let output = scan(folder, args);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    for stream in [&output.stdout, &output.stderr] {
        assert!(!text(stream).contains(SECRET), "{}", text(stream));
    }
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[track_caller]
fn git(folder: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@northwind.example", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

#[test]
fn a_person_finds_secrets_in_files_but_not_in_what_git_ignores() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "src/app.py", format!("import os\n\nTOKEN = \"{SECRET}\"\n"));
    write(folder, ".env", format!("A={SECRET}\nB={SECRET}"));
    write(folder, "image.bin", [b"\0\n\n".as_slice(), SECRET.as_bytes()].concat());
    write(folder, "big.log", format!("{}{SECRET}\n", "a line of a long log\n".repeat(200_000)));
    write(folder, ".gitignore", "/target\nsecrets.*\n");
    write(folder, "target/out.txt", SECRET);
    write(folder, "src/secrets.toml", SECRET);
    write(folder, ".git/config", SECRET);
    write(folder, "other.txt", format!("ghp_{}", &SECRET[8..]));
    write(folder, "mistyped.txt", SECRET.replace("3C", "C3"));
    symlink(folder.join("src/app.py"), folder.join("link.py")).unwrap();
    let expected = [
        format!(".env:1: {HINT}"),
        format!(".env:2: {HINT}"),
        format!("big.log:200001: {HINT}"),
        format!("image.bin, byte 3: {HINT}"),
        format!("src/app.py:3: {HINT}"),
    ];
    assert_eq!(found(folder, &[]), expected);
    // What is named is read, as a hook names it.
    assert_eq!(found(folder, &["src/secrets.toml", "other.txt"]), [format!("src/secrets.toml:1: {HINT}")]);
    let rows: Value = serde_json::from_str(&found(folder, &["--json", "image.bin", "src/app.py"]).concat()).unwrap();
    let row = |file: &str, line: Option<u32>, byte: Option<u32>| json!({ "file": file, "line": line, "byte": byte, "commit": null, "hint": "sk_live_0000", "outcome": null });
    assert_eq!(rows, json!([row("image.bin", None, Some(3)), row("src/app.py", Some(3), None)]));
}

#[test]
fn a_person_is_told_when_there_is_nothing_and_when_it_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.txt", "nothing");
    let clean = scan(folder.path(), &["."]);
    assert_eq!((clean.status.code(), text(&clean.stdout), text(&clean.stderr)), (Some(0), "", ""));
    assert_eq!(text(&scan(folder.path(), &["--json"]).stdout), "[]\n");
    let missing = scan(folder.path(), &["a.txt", "nowhere"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("nowhere") && text(&missing.stderr).contains("not everything"));
    assert!(!folder.path().join("data").exists(), "it needs no database and makes none");
}

#[test]
fn a_person_finds_the_secrets_of_the_operators_catalogs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let own = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/catalogs/deplo.toml")).unwrap();
    write(folder, "catalogs/own.toml", own.replace("\"deplo\"", "\"own\"").replace("sk_live_", "acme_"));
    // Of the two, one has the checksum of its own prefix.
    write(folder, "a.txt", "acme_000000000000000000000000003CdOEy acme_000000000000000000000000000c3RJR");
    let output = run(latchkey(folder).args(["scan", "a.txt", "--catalog-dir", "catalogs"]));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "a.txt:1: acme_0000…\n");
    assert_eq!(scan(folder, &["a.txt"]).status.code(), Some(0));
}

#[test]
fn a_person_finds_in_a_history_what_the_files_do_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "--quiet"]);
    let commit = |message: &str| {
        git(folder, &["add", "--all"]);
        git(folder, &["commit", "--quiet", "--allow-empty", "--message", message]);
        git(folder, &["rev-parse", "--short", "HEAD"])
    };
    write(folder, "a.txt", "nothing\n");
    commit("First");
    write(folder, "conf/app.toml", format!("# settings\ntoken = \"{SECRET}\"\n"));
    let introduced = commit("Add settings");
    write(folder, "b.txt", "more\n");
    commit("More");
    fs::remove_dir_all(folder.join("conf")).unwrap();
    commit("Remove settings");
    assert_eq!(scan(folder, &["."]).status.code(), Some(0), "the files have none");
    assert_eq!(found(folder, &["--git", "."]), [format!("{introduced} conf/app.toml:2: {HINT}")]);

    // A merge that brings one in, on a branch that nobody is on, and the words of a commit.
    git(folder, &["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    write(folder, "c.txt", "side\n");
    commit("Side");
    git(folder, &["merge", "--quiet", "--no-commit", "--no-ff", "main"]);
    write(folder, "merged.txt", format!("{SECRET}\n"));
    let merged = commit("Merge");
    git(folder, &["checkout", "--quiet", "main"]);
    let said = commit(&format!("Use the token\n\nIt is {SECRET}"));
    let mut all = found(folder, &["--git", "."]);
    all.sort();
    let mut expected = [
        format!("{introduced} conf/app.toml:2: {HINT}"),
        format!("{merged} merged.txt:1: {HINT}"),
        format!("{said} its message:3: {HINT}"),
    ];
    expected.sort();
    assert_eq!(all, expected);

    let elsewhere = tempfile::tempdir().unwrap();
    let none = scan(elsewhere.path(), &["--git", "."]);
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stderr).contains("could not read the history"), "{}", text(&none.stderr));
}

#[tokio::test]
async fn a_person_revokes_what_was_found_and_the_workspace_reads_where() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    assert!(create_owner(&home, "ada@northwind.example", "Northwind").status.success());
    let (admin, leaked) = (create_token(&home, "northwind", "admin"), create_token(&home, "northwind", "read"));
    let server = Running::start(&home, &[]);
    let work = folder.path().join("work");
    write(&work, "a.env", format!("TOKEN={leaked}\n"));
    write(&work, "b.env", format!("\nTOKEN={leaked}\nOTHER={SECRET}\n"));

    let url = format!("{}/api/v1", server.url);
    let revoke = || run(latchkey(&work).args(["scan", "--revoke", "."]).env("LATCHKEY_API_URL", &url));
    let output = revoke();
    assert_eq!(output.status.code(), Some(1));
    let hint = format!("{}…", &leaked[..12]);
    assert_eq!(text(&output.stdout), format!("a.env:1: {hint}\nb.env:2: {hint}\nb.env:3: {HINT}\n"));
    let told = text(&output.stderr);
    assert_eq!(told.matches(&format!("✔ {hint} is revoked")).count(), 1, "{told}");
    assert!(told.contains(&format!("{HINT} is of no token or key at {url}")), "{told}");
    assert!(told.contains("3 secrets of tokens or keys were found") && !told.contains(&leaked), "{told}");
    Api::at(&server.url, &leaked).get("/whoami").await.problem(401, "invalid_token");
    let events =
        Api::at(&server.url, &admin).get("/workspaces/northwind/activity?event=credential.leaked").await.json();
    let file = work.canonicalize().unwrap().join("a.env");
    assert_eq!(events["items"][0]["detail"], format!("Found in {}:1", file.display()));
    assert_eq!(events["items"].as_array().unwrap().len(), 1);

    assert!(text(&revoke().stderr).contains(&format!("{hint} had been revoked before")));
    let json = run(latchkey(&work).args(["scan", "--revoke", "--json", "--api-url", &url, "b.env"]));
    let rows: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&rows[0]["outcome"], &rows[1]["outcome"]), (&json!("revoked_before"), &json!("unknown")));
    server.stop();
    let down = revoke();
    assert!(down.status.code() == Some(1) && text(&down.stdout).contains("a.env:1"), "{}", text(&down.stderr));
}
