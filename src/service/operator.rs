//! What the operator may do at the machine, without a browser.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    Error, Result, Service,
    actor::{Actor, Origin},
    credentials::Created,
    new_credential::NewCredential,
    setup::NewOwner,
};
use crate::{domain::credential::Kind, store::instance};

/// A command of the operator, as it goes through the server's socket.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Makes a user who owns a new workspace.
    CreateOwner {
        /// Their address.
        email: String,
        /// Their password. It is written out for the socket alone, which only its owner can open.
        #[serde(serialize_with = "expose")]
        password: SecretString,
        /// The workspace's name.
        workspace: String,
    },
    /// Makes an access token; the first owner is responsible for it.
    CreateToken {
        /// The workspace's slug or id.
        workspace: String,
        /// The token's name.
        name: String,
        /// Its scopes.
        scopes: Vec<String>,
    },
    /// Sets somebody's password and ends their sessions.
    ResetPassword {
        /// Their address.
        email: String,
        /// The new password, written out for the socket alone.
        #[serde(serialize_with = "expose")]
        password: SecretString,
    },
    /// Turns somebody's second factor off.
    DisableTwoFactor {
        /// Their address.
        email: String,
    },
    /// Writes all that is committed now to a new file.
    BackUp {
        /// Where, with its folder: the server's own is another one.
        file: PathBuf,
    },
    /// Makes a new key that signs the JWTs of sessions.
    RotateSigningKey,
    /// Makes a new master key, and seals anew all that is sealed.
    RotateMasterKey,
}

/// What came of it, for the console.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// The owner and workspace were made.
    OwnerCreated {
        /// Where the workspace is.
        slug: String,
    },
    /// The token was made.
    TokenCreated {
        /// Its id.
        id: String,
        /// Its secret, for the only time.
        secret: String,
    },
    /// The password was set.
    PasswordReset {
        /// Whose.
        email: String,
    },
    /// There is a backup.
    BackedUp {
        /// Where.
        file: PathBuf,
    },
    /// Another key signs now.
    SigningKeyRotated {
        /// Its id.
        id: String,
    },
    /// The second factor is off.
    TwoFactorDisabled {
        /// Whose.
        email: String,
    },
    /// All that is sealed is sealed with another master key now.
    MasterKeyRotated {
        /// Where the old one is kept.
        kept: Option<PathBuf>,
    },
    /// Nothing was done; a sentence says why.
    Refused {
        /// The sentence.
        reason: String,
    },
}

impl Service {
    /// Carries out a command of the operator.
    ///
    /// # Errors
    /// A fault; what the operator can put right is a [`Reply::Refused`].
    pub async fn operate(&self, command: Command) -> Result<Reply> {
        let done = match command {
            Command::CreateOwner { email, password, workspace } => {
                let new =
                    NewOwner { email: &email, password: password.expose_secret(), workspace: &workspace, catalog: "" };
                self.create_owner(&new).await
            }
            Command::CreateToken { workspace, name, scopes } => self.create_token(&workspace, name, scopes).await,
            Command::ResetPassword { email, password } => {
                let done = self.reset_password_as_operator(&email, password.expose_secret()).await;
                match done {
                    Err(Error::NotFound) => return Ok(Reply::Refused { reason: format!("{email} has no account") }),
                    other => other.map(|()| Reply::PasswordReset { email }),
                }
            }
            Command::DisableTwoFactor { email } => match self.turn_off_two_factor_as_operator(&email).await {
                Err(Error::NotFound) => return Ok(Reply::Refused { reason: format!("{email} has no account") }),
                other => other.map(|()| Reply::TwoFactorDisabled { email }),
            },
            Command::BackUp { file } => {
                return Ok(match self.back_up(&file).await {
                    Ok(()) => Reply::BackedUp { file },
                    Err(error) => Reply::Refused { reason: error.to_string() },
                });
            }
            Command::RotateMasterKey => self.rotate_master_key().await.map(|kept| Reply::MasterKeyRotated { kept }),
            Command::RotateSigningKey => self.rotate_signing_key().await.map(|id| Reply::SigningKeyRotated { id }),
        };
        match done {
            Err(Error::Fault(fault)) => Err(fault.into()),
            Err(refusal) => Ok(Reply::Refused { reason: sentence(&refusal) }),
            Ok(reply) => Ok(reply),
        }
    }

    async fn create_owner(&self, new: &NewOwner<'_>) -> Result<Reply> {
        let parsed = self.parse_owner(new)?;
        let hash = self.hashing.hash(parsed.password.clone(), self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        // The set-up link is for the first owner; an operator who makes one has used it up.
        instance::claim_setup(&mut tx, None, self.now()).await?;
        let (_, workspace) = self.insert_owner(&mut tx, &parsed, &hash, &Origin::OPERATOR).await?;
        tx.commit().await?;
        Ok(Reply::OwnerCreated { slug: workspace.slug })
    }

    async fn create_token(&self, workspace: &str, name: String, scopes: Vec<String>) -> Result<Reply> {
        let new = NewCredential::plain(Kind::AccessToken, &name, scopes);
        match self.create_credential(&Actor::Operator, &Origin::OPERATOR, workspace, new).await? {
            Created::New(credential, secret) => {
                Ok(Reply::TokenCreated { id: credential.id.to_string(), secret: secret.expose().to_owned() })
            }
            // Only a form can be sent twice.
            Created::Before(_) => Err(Error::NotFound),
        }
    }
}

fn expose<S: serde::Serializer>(secret: &SecretString, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

fn sentence(error: &Error) -> String {
    match error {
        Error::NotFound => "there is no such workspace".to_owned(),
        Error::Invalid(errors) => {
            errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("\n")
        }
        Error::PlanLimit(kind, usage) => usage.refusal(*kind),
        other => other.to_string(),
    }
}
