//! **The command line**: one binary, its subcommands, their flags.
//!
//! Lives here: parsing arguments, talking to a terminal. May import: `server`, `service`, `store`. Never happens
//! here: a rule of the product. Secrets go to standard output, everything else that is not asked for to standard
//! error.

mod admin;
mod backup;
mod manual;
mod migrate;
mod remote;
mod scan;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};

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
#[command(
    name = "latchkey",
    version,
    about,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  latchkey                                       serve on http://127.0.0.1:3000\n  \
                  latchkey login                                 sign this command line in\n  \
                  latchkey tokens create Nightly --scopes deploy print a new token\n\n\
                  Exits with 0; 1 if it failed, 2 if it cannot be meant like this, 4 if nobody is signed in."
)]
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
    #[command(
        after_help = "Example:\n  latchkey serve --addr 127.0.0.1:8000 --public-url https://latchkey.example.org"
    )]
    Serve(At<serve::Serve>),
    /// Bring the database up to date, then stop
    #[command(after_help = "Example:\n  latchkey migrate")]
    Migrate(Database),
    /// Write a copy of the database to a new file, while the server runs or not
    Backup(At<backup::Backup>),
    /// Make the database from a backup, where there is none yet
    Restore(At<backup::Restore>),
    /// Operate this installation at the machine, without a browser
    #[command(
        after_help = "Example:\n  latchkey admin create-token --workspace northwind-robotics --name Nightly --scopes deploy"
    )]
    Admin {
        #[command(flatten)]
        database: Everywhere,
        #[command(subcommand)]
        command: admin::Admin,
    },
    /// Find the secrets of tokens and keys where they do not belong
    Scan(At<scan::Scan>),
    #[command(flatten)]
    Remote(remote::Remote),
    /// Print what completes commands in a shell
    Completions(manual::Completions),
    /// Write the manual's pages into a folder
    Man(manual::Man),
}

/// A command on the data.
#[derive(Debug, Args)]
struct At<C: Args> {
    #[command(flatten)]
    command: C,
    #[command(flatten)]
    database: Database,
}

/// Where the data is, said before or after the command that comes under it.
#[derive(Debug)]
struct Everywhere(Database);

impl Args for Everywhere {
    fn augment_args(command: clap::Command) -> clap::Command {
        Database::augment_args(command).mut_args(|arg| arg.global(true))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Everywhere {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        Database::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// Where the data is.
#[derive(Debug, Args)]
struct Database {
    /// The database: sqlite:PATH, made if missing, or postgres://…
    #[arg(
        long = "database-url",
        env = "LATCHKEY_DATABASE_URL",
        default_value = "sqlite:data/latchkey.db",
        hide_env_values = true
    )]
    url: String,
    /// The master key's file, made together with a new database
    #[arg(long, env = "LATCHKEY_MASTER_KEY_FILE", default_value = "data/master.key")]
    master_key_file: PathBuf,
    /// A folder with catalogs of your own, *.toml, beside those that are built in
    #[arg(long, env = "LATCHKEY_CATALOG_DIR")]
    catalog_dir: Option<PathBuf>,
    /// What the log shows, such as info or latchkey=debug
    #[arg(long, env = "LATCHKEY_LOG", default_value = "info")]
    log: String,
}

/// What a person at the terminal is told.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Cli {
    /// Runs the command; exits with 0, or with 1 if it failed. What asks a server has other codes for other reasons.
    pub async fn run(self) -> ExitCode {
        match self.dispatch().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&error.to_string());
                error.downcast_ref::<remote::Failure>().map_or(1, remote::Failure::exit_code).into()
            }
        }
    }

    async fn dispatch(self) -> Result<()> {
        match self.command {
            None => self.serve.run(self.database.logged()?).await,
            Some(Command::Serve(At { command, database })) => command.run(database.logged()?).await,
            Some(Command::Migrate(database)) => migrate::run(database.logged()?).await,
            Some(Command::Backup(At { command, database })) => command.run(database.logged()?).await,
            Some(Command::Restore(At { command, database })) => command.run(database.logged()?).await,
            Some(Command::Admin { command, database: Everywhere(database) }) => command.run(database.logged()?).await,
            Some(Command::Scan(At { command, database })) => command.run(database.logged()?).await,
            Some(Command::Remote(remote)) => remote.run().await,
            Some(Command::Completions(completions)) => completions.run(),
            Some(Command::Man(man)) => man.run(),
        }
    }
}

impl Database {
    /// Itself, once the log is written.
    fn logged(&self) -> Result<&Self> {
        crate::server::telemetry::start(&self.log)?;
        Ok(self)
    }

    fn catalogs(&self) -> Result<Catalogs> {
        Ok(Catalogs::load(self.catalog_dir.as_deref()).map_err(|wrong| format!("catalog {wrong}"))?)
    }

    async fn open(&self) -> Result<Service> {
        let catalogs = self.catalogs()?;
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
