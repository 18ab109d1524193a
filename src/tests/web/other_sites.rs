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
    let site = header::HeaderName::from_static("sec-fetch-site");
    let tells = [
        Some((header::ORIGIN, "https://evil.example")),
        Some((header::ORIGIN, "null")),
        Some((site.clone(), "cross-site")),
        Some((site, "same-site")),
        // Neither header, but a cookie: no browser of our time.
        None,
    ];
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let json = serde_json::json!({ "workspace": "northwind-robotics", "kind": "access_token", "name": "Stolen" });
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"workspace\"\r\n\r\nnorthwind-robotics\r\n--x--\r\n";
    // What a form can send, what script can without asking, and what it would have to ask for.
    let bodies = [
        (Some("application/x-www-form-urlencoded"), encoded.clone()),
        (Some("application/x-www-form-urlencoded; charset=utf-8"), encoded.clone()),
        (Some("multipart/form-data; boundary=x"), multipart.to_owned()),
        (Some("text/plain"), encoded.clone()),
        (Some("application/json"), json.to_string()),
        (Some("application/octet-stream"), encoded.clone()),
        (None, encoded),
        (None, String::new()),
    ];
    for path in paths {
        for (method, tell) in tells.iter().map(|tell| (Method::POST, tell)).chain([(Method::PUT, &None)]) {
            for (kind, body) in &bodies {
                let mut request = owner.request(method.clone(), path).body(body.clone());
                if let Some((name, value)) = tell {
                    request = request.header(name, *value);
                }
                if let Some(kind) = kind {
                    request = request.header(header::CONTENT_TYPE, *kind);
                }
                let answer = owner.send(request).await;
                assert_eq!(answer.status, 403, "{method} {path} as {kind:?} with {tell:?}");
                assert!(answer.headers.get(header::SET_COOKIE).is_none());
            }
        }
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
