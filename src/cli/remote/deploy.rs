//! `deploy`.

use std::{fs::File, path::PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Failure, Result, Within, client, print, print_json, say, text};
use crate::service::deployments;

/// Records a deployment.
#[derive(Debug, Args)]
#[command(after_help = "Latchkey keeps the record; the file stays where it is.\n\n\
                  Example:\n  latchkey deploy site.tar.gz --project weekly-report")]
pub(in crate::cli) struct Deploy {
    /// The file
    file: PathBuf,
    /// The project, by slug or id
    #[arg(long)]
    project: String,
    #[command(flatten)]
    within: Within,
}

impl Deploy {
    pub(super) async fn run(self) -> Result<()> {
        let fail = |error: std::io::Error| Failure::Refused(format!("cannot read {}: {error}", self.file.display()));
        let file = File::open(&self.file).map_err(fail)?;
        let size = file.metadata().map_err(fail)?.len();
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (client, workspace) = self.within.open().await?;
        // It draws on standard error, and nothing where that is no terminal.
        let bar = ProgressBar::new(size).with_style(
            ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(format!("Reading {name}"));
        let digest = deployments::digest_of(bar.wrap_read(file)).map_err(fail)?;
        bar.finish_and_clear();
        let path = format!("{workspace}/projects/{}/deployments", client::segment(&self.project));
        let body = json!({ "file_name": name, "size": size, "sha256": digest.as_str() });
        let made = client.post(&path, &body).await?;
        say(&format!("✔ Deployment of {name} recorded ({size} bytes):"));
        if self.within.at.json {
            return print_json(&made);
        }
        print(&text(&made, "id"));
        Ok(())
    }
}
