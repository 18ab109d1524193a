//! `latchkey serve`.

use std::{net::SocketAddr, sync::Arc};

use clap::Args;
use ipnet::IpNet;
use leptos::config::get_config_from_str;
use tokio::net::TcpListener;

use super::{Database, Result, print};
use crate::{
    http::state::{Settings, Shared},
    server::{config, listener, operator_socket, router},
    service::Service,
};

/// The runtime half of cargo-leptos' settings.
const LEPTOS: &str = include_str!("../../Leptos.toml");

/// Flags of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, env = "LATCHKEY_ADDR", default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// Where people find it, such as `https://latchkey.example.org`; where it listens if absent
    #[arg(long, env = "LATCHKEY_PUBLIC_URL")]
    public_url: Option<String>,
    /// Networks of reverse proxies whose X-Forwarded-For is believed, with commas between
    #[arg(long, env = "LATCHKEY_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Vec<IpNet>,
    /// Insist on http beyond this machine: passwords and tokens travel in the open
    #[arg(long, env = "LATCHKEY_INSECURE_HTTP", value_parser = clap::builder::FalseyValueParser::new())]
    insecure_http: bool,
    /// Fill an empty database with a workspace to look around in, and print how to sign in
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, database: &Database) -> Result<()> {
        let demo = self.demo;
        let addr = self.addr;
        // First the port: where it is taken, nothing has been made yet.
        let listener = TcpListener::bind(addr).await.map_err(|error| format!("cannot listen at {addr}: {error}"))?;
        // Port 0 asks for any that is free.
        let settings = config::Raw { addr: listener.local_addr()?, ..self.into_raw() }.check()?;
        let service = Arc::new(database.open().await?);
        // Whoever reads the greeting may send a command or a signal at once.
        let socket = operator_socket::bind(&service)?;
        let stop = listener::told_to_stop()?;
        greet(&service, &settings, demo).await?;
        let state = Arc::new(Shared::new(service.clone(), settings));
        let leptos = get_config_from_str(LEPTOS)?;
        listener::serve(listener, router::router(&state, leptos), service, socket, stop).await;
        Ok(())
    }

    fn into_raw(self) -> config::Raw {
        config::Raw {
            addr: self.addr,
            public_url: self.public_url,
            trusted_proxies: self.trusted_proxies,
            insecure_http: self.insecure_http,
            demo: self.demo,
        }
    }
}

/// Says where the server is, and how to get in the first time.
async fn greet(service: &Service, settings: &Settings, demo: bool) -> Result<()> {
    let url = settings.public_url.as_str().trim_end_matches('/');
    print(&format!("Latchkey {} at {url}", env!("CARGO_PKG_VERSION")));
    if demo {
        match service.fill_demo().await? {
            Some(demo) => print(&format!("Demo: sign in as {} with the password {}", demo.email, demo.password)),
            None => return Err("--demo fills an empty database only, and this one is in use".into()),
        }
    }
    if let Some(code) = service.offer_setup().await? {
        print(&format!("Set up the first owner, with this link that works once:\n\n    {url}/setup?code={code}\n"));
    }
    Ok(())
}
