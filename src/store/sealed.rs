//! Everything that is sealed, wherever it lies: for the one moment when the master key is replaced.

use super::{Result, Tx};
use crate::domain::stored::Sealed;

/// Where a sealed text lies. A column that is called `sealed…` has a place here; a test sees to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root of the keys that outlive the master key.
    Root,
    /// The seed of a key that signs.
    SigningKey,
    /// The seed of a second factor.
    SecondFactor,
    /// New backup codes.
    BackupCodes,
    /// The secret of a new token or key.
    Reveal,
    /// The code of an invitation.
    Invitation,
    /// The code of a link to reset a password.
    PasswordReset,
}

/// A sealed text, whose it is, and for which browser session, if it waits for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The id of what it belongs to; empty of the root.
    pub id: String,
    /// The session that may see it.
    pub session: String,
    /// The text.
    pub sealed: Sealed,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Root,
        Self::SigningKey,
        Self::SecondFactor,
        Self::BackupCodes,
        Self::Reveal,
        Self::Invitation,
        Self::PasswordReset,
    ];

    const fn read(self) -> &'static str {
        match self {
            Self::Root => "SELECT '', '', sealed_root FROM instance WHERE sealed_root IS NOT NULL",
            Self::SigningKey => "SELECT id, '', sealed_seed FROM signing_keys",
            Self::SecondFactor => "SELECT user_id, '', sealed_seed FROM two_factor",
            Self::BackupCodes => "SELECT user_id, session_id, sealed_codes FROM backup_code_slots",
            Self::Reveal => "SELECT credential_id, session_id, sealed FROM reveals",
            Self::Invitation => {
                "SELECT id, reveal_session_id, sealed_code FROM invitations WHERE sealed_code IS NOT NULL"
            }
            Self::PasswordReset => {
                "SELECT id, reveal_session_id, sealed_code FROM password_resets WHERE sealed_code IS NOT NULL"
            }
        }
    }

    const fn write(self) -> &'static str {
        match self {
            Self::Root => "UPDATE instance SET sealed_root = $2 WHERE $1 = ''",
            Self::SigningKey => "UPDATE signing_keys SET sealed_seed = $2 WHERE id = $1",
            Self::SecondFactor => "UPDATE two_factor SET sealed_seed = $2 WHERE user_id = $1",
            Self::BackupCodes => "UPDATE backup_code_slots SET sealed_codes = $2 WHERE user_id = $1",
            Self::Reveal => "UPDATE reveals SET sealed = $2 WHERE credential_id = $1",
            Self::Invitation => "UPDATE invitations SET sealed_code = $2 WHERE id = $1",
            Self::PasswordReset => "UPDATE password_resets SET sealed_code = $2 WHERE id = $1",
        }
    }
}

/// All that lies in a place.
///
/// # Errors
/// If the database fails.
pub async fn all(tx: &mut Tx, place: Place) -> Result<Vec<Row>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(place.read()).fetch_all(tx.on()).await?;
    Ok(rows.into_iter().map(|(id, session, sealed)| Row { id, session, sealed: Sealed(sealed) }).collect())
}

/// Puts another text in the place of that of `id`.
///
/// # Errors
/// If the database fails.
pub async fn replace(tx: &mut Tx, place: Place, id: &str, sealed: &Sealed) -> Result<()> {
    sqlx::query(place.write()).bind(id).bind(sealed.0.as_str()).execute(tx.on()).await?;
    Ok(())
}
