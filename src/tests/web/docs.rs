//! The documentation, for whoever reads.

use crate::support::Server;

#[tokio::test]
async fn anybody_reads_the_documentation() {
    let server = Server::start().await;
    let mut reader = server.browser();
    let first = reader.get("/docs").await;
    assert_eq!((first.status, first.header("location")), (303, "/docs/quick-start"));
    for (path, title) in [
        ("/docs/quick-start", "<title>Quick start · Latchkey</title>"),
        ("/docs/errors", "<code>plan_limit_reached</code>"),
        ("/docs/tokens-and-keys", "<code>activity_tracker</code>"),
        ("/docs/proxies", "auth_request /_latchkey;"),
        ("/api/docs", "POST /workspaces/{workspace}/access-tokens"),
    ] {
        let page = reader.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(title), "{path}: {title}");
        assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{path} runs nothing");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"), "{path}: {policy}");
    }
    let nothing = reader.get("/docs/nothing").await;
    assert_eq!(nothing.status, 404);
    assert!(nothing.body.contains("This page is not here"), "{}", nothing.body);
}
