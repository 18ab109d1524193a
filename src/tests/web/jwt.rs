//! A JWT that we did not make opens nothing.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use latchkey::domain::plan::Plan;
use serde_json::{Value, json};

use crate::support::{Browser, Server, new_token};

const LIST: &[(&str, &str)] = &[("workspace", "northwind"), ("kind", "access_token")];

/// Whether the dashboard lets in who has this cookie alone.
async fn is_let_in(browser: &Browser, jwt: &str) -> bool {
    let mut forger = browser.clone();
    forger.set_cookie("session", jwt);
    forger.cookies.retain(|name, _| name.contains("session"));
    let list = forger.ask("list_credentials", LIST).await;
    let page = forger.get("/w/northwind/settings/access-tokens").await;
    let viewer = forger.viewer().await;
    match list.status {
        200 => assert!(page.status == 200 && viewer.is_some()),
        401 => {
            assert_eq!((page.status, viewer), (302, None), "{jwt}");
            assert!(page.header("location").starts_with("/sign-in"));
            assert!(page.headers.get("set-cookie").is_none() && list.headers.get("set-cookie").is_none());
        }
        status => panic!("{status}: {}", list.body),
    }
    list.status == 200
}

#[tokio::test]
async fn a_forger_of_jwts_is_let_in_nowhere() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let owner = server.signed_in("owner@northwind.example").await;
    let jwt = owner.cookie("session").unwrap().to_owned();
    assert!(is_let_in(&owner, &jwt).await, "the way that is asked for is open");

    let [head, body, signature]: [&str; 3] = jwt.split('.').collect::<Vec<_>>().try_into().unwrap();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap() };
    let write = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
    let keys = server.browser().get("/.well-known/jwks.json").await.json();
    let public = keys["keys"][0]["x"].as_str().unwrap().to_owned();
    let with = |member: &str, value: Value| {
        let mut head = read(head);
        head[member] = value;
        write(&head)
    };
    let mut forged = vec![
        format!("{head}.{body}."),
        format!("{}.{body}.", with("alg", json!("none"))),
        format!("{}.{body}.{signature}", with("alg", json!("none"))),
        format!("{}.{body}.{signature}", with("typ", json!("JWT"))),
        format!("{}.{body}.{signature}", with("kid", json!("../../../dev/null"))),
        format!("{}.{body}.{signature}", with("jwk", keys["keys"][0].clone())),
    ];
    let mut later = read(body);
    later["exp"] = json!(4_000_000_000_u64);
    forged.push(format!("{head}.{}.{signature}", write(&later)));
    for secret in [BASE64URL_NOPAD.decode(public.as_bytes()).unwrap(), public.into_bytes(), Vec::new()] {
        let text = format!("{}.{}", with("alg", json!("HS256")), write(&later));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), text.as_bytes());
        forged.push(format!("{text}.{}", BASE64URL_NOPAD.encode(tag.as_ref())));
    }
    // Another installation's, with the same ids.
    let other = Server::start().await;
    other.workspace("Northwind", Plan::Free).await;
    forged.push(other.signed_in("owner@northwind.example").await.cookie("session").unwrap().to_owned());
    // What opens the API.
    forged.push(server.mint(&home, new_token("CI Deploy", &["admin"])).await.1);
    for jwt in &forged {
        assert!(!is_let_in(&owner, jwt).await, "{jwt}");
    }
    assert!(is_let_in(&owner, &jwt).await, "none of it harms the owner");
}
