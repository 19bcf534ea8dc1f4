//! Refusals as clients of Camunda read them: problem details that name the operation, with Camunda's
//! words as titles. The stable `code` and the list of problems stay in, as members of our own.

use axum::Json;
use axum::extract::{OriginalUri, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::problem::{Problem, ProblemDetail};

/// A refusal with the address that was asked.
#[derive(Serialize)]
struct Refusal {
    #[serde(flatten)]
    problem: Problem,
    instance: String,
}

/// Gives every refusal below `/v2` Camunda's shape.
pub(super) async fn shape(uri: OriginalUri, request: Request, next: Next) -> Response {
    let instance = uri.path().to_owned();
    let response = next.run(request).await;
    let Some(mut problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    problem.title = title(parts.status);
    let told = problem.detail.clone();
    for each in problem.problems.iter().filter(|each| each.message != told) {
        problem.detail.push_str("; ");
        problem.detail.push_str(&place(each));
        problem.detail.push_str(&each.message);
    }
    let (_, body) = Json(Refusal { problem, instance }).into_response().into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, body)
}

/// Where a single problem is: `order.bpmn, line 12: `.
fn place(problem: &ProblemDetail) -> String {
    let place = [problem.resource.as_deref(), problem.field.as_deref(), problem.element.as_deref()];
    let mut parts: Vec<String> = place.into_iter().flatten().map(ToOwned::to_owned).collect();
    parts.extend(problem.line.map(|line| format!("line {line}")));
    if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "INVALID_ARGUMENT",
        StatusCode::UNAUTHORIZED => "Unauthorized",
        StatusCode::FORBIDDEN => "FORBIDDEN",
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::CONFLICT => "INVALID_STATE",
        // The word by which clients know that they may try again.
        StatusCode::SERVICE_UNAVAILABLE => "RESOURCE_EXHAUSTED",
        StatusCode::GATEWAY_TIMEOUT => "DEADLINE_EXCEEDED",
        status => status.canonical_reason().unwrap_or("Error"),
    }
}

/// An operation of Camunda's that is not offered, or none of its.
pub(super) async fn unknown_operation(method: Method, uri: OriginalUri) -> Problem {
    Problem::not_found(format!(
        "`{method} {}` is not offered; the handbook lists the operations of the Camunda API that are",
        uri.path()
    ))
}
