//! The client commands of the real binary, as a person or a script runs them.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use latchkey::domain::{plan::Plan, role::Role, workspace::Workspace};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    operator::{Running, create_owner, latchkey, run, text, typing},
    support::{Browser, PASSWORD, Server, is_secret, new_token, seed},
};

/// Somebody at a command line, with a home of their own.
struct Shell {
    api: String,
    key: Option<String>,
    home: TempDir,
}

impl Shell {
    fn at(url: &str, key: Option<&str>) -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { api: format!("{url}/api/v1"), key: key.map(str::to_owned), home }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = latchkey(self.home.path());
        command.args(args).env("LATCHKEY_API_URL", &self.api).env("XDG_CONFIG_HOME", self.home.path().join("config"));
        if let Some(key) = &self.key {
            command.env("LATCHKEY_KEY", key);
        }
        command
    }

    /// Runs a command to its end; from a pipe, not a terminal.
    fn run(&self, args: &[&str]) -> Said {
        Said::of(&run(&mut self.command(args)))
    }

    fn run_typing(&self, args: &[&str], typed: &str) -> Said {
        Said::of(&typing(&mut self.command(args), typed))
    }

    fn file(&self) -> std::path::PathBuf {
        self.home.path().join("config/latchkey/login.json")
    }
}

/// What a command has said, and how it ended.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let (out, err) = (text(&output.stdout).to_owned(), text(&output.stderr).to_owned());
        Self { code: output.status.code().unwrap(), out, err }
    }

    /// What it printed, after it went well.
    #[track_caller]
    fn good(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    #[track_caller]
    fn json(self) -> Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// It failed with this code, printed nothing, and said this.
    #[track_caller]
    fn bad(&self, code: i32, said: &str) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
    }
}

/// An admin of a workspace by their own token.
async fn admin(server: &Server) -> Shell {
    let home = server.workspace("Northwind", Plan::Team).await;
    let (_, secret) = server.mint(&home, new_token("Admin", &["admin"])).await;
    Shell::at(&server.url, Some(&secret))
}

/// An owner of a workspace at their own command line.
async fn owner(server: &Server, home: &Workspace) -> Shell {
    server.person("ada@northwind.example", home, Role::Owner).await;
    let mut browser = server.signed_in("ada@northwind.example").await;
    let person = server.command_line(&mut browser).await.authorization.unwrap();
    Shell::at(&server.url, person.strip_prefix("Bearer "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_creates_lists_and_revokes_tokens() {
    let server = Server::start().await;
    let shell = admin(&server).await;
    shell.run(&["projects", "create", "Weekly report"]).good();
    let args = [
        "tokens",
        "create",
        "CI Deploy",
        "--scopes",
        "deploy,read",
        "--scope",
        "delete",
        "--project",
        "weekly-report",
        "--expires",
        "2026-12-31",
    ];
    let made = shell.run(&args);
    assert_eq!((made.code, made.err.as_str()), (0, "✔ Token created (shown once):\n"));
    let secret = made.out.strip_suffix('\n').unwrap().to_owned();
    assert!(is_secret(&secret), "the secret alone: {secret:?}");

    let whoami = Shell::at(&server.url, Some(&secret)).run(&["whoami", "--json"]).json();
    assert_eq!(whoami["name"], "CI Deploy");
    assert_eq!(whoami["expires_at"], "2026-12-31T23:59:59Z");
    let mut scopes: Vec<_> = whoami["scopes"].as_array().unwrap().iter().map(|scope| scope.as_str().unwrap()).collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["delete", "deploy", "read"]);

    let list = shell.run(&["token", "list"]).good();
    let row = list.lines().find(|line| line.contains("CI Deploy")).unwrap();
    let id = whoami["id"].as_str().unwrap();
    for cell in [id, &secret[..12], "weekly-report", "active", "2026-12-31"] {
        assert!(row.contains(cell), "{cell}: {row}");
    }
    assert!(list.starts_with(" ID") && !list.contains(&secret), "{list}");
    let all = shell.run(&["tokens", "list", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 2);

    shell.run(&["tokens", "revoke", id]).bad(2, "add --yes");
    let ended = shell.run(&["tokens", "revoke", id, "--yes"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert!(ended.err.contains("✔ Token revoked: CI Deploy"), "{}", ended.err);
    Shell::at(&server.url, Some(&secret)).run(&["whoami"]).bad(4, "Run `latchkey login`.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_creates_changes_and_revokes_keys() {
    let server = Server::start().await;
    let shell = admin(&server).await;
    let made =
        shell.run(&["key", "create", "Terraform", "--scopes", "read", "--description", "Plans", "--json"]).json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let key = Shell::at(&server.url, Some(secret));
    key.run(&["whoami"]).good();
    shell.run(&["keys", "update", id]).bad(2, "Say what shall change");
    shell.run(&["keys", "update", id, "--inactive"]).good();
    key.run(&["whoami"]).bad(4, "");
    let args = [
        "keys",
        "update",
        id,
        "--active",
        "--name",
        "Terraform 2",
        "--scopes",
        "read,write",
        "--expires",
        "2027-01-31",
        "--description",
        "",
        "--json",
    ];
    let after = shell.run(&args).json();
    assert_eq!((&after["name"], &after["description"]), (&"Terraform 2".into(), &"".into()));
    assert_eq!(
        (&after["scopes"], &after["expires_at"]),
        (&serde_json::json!(["read", "write"]), &"2027-01-31T23:59:59Z".into())
    );
    key.run(&["whoami"]).good();
    let after = shell.run(&["keys", "update", id, "--never-expires", "--json"]).json();
    assert_eq!(after["expires_at"], Value::Null);
    shell.run(&["keys", "revoke", id, "--yes"]).good();
    key.run(&["whoami"]).bad(4, "");
    let guarded = shell
        .run_typing(&["keys", "create", "Guarded", "--scope", "read", "--passphrase-stdin"], "open sesame\n")
        .good();
    let guarded = Shell::at(&server.url, Some(guarded.trim()));
    guarded.run(&["whoami"]).bad(4, "");
    Said::of(&run(guarded.command(&["whoami"]).env("LATCHKEY_PASSPHRASE", "open sesame"))).good();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_records_deployments_of_projects() {
    let server = Server::start().await;
    let shell = admin(&server).await;
    let slug = shell.run(&["projects", "create", "Weekly report"]).good();
    assert_eq!(slug, "weekly-report\n");
    fs::write(shell.home.path().join("site.tar.gz"), "hello\n").unwrap();
    let made = shell.run(&["deploy", "site.tar.gz", "--project", "weekly-report", "--json"]).json();
    let digest = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    assert_eq!(
        (&made["file_name"], &made["size"], &made["sha256"]),
        (&"site.tar.gz".into(), &6.into(), &digest.into())
    );
    shell.run(&["deploy", "nothing.tar.gz", "--project", "weekly-report"]).bad(1, "cannot read nothing.tar.gz");
    shell.run(&["deploy", "site.tar.gz", "--project", "other"]).bad(1, "does not exist");
    assert!(shell.run(&["projects", "list"]).good().contains("weekly-report"));
    shell.run(&["projects", "delete", "weekly-report"]).bad(2, "add --yes");
    shell.run(&["projects", "delete", "weekly-report", "--yes"]).good();
    let none = shell.run(&["projects", "list"]);
    assert!(none.err.contains("There is none yet"), "{none:?}");
    assert_eq!(none.good(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_what_is_wrong_and_what_to_do() {
    let server = Server::start().await;
    let shell = admin(&server).await;
    shell.run(&["tokens", "create", "x", "--scopes", "deploy"]).bad(1, "name: ");
    shell.run(&["tokens", "create", "No scopes"]).bad(1, "scopes: ");
    shell.run(&["tokens", "create", "Other kind", "--scopes", "services:read"]).bad(1, "latchkey keys create");
    shell.run(&["keys", "create", "Other kind", "--scopes", "run_scripts"]).bad(1, "latchkey tokens create");
    shell.run(&["tokens", "revoke", "tok_00000000000000000000000000", "--yes"]).bad(1, "does not exist");
    shell.run(&["tokens", "list", "--workspace", "contoso"]).bad(1, "does not exist");
    shell.run(&["tokens", "make"]).bad(2, "unrecognized subcommand");
    Shell::at(&server.url, None).run(&["tokens", "list"]).bad(4, "latchkey login");
    Shell::at(&server.url, Some("nonsense")).run(&["whoami"]).bad(4, "latchkey login");
    Shell::at("http://127.0.0.1:1", Some("nonsense")).run(&["whoami"]).bad(1, "LATCHKEY_API_URL");
    let (_, secret) = server.mint(&server.workspace("Contoso", Plan::Free).await, new_token("Reads", &["read"])).await;
    Shell::at(&server.url, Some(&secret))
        .run(&["tokens", "create", "More", "--scopes", "read"])
        .bad(1, "credentials.manage");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_in_a_catalog_of_one_kind_needs_no_other_word() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let shell = owner(&server, &home).await;
    let (operator, origin) = (latchkey::service::actor::Actor::Operator, latchkey::service::actor::Origin::OPERATOR);
    server.service.change_catalog(&operator, &origin, "northwind", "bootload").await.unwrap();
    let secret = shell.run(&["tokens", "create", "Reads", "--scopes", "services:read"]).good();
    assert!(secret.starts_with("bl_"), "{secret}");
    assert!(shell.run(&["tokens", "list"]).good().contains("Reads"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_which_of_their_workspaces_they_mean() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let shell = owner(&server, &home).await;
    shell.run(&["tokens", "create", "Only one", "--scopes", "run_scripts"]).good();
    let other = server.workspace("Contoso", Plan::Team).await;
    server.also("ada@northwind.example", &other, Role::Owner).await;
    let several = shell.run(&["tokens", "list"]);
    several.bad(2, "--workspace");
    assert!(several.err.contains("northwind") && several.err.contains("contoso"), "{}", several.err);
    assert!(shell.run(&["tokens", "list", "--workspace", "northwind"]).good().contains("Only one"));
    let mut by_variable = shell.command(&["tokens", "list"]);
    assert!(Said::of(&run(by_variable.env("LATCHKEY_WORKSPACE", "northwind"))).good().contains("Only one"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_turns_two_factor_on_and_off() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let shell = owner(&server, &home).await;
    assert!(shell.run(&["2fa", "status"]).good().contains("Two-factor is off"));
    // The key is the same until it is confirmed: asked for once without an answer, then answered.
    let begun = shell.run_typing(&["2fa", "enable"], "");
    begun.bad(2, "Standard input ended");
    let key = begun.err.lines().map(str::trim).find(|line| line.split(' ').all(|group| group.len() == 4)).unwrap();
    assert!(begun.err.contains('▀') || begun.err.contains('█'), "a picture: {}", begun.err);
    let factor = latchkey::auth::totp::Seed::new(seed(key));
    let code = factor.code_at(server.now());
    let on = shell.run_typing(&["2fa", "enable"], &format!("000000\n{code}\n"));
    assert!(on.err.contains("Two-factor is on"), "{on:?}");
    let codes = on.good();
    assert_eq!(codes.lines().count(), 10, "{codes}");
    assert_eq!(shell.run(&["2fa", "status", "--json"]).json()["backup_codes_left"], 10);
    shell.run_typing(&["2fa", "disable"], &format!("wrong password\n{}\n", codes.lines().next().unwrap())).bad(1, "");
    let off = shell.run_typing(&["2fa", "disable"], &format!("{PASSWORD}\n{}\n", codes.lines().nth(1).unwrap()));
    assert!(off.err.contains("✔ Two-factor is off"), "{off:?}");
    server.advance(time::Duration::minutes(31));
    let stale = shell.run(&["2fa", "enable"]);
    stale.bad(4, "younger than 30 minutes. Run `latchkey login`");
}

/// Approves what a waiting `latchkey login` shows, as the owner does in a browser.
async fn approve(url: &str, shown: &str) {
    let code = shown.rsplit_once("user_code=").unwrap().1.trim();
    let mut browser = Browser::at(url);
    assert_eq!(browser.sign_in("ada@northwind.example", PASSWORD).await.status, 302);
    let approved = browser.ask("approve_device", &[("user_code", code)]).await;
    assert_eq!(approved.status, 200, "{}", approved.body);
}

async fn log_in(shell: &Shell, url: &str) -> String {
    let mut login = shell.command(&["login"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(login.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("user_code=") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it stopped");
    }
    approve(url, &line).await;
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(login.wait_with_output().unwrap().status.success(), "{rest}");
    rest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_in_a_browser_and_out_again() {
    let folder = tempfile::tempdir().unwrap();
    assert!(create_owner(folder.path(), "ada@northwind.example", "Northwind").status.success());
    let server = Running::start(folder.path(), &[]);
    let shell = Shell::at(&server.url, None);
    let said = log_in(&shell, &server.url).await;
    assert!(said.contains("✔ Signed in as ada@northwind.example"), "{said}");
    let mode = fs::metadata(shell.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "for its owner alone");
    let login: Value = serde_json::from_str(&fs::read_to_string(shell.file()).unwrap()).unwrap();
    let secret = login["secret"].as_str().unwrap();
    assert!(secret.starts_with("lku_") && !said.contains(secret));
    assert!(shell.run(&["whoami"]).good().contains("ada@northwind.example"));

    // It is for this server alone, and gives way to the variable.
    shell.run(&["whoami", "--api-url", "http://127.0.0.1:1/api/v1"]).bad(4, "not at http://127.0.0.1:1/api/v1");
    let named = Said::of(&run(shell.command(&["whoami"]).env("LATCHKEY_KEY", "nonsense")));
    named.bad(4, "");

    let out = shell.run(&["logout"]);
    assert!(out.err.contains("✔ Signed out"), "{out:?}");
    assert!(!shell.file().exists());
    shell.run(&["whoami"]).bad(4, "You are not signed in.");
    Shell::at(&server.url, Some(secret)).run(&["whoami"]).bad(4, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_signs_in_with_a_token() {
    let server = Server::start().await;
    let secret = admin(&server).await.key.unwrap();
    let shell = Shell::at(&server.url, None);
    shell.run(&["login", "--token", "nonsense"]).bad(4, "");
    assert!(!shell.file().exists());
    let me = shell.run_typing(&["login", "--token", "-", "--json"], &format!("{secret}\n")).json();
    assert_eq!((&me["name"], &me["kind"]), (&"Admin".into(), &"access_token".into()));
    assert!(shell.run(&["whoami"]).good().contains("Admin (access token tok_"));
    let out = shell.run(&["logout"]);
    assert!(out.err.contains("works until it is revoked"), "{out:?}");
    assert_eq!(out.code, 0);
    assert!(!shell.file().exists());
}

/// Every command below these words, with its help.
fn helps(words: &[&str], all: &mut Vec<(String, String)>) {
    let folder = Path::new("/");
    let help = Said::of(&run(latchkey(folder).args(words).arg("--help"))).good();
    let below = help.split("Commands:\n").nth(1).map(|rest| rest.split("\n\n").next().unwrap().to_owned());
    for line in below.unwrap_or_default().lines() {
        let name = line.trim().split(' ').next().unwrap();
        if name != "help" && line.starts_with("  ") && !line.starts_with("   ") {
            helps(&[words, &[name]].concat(), all);
        }
    }
    all.push((words.join(" "), help));
}

#[test]
fn a_person_finds_an_example_in_the_help_of_every_command() {
    let mut all = Vec::new();
    helps(&[], &mut all);
    assert!(all.len() > 25, "{:?}", all.iter().map(|(words, _)| words).collect::<Vec<_>>());
    for (words, help) in &all {
        let leads_on = help.contains("Commands:\n");
        assert!(leads_on || help.contains("Example"), "{words}: {help}");
        let is_client = ["login", "tokens", "keys", "projects", "deploy", "2fa", "whoami"]
            .iter()
            .any(|word| words.starts_with(word));
        assert!(!is_client || !help.contains("--database-url"), "{words} has no database: {help}");
    }
}

#[test]
fn a_person_completes_commands_and_reads_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = Said::of(&run(latchkey(folder.path()).args(["completions", shell]))).good();
        assert!(script.contains("tokens") && script.contains("scopes"), "{shell}");
    }
    Said::of(&run(latchkey(folder.path()).args(["man", "man1"]))).good();
    for page in ["latchkey.1", "latchkey-tokens-create.1", "latchkey-2fa-enable.1"] {
        let text = fs::read_to_string(folder.path().join("man1").join(page)).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
}
