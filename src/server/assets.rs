//! The browser half: styles, wasm, icons. In the binary of a release, read from `target/site` in a debug build.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// Encodings in the order in which we like them, with the ending of the file that was compressed at build time.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The file that the path names, if it does; it is looked for before anything else looks at the request.
pub(super) fn find(request: &Request) -> Option<Response> {
    let path = request.uri().path().trim_start_matches('/');
    // The name of each file has an ending.
    let may_be_one = path.contains('.') && matches!(*request.method(), Method::GET | Method::HEAD);
    let file = may_be_one.then(|| Site::get(path))??;
    Some(answer(path, file, request.headers()))
}

fn answer(path: &str, plain: EmbeddedFile, asked: &HeaderMap) -> Response {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = ENCODINGS.iter().find_map(|(name, ending)| {
        let wanted = accepted.split(',').any(|one| one.split(';').next().unwrap_or_default().trim() == *name);
        Site::get(&format!("{path}{ending}")).filter(|_| wanted).map(|file| (*name, file))
    });
    let (encoding, file) = packed.map_or((None, plain), |(name, file)| (Some(name), file));
    let tag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());

    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if let (Ok(kind), Ok(tag)) = (HeaderValue::from_str(kind.as_ref()), HeaderValue::from_str(&tag)) {
        headers.insert(header::CONTENT_TYPE, kind);
        headers.insert(header::ETAG, tag);
    }
    // The names stay the same from release to release, so a browser asks each time whether the file did.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
