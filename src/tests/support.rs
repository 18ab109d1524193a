//! A real server for one test, and those who talk to it.

use std::{collections::BTreeMap, num::NonZeroU16, path::PathBuf, process::Command, sync::Arc};

use data_encoding::BASE32_NOPAD;
use latchkey::{
    auth::{password, totp::Seed},
    domain::{
        credential::{CredentialId, Kind},
        id::{UserId, WorkspaceId},
        plan::Plan,
        project::Project,
        role::Role,
        text::{self, Email},
        timestamp::Timestamp,
        workspace::Workspace,
    },
    http::{
        state::{Settings, Shared},
        throttle::Networks,
    },
    server::{listener, operator_socket, router},
    service::{
        Service,
        actor::{Actor, Origin},
        catalogs::Catalogs,
        clock::{Clock, Random},
        credentials::Created,
        new_credential::NewCredential,
    },
    store::{Store, users, workspaces},
};
use reqwest::{Client, Method, RequestBuilder, header, redirect};
use serde_json::Value;
use tempfile::TempDir;
use time::Duration;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// What everybody types.
pub const PASSWORD: &str = "correct horse battery staple";

/// A server that stops with its test.
pub struct Server {
    /// Its address, without a slash at its end.
    pub url: String,
    /// Its use cases, for what a test needs before it begins.
    pub service: Arc<Service>,
    clock: Clock,
    random: Random,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

impl Server {
    /// Starts on SQLite, empty.
    pub async fn start() -> Self {
        // A test has one address for all of its people.
        Self::start_with(|state| state.networks = Networks::allowing(NonZeroU16::MAX)).await
    }

    /// Starts on SQLite, empty, with another state of its handlers.
    pub async fn start_with(adjust: impl FnOnce(&mut Shared)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("latchkey.db").display());
        Self::start_on(&url, folder, adjust).await
    }

    /// Starts on PostgreSQL, empty.
    pub async fn start_on_postgresql() -> Self {
        Self::start_on_postgresql_with(|state| state.networks = Networks::allowing(NonZeroU16::MAX)).await
    }

    /// Starts on PostgreSQL, empty, with another state of its handlers.
    pub async fn start_on_postgresql_with(adjust: impl FnOnce(&mut Shared)) -> Self {
        let server = std::env::var("LATCHKEY_TEST_POSTGRES_URL")
            .expect("LATCHKEY_TEST_POSTGRES_URL names no PostgreSQL: run `make test`, which starts one");
        let folder = tempfile::tempdir().unwrap();
        let name = format!("server{}", folder.path().file_name().unwrap().to_str().unwrap());
        let create = format!("CREATE DATABASE \"{name}\"");
        let made = Command::new("psql").args([&server, "--quiet", "--command", &create]).status().unwrap();
        assert!(made.success(), "psql made no database");
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self::start_on(url.as_str(), folder, adjust).await
    }

    async fn start_on(database: &str, folder: TempDir, adjust: impl FnOnce(&mut Shared)) -> Self {
        let clock = Clock::fixed(Timestamp::parse("2026-11-22T20:47:00Z").unwrap());
        let random = Random::System;
        let store = Store::open(database).await.unwrap();
        let key = folder.path().join("master.key");
        let service = Arc::new(
            Service::open(store, &key, Catalogs::embedded().unwrap(), clock.clone(), random.clone()).await.unwrap(),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings { public_url: url.parse().unwrap(), trusted_proxies: Vec::new(), insecure_http: false };
        let mut state = Shared::new(service.clone(), settings);
        adjust(&mut state);
        let state = Arc::new(state);
        let leptos = leptos::config::get_config_from_str(include_str!("../../Leptos.toml")).unwrap();
        let socket = operator_socket::bind(&service).unwrap();
        let (stop, stopped) = oneshot::channel();
        let served =
            tokio::spawn(listener::serve(listener, router::router(&state, leptos), service.clone(), socket, async {
                // A test that has ended, well or not, stops its server too.
                drop(stopped.await);
            }));
        Self { url, service, clock, random, folder, stop: Some(stop), served }
    }

    /// Tells it to stop; it answers what it was asked before.
    pub fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap();
        }
    }

    /// Stops it, after what it is doing.
    pub async fn stop(mut self) -> TempDir {
        self.tell_to_stop();
        self.served.await.unwrap();
        self.folder
    }

    /// Where its files are.
    pub fn files(&self) -> Vec<PathBuf> {
        files(&self.folder)
    }

    /// What time it is there.
    pub fn now(&self) -> Timestamp {
        self.service.now()
    }

    /// Moves its clock.
    pub fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Makes a workspace with an owner, `owner@<slug>.example`.
    pub async fn workspace(&self, name: &str, plan: Plan) -> Workspace {
        let workspace = Workspace {
            id: WorkspaceId::from_u128(self.random.id(self.now())),
            slug: text::slug(name, "workspace"),
            name: name.to_owned(),
            plan,
            catalog: "standard".to_owned(),
            created_at: self.now(),
            requires_two_factor: false,
        };
        let mut tx = self.service.store().begin().await.unwrap();
        workspaces::insert(&mut tx, &workspace).await.unwrap();
        tx.commit().await.unwrap();
        self.person(&format!("owner@{}.example", workspace.slug), &workspace, Role::Owner).await;
        workspace
    }

    /// Makes an account with [`PASSWORD`], in a workspace.
    pub async fn person(&self, email: &str, workspace: &Workspace, role: Role) {
        let user = UserId::from_u128(self.random.id(self.now()));
        let hash = password::hash(PASSWORD, self.random.bytes());
        let mut tx = self.service.store().begin().await.unwrap();
        users::insert(&mut tx, user, &Email::parse(email).unwrap(), &hash, self.now()).await.unwrap();
        workspaces::add_member(&mut tx, workspace.id, user, role, self.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts somebody who has an account into another workspace, too.
    pub async fn also(&self, email: &str, workspace: &Workspace, role: Role) {
        let mut tx = self.service.store().begin().await.unwrap();
        let user = users::login(tx.on(), &Email::parse(email).unwrap()).await.unwrap().unwrap().id;
        workspaces::add_member(&mut tx, workspace.id, user, role, self.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Makes a project as the operator does.
    pub async fn project(&self, workspace: &Workspace, name: &str) -> Project {
        let origin = Origin::OPERATOR;
        self.service.create_project(&Actor::Operator, &origin, &workspace.slug, name).await.unwrap()
    }

    /// Makes a token as the operator does: its id and its secret.
    pub async fn mint(&self, workspace: &Workspace, token: NewCredential) -> (CredentialId, String) {
        let made =
            self.service.create_credential(&Actor::Operator, &Origin::OPERATOR, &workspace.slug, token).await.unwrap();
        match made {
            Created::New(credential, secret) => (credential.id, secret.expose().to_owned()),
            Created::Before(_) => panic!("no form made it"),
        }
    }

    /// Somebody who calls the API with a new token of these scopes.
    pub async fn token(&self, workspace: &Workspace, scopes: &[&str]) -> Api {
        let (_, secret) = self.mint(workspace, new_token("Test", scopes)).await;
        self.holding(&secret)
    }

    /// Somebody who calls the API with this secret.
    pub fn holding(&self, secret: &str) -> Api {
        Api::at(&self.url, secret)
    }

    /// Somebody who calls the API with nothing.
    pub fn anonymous(&self) -> Api {
        Api { http: Client::new(), url: self.url.clone(), authorization: None }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// A browser in which this person is signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(email, PASSWORD).await;
        assert_eq!((answer.status, browser.cookies.len()), (302, 3), "{}", answer.body);
        browser
    }

    /// Somebody who calls the API from a command line that is signed in to the account of this browser.
    pub async fn command_line(&self, browser: &mut Browser) -> Api {
        let form = async |path: &str, fields: &[(&str, &str)]| {
            Answer::to(Client::new().post(format!("{}/api/v1{path}", self.url)).form(fields)).await
        };
        let begun = form("/device/code", &[("host_name", "build-7")]).await;
        let approved = browser.ask("approve_device", &[("user_code", &begun.text("user_code"))]).await;
        assert_eq!(approved.status, 200, "{}", approved.body);
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let given = form("/device/token", &[("grant_type", grant), ("device_code", &begun.text("device_code"))]).await;
        assert_eq!(given.status, 200, "{}", given.body);
        self.holding(&given.text("access_token"))
    }

    /// Sets up a second factor in this browser, and lets the code that was used for it pass.
    pub async fn enrol(&self, browser: &mut Browser) -> Factor {
        let seed = seed(&browser.setup_key().await);
        let code = Seed::new(seed).code_at(self.now());
        let on = browser.ask("turn_on_two_factor", &[("code", &code)]).await;
        assert_eq!(on.status, 200, "{}", on.body);
        self.advance(Duration::seconds(30));
        Factor { seed, backup: browser.backup_codes().await }
    }

    /// Makes the first owner through the set-up page: their browser.
    pub async fn set_up(&self) -> Browser {
        let code = self.service.offer_setup().await.unwrap().unwrap();
        let mut browser = self.browser();
        let answer = browser
            .post(
                "/fn/set_up",
                &[
                    ("code", &code),
                    ("email", "ada@northwind.example"),
                    ("password", PASSWORD),
                    ("workspace", "Northwind Robotics"),
                ],
            )
            .await;
        assert_eq!((answer.status, answer.header("location")), (302, "/sign-in?fresh=1"), "{}", answer.body);
        browser
    }
}

/// What somebody has who has set up a second factor: an app, and a sheet of paper.
pub struct Factor {
    /// The seed in the app.
    pub seed: [u8; 20],
    /// The backup codes.
    pub backup: Vec<String>,
}

impl Factor {
    /// The code that the app shows then.
    pub fn at(&self, then: Timestamp) -> String {
        Seed::new(self.seed).code_at(then)
    }

    /// The code that the app shows now.
    pub fn code(&self, server: &Server) -> String {
        self.at(server.now())
    }
}

/// The seed that a page shows as text.
pub fn seed(key: &str) -> [u8; 20] {
    BASE32_NOPAD.decode(key.replace(' ', "").as_bytes()).unwrap().try_into().unwrap()
}

/// The files of a folder.
pub fn files(folder: &TempDir) -> Vec<PathBuf> {
    std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

/// A token without an end or a passphrase.
pub fn new_token(name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential::plain(Kind::AccessToken, name, scopes.iter().map(|scope| (*scope).to_owned()).collect())
}

/// Whether a text has the published form of an access token's secret.
pub fn is_secret(text: &str) -> bool {
    text.strip_prefix("sk_live_")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Sends `request`.
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    /// A header, empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// A member of the body that is a text.
    pub fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_else(|| panic!("no {member}: {}", self.body)).to_owned()
    }

    /// The body as a problem with this status and code, without its request's number.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.body);
        let mut problem = self.json();
        let id = problem.as_object_mut().unwrap().remove("request_id").unwrap();
        assert_eq!(id, self.header("x-request-id"));
        assert!(id.as_str().unwrap().len() > 10, "{id}");
        assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()), "{}", self.body);
        assert_eq!(problem["type"], format!("urn:latchkey:problem:{code}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem
    }

    /// The broken rules of a 422, as `field code`.
    #[track_caller]
    pub fn broken(&self) -> Vec<String> {
        let problem = self.problem(422, "validation_failed");
        let errors = problem["errors"].as_array().unwrap();
        let word = |error: &Value, member| error[member].as_str().unwrap().to_owned();
        assert!(errors.iter().all(|error| !word(error, "message").is_empty()));
        errors.iter().map(|error| format!("{} {}", word(error, "field"), word(error, "code"))).collect()
    }
}

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Api {
    http: Client,
    url: String,
    pub authorization: Option<String>,
}

impl Api {
    /// One who holds this secret, at the server there.
    pub fn at(url: &str, secret: &str) -> Self {
        Self { http: Client::new(), url: url.to_owned(), authorization: Some(format!("Bearer {secret}")) }
    }

    /// A request to a path of the API.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        match &self.authorization {
            Some(value) => request.header(header::AUTHORIZATION, value),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// `GET /whoami` with a passphrase.
    pub async fn whoami_with(&self, passphrase: &str) -> Answer {
        Answer::to(self.request(Method::GET, "/whoami").header("latchkey-passphrase", passphrase)).await
    }
}

/// A browser without script.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    url: String,
    /// By name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One in which nobody is signed in, at the server there.
    pub fn at(url: &str) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { http, url: url.to_owned(), cookies: BTreeMap::new() }
    }

    /// A request with what a browser sends along.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_for("text/html", method, path)
    }

    /// The same for one who wants to be answered in this type.
    pub fn request_for(&self, accept: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url)).header(header::ACCEPT, accept);
        if self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(header::COOKIE, cookies.join("; "))
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = Answer::to(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form of one of our pages.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).header(header::ORIGIN, &self.url).form(form);
        self.send(request).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/fn/sign_in", &[("email", email), ("password", password)]).await
    }

    /// Asks a server function as script does.
    pub async fn ask(&mut self, function: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request_for("application/json", Method::POST, &format!("/fn/{function}"));
        self.send(request.header(header::ORIGIN, &self.url).form(form)).await
    }

    /// The key that an app needs, as the page of the second factor shows it.
    pub async fn setup_key(&mut self) -> String {
        let view = self.ask("two_factor", &[]).await.json();
        view["state"]["Off"]["key"].as_str().unwrap_or_else(|| panic!("no key: {view}")).to_owned()
    }

    /// New backup codes, for the only time.
    pub async fn backup_codes(&mut self) -> Vec<String> {
        let view = self.ask("reveal_backup_codes", &[]).await.json();
        let codes = view["codes"].as_array().unwrap_or_else(|| panic!("no codes: {view}"));
        codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    /// Who is signed in, none if nobody.
    pub async fn viewer(&mut self) -> Option<String> {
        let answer = self.ask("viewer", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["email"].as_str().map(str::to_owned)
    }

    /// The value of the cookie of this kind: `session` or `refresh`.
    pub fn cookie(&self, what: &str) -> Option<&str> {
        let mut found = self.cookies.iter().filter(|(name, _)| name.starts_with(&format!("latchkey-{what}")));
        found.next().map(|(_, value)| value.as_str())
    }

    /// The same browser, at a server that was started again elsewhere.
    pub fn moved_to(&self, url: &str) -> Self {
        let port = |url: &str| url.rsplit(':').next().unwrap().to_owned();
        let (before, after) = (port(&self.url), port(url));
        let rename = |(name, value): (&String, &String)| (name.replace(&before, &after), value.clone());
        Self { http: self.http.clone(), url: url.to_owned(), cookies: self.cookies.iter().map(rename).collect() }
    }

    /// Puts another value into it.
    pub fn set_cookie(&mut self, what: &str, value: &str) {
        let name = self.cookies.keys().find(|name| name.starts_with(&format!("latchkey-{what}"))).unwrap().clone();
        self.cookies.insert(name, value.to_owned());
    }
}

/// The value of the hidden field of this name in a page.
#[track_caller]
pub fn hidden(page: &str, name: &str) -> String {
    let field = page.split("<input").find(|field| field.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| {
        panic!("no field {name}: {page}");
    });
    let value = field.split("value=\"").nth(1).unwrap_or_else(|| panic!("no value of {name}: {field}"));
    value.split('"').next().unwrap().to_owned()
}
