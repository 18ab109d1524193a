//! The least that a route takes: axum with nothing around it, answering as many bytes as Latchkey does. What Latchkey
//! takes beyond it is its own (`make bench`).
//!
//! Arguments: a port, and of both routes how many bytes the head and the body of the answer have.

use std::env;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    routing::{get, post},
};

/// What hyper writes by itself: the status, the length and the date.
const WRITTEN: usize =
    "HTTP/1.1 200 OK\r\ncontent-length: 000\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\nx-padding: \r\n\r\n".len();

/// A head of about so many bytes, and a body of exactly so many.
fn answer(head: usize, body: usize) -> (HeaderMap, Bytes) {
    let padding = HeaderValue::from_str(&"x".repeat(head.saturating_sub(WRITTEN))).expect("x is a letter");
    let mut headers = HeaderMap::new();
    headers.insert("x-padding", padding);
    headers.remove(header::CONTENT_TYPE);
    (headers, Bytes::from(vec![b' '; body]))
}

#[tokio::main]
async fn main() {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<usize>().expect("every argument is a number"));
    let mut next = || numbers.next().expect("five numbers: port, head and body, head and body");
    let port = u16::try_from(next()).expect("a port is small");
    let (authorize, introspect) = ((next(), next()), (next(), next()));
    let authorize = answer(authorize.0, authorize.1);
    let introspect = answer(introspect.0, introspect.1);
    let router = Router::new()
        .route("/api/v1/authorize", get(async move || authorize.clone()))
        .route("/api/v1/introspect", post(async move |_: Bytes| introspect.clone()));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");
    axum::serve(listener, router).await.expect("it serves until it is killed");
}
