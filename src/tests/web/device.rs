//! A command line is signed in with a code that a person approves in a browser (RFC 8628).

use reqwest::{Client, header};
use serde_json::Value;
use time::Duration;

use crate::support::{Answer, Browser, PASSWORD, Server};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn form(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Client::new().post(format!("{}/api/v1{path}", server.url)).header(header::USER_AGENT, "latchkey/0.1");
    Answer::to(request.form(fields)).await
}

/// Begins a sign-in: both codes.
async fn begin(server: &Server) -> (String, String) {
    let begun = form(server, "/device/code", &[("client_id", "latchkey"), ("host_name", "build-7")]).await;
    assert_eq!((begun.status, begun.header("cache-control")), (200, "no-store"), "{}", begun.body);
    let answer = begun.json();
    assert_eq!((&answer["expires_in"], &answer["interval"]), (&900.into(), &5.into()));
    let (device, user) = (begun.text("device_code"), begun.text("user_code"));
    assert_eq!(answer["verification_uri"], format!("{}/device", server.url));
    assert_eq!(answer["verification_uri_complete"], format!("{}/device?user_code={user}", server.url));
    (device, user)
}

/// Asks whether it was approved, after the time that it has to wait.
async fn poll(server: &Server, device: &str) -> Answer {
    server.advance(Duration::seconds(5));
    form(server, "/device/token", &[("grant_type", GRANT), ("device_code", device)]).await
}

#[track_caller]
fn refused(answer: &Answer, error: &str) {
    let is_json = answer.header("content-type") == "application/json";
    assert!(answer.status == 400 && is_json, "{} {:?}", answer.status, answer.headers);
    let body: Value = answer.json();
    assert_eq!(body["error"], error, "{body}");
    assert!(!body["error_description"].as_str().unwrap().is_empty());
}

/// A command line that is signed in to the account of this browser: its secret.
async fn sign_in(server: &Server, browser: &mut Browser) -> String {
    let (device, user) = begin(server).await;
    let approved = browser.ask("approve_device", &[("user_code", &user)]).await;
    assert_eq!(approved.status, 200, "{}", approved.body);
    let answer = poll(server, &device).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.text("access_token")
}

async fn from_the_code_to_the_secret(server: Server) {
    let mut owner = server.set_up().await;
    let (device, user) = begin(&server).await;
    refused(&poll(&server, &device).await, "authorization_pending");

    // The address with the code leads through the sign-in, back to it, and only fills the field.
    let address = format!("/device?user_code={user}");
    let away = server.browser().get(&address).await;
    let sign_in = format!("/sign-in?next=%2Fdevice%3Fuser_code%3D{user}");
    assert_eq!((away.status, away.header("location")), (302, sign_in.as_str()), "{}", away.body);
    let page = owner.get(&address).await;
    assert!(page.status == 200 && page.body.contains(&format!("value=\"{user}\"")), "{}", page.body);
    assert!(!page.body.contains("build-7"), "nothing is shown before the code is confirmed");

    let entered = owner.post("/fn/enter_device_code", &[("user_code", &user.to_lowercase().replace('-', " "))]).await;
    assert_eq!((entered.status, entered.header("location")), (302, "/device?step=confirm"), "{}", entered.body);
    let page = owner.get("/device?step=confirm").await;
    for shown in [user.as_str(), "build-7", "127.0.0.1", "ada@northwind.example", "Approve", "Refuse"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    refused(&poll(&server, &device).await, "authorization_pending");
    let approved = owner.post("/fn/approve_device", &[("user_code", &user)]).await;
    assert_eq!((approved.status, approved.header("location")), (302, "/device?step=approved"), "{}", approved.body);
    assert!(owner.get("/device?step=approved").await.body.contains("The command line is signed in"));

    let answer = poll(&server, &device).await;
    let secret = answer.text("access_token");
    assert_eq!((answer.status, answer.text("token_type").as_str()), (200, "Bearer"));
    let random = secret.strip_prefix("lku_").unwrap();
    assert!(random.len() == 32 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{random}");
    refused(&poll(&server, &device).await, "invalid_grant");
    let again = owner.ask("approve_device", &[("user_code", &user)]).await;
    assert_eq!(again.status, 422, "{}", again.body);

    let sessions = owner.get("/account/sessions").await;
    assert!(sessions.body.contains("Command line on build-7"), "{}", sessions.body);
    let events = owner.get("/account/activity").await;
    assert!(events.body.contains("Command line on build-7"), "{}", events.body);
    let mut later = server.signed_in("ada@northwind.example").await;
    let viewer = later.ask("viewer", &[]).await;
    assert!(viewer.body.contains("Somebody signed in on a new device: Command line on build-7"), "{}", viewer.body);
}

#[tokio::test]
async fn a_command_line_gets_its_secret_once_on_sqlite() {
    from_the_code_to_the_secret(Server::start().await).await;
}

#[tokio::test]
async fn a_command_line_gets_its_secret_once_on_postgresql() {
    from_the_code_to_the_secret(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn a_command_line_that_asks_too_often_is_slowed_down() {
    let server = Server::start().await;
    let (device, _) = begin(&server).await;
    let at_once = async || form(&server, "/device/token", &[("grant_type", GRANT), ("device_code", &device)]).await;
    refused(&at_once().await, "authorization_pending");
    refused(&at_once().await, "slow_down");
    refused(&poll(&server, &device).await, "slow_down");
    server.advance(Duration::seconds(10));
    refused(&poll(&server, &device).await, "authorization_pending");
}

#[tokio::test]
async fn a_command_line_that_is_refused_or_late_gets_nothing() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let (device, user) = begin(&server).await;
    let denied = owner.post("/fn/deny_device", &[("user_code", &user)]).await;
    assert_eq!((denied.status, denied.header("location")), (302, "/device?step=denied"), "{}", denied.body);
    refused(&poll(&server, &device).await, "access_denied");
    assert_eq!(owner.ask("approve_device", &[("user_code", &user)]).await.status, 422);

    let (device, user) = begin(&server).await;
    server.advance(Duration::minutes(15));
    refused(&poll(&server, &device).await, "expired_token");
    assert_eq!(owner.ask("approve_device", &[("user_code", &user)]).await.status, 422);

    refused(&poll(&server, "nonsense").await, "invalid_grant");
    refused(&form(&server, "/device/token", &[("device_code", &device)]).await, "invalid_request");
    refused(
        &form(&server, "/device/token", &[("grant_type", "password"), ("device_code", &device)]).await,
        "unsupported_grant_type",
    );
    refused(&form(&server, "/device/code", &[("host_name", &"x".repeat(101))]).await, "invalid_request");
    refused(&form(&server, "/device/code", &[("host_name", "a\u{202e}b")]).await, "invalid_request");
}

#[tokio::test]
async fn a_person_who_signed_in_long_ago_approves_after_their_password_alone() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    server.advance(Duration::minutes(30));
    let (device, user) = begin(&server).await;
    owner.post("/fn/enter_device_code", &[("user_code", &user)]).await;
    assert_eq!(owner.ask("approve_device", &[("user_code", &user)]).await.status, 403);
    let stale = owner.post("/fn/approve_device", &[("user_code", &user)]).await;
    assert_eq!(stale.header("location"), "/confirm?next=%2Fdevice%3Fstep%3Dconfirm", "{}", stale.body);
    refused(&poll(&server, &device).await, "authorization_pending");
    let back = owner.post("/fn/reauthenticate", &[("password", PASSWORD), ("next", "/device?step=confirm")]).await;
    assert_eq!(back.header("location"), "/device?step=confirm");
    assert!(owner.get("/device?step=confirm").await.body.contains("Send the form once more"));
    assert_eq!(owner.ask("approve_device", &[("user_code", &user)]).await.status, 200);
    assert_eq!(poll(&server, &device).await.status, 200);
}

#[tokio::test]
async fn a_person_who_guesses_codes_is_stopped_on_the_counter_of_their_sign_ins() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let (_, user) = begin(&server).await;
    for guess in 0..10 {
        let answer = owner.ask("enter_device_code", &[("user_code", "BBBB-BBBB")]).await;
        assert_eq!(answer.status, 422, "{guess}: {}", answer.body);
    }
    for function in ["enter_device_code", "approve_device", "deny_device"] {
        let answer = owner.ask(function, &[("user_code", &user)]).await;
        assert_eq!(answer.status, 429, "{function}: {}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
    }
    let password = owner.ask("reauthenticate", &[("password", PASSWORD)]).await;
    assert_eq!(password.status, 429, "it is one counter: {}", password.body);
}

#[tokio::test]
async fn an_approval_that_was_not_fetched_ends_with_the_other_sessions() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let (device, user) = begin(&server).await;
    assert_eq!(owner.ask("approve_device", &[("user_code", &user)]).await.status, 200);
    assert_eq!(owner.ask("end_other_sessions", &[]).await.status, 200);
    refused(&poll(&server, &device).await, "access_denied");
}

#[tokio::test]
async fn a_person_sees_no_secret_of_a_command_line_in_the_database() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let secret = sign_in(&server, &mut owner).await;
    for file in server.files() {
        let bytes = std::fs::read(&file).unwrap();
        let random = &secret.as_bytes()[4..];
        assert!(!bytes.windows(random.len()).any(|window| window == random), "{}", file.display());
    }
}
