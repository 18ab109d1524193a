//! The real binary, as the operator runs it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use latchkey::{
    auth::{digest, totp::Seed},
    service::clock::Clock,
};
use serde_json::json;
use tempfile::TempDir;
use time::Duration;

use crate::support::{Answer, Api, Browser, PASSWORD, is_secret, seed};

/// The binary, on the data in `folder`.
pub fn latchkey(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LATCHKEY_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A server in a process of its own; killed when the test ends.
pub struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Its address, without a slash at its end.
    pub url: String,
}

impl Running {
    /// Starts with nothing set but where to listen, and reads what it says first.
    pub fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_with(latchkey(folder).args(more), folder)
    }

    pub fn start_with(command: &mut Command, folder: &Path) -> Self {
        let addr = address();
        let log = File::options().append(true).create(true).open(folder.join("log")).unwrap();
        let mut child = command.args(["--addr", &addr]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let log = || fs::read_to_string(folder.join("log")).unwrap();
        assert_eq!(first.trim_end().rsplit(' ').next(), Some(format!("http://{addr}").as_str()), "{first}{}", log());
        // What answers has opened its socket and hears signals.
        let mut connection = TcpStream::connect(&addr).unwrap();
        connection
            .write_all(format!("GET /healthz HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}{}", log());
        Self { child, stdout, url: format!("http://{addr}") }
    }

    /// The lines up to the first that `wanted` accepts: that one.
    pub fn line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "the server stopped");
            if wanted(&line) {
                return line.trim().to_owned();
            }
        }
    }

    /// Stops it as a service manager does: what it has said since.
    pub fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "it stops in peace");
        rest
    }

    /// The plug is pulled.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have stopped already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Nobody else's address: every process has a loopback network of its own, every server in it a port.
pub fn address() -> String {
    static PORT: AtomicU16 = AtomicU16::new(4100);
    let [_, a, b, c] = std::process::id().to_be_bytes();
    format!("127.{a}.{b}.{}:{}", c.max(2), PORT.fetch_add(1, Ordering::SeqCst))
}

pub fn run(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

pub fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// `admin create-owner` with [`PASSWORD`] on standard input.
pub fn create_owner(folder: &Path, email: &str, workspace: &str) -> Output {
    let mut command = latchkey(folder);
    command.args(["admin", "create-owner", "--email", email, "--password-stdin", "--workspace", workspace]);
    typing(&mut command, &format!("{PASSWORD}\n"))
}

/// Runs a command with this on standard input.
pub fn typing(command: &mut Command, typed: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// `admin create-token`: its secret.
pub fn create_token(folder: &Path, workspace: &str, scopes: &str) -> String {
    let mut command = latchkey(folder);
    command.args(["admin", "create-token", "--workspace", workspace, "--name", "CI Deploy", "--scopes", scopes]);
    let output = run(&mut command);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let secret = text(&output.stdout).strip_suffix('\n').unwrap().to_owned();
    assert!(is_secret(&secret), "the secret alone: {secret:?}");
    assert!(!text(&output.stderr).contains(&secret) && text(&output.stderr).contains("shown once"));
    secret
}

/// Why `serve` refuses to start.
fn refusal(folder: &Path, more: &[&str]) -> String {
    let output = run(latchkey(folder).args(["serve", "--addr", &address()]).args(more));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    text(&output.stderr).to_owned()
}

#[tokio::test]
async fn an_operator_who_sets_nothing_is_given_a_link_that_works_once() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let mut server = Running::start(folder.path(), &[]);
    let link = server.line(|line| line.contains("/setup?code="));
    let path = link.strip_prefix(&server.url).unwrap_or_else(|| panic!("{link}")).to_owned();
    let mut browser = Browser::at(&server.url);
    assert_eq!(browser.get(&path).await.status, 200);
    for file in ["latchkey.db", "latchkey.db-wal", "latchkey.db.sock", "latchkey.db.lock", "master.key"] {
        let mode = fs::metadata(folder.path().join("data").join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    for (probe, answer) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let got = browser.get(probe).await;
        assert_eq!((got.status, got.body.as_str()), (200, answer), "{probe}");
    }
    server.stop();

    let mut again = Running::start(folder.path(), &["serve"]);
    let newer = again.line(|line| line.contains("/setup?code="));
    let newer = newer.strip_prefix(&again.url).unwrap();
    let mut browser = Browser::at(&again.url);
    assert_eq!(browser.get(&path).await.status, 404, "an older link stops working");
    let code = newer.rsplit('=').next().unwrap();
    let form = [("code", code), ("email", "ada@northwind.example"), ("password", PASSWORD), ("workspace", "Northwind")];
    assert_eq!(browser.post("/fn/set_up", &form).await.status, 302);
    assert_eq!(browser.viewer().await.as_deref(), Some("ada@northwind.example"));
    assert_eq!(browser.get(newer).await.status, 404);
    again.stop();

    let last = Running::start(folder.path(), &[]);
    assert_eq!(last.stop(), "", "no link any more");
}

#[tokio::test]
async fn an_operator_makes_an_owner_and_a_token_with_and_without_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = create_owner(folder, "ada@northwind.example", "Northwind");
    assert!(made.status.success() && made.stdout.is_empty(), "{}", text(&made.stderr));
    assert!(text(&made.stderr).contains("/w/northwind"));
    let first = create_token(folder, "northwind", "admin");

    let server = Running::start(folder, &[]);
    let made = create_owner(folder, "bob@elsewhere.example", "Elsewhere");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let second = create_token(folder, "elsewhere", "read,deploy");
    for (secret, workspace) in [(first, "northwind"), (second, "elsewhere")] {
        let who = Api::at(&server.url, &secret).get("/whoami").await;
        assert_eq!((who.status, who.json()["workspace"]["slug"].clone()), (200, json!(workspace)));
    }
    let taken = create_owner(folder, "ADA@northwind.example", "Other");
    assert_eq!(taken.status.code(), Some(1));
    assert!(text(&taken.stderr).contains("has an account already"), "{}", text(&taken.stderr));
    for (workspace, name, scopes, why) in [
        ("nowhere", "CI Deploy", "read", "no such workspace"),
        ("northwind", "ab", "read", "at least 3 characters"),
        ("northwind", "CI Deploy", "nothing", "There is no scope"),
    ] {
        let mut command = latchkey(folder);
        command.args(["admin", "create-token", "--workspace", workspace, "--name", name, "--scopes", scopes]);
        let output = run(&mut command);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
    assert_eq!(server.stop(), "", "no link: there is an owner");
}

#[tokio::test]
async fn an_operator_sets_a_password_and_changes_the_signing_key_with_and_without_a_running_server() {
    const NEW: &str = "a new brass key for the old latch";
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(create_owner(folder, "ada@northwind.example", "Northwind").status.success());
    let rotate = || {
        let output = run(latchkey(folder).args(["admin", "rotate-signing-key"]));
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    let reset = |email: &str, password: &str| {
        let mut command = latchkey(folder);
        command.args(["admin", "reset-password", "--email", email, "--password-stdin"]);
        typing(&mut command, password)
    };
    rotate();
    let server = Running::start(folder, &[]);
    let keys = async || Browser::at(&server.url).get("/.well-known/jwks.json").await.json();
    let before = keys().await["keys"][0]["kid"].clone();
    rotate();
    assert_ne!(keys().await["keys"][0]["kid"], before, "the running server signs with it at once");

    let mut ada = Browser::at(&server.url);
    ada.sign_in("ada@northwind.example", PASSWORD).await;
    assert!(ada.viewer().await.is_some());
    let done = reset("ADA@northwind.example", &format!("{NEW}\n"));
    assert!(done.status.success() && done.stdout.is_empty(), "{}", text(&done.stderr));
    assert_eq!(ada.viewer().await, None, "signed out everywhere");
    ada.sign_in("ada@northwind.example", NEW).await;
    assert!(ada.viewer().await.is_some());
    for (email, password, why) in [
        ("eve@northwind.example", NEW, "eve@northwind.example has no account"),
        ("ada@northwind.example", "short", "at least 12 characters"),
    ] {
        let output = reset(email, password);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
}

/// The key in the file, and those beside it.
fn keys(folder: &Path) -> (String, Vec<String>) {
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let data = fs::read_dir(folder.join("data")).unwrap().map(|entry| entry.unwrap().path());
    let beside = data.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("master.key."));
    (read(&folder.join("data/master.key")), beside.map(|path| read(&path)).collect())
}

fn rotate_master_key(folder: &Path) {
    let output = run(latchkey(folder).args(["admin", "rotate-master-key"]));
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("sealed under a new master key"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn an_operator_replaces_the_master_key_while_serving_and_while_not_and_nobody_notices() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(create_owner(folder, "ada@northwind.example", "Northwind").status.success());
    let server = Running::start(folder, &[]);
    let mut ada = Browser::at(&server.url);
    ada.sign_in("ada@northwind.example", PASSWORD).await;
    let seed = seed(&ada.setup_key().await);
    let app = |seconds| Seed::new(seed).code_at(Clock::System.now().plus(Duration::seconds(seconds)));
    let on = ada.ask("turn_on_two_factor", &[("code", &app(0))]).await;
    assert_eq!(on.status, 200, "{}", on.body);
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "CI Deploy"),
        ("expiry", "90"),
        ("scopes[]", "read"),
    ];
    let made = ada.post("/fn/create_credential", &form).await;
    let (first, beside) = keys(folder);
    assert!(beside.is_empty());

    rotate_master_key(folder);
    let (second, beside) = keys(folder);
    assert!(second != first && beside == [first.clone()], "the old key is kept: {beside:?}");
    // What waited sealed is there, whoever was signed in still is, and codes are checked.
    assert!(ada.get(made.header("location")).await.body.contains("sk_live_"));
    let codes = ada.backup_codes().await;
    assert_eq!(codes.len(), 10);
    let again = ada.post("/fn/create_credential", &form).await;
    let mut next = Browser::at(&server.url);
    next.sign_in("ada@northwind.example", PASSWORD).await;
    let entered = next.ask("sign_in_with_code", &[("code", &app(30))]).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    server.stop();

    rotate_master_key(folder);
    let (third, beside) = keys(folder);
    assert!(third != second && beside.len() == 2 && beside.contains(&first) && beside.contains(&second));
    let server = Running::start(folder, &[]);
    let mut ada = ada.moved_to(&server.url);
    assert_eq!(ada.viewer().await.as_deref(), Some("ada@northwind.example"), "still signed in");
    // Not by the JWT alone: its refresh token is good, too.
    let session = ada.cookie("session").unwrap().to_owned();
    ada.set_cookie("session", "gone");
    assert_eq!(ada.viewer().await.as_deref(), Some("ada@northwind.example"));
    assert_ne!(ada.cookie("session"), Some(session.as_str()));
    assert!(ada.get(again.header("location")).await.body.contains("sk_live_"));
    let mut next = Browser::at(&server.url);
    next.sign_in("ada@northwind.example", PASSWORD).await;
    let entered = next.ask("sign_in_with_backup_code", &[("backup", &codes[0])]).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    server.stop();

    // The keys of before open nothing any more.
    for old in [&first, &second] {
        fs::write(folder.join("data/master.key"), old).unwrap();
        assert!(refusal(folder, &[]).contains("is not the one that the database was made with"));
    }
}

#[test]
fn an_operator_who_is_interrupted_while_replacing_the_master_key_goes_on_with_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    Running::start(folder, &[]).stop();
    let data = folder.join("data");
    let (key, next, database) = (data.join("master.key"), data.join("master.key.new"), data.join("latchkey.db"));
    let (old_key, old_database) = (fs::read(&key).unwrap(), fs::read(&database).unwrap());
    rotate_master_key(folder);
    let (new_key, new_database) = (fs::read(&key).unwrap(), fs::read(&database).unwrap());
    let kept: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in kept.iter().filter(|path| path.to_str().unwrap().contains("until-")) {
        fs::remove_file(file).unwrap();
    }
    for (database_then, left, right, when) in [
        (&old_database, None, &old_key, "before anything"),
        (&old_database, Some(&new_key), &old_key, "before the database has taken it"),
        (&new_database, Some(&new_key), &new_key, "before the file is in its place"),
        (&new_database, None, &new_key, "after everything"),
    ] {
        let there = if left.is_some() || database_then == &old_database { &old_key } else { &new_key };
        fs::write(&database, database_then).unwrap();
        fs::write(&key, there).unwrap();
        match left {
            Some(left) => fs::write(&next, left).unwrap(),
            None => drop(fs::remove_file(&next)),
        }
        Running::start(folder, &[]).stop();
        assert_eq!(&fs::read(&key).unwrap(), right, "{when}");
        rotate_master_key(folder);
        Running::start(folder, &[]).stop();
    }
}

#[tokio::test]
async fn an_operator_turns_off_the_second_factor_of_one_who_has_lost_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(create_owner(folder, "ada@northwind.example", "Northwind").status.success());
    let server = Running::start(folder, &[]);
    let disable = |email: &str| run(latchkey(folder).args(["admin", "disable-2fa", "--email", email]));
    for (email, why) in [
        ("eve@northwind.example", "eve@northwind.example has no account"),
        ("ada@northwind.example", "Two-factor is off for this account."),
    ] {
        let output = disable(email);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
    let mut ada = Browser::at(&server.url);
    ada.sign_in("ada@northwind.example", PASSWORD).await;
    let code = Seed::new(seed(&ada.setup_key().await)).code_at(Clock::System.now());
    assert_eq!(ada.ask("turn_on_two_factor", &[("code", &code)]).await.status, 200);
    let mut lost = Browser::at(&server.url);
    assert_eq!(lost.sign_in("ada@northwind.example", PASSWORD).await.header("location"), "/sign-in/code");
    let done = disable("ADA@northwind.example");
    assert!(done.status.success() && done.stdout.is_empty(), "{}", text(&done.stderr));
    lost.sign_in("ada@northwind.example", PASSWORD).await;
    assert!(lost.viewer().await.is_some());
}

#[tokio::test]
async fn an_operator_who_connects_and_says_nothing_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path(), &[]);
    let silent = UnixStream::connect(folder.path().join("data/latchkey.db.sock")).unwrap();
    assert!(create_owner(folder.path(), "ops@northwind.example", "Northwind").status.success(), "while one is silent");
    server.stop();
    drop(silent);
}

#[tokio::test]
async fn an_operator_who_starts_a_second_server_is_refused_and_the_first_serves_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path(), &[]);
    let why = refusal(folder.path(), &[]);
    assert!(why.contains("another latchkey process is using data/latchkey.db"), "{why}");
    assert_eq!(Browser::at(&server.url).get("/readyz").await.status, 200);
}

#[test]
fn an_operator_whose_master_key_is_gone_or_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("data/master.key");
    Running::start(folder.path(), &[]).stop();
    let right = fs::read_to_string(&key).unwrap();
    fs::remove_file(&key).unwrap();
    assert!(refusal(folder.path(), &[]).contains("data/master.key is missing"));
    assert!(!key.exists(), "none is made for a database that has one");
    fs::write(&key, format!("{}\n", "5".repeat(64))).unwrap();
    assert!(refusal(folder.path(), &[]).contains("is not the one that the database was made with"));
    fs::write(&key, "nonsense").unwrap();
    assert!(refusal(folder.path(), &[]).contains("is not 64 hexadecimal digits"));
    fs::write(&key, right).unwrap();
    Running::start(folder.path(), &[]).stop();
}

#[tokio::test]
async fn an_operator_gets_a_demo_in_an_empty_database_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Running::start(folder.path(), &["--demo"]);
    let said = server.line(|line| line.starts_with("Demo:"));
    let words: Vec<_> = said.split(' ').collect();
    let email = words.iter().find(|word| word.contains('@')).unwrap();
    let mut browser = Browser::at(&server.url);
    browser.sign_in(email, words.last().unwrap()).await;
    assert_eq!(browser.viewer().await.as_deref(), Some(*email));
    let page = browser.get("/w/northwind-robotics/settings/access-tokens").await;
    assert!(page.status == 200 && page.body.matches("<tr").count() > 4, "{}", page.body);
    server.stop();
    let why = refusal(folder.path(), &["--demo"]);
    assert!(why.contains("--demo fills an empty database only"), "{why}");

    let used = tempfile::tempdir().unwrap();
    assert!(create_owner(used.path(), "ada@northwind.example", "Northwind").status.success());
    assert!(refusal(used.path(), &["--demo"]).contains("--demo fills an empty database only"));
    let open = refusal(used.path(), &["--demo", "--public-url", "https://latchkey.example"]);
    assert!(open.contains("loopback only"), "{open}");
}

#[tokio::test]
async fn an_operator_whose_machine_loses_power_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    assert!(create_owner(folder.path(), "ada@northwind.example", "Northwind").status.success());
    let secret = create_token(folder.path(), "northwind", "admin");
    let server = Running::start(folder.path(), &[]);
    let api = Api::at(&server.url, &secret);
    let made =
        api.post("/workspaces/northwind/access-tokens", &json!({ "name": "CI Deploy", "scopes": ["deploy"] })).await;
    let doomed =
        api.post("/workspaces/northwind/access-tokens", &json!({ "name": "Doomed", "scopes": ["deploy"] })).await;
    let revoked = api.delete(&format!("/workspaces/northwind/access-tokens/{}", doomed.text("id"))).await;
    assert_eq!((made.status, revoked.status), (201, 204));
    server.kill();

    let again = Running::start(folder.path(), &[]);
    let who = Api::at(&again.url, &made.text("secret")).get("/whoami").await;
    assert_eq!((who.status, who.text("id")), (200, made.text("id")));
    Api::at(&again.url, &doomed.text("secret")).get("/whoami").await.problem(401, "invalid_token");
    // The socket that the dead server left is replaced.
    create_token(folder.path(), "northwind", "read");
}

/// Everything that happens in a day, with the log at its most talkative.
async fn a_day(server: &mut Running, folder: &TempDir) -> Vec<String> {
    const PASSPHRASE: &str = "a passphrase nobody else has";
    const WRONG: &str = "a wrong passphrase someone typed";
    const MISTYPED: &str = "incorrect horse battery staple";
    let link = server.line(|line| line.contains("/setup?code="));
    let code = link.rsplit('=').next().unwrap().to_owned();
    let mut browser = Browser::at(&server.url);
    browser.get(&format!("/setup?code={code}")).await;
    let form = [
        ("code", code.as_str()),
        ("email", "ada@northwind.example"),
        ("password", PASSWORD),
        ("workspace", "Northwind"),
    ];
    assert_eq!(browser.post("/fn/set_up", &form).await.status, 302);
    let mut hidden: Vec<String> = browser.cookies.values().cloned().collect();
    browser.post("/fn/sign_out", &[]).await;
    browser.sign_in("ada@northwind.example", MISTYPED).await;
    browser.get("/sign-in").await;
    browser.sign_in("ada@northwind.example", PASSWORD).await;
    hidden.extend(browser.cookies.values().cloned());
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "CI Deploy"),
        ("expiry", "never"),
        ("scopes[]", "admin"),
        ("passphrase", PASSPHRASE),
    ];
    let created = browser.post("/fn/create_credential", &form).await.header("location").to_owned();
    let shown = browser.get(&created).await.body;
    let secret = shown[shown.find("sk_live_").unwrap()..][..40].to_owned();
    assert!(is_secret(&secret), "{secret}");
    let api = Api::at(&server.url, &secret);
    assert_eq!(api.whoami_with(WRONG).await.status, 401);
    assert_eq!(api.whoami_with(PASSPHRASE).await.status, 200);
    let child = api.request(reqwest::Method::POST, "/workspaces/northwind/access-tokens");
    let body = json!({ "name": "Child", "scopes": ["read"], "passphrase": PASSPHRASE });
    let child = Answer::to(child.header("latchkey-passphrase", PASSPHRASE).json(&body)).await.text("secret");
    let operators = create_token(folder.path(), "northwind", "read");
    assert!(create_owner(folder.path(), "bob@elsewhere.example", "Elsewhere").status.success());
    for secret in [&secret, &child, &operators] {
        hidden.extend([secret.clone(), digest::of(secret).as_str().to_owned()]);
    }
    hidden.extend(hidden.clone().iter().filter(|text| text.contains('.')).map(|t| digest::of(t).as_str().to_owned()));
    hidden.extend([PASSPHRASE, WRONG, MISTYPED, PASSWORD, &code, digest::of(&code).as_str()].map(str::to_owned));
    hidden.extend([PASSPHRASE, PASSWORD, MISTYPED].map(|text| text.replace(' ', "+")));
    hidden
}

#[tokio::test]
async fn an_operator_who_reads_the_log_at_trace_level_finds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Running::start_with(latchkey(folder.path()).env("LATCHKEY_LOG", "trace"), folder.path());
    let hidden = a_day(&mut server, &folder).await;
    server.stop();
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    for word in ["TRACE", "INSERT INTO credentials", "/fn/create_credential", "a token or key was refused"] {
        assert!(log.contains(word), "the log is not at its most talkative: no {word}");
    }
    for text in hidden {
        let at = log.lines().find(|line| line.contains(&text));
        assert_eq!(at, None, "{text:?} is in the log");
    }
    assert!(!log.contains("$argon2id"));
}
