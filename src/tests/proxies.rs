//! The recipes of `deploy/` in the real nginx and Caddy, before a small service that tells what it was sent.
//!
//! Traefik is not among Debian's packages: of its recipe the same is asked as text alone.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, extract::Request, routing::any};
use latchkey::{
    domain::{credential::CredentialId, plan::Plan},
    service::{
        actor::{Actor, Origin},
        new_credential::NewCredential,
    },
};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::support::{Answer, Server, new_token};

const NGINX: &str = include_str!("../../deploy/nginx.conf");
const CADDY: &str = include_str!("../../deploy/Caddyfile");
const TRAEFIK: &str = include_str!("../../deploy/traefik.yaml");

/// What names a person or program to the service behind the proxy.
const IDENTITY: [&str; 5] =
    ["latchkey-credential", "latchkey-kind", "latchkey-workspace", "latchkey-project", "latchkey-scopes"];

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nginx,
    Caddy,
}

/// A proxy before a service, with a Latchkey that it asks.
struct Scene {
    server: Option<Server>,
    url: String,
    address: SocketAddr,
    proxy: Proxy,
    reached: Arc<AtomicUsize>,
    service: JoinHandle<()>,
}

/// A proxy that stops with its test.
struct Proxy {
    kind: Kind,
    folder: TempDir,
    configuration: PathBuf,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.command("stop").status());
    }
}

impl Proxy {
    /// Starts it; both programs come back from starting when they listen.
    fn start(kind: Kind, recipe: &str, (listens, latchkey, service): (SocketAddr, SocketAddr, SocketAddr)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let change = |text: &str, from: &str, to: &str| {
            assert_eq!(text.matches(from).count(), 1, "{from} stands once in the recipe");
            text.replace(from, to)
        };
        let recipe = change(recipe, "127.0.0.1:3000", &latchkey.to_string());
        let recipe = change(&recipe, "127.0.0.1:8080", &service.to_string());
        let (name, text) = match kind {
            Kind::Nginx => ("nginx.conf", whole_nginx(&change(&recipe, "listen 80;", &format!("listen {listens};")))),
            Kind::Caddy => {
                let site = change(&recipe, "http://:80 {", &format!("http://:{} {{", listens.port()));
                ("Caddyfile", format!("{{\n\tadmin unix/{}\n}}\n{site}", folder.path().join("admin").display()))
            }
        };
        let configuration = folder.path().join(name);
        fs::write(&configuration, text).unwrap();
        let proxy = Self { kind, folder, configuration };
        let started = proxy.command("start").status().expect("`make test` installs nginx and caddy");
        assert!(started.success(), "{}", fs::read_to_string(proxy.folder.path().join("log")).unwrap_or_default());
        proxy
    }

    fn command(&self, what: &str) -> Command {
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut command = match self.kind {
            Kind::Nginx => {
                let mut nginx = Command::new("/usr/sbin/nginx");
                nginx.arg("-e").arg("log").arg("-p").arg(self.folder.path()).arg("-c").arg(&self.configuration);
                if what == "stop" {
                    nginx.args(["-s", "stop"]);
                }
                nginx
            }
            Kind::Caddy => {
                let mut caddy = Command::new("caddy");
                caddy.arg(what).arg("--config").arg(&self.configuration).args(["--adapter", "caddyfile"]);
                caddy
            }
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).env("HOME", self.folder.path());
        command
    }
}

/// The recipe is one site of a configuration.
fn whole_nginx(site: &str) -> String {
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders = folders.map(|name| format!("{name}_temp_path {name};")).join("\n");
    format!(
        "pid pid;\nerror_log log info;\nworker_processes 1;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}\n{site}}}\n"
    )
}

/// An address that nobody listens at.
async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Tells the method, the path and the headers that reached it.
fn echo(request: &Request) -> axum::Json<Value> {
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or("?").into()));
    let headers: serde_json::Map<String, Value> = headers.map(|(name, value)| (name.to_owned(), value)).collect();
    axum::Json(json!({
        "method": request.method().as_str(), "uri": request.uri().to_string(), "headers": headers,
    }))
}

impl Scene {
    async fn start(kind: Kind) -> Self {
        let server = Server::start_with(|state| {
            let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
            state.settings.trusted_proxies = trusted_proxies;
        })
        .await;
        server.workspace("Northwind Robotics", Plan::Team).await;
        let reached = Arc::new(AtomicUsize::new(0));
        let counted = reached.clone();
        let service = Router::new().fallback(any(async move |request: Request| {
            counted.fetch_add(1, Ordering::SeqCst);
            echo(&request)
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let behind = listener.local_addr().unwrap();
        let service = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let latchkey = server.url.strip_prefix("http://").unwrap().parse().unwrap();
        let address = free().await;
        let recipe = match kind {
            Kind::Nginx => NGINX,
            Kind::Caddy => CADDY,
        };
        let proxy = Proxy::start(kind, recipe, (address, latchkey, behind));
        Self { server: Some(server), url: format!("http://{address}"), address, proxy, reached, service }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    async fn key(&self, scopes: &[&str]) -> (CredentialId, String) {
        let kind = latchkey::domain::credential::Kind::ApiKey;
        self.mint(NewCredential { kind, ..new_token("Service", scopes) }).await
    }

    async fn mint(&self, new: NewCredential) -> (CredentialId, String) {
        let slug = "northwind-robotics";
        let home = self.server().service.workspace(&Actor::Operator, slug).await.unwrap();
        self.server().mint(&home.workspace, new).await
    }

    async fn call(&self, method: Method, path: &str, secret: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Client::new().request(method, format!("{}{path}", self.url)).bearer_auth(secret);
        Answer::to(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    fn reached(&self) -> usize {
        self.reached.load(Ordering::SeqCst)
    }

    /// Sends a request as it stands; gives the status.
    async fn raw(&self, request: &str) -> u16 {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("0").parse().unwrap()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.service.abort();
    }
}

/// Makes two tests of each, one for each proxy.
macro_rules! through_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn through_nginx() {
                super::$name(super::Scene::start(super::Kind::Nginx).await).await;
            }

            #[tokio::test]
            async fn through_caddy() {
                super::$name(super::Scene::start(super::Kind::Caddy).await).await;
            }
        }
    )*};
}

through_both! {
    a_service_is_told_who_calls_and_not_the_secret
    a_service_is_reached_by_nobody_else
    a_service_believes_no_header_of_a_client
    a_service_is_written_to_by_those_who_may_write
    a_service_is_reached_by_no_trick_in_the_path
    a_service_is_closed_when_nobody_can_be_asked
}

async fn a_service_is_told_who_calls_and_not_the_secret(scene: Scene) {
    let (id, secret) = scene.key(&["services:read", "logs:read"]).await;
    let answer = scene.call(Method::GET, "/a/b?c=d", &secret, &[("latchkey-passphrase", "open sesame")]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    assert_eq!((&told["method"], &told["uri"]), (&json!("GET"), &json!("/a/b?c=d")));
    let headers = &told["headers"];
    assert_eq!(headers["latchkey-credential"], id.to_string());
    assert_eq!(headers["latchkey-kind"], "api_key");
    assert_eq!(headers["latchkey-workspace"], "northwind-robotics");
    assert_eq!(headers["latchkey-scopes"], "services:read logs:read");
    for gone in ["authorization", "latchkey-passphrase"] {
        assert!(headers[gone].is_null(), "{gone}: {headers}");
    }
    assert_eq!(headers["latchkey-project"].as_str().unwrap_or_default(), "", "of no single project");
    assert!(!answer.body.contains(&secret), "{}", answer.body);
    // The address of the client, not the proxy's own, is remembered.
    scene.server().service.flush_uses().await.unwrap();
    let known = scene.server().service.use_of_credential(&Actor::Operator, "northwind-robotics", id).await.unwrap();
    assert_eq!(known.lines[0].ip.as_deref(), Some("127.0.0.1"));
}

async fn a_service_is_reached_by_nobody_else(scene: Scene) {
    let (id, secret) = scene.key(&["services:read"]).await;
    let (_, small) = scene.key(&["logs:read"]).await;
    let nothing = Answer::to(Client::new().get(&scene.url)).await;
    assert_eq!(nothing.status, 401);
    assert!(nothing.header("www-authenticate").starts_with("Bearer"), "{}", nothing.header("www-authenticate"));
    assert_eq!(scene.call(Method::GET, "/", "nonsense", &[]).await.status, 401);
    assert_eq!(scene.call(Method::GET, "/", &small, &[]).await.status, 403);
    let contoso = scene.server().workspace("Contoso", Plan::Team).await;
    let (_, foreign) = scene.server().mint(&contoso, new_token("Foreign", &["all"])).await;
    assert_eq!(scene.call(Method::GET, "/", &foreign, &[]).await.status, 403);
    assert_eq!(scene.reached(), 0);
    assert_eq!(scene.call(Method::GET, "/", &secret, &[]).await.status, 200);
    let (service, origin) = (&scene.server().service, Origin::OPERATOR);
    service.revoke_credential(&Actor::Operator, &origin, "northwind-robotics", id, true).await.unwrap();
    for _ in 0..20 {
        assert_eq!(scene.call(Method::GET, "/", &secret, &[]).await.status, 401);
    }
    assert_eq!(scene.reached(), 1);
}

async fn a_service_believes_no_header_of_a_client(scene: Scene) {
    let (id, secret) = scene.key(&["services:read"]).await;
    let forged: Vec<_> = IDENTITY.iter().map(|name| (*name, "forged")).collect();
    let answer = scene.call(Method::GET, "/", &secret, &forged).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("forged"), "{}", answer.body);
    assert_eq!(answer.json()["headers"]["latchkey-credential"], id.to_string());
    // Nor a method that is not the one of the request.
    let reading = [("x-original-method", "GET"), ("x-forwarded-method", "GET")];
    assert_eq!(scene.call(Method::POST, "/", &secret, &reading).await.status, 403);
    // Nor another question than the proxy's own.
    let other = "/?workspace=contoso&scope=logs:read&write_scope=logs:read";
    assert_eq!(scene.call(Method::POST, other, &secret, &[("x-forwarded-uri", other)]).await.status, 403);
    assert_eq!(scene.reached(), 1);
}

async fn a_service_is_written_to_by_those_who_may_write(scene: Scene) {
    let (_, reads) = scene.key(&["services:read"]).await;
    let (_, writes) = scene.key(&["services:read", "services:write"]).await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        assert_eq!(scene.call(method.clone(), "/", &reads, &[]).await.status, 403, "{method}");
        let answer = scene.call(method.clone(), "/", &writes, &[]).await;
        assert_eq!((answer.status, &answer.json()["method"]), (200, &json!(method.as_str())));
    }
    let with_body = Client::new().post(&scene.url).bearer_auth(&writes).body("x".repeat(20_000));
    assert_eq!(Answer::to(with_body).await.status, 200);
    assert_eq!(scene.call(Method::HEAD, "/", &reads, &[]).await.status, 200);
}

async fn a_service_is_reached_by_no_trick_in_the_path(scene: Scene) {
    let (_, small) = scene.key(&["logs:read"]).await;
    for path in [
        "/_latchkey",
        "/_latchkey/",
        "/_latchkey?workspace=contoso",
        "//",
        "/.",
        "/..",
        "/a/../b",
        "/%2e%2e/a",
        "/..%2fa",
        "/a;b",
        "/%5flatchkey",
        "/a%00b",
        "/a%0d%0aLatchkey-Kind:%20x",
        "http://other.example/",
    ] {
        for authorization in [String::new(), format!("Authorization: Bearer {small}\r\n")] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: app\r\n{authorization}Connection: close\r\n\r\n");
            let status = scene.raw(&request).await;
            assert!((400..500).contains(&status), "{path} {authorization}: {status}");
        }
    }
    let smuggled = format!(
        "GET / HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer {small}\r\nContent-Length: 4\r\n\
                            Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    );
    assert!((400..500).contains(&scene.raw(&smuggled).await));
    assert_eq!(scene.reached(), 0);
}

async fn a_service_is_closed_when_nobody_can_be_asked(mut scene: Scene) {
    let (_, secret) = scene.key(&["services:read"]).await;
    assert_eq!(scene.call(Method::GET, "/", &secret, &[]).await.status, 200);
    scene.server.take().unwrap().stop().await;
    for _ in 0..3 {
        let status = scene.call(Method::GET, "/", &secret, &[]).await.status;
        assert!(status >= 500, "{status}");
    }
    assert_eq!(scene.reached(), 1);
    assert!(Path::new(&scene.proxy.configuration).exists());
}

#[test]
fn the_recipe_for_traefik_says_the_same() {
    for name in IDENTITY {
        let header = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join("-");
        assert!(TRAEFIK.contains(&format!("{header}: \"\"")), "{header} of a client is taken away");
        let copied = TRAEFIK.lines().find(|line| line.contains("authResponseHeaders")).unwrap();
        assert!(copied.contains(&header), "{header} is copied");
    }
    for secret in ["Authorization: \"\"", "Latchkey-Passphrase: \"\"", "X-Original-Method: \"\""] {
        assert!(TRAEFIK.contains(secret), "{secret}");
    }
    let question = |recipe: &str| {
        let begin = recipe.find("/api/v1/authorize?").unwrap();
        recipe[begin..].split(['"', '\n', ';']).next().unwrap().to_owned()
    };
    assert_eq!(question(TRAEFIK), question(NGINX));
    assert_eq!(question(TRAEFIK), question(CADDY));
}
