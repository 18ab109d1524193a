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

/// The key for a database that has `fingerprint`, or for a new one that has none yet. Where a replacement was interrupted
/// after the database had taken it, it is finished here.
///
/// # Errors
/// [`KeyFileError`] if the key is missing, another, or not to be read.
pub fn open(path: &Path, fingerprint: Option<&str>, random: &Random) -> Result<MasterKey, KeyFileError> {
    let Some(expected) = fingerprint else {
        if let Some(key) = read(path)? {
            return Ok(key);
        }
        let key = MasterKey::new(random.bytes());
        write(path, &key).map_err(|error| KeyFileError::File(path.to_owned(), error))?;
        return Ok(key);
    };
    let found = read(path)?;
    let is_there = found.is_some();
    if let Some(key) = found.filter(|key| key.fingerprint() == expected) {
        return Ok(key);
    }
    if let Some(key) = read(&next(path))?.filter(|key| key.fingerprint() == expected) {
        put_in_place(path)?;
        return Ok(key);
    }
    Err(if is_there { KeyFileError::Other(path.to_owned()) } else { KeyFileError::Missing(path.to_owned()) })
}

/// Writes the key that is to come beside the one that is, so that it lasts before anything is sealed with it. What an
/// interrupted replacement has left there was never taken.
///
/// # Errors
/// [`KeyFileError::File`].
pub fn prepare(path: &Path, key: &MasterKey) -> Result<(), KeyFileError> {
    let next = next(path);
    let left = fs::remove_file(&next).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    });
    left.and_then(|()| write(&next, key)).map_err(|error| KeyFileError::File(next, error))
}

/// Puts the key that was prepared in the place of the one before, which is kept beside it: backups from before need it.
/// Answers where.
///
/// # Errors
/// [`KeyFileError::File`]; then [`open`] does it.
pub fn put_in_place(path: &Path) -> Result<Option<PathBuf>, KeyFileError> {
    let kept = read(path)?.map(|old| path.with_added_extension(format!("until-{}", &old.fingerprint()[..8])));
    let done = (|| {
        if let Some(kept) = &kept {
            match fs::hard_link(path, kept) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        fs::rename(next(path), path)?;
        sync_folder(path)
    })();
    done.map(|()| kept).map_err(|error| KeyFileError::File(path.to_owned(), error))
}

/// Where the key that is to come lies until it is in its place.
fn next(path: &Path) -> PathBuf {
    path.with_added_extension("new")
}

/// The key in a file; none if there is no file.
fn read(path: &Path) -> Result<Option<MasterKey>, KeyFileError> {
    match fs::read_to_string(path) {
        Ok(text) => MasterKey::parse(&text).map(Some).map_err(|error| KeyFileError::Malformed(path.to_owned(), error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(KeyFileError::File(path.to_owned(), error)),
    }
}

/// Writes the file for its owner's eyes only, and makes sure that it lasts before anything is sealed with it.
fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    if let Some(folder) = folder(path) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

fn folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// Makes sure that the names in the folder last.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path).unwrap_or(Path::new(".")))?.sync_all()
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

    #[test]
    fn a_replacement_that_is_interrupted_anywhere_leaves_the_key_that_the_database_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let random = Random::fixed(1);
        let old = open(&path, None, &random).unwrap().fingerprint();
        let opens = |fingerprint: &str| {
            open(&path, Some(fingerprint), &random).is_ok_and(|key| key.fingerprint() == fingerprint)
        };
        let lost = MasterKey::new([1; 32]);
        prepare(&path, &lost).unwrap();
        assert!(opens(&old), "before the database has taken it");
        let new = MasterKey::new([2; 32]);
        prepare(&path, &new).unwrap();
        assert!(opens(&old) && !opens(&lost.fingerprint()));
        assert!(opens(&new.fingerprint()), "after that");
        assert!(!path.with_added_extension("new").exists() && opens(&new.fingerprint()), "it is in its place now");
        assert!(!opens(&old));
        let kept = path.with_added_extension(format!("until-{}", &old[..8]));
        assert_eq!(read(&kept).unwrap().unwrap().fingerprint(), old);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        prepare(&path, &lost).unwrap();
        assert_eq!(put_in_place(&path).unwrap().map(|kept| kept.exists()), Some(true));
        assert!(opens(&lost.fingerprint()));
    }
}
