//! What README shows, run as it stands.

use std::{fs, process::Command};

use crate::{
    operator::{Running, create_owner, create_token, latchkey, run, text},
    support::PASSWORD,
};

/// The blocks of shell, one after the other, without their indentation.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "```sh" {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let block = lines.by_ref().take_while(|line| line.trim() != "```");
        blocks.push(block.map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n"));
    }
    blocks
}

#[test]
fn a_reader_runs_every_example_as_it_stands() {
    let readme = include_str!("../../README.md");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(create_owner(folder, "ada@contoso.example", "Contoso").status.success());
    let token = create_token(folder, "contoso", "admin");
    let server = Running::start(folder, &[]);
    // What builds and tests the program is not run by its own tests.
    let examples: Vec<_> = blocks(readme).into_iter().filter(|block| !block.starts_with("make ")).collect();
    assert!(examples.len() >= 8, "{examples:#?}");
    // The server of this test listens elsewhere.
    let script = examples.join("\n").replace("http://127.0.0.1:3000", &server.url);
    let home = folder.join("home");
    fs::create_dir(&home).unwrap();
    let program = latchkey(folder);
    let bin = std::path::Path::new(program.get_program()).parent().unwrap().to_owned();
    let mut bash = Command::new("bash");
    bash.args(["-euxo", "pipefail", "-c", &script]).current_dir(folder).env_clear();
    bash.env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", &home);
    bash.env("PASSWORD", PASSWORD).env("LATCHKEY_KEY", token).env("LATCHKEY_API_URL", format!("{}/api/v1", server.url));
    let output = run(&mut bash);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains(r#""active":true"#) && out.trim_end().ends_with(r#"{"active":false}"#), "{out}\n{err}");
    assert!(out.contains("latchkey-workspace: northwind-robotics"), "{out}");
    assert!(folder.join("elsewhere/data/latchkey.db").exists());
}
