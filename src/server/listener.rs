//! Serving until somebody says stop.

use std::{future::Future, sync::Arc};

use ::time::Duration;
use axum::{
    extract::Request,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    connections::{self, Answers, Limits},
    operator_socket::{self, Socket},
    router::Front,
};
use crate::service::{Service, usage};

/// Serves what `front` answers until `stop`, with the tasks beside it, and leaves nothing unwritten.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    service: Arc<Service>,
    socket: Option<Socket>,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    let ended = CancellationToken::new();
    let writer = tokio::spawn(write_uses(service.clone(), ended.clone()));
    if let Some(socket) = socket {
        tasks.spawn(operator_socket::serve(socket, service.clone(), stopping.clone()));
    }
    let told = stopping.clone();
    tokio::spawn(async move {
        stop.await;
        told.cancel();
    });
    let front = Finishing { front: Arc::new(front), tasks: tasks.clone() };
    connections::serve(listener, front, Limits::of_this_process(), &stopping).await;
    tasks.close();
    tasks.wait().await;
    // What was answered on the way to the end counts, too.
    ended.cancel();
    if let Err(error) = writer.await {
        tracing::error!(%error, "the use of tokens was not written to its end");
    }
    service.store().close().await;
}

/// What changes something is finished, although nobody may wait for the answer any more: a handler that were dropped
/// halfway could have committed a change and left out what follows from it.
struct Finishing<A> {
    front: Arc<A>,
    tasks: TaskTracker,
}

impl<A: Answers> Answers for Finishing<A> {
    async fn answer(&self, request: Request) -> Response {
        if request.method().is_safe() {
            return self.front.answer(request).await;
        }
        let front = self.front.clone();
        match self.tasks.spawn(async move { front.answer(request).await }).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(%error, "a request failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// Listens for Ctrl-C and the service manager from now on; the future is done when either has spoken.
///
/// # Errors
/// If the signals cannot be listened for.
pub fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

async fn write_uses(service: Arc<Service>, ended: CancellationToken) {
    let mut took = Duration::ZERO;
    loop {
        let stop = ended.run_until_cancelled(time::sleep(usage::pause(took))).await.is_none();
        let began = service.now();
        if let Err(error) = service.flush_uses().await {
            tracing::error!(%error, "the use of tokens could not be written; it will be tried again");
        }
        if stop {
            return;
        }
        took = service.now().since(began);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::{Router, routing::post};
    use tokio::{io::AsyncWriteExt as _, net::TcpStream, sync::oneshot};
    use tower::ServiceExt as _;

    use super::*;

    /// Says that it is gone.
    struct Guard(Option<oneshot::Sender<()>>);

    impl Drop for Guard {
        fn drop(&mut self) {
            if let Some(gone) = self.0.take() {
                gone.send(()).unwrap();
            }
        }
    }

    struct Inner(Router);

    impl Answers for Inner {
        async fn answer(&self, request: Request) -> Response {
            self.0.clone().oneshot(request).await.unwrap()
        }
    }

    /// Whose guard goes when nobody waits for the answer any more.
    struct Outer {
        answers: Finishing<Inner>,
        guard: Mutex<Option<Guard>>,
    }

    impl Answers for Outer {
        async fn answer(&self, request: Request) -> Response {
            let guard = self.guard.lock().unwrap().take();
            let response = self.answers.answer(request).await;
            drop(guard);
            response
        }
    }

    #[tokio::test]
    async fn a_change_is_finished_after_the_client_has_gone() {
        let (started, has_started) = oneshot::channel();
        let (gone, is_gone) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let parts = Arc::new(Mutex::new(Some((started, is_gone, done))));
        let change = async move || {
            let (started, is_gone, done) = parts.lock().unwrap().take().unwrap();
            started.send(()).unwrap();
            is_gone.await.unwrap();
            done.send("changed").unwrap();
        };
        let guard = Mutex::new(Some(Guard(Some(gone))));
        let tasks = TaskTracker::new();
        let router = Router::new().route("/", post(change));
        let answers = Finishing { front: Arc::new(Inner(router)), tasks: tasks.clone() };
        let answers = Outer { answers, guard };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stopping = CancellationToken::new();
        let told = stopping.clone();
        let served =
            tokio::spawn(async move { connections::serve(listener, answers, Limits::of_this_process(), &told).await });
        client.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        has_started.await.unwrap();
        drop(client);
        assert_eq!(is_done.await, Ok("changed"));
        stopping.cancel();
        served.await.unwrap();
        tasks.close();
        tasks.wait().await;
    }
}
