//! What another site makes a browser send changes nothing here.

use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, header};

use crate::support::Server;

#[tokio::test]
async fn another_site_reaches_no_server_function() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let mut paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    for expected in ["create_credential", "revoke_credential", "reveal_credential", "sign_in", "sign_out", "set_up"] {
        assert!(paths.contains(&format!("/fn/{expected}").as_str()), "{expected} is not among {paths:?}");
    }
    let form = [
        ("workspace", "northwind-robotics"),
        ("kind", "access_token"),
        ("name", "Stolen"),
        ("expiry", "never"),
        ("scopes[]", "admin"),
        ("email", "ada@northwind.example"),
    ];
    for path in paths {
        for (name, value) in [
            (header::ORIGIN, "https://evil.example"),
            (header::ORIGIN, "null"),
            (header::HeaderName::from_static("sec-fetch-site"), "cross-site"),
            (header::HeaderName::from_static("sec-fetch-site"), "same-site"),
        ] {
            let request = owner.request(Method::POST, path).header(name.clone(), value).form(&form);
            let answer = owner.send(request).await;
            assert_eq!(answer.status, 403, "{path} with {name}: {value}");
            assert!(answer.headers.get(header::SET_COOKIE).is_none());
        }
        // Neither header, but a cookie: no browser of our time.
        let bare = owner.request(Method::POST, path).form(&form);
        assert_eq!(owner.send(bare).await.status, 403, "{path}");
        // A link or an image can send no more than this.
        let link = owner.request(Method::GET, &format!("{path}?workspace=northwind-robotics&name=Stolen&expiry=never"));
        let answer = owner.send(link).await;
        assert!(answer.status == 400 || answer.status == 405, "GET {path} answers {}", answer.status);
    }
    let tokens =
        owner.ask("list_credentials", &[("workspace", "northwind-robotics"), ("kind", "access_token")]).await.json();
    assert_eq!(tokens["tokens"].as_array().unwrap().len(), 0, "nothing was made");
    assert_eq!(owner.viewer().await.as_deref(), Some("ada@northwind.example"), "nobody was signed out");
}

#[tokio::test]
async fn a_visitor_is_told_not_to_frame_sniff_or_keep() {
    let server = Server::start().await;
    let page = server.browser().get("/sign-in").await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
}
