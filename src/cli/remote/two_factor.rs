//! `2fa`: the second factor of the own account.

use clap::{Args, Subcommand};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use serde_json::{Value, json};

use super::{At, Client, Failure, Result, day, print, print_json, prompt, say, text};

/// A wrong code may be typed so often before the command gives up; the key stays the same.
const TRIES: usize = 3;

/// What is done with it.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TwoFactor {
    /// Turn it on: scan a QR code with an authenticator app, type its code, keep the backup codes
    #[command(after_help = "The backup codes are printed to standard output, once.\n\nExample:\n  latchkey 2fa enable")]
    Enable(Enable),
    /// Show whether it is on, and how many backup codes are left
    #[command(after_help = "Example:\n  latchkey 2fa status")]
    Status(At),
    /// Turn it off, with the password and a code
    #[command(after_help = "Example:\n  latchkey 2fa disable")]
    Disable(At),
}

/// Turns it on.
#[derive(Debug, Args)]
pub(in crate::cli) struct Enable {
    /// Sign out all other sessions
    #[arg(long)]
    sign_out_others: bool,
    #[command(flatten)]
    at: At,
}

impl TwoFactor {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Enable(enable) => enable.run().await,
            Self::Status(at) => status(&at).await,
            Self::Disable(at) => disable(&at).await,
        }
    }
}

impl Enable {
    async fn run(self) -> Result<()> {
        let client = Client::open(&self.at)?;
        let begun = client.post("/account/two-factor", &json!({})).await?;
        say("Scan this with an authenticator app, or type the key into it:\n");
        say(&drawn(&text(&begun, "otpauth_url"))?);
        say(&format!("\n  {}\n", text(&begun, "key")));
        let confirmed = self.confirmed(&client).await?;
        say("✔ Two-factor is on. Keep these backup codes; each works once, and they are shown only now:");
        if self.at.json {
            return print_json(&confirmed);
        }
        for code in confirmed["backup_codes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            print(code);
        }
        Ok(())
    }

    async fn confirmed(&self, client: &Client) -> Result<Value> {
        let mut tries = 1;
        loop {
            let code = prompt::line("The code that the app shows: ")?;
            let body = json!({ "code": code, "sign_out_others": self.sign_out_others });
            match client.post("/account/two-factor/confirm", &body).await {
                Err(error) if tries < TRIES && matches!(error.downcast_ref(), Some(Failure::Refused(_))) => {
                    say(&error.to_string());
                    tries += 1;
                }
                done => return done,
            }
        }
    }
}

/// A QR code for a camera: dark on light, whatever the terminal's colours are, with its quiet zone.
fn drawn(link: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L)?;
    // Most terminals are dark: what is drawn is light, so the two colours change places.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

async fn status(at: &At) -> Result<()> {
    let found = Client::open(at)?.get("/account/two-factor").await?;
    if at.json {
        return print_json(&found);
    }
    if found["enabled"] == true {
        let left = text(&found, "backup_codes_left");
        print(&format!("Two-factor is on since {}; {left} backup codes are left.", day(&found, "enabled_at", "now")));
    } else {
        print("Two-factor is off. Turn it on with `latchkey 2fa enable`.");
    }
    let required: Vec<_> = found["required_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !required.is_empty() {
        print(&format!("Required by: {}", required.join(", ")));
    }
    Ok(())
}

async fn disable(at: &At) -> Result<()> {
    let client = Client::open(at)?;
    let password = prompt::password("Password: ")?;
    let code = prompt::line("A code of the app, or a backup code: ")?;
    client.delete("/account/two-factor", Some(&json!({ "password": password, "code": code }))).await?;
    say("✔ Two-factor is off");
    if at.json { print_json(&json!({ "enabled": false })) } else { Ok(()) }
}
