//! What holds for every answer and every request body, whichever route they belong to: headers that tell a
//! browser what it must not do, refusals of the framework as problem details, an end to bodies that come
//! too slowly.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::timeout::TimeoutBody;

use crate::app::App;
use crate::page;
use crate::problem::Problem;

/// On every answer.
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(page::CONTENT_SECURITY_POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// Where the server speaks TLS itself: for a year, a browser comes by no other way.
const TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Bounds the body, and completes the answer.
pub(crate) async fn harden(State(app): State<App>, request: Request, next: Next) -> Response {
    let options = app.options();
    let is_page = page::is_page(request.uri().path());
    let pause = options.slow_client;
    let request = request.map(|body| Body::new(TimeoutBody::new(pause, body)));
    let mut response = next.run(request).await;
    let plain_refusal = response.status().is_client_error()
        && response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/plain"));
    if plain_refusal {
        response = explain(response).await;
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    // Records and tasks are nobody else's, and old at the next moment.
    if !is_page && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if options.tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    response
}

async fn explain(response: Response) -> Response {
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap_or_default();
    let detail = String::from_utf8_lossy(&bytes).into_owned();
    let mut problem = Problem::bad_request("request", detail);
    problem.status = status.as_u16();
    problem.title = status.canonical_reason().unwrap_or("Error");
    problem.into_response()
}
