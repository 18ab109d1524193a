//! `latchkey backup` and `restore`, as the operator runs them.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;

use crate::{
    operator::{Running, create_owner, create_token, latchkey, run, text},
    support::Api,
};

/// What a command that failed says.
#[track_caller]
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = run(latchkey(folder).args(args));
    assert!(output.status.code() == Some(1) && output.stdout.is_empty(), "{}", text(&output.stderr));
    text(&output.stderr).to_owned()
}

#[track_caller]
fn done(folder: &Path, args: &[&str]) {
    let output = run(latchkey(folder).args(args));
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
}

fn copy_key(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("data")).unwrap();
    fs::copy(from.join("data/master.key"), to.join("data/master.key")).unwrap();
}

#[tokio::test]
async fn an_operator_backs_up_while_tokens_are_made_and_restores_elsewhere() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (home, elsewhere) = (folders[0].path(), folders[1].path());
    assert!(create_owner(home, "ada@northwind.example", "Northwind").status.success());
    let server = Running::start(home, &[]);
    let secret = create_token(home, "northwind", "admin");
    let stop = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (api, stop) = (Api::at(&server.url, &secret), stop.clone());
        async move {
            let mut made = 0;
            while !stop.load(Ordering::Relaxed) {
                let answer = api.post("/workspaces/northwind/projects", &json!({ "name": format!("P {made}") })).await;
                assert_eq!(answer.status, 201, "{}", answer.body);
                made += 1;
            }
            made
        }
    });
    let backup = |name: &'static str| {
        let home = home.to_owned();
        tokio::task::spawn_blocking(move || done(&home, &["backup", name]))
    };
    // A few while writes go on; the last one after a revocation.
    for name in ["a.db", "b.db", "c.db"] {
        backup(name).await.unwrap();
    }
    let api = Api::at(&server.url, &secret);
    let other = create_token(home, "northwind", "read");
    let id = Api::at(&server.url, &other).get("/whoami").await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.delete(&format!("/workspaces/northwind/access-tokens/{id}")).await.status, 204);
    backup("d.db").await.unwrap();
    stop.store(true, Ordering::Relaxed);
    assert!(writing.await.unwrap() > 0, "writes went on");
    assert_eq!(fs::metadata(home.join("d.db")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(refused(home, &["backup", "d.db"]).contains("d.db exists already, and nothing is overwritten"));
    server.stop();

    copy_key(home, elsewhere);
    for name in ["a.db", "b.db", "c.db", "d.db"] {
        let folder = tempfile::tempdir().unwrap();
        copy_key(home, folder.path());
        done(folder.path(), &["restore", home.join(name).to_str().unwrap()]);
        done(folder.path(), &["migrate"]);
    }
    done(elsewhere, &["restore", home.join("d.db").to_str().unwrap()]);
    assert_eq!(fs::metadata(elsewhere.join("data/latchkey.db")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(refused(elsewhere, &["restore", home.join("d.db").to_str().unwrap()]).contains("exists already"));
    let server = Running::start(elsewhere, &[]);
    let api = Api::at(&server.url, &secret);
    assert_eq!(api.get("/whoami").await.status, 200, "what was good is good");
    assert_eq!(Api::at(&server.url, &other).get("/whoami").await.status, 401, "what was revoked is revoked");
    let answer = api.post("/workspaces/northwind/projects", &json!({ "name": "After" })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    server.stop();
    // Without a server it is the same command.
    done(elsewhere, &["backup", "e.db"]);
    assert!(elsewhere.join("e.db").exists());
}

#[test]
fn an_operator_is_told_why_there_is_no_backup_or_nothing_to_restore() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (home, elsewhere) = (folders[0].path(), folders[1].path());
    assert!(refused(home, &["backup", "a.db"]).contains("there is no database at data/latchkey.db"));
    assert!(!home.join("data").exists(), "and none is made");
    assert!(create_owner(home, "ada@northwind.example", "Northwind").status.success());
    assert!(refused(home, &["backup", "missing/a.db"]).contains("cannot use"));
    done(home, &["backup", "a.db"]);
    let postgres = ["restore", "--database-url", "postgres://127.0.0.1:1/none", "a.db"];
    assert!(refused(home, &postgres).contains("pg_dump"));

    let backup = home.join("a.db");
    let restore = || refused(elsewhere, &["restore", backup.to_str().unwrap()]);
    let nothing_there = || !elsewhere.join("data/latchkey.db").exists();
    let why = restore();
    assert!(why.contains("master.key is missing") && why.contains("before it is restored"), "{why}");
    assert!(nothing_there());
    fs::create_dir_all(elsewhere.join("data")).unwrap();
    assert!(create_owner(&elsewhere.join("data"), "eve@elsewhere.example", "Elsewhere").status.success());
    fs::copy(elsewhere.join("data/data/master.key"), elsewhere.join("data/master.key")).unwrap();
    assert!(restore().contains("is not the one that the database was made with"));
    assert!(nothing_there());
    copy_key(home, elsewhere);

    let whole = fs::read(&backup).unwrap();
    let mut holed = whole.clone();
    holed[4096 * 3..4096 * 9].fill(0x5a);
    for (what, bytes) in [("half", &whole[..whole.len() / 2]), ("holed", &holed), ("text", b"hello"), ("empty", b"")] {
        fs::write(&backup, bytes).unwrap();
        let why = restore();
        assert!(why.contains("is not a backup of Latchkey, or it is damaged"), "{what}: {why}");
        assert!(nothing_there(), "{what}");
    }
    let left = fs::read_dir(elsewhere.join("data")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_str().unwrap().starts_with(".tmp")).collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
}
