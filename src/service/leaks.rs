//! Secrets that were found where others can read them: looking for them, and ending them.
//!
//! Whoever holds a secret may end it: possession is the right, so nobody is asked who they are, and the policy has no
//! say. What they did and where they found it stands in the workspace's log.

use std::io::{self, Read};

use super::{Error, Result, Service, activity::Deed, actor::Origin, catalogs::Catalogs};
use crate::{
    auth::{finder::Finder, secret::Secret},
    domain::{
        activity::Happened,
        invalid::Invalid,
        session::{self, End},
        text,
    },
    store::{self, credentials as table, reveals, sessions},
};

/// So many bytes are looked through at once.
const PIECE: u64 = 256 * 1024;

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was good, and is revoked now.
    Revoked,
    /// It had been revoked before.
    RevokedBefore,
}

/// Where in a text a secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a line, counted from 1.
    Line(usize),
    /// In what has no lines: at a byte, counted from 0.
    Byte(usize),
}

/// A secret where it does not belong.
#[derive(Debug)]
pub struct Found {
    /// Where it stands.
    pub place: Place,
    /// The secret.
    pub secret: Secret,
}

/// Looks for the secrets of all catalogs, and of people's command lines.
#[derive(Debug)]
pub struct Scanner(Finder);

impl Scanner {
    /// For the secrets of these.
    #[must_use]
    pub fn new(catalogs: &Catalogs) -> Self {
        Self(Finder::new(catalogs.prefixes().into_iter().chain([session::COMMAND_LINE_PREFIX])))
    }

    /// Reads `source` to its end, however long it is, and tells of each secret in it. Like git, it takes for binary
    /// what has a zero byte near its beginning.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, mut source: impl Read, mut tell: impl FnMut(Found)) -> io::Result<()> {
        let mut piece = Vec::new();
        // Of what was dropped before `piece`.
        let (mut bytes, mut lines) = (0, 0);
        let mut is_binary = None;
        loop {
            let known = piece.len();
            if source.by_ref().take(PIECE).read_to_end(&mut piece)? == 0 {
                return Ok(());
            }
            let is_binary = *is_binary.get_or_insert_with(|| piece.iter().take(8000).any(|byte| *byte == 0));
            for (at, secret) in self.0.find(&piece) {
                // What ended in the bytes that were known has been told.
                if at + secret.expose().len() > known {
                    let line = || Place::Line(lines + newlines(&piece[..at]) + 1);
                    tell(Found { place: if is_binary { Place::Byte(bytes + at) } else { line() }, secret });
                }
            }
            // A secret may begin in this piece and end in the next.
            let done = piece.len().saturating_sub(self.0.longest() - 1);
            bytes += done;
            lines += newlines(&piece[..done]);
            piece.drain(..done);
        }
    }
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

impl Service {
    /// Ends the token or key of a secret that was found, and what it has made.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it has not the form of a secret, or `found_in` breaks its rule; [`Error::NotFound`] if it
    /// is of no token or key here.
    pub async fn report_leak(&self, secret: &str, found_in: &str, origin: &Origin) -> Result<Outcome> {
        let unknown = || Invalid::new("secret", "malformed", "This is not the secret of a token or key.");
        let (secret, found_in) = match (Secret::parse(secret), text::FOUND_IN.parse(found_in)) {
            (Some(secret), Ok(found_in)) => (secret, found_in),
            (secret, found_in) => {
                let wrong = secret.is_none().then(unknown).into_iter().chain(found_in.err());
                return Err(Error::Invalid(wrong.collect()));
            }
        };
        // An address may have the secret in it.
        let found_in = found_in.replace(secret.expose(), &format!("{}…", secret.hint()));
        if secret.expose().starts_with(session::COMMAND_LINE_PREFIX) {
            return self.report_leaked_command_line(&secret, &found_in, origin).await;
        }
        let presented = table::by_digest(self.store.read(), &secret.digest()).await?.ok_or(Error::NotFound)?;
        let (workspace, id) = (presented.workspace.id, presented.credential.id);
        let mut tx = self.store.begin().await?;
        // Under the lock nobody adds a descendant between the list and its end.
        store::workspaces::lock(&mut tx, workspace).await?;
        let leaked = table::find(tx.on(), workspace, id).await?.ok_or(Error::NotFound)?;
        if !table::revoke(&mut tx, workspace, id, self.now()).await? {
            return Ok(Outcome::RevokedBefore);
        }
        reveals::discard(&mut tx, id).await?;
        let deed = Deed::to_credential(Happened::CredentialLeaked, &leaked).saying(format!("Found in {found_in}"));
        self.record_by_reporter(&mut tx, origin, Some(workspace), deed).await?;
        for made in table::descendants(tx.on(), workspace, id, self.now()).await? {
            if table::revoke(&mut tx, workspace, made.id, self.now()).await? {
                reveals::discard(&mut tx, made.id).await?;
                let deed = Deed::to_credential(Happened::CredentialRevoked, &made);
                let deed = deed.saying(format!("With {}, which made it", leaked.name));
                self.record_by_reporter(&mut tx, origin, Some(workspace), deed).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Revoked)
    }

    /// The same of a person's command line: it is signed out, and its person reads where its secret was found.
    async fn report_leaked_command_line(&self, secret: &Secret, found_in: &str, origin: &Origin) -> Result<Outcome> {
        let leaked = sessions::by_secret(self.store.read(), &secret.digest()).await?.ok_or(Error::NotFound)?;
        let mut tx = self.store.begin().await?;
        if !sessions::end(&mut tx, leaked.id, End::Elsewhere, self.now()).await? {
            return Ok(Outcome::RevokedBefore);
        }
        let deed = Deed::to(Happened::SessionEnded, leaked.user, leaked.email.as_str());
        let deed = deed.saying(format!("A command line, whose secret was found in {found_in}"));
        self.record_by_reporter(&mut tx, origin, None, deed).await?;
        tx.commit().await?;
        Ok(Outcome::Revoked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::Random;

    /// Gives no more than a few bytes at once.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(1000);
            self.0.read(&mut into[..most])
        }
    }

    fn found(bytes: &[u8]) -> Vec<(Place, String)> {
        let mut found = Vec::new();
        let scanner = Scanner::new(&Catalogs::embedded().unwrap());
        let tell = |Found { place, secret }: Found| found.push((place, secret.expose().to_owned()));
        scanner.read(Slow(bytes), tell).unwrap();
        found
    }

    fn mint(prefix: &str) -> String {
        Secret::mint(prefix, &mut |bytes| Random::System.fill(bytes)).expose().to_owned()
    }

    #[test]
    fn secrets_are_found_once_wherever_the_pieces_end() {
        let secret = mint("workspace_token_");
        let piece = usize::try_from(PIECE).unwrap();
        for start in [0, 100, piece - 48, piece - 47, piece - 1, piece, piece + 1, 2 * piece - 60] {
            let before = ["a line\n".repeat(start / 7), "x".repeat(start % 7)].concat();
            let text = format!("{before}{secret} and more\n");
            assert_eq!(found(text.as_bytes()), [(Place::Line(start / 7 + 1), secret.clone())], "{start}");
        }
    }

    #[test]
    fn the_secret_of_a_command_line_is_found_too() {
        let secret = mint(session::COMMAND_LINE_PREFIX);
        assert_eq!(found(secret.as_bytes()), [(Place::Line(1), secret)]);
    }

    #[test]
    fn what_has_no_lines_has_bytes() {
        let secret = mint("dp_");
        let text = format!("\0\n\n{secret}");
        assert_eq!(found(text.as_bytes()), [(Place::Byte(3), secret)]);
        assert_eq!(found(b""), []);
    }
}
