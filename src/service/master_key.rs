//! The file with the master key: made only together with a new database (PRODUCT section 9).

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::clock::Random;
use crate::auth::keys::{InvalidMasterKey, MasterKey};

/// Why there is no master key to work with.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The database was made with a key whose file is gone.
    #[error("the master key {0} is missing, but the database was made with one: put the file back")]
    Missing(PathBuf),
    /// The file holds another key than the database was made with.
    #[error("the master key in {0} is not the one that the database was made with")]
    Other(PathBuf),
    /// The file holds something else.
    #[error("{0}: {1}")]
    Malformed(PathBuf, #[source] InvalidMasterKey),
    /// The file cannot be read or made.
    #[error("cannot use the master key {0}: {1}")]
    File(PathBuf, #[source] io::Error),
}

/// The key for a database that has `fingerprint`, or for a new one that has none yet.
///
/// # Errors
/// [`KeyFileError`] if the key is missing, another, or not to be read.
pub fn open(path: &Path, fingerprint: Option<&str>, random: &Random) -> Result<MasterKey, KeyFileError> {
    let file_error = |error| KeyFileError::File(path.to_owned(), error);
    match (fs::read_to_string(path), fingerprint) {
        (Ok(text), expected) => {
            let key = MasterKey::parse(&text).map_err(|error| KeyFileError::Malformed(path.to_owned(), error))?;
            match expected {
                Some(expected) if expected != key.fingerprint() => Err(KeyFileError::Other(path.to_owned())),
                _ => Ok(key),
            }
        }
        (Err(error), None) if error.kind() == io::ErrorKind::NotFound => {
            let key = MasterKey::new(random.bytes());
            write(path, &key).map_err(file_error)?;
            Ok(key)
        }
        (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => Err(KeyFileError::Missing(path.to_owned())),
        (Err(error), _) => Err(file_error(error)),
    }
}

/// Writes the file for its owner's eyes only, and makes sure that it lasts before anything is sealed with it.
fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.sync_all()?;
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_for_a_new_database_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/master.key");
        let random = Random::fixed(1);
        assert!(matches!(open(&path, Some("abc"), &random), Err(KeyFileError::Missing(_))));
        let key = open(&path, None, &random).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(open(&path, Some(&key.fingerprint()), &random).unwrap().fingerprint(), key.fingerprint());
        assert!(matches!(open(&path, Some("abc"), &random), Err(KeyFileError::Other(_))));
        fs::write(&path, "x").unwrap();
        assert!(matches!(open(&path, None, &random), Err(KeyFileError::Malformed(..))));
    }
}
