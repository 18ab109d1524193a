//! A number for each request, so that a person's report and the log can be brought together.

use axum::{
    extract::Request,
    http::{HeaderValue, header::HeaderName},
    response::Response,
};

static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request, such as `req_9f2c41d7k3Ab`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives a request its number: in its span in the log, and in its answer. One that the client sent is not believed.
pub async fn assign(id: &RequestId, request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    // The path has ids and slugs; the query may have the code of a link and stays out of the log.
    let span = tracing::info_span!("request", id = id.0, method = %request.method(), path = request.uri().path());
    let mut response = tracing::Instrument::instrument(answer(request), span.clone()).await;
    let _entered = span.enter();
    tracing::info!(status = response.status().as_u16(), "answered");
    if let Ok(value) = HeaderValue::try_from(&id.0) {
        response.headers_mut().insert(HEADER.clone(), value);
    }
    response
}
