//! The file with the stored login: for its owner alone, and for one server alone.

use std::{
    env, fs,
    io::{self, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::{Result, client::Failure};

#[derive(Deserialize, Serialize)]
struct Login {
    api_url: String,
    secret: String,
}

/// The folder of configuration, as the XDG specification has it.
fn path() -> Result<PathBuf> {
    let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| env::home_dir().map(|home| home.join(".config")));
    let nowhere = || Failure::Refused("there is no home folder for the login; set LATCHKEY_KEY instead".to_owned());
    Ok(folder.ok_or_else(nowhere)?.join("latchkey").join("login.json"))
}

/// The secret for the API at `api_url`. It is never sent to another server than the one that gave it.
pub(super) fn read(api_url: &str) -> Result<String> {
    let file = path()?;
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = "You are not signed in. Run `latchkey login`, or set LATCHKEY_KEY.";
            return Err(Failure::NotSignedIn(text.to_owned()).into());
        }
        Err(error) => return Err(format!("cannot read {}: {error}", file.display()).into()),
    };
    let login: Login = serde_json::from_str(&text)
        .map_err(|_| Failure::NotSignedIn(format!("{} is damaged. Run `latchkey login`.", file.display())))?;
    if login.api_url == api_url {
        return Ok(login.secret);
    }
    let text =
        format!("You are signed in at {}, not at {api_url}. Run `latchkey login --api-url {api_url}`.", login.api_url);
    Err(Failure::NotSignedIn(text).into())
}

/// Stores a login, as a whole or not at all, and gives its place.
pub(super) fn write(api_url: &str, secret: &str) -> Result<PathBuf> {
    let file = path()?;
    let folder = file.parent().ok_or("the login has no folder")?;
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    // A temporary file is made with mode 0600.
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    let login = Login { api_url: api_url.to_owned(), secret: secret.to_owned() };
    new.write_all(&serde_json::to_vec_pretty(&login)?)?;
    new.as_file().sync_all()?;
    new.persist(&file)?;
    Ok(file)
}

/// Forgets the login.
pub(super) fn remove() -> Result<()> {
    match fs::remove_file(path()?) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
