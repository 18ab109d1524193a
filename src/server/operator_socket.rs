//! The operator's door while the server runs: a socket beside the SQLite file, for its owner alone.
//! One line of JSON in, one line out.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::service::{
    Service,
    operator::{Command, Reply},
};

/// A command may have this many bytes.
const COMMAND: u64 = 64 * 1024;
/// A command must arrive within this time.
const PATIENCE: Duration = Duration::from_secs(10);

/// A socket, and whose processes may use it.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

/// Where the socket of a database is: beside its file. `PostgreSQL` needs none, since it serves many processes.
#[must_use]
pub fn path(service: &Service) -> Option<PathBuf> {
    service.store().file().map(|file| file.with_added_extension("sock"))
}

/// Opens the socket, if the database is a file.
///
/// # Errors
/// If it cannot be made.
pub fn bind(service: &Service) -> io::Result<Option<Socket>> {
    let Some(path) = path(service) else { return Ok(None) };
    // Ours is the lock of the database, so a socket that is there was left behind.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    let owner = fs::metadata(&path)?.uid();
    Ok(Some(Socket { listener, path, owner }))
}

/// Answers commands until told to stop.
pub async fn serve(socket: Socket, service: Arc<Service>, stopping: CancellationToken) {
    let answers = TaskTracker::new();
    while let Some(accepted) = stopping.run_until_cancelled(socket.listener.accept()).await {
        // The permissions came a moment after the socket; whoever was quicker is turned away here.
        if let Ok((stream, _)) = accepted
            && stream.peer_cred().is_ok_and(|peer| peer.uid() == socket.owner || peer.uid() == 0)
        {
            answers.spawn(answer(stream, service.clone(), stopping.clone()));
        }
    }
    answers.close();
    answers.wait().await;
    if let Err(error) = fs::remove_file(&socket.path) {
        tracing::warn!(%error, "the operator's socket could not be removed");
    }
}

/// Waits for a command, not for ever and not longer than the server runs; one that has begun is finished.
async fn answer(mut stream: UnixStream, service: Arc<Service>, stopping: CancellationToken) {
    let mut line = String::new();
    let asked = {
        let mut lines = BufReader::new((&mut stream).take(COMMAND));
        let read = time::timeout(PATIENCE, lines.read_line(&mut line));
        stopping.run_until_cancelled(read).await
    };
    if !matches!(asked, Some(Ok(Ok(_)))) {
        return;
    }
    let reply = match serde_json::from_str::<Command>(&line) {
        Ok(command) => service.operate(command).await.unwrap_or_else(|error| {
            tracing::error!(%error, "an operator's command failed");
            Reply::Refused { reason: error.to_string() }
        }),
        Err(_) => Reply::Refused { reason: "the server does not know this command: is it of another version?".into() },
    };
    let mut reply = serde_json::to_vec(&reply).expect("a reply is plain text");
    reply.push(b'\n');
    if let Err(error) = stream.write_all(&reply).await {
        tracing::warn!(%error, "an operator did not wait for the answer");
    }
}
