//! **The command line**: one binary, its subcommands, their flags.
//!
//! Lives here: parsing arguments, talking to a terminal. May import: `server`, `service`, `store`. Never happens
//! here: a rule of the product. Secrets go to standard output, everything else that is not asked for to standard
//! error.

mod admin;
mod backup;
mod migrate;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    service::{
        Service,
        catalogs::Catalogs,
        clock::{Clock, Random},
    },
    store::Store,
};

/// A self-hosted dashboard and API for the access tokens of a workspace.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version, about, subcommand_negates_reqs = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the dashboard and the API (what happens without a command, too)
    Serve(serve::Serve),
    /// Bring the database up to date, then stop
    Migrate,
    /// Write a copy of the database to a new file, while the server runs or not
    Backup(backup::Backup),
    /// Make the database from a backup, where there is none yet
    Restore(backup::Restore),
    /// Operate this installation at the machine, without a browser
    #[command(subcommand)]
    Admin(admin::Admin),
}

/// Where the data is.
#[derive(Debug, Args)]
struct Database {
    /// The database: sqlite:PATH, made if missing, or postgres://…
    #[arg(
        long = "database-url",
        global = true,
        env = "LATCHKEY_DATABASE_URL",
        default_value = "sqlite:data/latchkey.db",
        hide_env_values = true
    )]
    url: String,
    /// The master key's file, made together with a new database
    #[arg(long, global = true, env = "LATCHKEY_MASTER_KEY_FILE", default_value = "data/master.key")]
    master_key_file: PathBuf,
    /// A folder with catalogs of your own, *.toml, beside those that are built in
    #[arg(long, global = true, env = "LATCHKEY_CATALOG_DIR")]
    catalog_dir: Option<PathBuf>,
    /// What the log shows, such as info or latchkey=debug
    #[arg(long, global = true, env = "LATCHKEY_LOG", default_value = "info")]
    log: String,
}

/// What a person at the terminal is told.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Cli {
    /// Runs the command; exits with 0, or with 1 if it failed.
    pub async fn run(self) -> ExitCode {
        match self.dispatch().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&error.to_string());
                ExitCode::FAILURE
            }
        }
    }

    async fn dispatch(self) -> Result<()> {
        crate::server::telemetry::start(&self.database.log)?;
        match self.command {
            None => self.serve.run(&self.database).await,
            Some(Command::Serve(serve)) => serve.run(&self.database).await,
            Some(Command::Migrate) => migrate::run(&self.database).await,
            Some(Command::Backup(backup)) => backup.run(&self.database).await,
            Some(Command::Restore(restore)) => restore.run(&self.database).await,
            Some(Command::Admin(admin)) => admin.run(&self.database).await,
        }
    }
}

impl Database {
    async fn open(&self) -> Result<Service> {
        let catalogs = Catalogs::load(self.catalog_dir.as_deref()).map_err(|wrong| format!("catalog {wrong}"))?;
        let store = Store::open(&self.url).await?;
        Ok(Service::open(store, &self.master_key_file, catalogs, Clock::System, Random::System).await?)
    }
}

#[expect(clippy::print_stderr, reason = "a command line speaks to a terminal")]
fn complain(text: &str) {
    eprintln!("latchkey: {text}");
}

#[expect(clippy::print_stderr, reason = "a command line speaks to a terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "a command line speaks to a terminal")]
fn print(text: &str) {
    println!("{text}");
}
