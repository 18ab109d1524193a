//! `latchkey admin`: through the server's socket while it runs, else on the database itself.

use std::io::{self, Read as _};

use clap::Subcommand;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
};

use super::{Database, Result, print, say};
use crate::service::operator::{Command, Reply};

/// What the operator may do.
#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Make a user who owns a new workspace
    #[command(
        after_help = "Example:\n  printf %s \"$PASSWORD\" | latchkey admin create-owner \\\n      --email ops@example.org --password-stdin --workspace \"Northwind Robotics\""
    )]
    CreateOwner {
        /// Their email address
        #[arg(long)]
        email: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The workspace's name
        #[arg(long)]
        workspace: String,
    },
    /// Make an access token and print its secret alone
    #[command(
        after_help = "Example:\n  latchkey admin create-token --workspace northwind-robotics --name \"CI Deploy\" --scopes deploy,read"
    )]
    CreateToken {
        /// The workspace's slug or id
        #[arg(long)]
        workspace: String,
        /// The token's name
        #[arg(long)]
        name: String,
        /// Its scopes, with commas between
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
    },
    /// Set somebody's password and sign them out everywhere
    #[command(
        after_help = "Example:\n  printf %s \"$PASSWORD\" | latchkey admin reset-password \\\n      --email ops@example.org --password-stdin"
    )]
    ResetPassword {
        /// Their email address
        #[arg(long)]
        email: String,
        /// Read the new password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Turn somebody's two-factor off: their password alone signs them in again
    #[command(name = "disable-2fa", after_help = "Example:\n  latchkey admin disable-2fa --email ops@example.org")]
    DisableTwoFactor {
        /// Their email address
        #[arg(long)]
        email: String,
    },
    /// Replace the master key and seal anew all that is sealed; nobody is signed out
    ///
    /// The old key is kept beside the new one, since backups from before need it. May be interrupted at any moment and run
    /// again. On PostgreSQL each server needs the new file before it goes on.
    #[command(verbatim_doc_comment, after_help = "Example:\n  latchkey admin rotate-master-key")]
    RotateMasterKey,
    /// Sign sessions with a new key from now on; nobody is signed out
    #[command(after_help = "Example:\n  latchkey admin rotate-signing-key")]
    RotateSigningKey,
}

impl Admin {
    pub(super) async fn run(self, database: &Database) -> Result<()> {
        operate(database, self.into_command()?).await
    }

    fn into_command(self) -> Result<Command> {
        Ok(match self {
            Self::CreateOwner { email, workspace, .. } => {
                Command::CreateOwner { email, password: password()?.into(), workspace }
            }
            Self::ResetPassword { email, .. } => Command::ResetPassword { email, password: password()?.into() },
            Self::CreateToken { workspace, name, scopes } => Command::CreateToken { workspace, name, scopes },
            Self::DisableTwoFactor { email } => Command::DisableTwoFactor { email },
            Self::RotateMasterKey => Command::RotateMasterKey,
            Self::RotateSigningKey => Command::RotateSigningKey,
        })
    }
}

/// A password from standard input, without the end of its line.
fn password() -> io::Result<String> {
    let mut typed = String::new();
    io::stdin().read_to_string(&mut typed)?;
    let typed = typed.strip_suffix('\n').unwrap_or(&typed);
    Ok(typed.strip_suffix('\r').unwrap_or(typed).to_owned())
}

/// Carries out a command, and says what came of it.
pub(super) async fn operate(database: &Database, command: Command) -> Result<()> {
    match send(database, command).await? {
        Reply::OwnerCreated { slug } => say(&format!("✔ Owner and workspace created: /w/{slug}")),
        Reply::TokenCreated { id, secret } => {
            say(&format!("✔ Token {id} created (shown once):"));
            print(&secret);
        }
        Reply::PasswordReset { email } => say(&format!("✔ New password set for {email}; signed out everywhere")),
        Reply::BackedUp { file } => {
            say(&format!("✔ Backup written: {}", file.display()));
            say("  The master key is not in it: keep a copy of that in another place");
        }
        Reply::SigningKeyRotated { id } => say(&format!("✔ Key {id} signs sessions from now on")),
        Reply::TwoFactorDisabled { email } => say(&format!("✔ Two-factor is off for {email}")),
        Reply::MasterKeyRotated { kept } => {
            say("✔ Everything is sealed under a new master key");
            if let Some(kept) = kept {
                say(&format!("  The old one is kept in {} for backups from before", kept.display()));
            }
        }
        Reply::Refused { reason } => return Err(reason.into()),
    }
    Ok(())
}

async fn send(database: &Database, command: Command) -> Result<Reply> {
    if let Some(stream) = running_server(&database.url).await {
        return ask(stream, &command).await;
    }
    let service = database.open().await?;
    let reply = service.operate(command).await;
    service.store().close().await;
    Ok(reply?)
}

/// The socket of a server that runs on this database.
async fn running_server(url: &str) -> Option<UnixStream> {
    let file = crate::store::sqlite_file(url)?;
    UnixStream::connect(file.with_added_extension("sock")).await.ok()
}

async fn ask(mut stream: UnixStream, command: &Command) -> Result<Reply> {
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut reply = String::new();
    BufReader::new(stream).read_line(&mut reply).await?;
    Ok(serde_json::from_str(&reply).map_err(|_| "the server stopped before it answered")?)
}
