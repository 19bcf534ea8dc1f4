//! Every request has an id: the one that it brings (`x-request-id`), or a new one. It goes back with the
//! answer, and stands beside everything that is logged on the way.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::wall_clock;

/// The header, in and out.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over.
const LENGTH_MAX: usize = 128;

/// Ids given since the start.
static GIVEN: AtomicU64 = AtomicU64::new(0);

/// Runs the rest under the request's id.
pub(crate) async fn name(request: Request, next: Next) -> Response {
    let brought = request.headers().get(&HEADER).filter(|id| is_plain(id)).cloned();
    let id = brought.unwrap_or_else(new_id);
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    // At the level of errors, so that it is there beside whatever is logged.
    let span = tracing::error_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        route
    );
    let mut response = async {
        let response = next.run(request).await;
        tracing::info!(status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await;
    response.headers_mut().insert(HEADER, id);
    response
}

/// What may stand in a log line without breaking it.
fn is_plain(id: &HeaderValue) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    !id.is_empty() && id.len() <= LENGTH_MAX && id.as_bytes().iter().all(is_part)
}

/// Not to be guessed is not asked of it; to be another one each time is.
fn new_id() -> HeaderValue {
    let count = GIVEN.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:x}-{:x}-{count:x}", wall_clock().0, std::process::id());
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_id_is_taken_over() {
        for (id, expect) in [
            ("7f3a-b.c_d", true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            (&"x".repeat(128), true),
            (&"x".repeat(129), false),
        ] {
            assert_eq!(is_plain(&HeaderValue::from_str(id).expect("a header")), expect, "{id}");
        }
        assert_ne!(new_id(), new_id());
    }
}
