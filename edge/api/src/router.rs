//! Every route of the server, the limits and headers that hold for all of them, and the OpenAPI document
//! that follows from the same list.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::again::read_again;
use crate::app::App;
use crate::harden::harden;
use crate::page;
use crate::problem::Problem;
use crate::{
    api_token, camunda, decision, deployment, event_stream, health, import, instance, metrics,
    notification, object, outbox, process, record, request_id, search, session, user_task,
};

/// The longest request body, in bytes: a deployment of large models fits.
const BODY_MAX: usize = 16 * 1024 * 1024;
/// The longest that a request may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What the OpenAPI document says about itself.
#[derive(Debug, OpenApi)]
#[openapi(info(
    title = "Rondo",
    description = "Records, processes, decisions and tasks. Keys are strings, instants RFC 3339 in UTC, \
        refusals problem details (RFC 9457). Every POST takes an `Idempotency-Key`. Below `/v2` the server \
        also speaks a part of the Camunda 8 Orchestration Cluster REST API, which this document leaves out.",
    license(name = "Apache-2.0")
))]
struct Document;

fn described() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(session::routes())
        .merge(object::routes())
        .merge(record::routes())
        .merge(search::routes())
        .merge(process::routes())
        .merge(deployment::routes())
        .merge(instance::routes())
        .merge(decision::routes())
        .merge(user_task::routes())
        .merge(outbox::routes())
        .merge(notification::routes())
        .merge(api_token::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .split_for_parts();
    // An import may take long, so its route stands outside the time limit.
    document.merge(import::routes().into_openapi());
    (router, document)
}

/// The OpenAPI 3.1 document of the API.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn openapi() -> Result<String, serde_json::Error> {
    described().1.to_pretty_json()
}

/// The whole server as a router.
pub fn router(app: App) -> Router {
    let (described, document) = described();
    described
        .route("/api/openapi.json", get(|| async move { axum::Json(document) }))
        .nest("/v2", camunda::routes())
        .layer(from_fn_with_state(app.clone(), read_again))
        .layer(from_fn(limit_time))
        // A stream of events is one long answer, which no time limit must cut.
        .merge(Router::from(event_stream::routes()))
        .merge(Router::from(import::routes()))
        .fallback(page::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(app.clone(), harden))
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .layer(from_fn(request_id::name))
        .with_state(app)
}

async fn method_not_allowed() -> Problem {
    Problem::method_not_allowed()
}

/// Answers with a problem where a request takes longer than it may.
async fn limit_time(request: Request, next: Next) -> Response {
    let is_safe = request.method().is_safe();
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => Problem::out_of_time(is_safe).into_response(),
    }
}
