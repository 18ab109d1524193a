//! What a whole story leaves behind: no secret, no passphrase, no password; no digest where people look.

use latchkey::auth::digest;

use crate::support::{PASSWORD, Server, files, hidden, is_secret};

const PASSPHRASE: &str = "a passphrase nobody else has";

#[tokio::test]
async fn an_owners_whole_story_leaves_no_secret_in_files_or_pages() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let tab = "/w/northwind-robotics/settings/access-tokens";
    let mut pages = Vec::new();
    let page = owner.get(&format!("{tab}/new")).await.body;
    let form_key = hidden(&page, "form_key");
    pages.push(page);
    let mut form = vec![
        ("workspace", "northwind-robotics"),
        ("kind", "access_token"),
        ("form_key", &form_key),
        ("name", "ab"),
        ("expiry", "never"),
        ("scopes[]", "admin"),
        ("passphrase", PASSPHRASE),
    ];
    pages.push(owner.post("/fn/create_credential", &form).await.body);
    pages.push(owner.get(&format!("{tab}/new")).await.body);
    form[3].1 = "CI Deploy";
    let answer = owner.post("/fn/create_credential", &form).await;
    let created = answer.header("location").to_owned();
    let id = created.rsplit('=').next().unwrap().to_owned();
    let shown = owner.get(&created).await.body;
    let at = shown.find("sk_live_").unwrap();
    let secret = shown[at..at + 40].to_owned();
    assert!(is_secret(&secret), "{secret}");
    assert!(!shown.contains(PASSPHRASE) && !shown.contains(digest::of(&secret).as_str()));

    let api = server.holding(&secret);
    assert_eq!(api.whoami_with(PASSPHRASE).await.status, 200);
    let child = api.request(reqwest::Method::POST, "/workspaces/northwind-robotics/access-tokens");
    let body = serde_json::json!({ "name": "Child", "scopes": ["read"], "passphrase": PASSPHRASE });
    let child = crate::support::Answer::to(child.header("latchkey-passphrase", PASSPHRASE).json(&body)).await;
    let child = child.text("secret");
    let form = [form[0], form[1], ("name", "Waiting"), ("expiry", "never"), ("scopes[]", "read")];
    let waiting = owner.post("/fn/create_credential", &form).await;
    assert_eq!(waiting.status, 302, "one more waits for its reveal, sealed");
    server.service.flush_uses().await.unwrap();
    for path in
        [created, tab.to_owned(), format!("{tab}/{id}"), format!("{tab}/{id}/revoke"), format!("{tab}/new?like={id}")]
    {
        pages.push(owner.get(&path).await.body);
    }
    pages.push(
        owner.ask("list_credentials", &[("workspace", "northwind-robotics"), ("kind", "access_token")]).await.body,
    );
    let cookies: Vec<_> = ["session", "refresh"].map(|what| owner.cookie(what).unwrap().to_owned()).into();
    pages.push(owner.post("/fn/revoke_credential", &[("workspace", "northwind-robotics"), ("id", &id)]).await.body);
    pages.push(owner.post("/fn/sign_out", &[]).await.body);

    let secrets = [secret.clone(), child.clone(), PASSPHRASE.to_owned(), PASSWORD.to_owned()];
    let digests = [secret, child].map(|secret| digest::of(&secret).as_str().to_owned());
    for page in &pages {
        for hidden in secrets.iter().chain(&digests).chain(&cookies) {
            assert!(!page.contains(hidden), "{hidden} in {page}");
        }
        assert!(!page.contains("$argon2id"), "{page}");
    }
    let search = |files: Vec<std::path::PathBuf>| {
        let mut found_digest = false;
        let mut seen = Vec::new();
        for file in files {
            let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
            for hidden in secrets.iter().chain(&cookies) {
                assert!(!text.contains(hidden), "{hidden} in {}", file.display());
            }
            found_digest |= text.contains(&digests[0]);
            seen.push(file.file_name().unwrap().to_str().unwrap().to_owned());
        }
        assert!(found_digest, "the search finds what is there");
        seen.sort_unstable();
        seen
    };
    let running = search(server.files());
    for name in ["latchkey.db", "latchkey.db-wal", "master.key"] {
        assert!(running.iter().any(|file| file == name), "{name} is not among {running:?}");
    }
    let folder = server.stop().await;
    search(files(&folder));
}
