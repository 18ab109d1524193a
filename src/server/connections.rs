//! Connections: each step of one has its time, and there is room for so many.
//!
//! `axum::serve` sets no timer: silent sockets would stay for ever. HTTP/1 alone, as a reverse proxy speaks it.

use std::{
    convert::Infallible,
    error::Error,
    future::pending,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Once},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{body::Body, extract::ConnectInfo, response::Response};
use hyper::{
    Request,
    body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{self, Sleep},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::head_timer::HeadTimer;

/// How much time there is, and how much room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// So many connections at once; others wait until one has ended.
    connections: usize,
    /// The first request's head must have arrived by then.
    first_head: Duration,
    /// After an answer, the next request's head must have arrived by then. Longer than the minute for which reverse
    /// proxies keep a connection that nobody uses, so that it is they who close it.
    next_head: Duration,
    /// A request's body must have arrived by then: 64 KB at most.
    body: Duration,
    /// Some of an answer must have been taken within this.
    write: Duration,
    /// What is being answered when the server is told to stop may take this long.
    farewell: Duration,
}

/// Files that are not connections: the database, the log, and room to breathe.
const OTHER_FILES: u64 = 256;
/// A request's head may have this many bytes.
const HEAD: usize = 64 * 1024;

impl Limits {
    /// Asks the system for as many open files as it allows, and makes the best of what it gives.
    pub(super) fn of_this_process() -> Self {
        let files = getrlimit(Resource::Nofile);
        let most = Rlimit { current: files.maximum, ..files };
        let given = if setrlimit(Resource::Nofile, most).is_ok() { files.maximum } else { files.current };
        let room = given.unwrap_or(u64::MAX).saturating_sub(OTHER_FILES).clamp(64, 4096);
        Self {
            connections: usize::try_from(room).unwrap_or(64),
            first_head: Duration::from_secs(10),
            next_head: Duration::from_secs(75),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            farewell: Duration::from_secs(30),
        }
    }
}

/// Who answers requests.
pub(super) trait Answers: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(&self, request: Request<Body>) -> impl Future<Output = Response> + Send;
}

/// Serves until `stopping`, then waits for what is being answered.
pub(super) async fn serve(listener: TcpListener, answers: impl Answers, limits: Limits, stopping: &CancellationToken) {
    let answers = Arc::new(answers);
    let room = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let next = async || (room.clone().acquire_owned().await, accept(&listener).await);
    while let Some((seat, (stream, peer))) = stopping.run_until_cancelled(next()).await {
        let (answers, watcher) = (answers.clone(), graceful.watcher());
        tokio::spawn(async move {
            converse(stream, peer, &*answers, limits, watcher).await;
            drop(seat);
        });
    }
    drop(listener);
    if time::timeout(limits.farewell, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time before the end");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Who came has gone again.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {
            }
            // Most likely no file is left: others have to close theirs first.
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, answers: &impl Answers, limits: Limits, watcher: Watcher) {
    // An answer is written as a whole; there is nothing to wait for.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let spoke = CancellationToken::new();
    let first = Once::new();
    let service = service_fn(|mut request: Request<Incoming>| {
        first.call_once(|| spoke.cancel());
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = answers.answer(request.map(|body| in_time(body, limits.body)));
        async { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(HeadTimer::new(limits.next_head))
        .header_read_timeout(limits.next_head)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let silence = async {
        if time::timeout(limits.first_head, spoke.cancelled()).await.is_ok() {
            pending::<()>().await;
        }
    };
    tokio::select! {
        served = watcher.watch(connection) => {
            if let Err(error) = served {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
        }
        () = silence => tracing::debug!(%peer, "a connection asked for nothing"),
    }
}

/// A body, of which everything must have arrived within that time; none needs no clock.
fn in_time(body: Incoming, within: Duration) -> Body {
    if body.is_end_stream() {
        return Body::empty();
    }
    Body::new(InTime { body, end: Box::pin(time::sleep(within)) })
}

/// A body that must have arrived by its end.
struct InTime {
    body: Incoming,
    end: Pin<Box<Sleep>>,
}

impl HttpBody for InTime {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(self.end.as_mut().poll(context));
        Poll::Ready(Some(Err("the body did not arrive in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::post};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
        task::JoinHandle,
    };
    use tower::ServiceExt as _;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);
    const SHORT: Duration = Duration::from_millis(50);
    const PATIENT: Limits =
        Limits { connections: 8, first_head: LONG, next_head: LONG, body: LONG, write: LONG, farewell: LONG };

    /// What a client wants to send, and nothing else.
    const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello";

    struct Echo(Router);

    impl Answers for Echo {
        async fn answer(&self, request: Request<Body>) -> Response {
            self.0.clone().oneshot(request).await.unwrap()
        }
    }

    struct Door {
        address: SocketAddr,
        stopping: CancellationToken,
        served: JoinHandle<()>,
    }

    impl Door {
        /// A server that answers with what it is sent.
        async fn open(limits: Limits) -> Self {
            Self::open_to(limits, Router::new().route("/", post(async |body: String| body))).await
        }

        async fn open_to(limits: Limits, router: Router) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let stopping = CancellationToken::new();
            let told = stopping.clone();
            let served = tokio::spawn(async move { serve(listener, Echo(router), limits, &told).await });
            Self { address, stopping, served }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }
    }

    /// What comes until the other side closes.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        // A side that has not read everything resets the connection.
        drop(stream.read_to_end(&mut bytes).await);
        String::from_utf8(bytes).unwrap()
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        while !text.ends_with("hello") {
            let mut bytes = [0; 512];
            let read = stream.read(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "closed after {text}");
            text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        }
        text
    }

    #[tokio::test]
    async fn who_says_nothing_or_never_ends_the_head_is_let_go() {
        let door = Door::open(Limits { first_head: SHORT, ..PATIENT }).await;
        let mut silent = door.connect().await;
        assert_eq!(rest(&mut silent).await, "");

        let mut slow = door.connect().await;
        slow.write_all(b"POST / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        assert_eq!(rest(&mut slow).await, "");
    }

    #[tokio::test]
    async fn who_has_asked_may_ask_again_and_is_let_go_after_a_while() {
        let door = Door::open(Limits { next_head: SHORT, ..PATIENT }).await;
        let mut client = door.connect().await;
        for _ in 0..2 {
            client.write_all(REQUEST).await.unwrap();
            assert!(answer(&mut client).await.starts_with("HTTP/1.1 200 OK"));
        }
        assert_eq!(rest(&mut client).await, "");
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_refused() {
        let door = Door::open(Limits { body: SHORT, ..PATIENT }).await;
        let mut client = door.connect().await;
        client.write_all(&REQUEST[..REQUEST.len() - 1]).await.unwrap();
        let answer = rest(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }

    #[tokio::test]
    async fn who_takes_no_answer_is_let_go() {
        let asked = Arc::new(tokio::sync::Notify::new());
        let is_asked = asked.clone();
        let much = post(async move || {
            asked.notify_one();
            vec![b'x'; 64 << 20]
        });
        let door = Door::open_to(Limits { write: SHORT, ..PATIENT }, Router::new().route("/", much)).await;
        let mut client = door.connect().await;
        client.write_all(REQUEST).await.unwrap();
        is_asked.notified().await;
        // The end waits for everybody who is connected.
        door.stopping.cancel();
        door.served.await.unwrap();
        assert!(rest(&mut client).await.len() < 64 << 20, "it was cut off");
    }

    #[tokio::test]
    async fn who_finds_no_room_waits_until_another_has_gone() {
        let door = Door::open(Limits { connections: 1, first_head: SHORT, ..PATIENT }).await;
        let mut first = door.connect().await;
        let mut second = door.connect().await;
        second.write_all(REQUEST).await.unwrap();
        tokio::select! {
            biased;
            said = rest(&mut first) => assert_eq!(said, ""),
            answer = answer(&mut second) => panic!("there was room: {answer}"),
        }
        answer(&mut second).await;
    }

    #[tokio::test]
    async fn at_the_end_the_idle_are_let_go_and_the_waiting_are_answered() {
        let (started, has_started) = oneshot::channel();
        let (go, may_go) = oneshot::channel::<()>();
        let parts = Arc::new(std::sync::Mutex::new(Some((started, may_go))));
        let slowly = post(async move |body: String| {
            let (started, may_go) = parts.lock().unwrap().take().unwrap();
            started.send(()).unwrap();
            may_go.await.unwrap();
            body
        });
        let quickly = post(async |body: String| body);
        let door = Door::open_to(PATIENT, Router::new().route("/", quickly).route("/slowly", slowly)).await;
        let (mut silent, mut idle, mut waiting) = (door.connect().await, door.connect().await, door.connect().await);
        idle.write_all(REQUEST).await.unwrap();
        answer(&mut idle).await;
        let slow = String::from_utf8(REQUEST.to_vec()).unwrap().replacen('/', "/slowly", 1);
        waiting.write_all(slow.as_bytes()).await.unwrap();
        has_started.await.unwrap();

        door.stopping.cancel();
        assert_eq!((rest(&mut silent).await, rest(&mut idle).await), (String::new(), String::new()));
        go.send(()).unwrap();
        assert!(rest(&mut waiting).await.ends_with("hello"));
        door.served.await.unwrap();
    }
}
