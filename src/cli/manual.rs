//! `latchkey completions` and `latchkey man`: what shells and `man` know of the commands.

use std::{io, path::PathBuf};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Result, say};

/// Prints completions.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  latchkey completions bash > ~/.local/share/bash-completion/completions/latchkey")]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

/// Writes the manual.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  latchkey man ~/.local/share/man/man1")]
pub(super) struct Man {
    /// The folder, made if it is missing
    folder: PathBuf,
}

impl Completions {
    pub(super) fn run(self) -> Result<()> {
        // First into memory: whoever reads may stop reading.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "latchkey", &mut script);
        Ok(io::Write::write_all(&mut io::stdout(), &script)?)
    }
}

impl Man {
    pub(super) fn run(self) -> Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        clap_mangen::generate_to(Cli::command(), &self.folder)?;
        say(&format!("✔ The manual is in {}", self.folder.display()));
        Ok(())
    }
}
