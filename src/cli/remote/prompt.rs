//! Asking whoever sits at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::{Result, client::Failure};

/// Asks for yes; without a terminal there is nobody to ask, and only `--yes` will do.
pub(super) fn confirm(question: &str, is_told_yes: bool) -> Result<()> {
    if is_told_yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!("{question} Nobody can be asked here: add --yes.")).into());
    }
    let answer = line(&format!("{question} [y/N] "))?;
    if matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::Refused("Nothing was changed.".to_owned()).into())
}

/// Asks for a line.
pub(super) fn line(question: &str) -> Result<String> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut typed = String::new();
    if io::stdin().lock().read_line(&mut typed)? == 0 {
        return Err(Failure::Usage("Standard input ended before the answer.".to_owned()).into());
    }
    Ok(typed.trim().to_owned())
}

/// Asks for a password, which is not shown while it is typed; from a pipe, its next line.
pub(super) fn password(question: &str) -> Result<String> {
    if io::stdin().is_terminal() { Ok(rpassword::prompt_password(question)?) } else { line(question) }
}
