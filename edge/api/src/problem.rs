//! Every refusal as problem details (RFC 9457). The `code` is stable: the page translates by it.

use std::collections::BTreeMap;
use std::fmt;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use records::FieldProblem;
use runtime::port::StoreError;
use runtime::{CommandError, Rejection, ResourceProblem};
use serde::Serialize;
use utoipa::ToSchema;

/// One thing wrong with one part of what was sent.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ProblemDetail {
    /// The field, or the collection and place of a part: `lines[0].quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The file of a deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The id of the element in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// The line in that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The kind of problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong and what to do, in English.
    pub message: String,
    /// What it is about, by names that a translation of the code uses.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

/// Why a request was not answered as it wished.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` here, the `code` tells more.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name of the HTTP status.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do, in English.
    pub detail: String,
    /// The kind of problem, stable.
    pub code: String,
    /// Every single problem, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemDetail>,
    /// What it is about, by names that a translation of the code uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub parameters: Option<Box<BTreeMap<String, String>>>,
    /// When to try again, in seconds; sent as `Retry-After`.
    #[serde(skip)]
    pub(crate) retry_after_s: Option<u16>,
}

/// The code of a read that met a table of records which had just been changed.
pub(crate) const REDEFINED: &str = "redefined";

/// What a handler answers.
pub(crate) type ApiResult<T> = Result<Json<T>, Problem>;

impl Problem {
    fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.into(),
            problems: Vec::new(),
            parameters: None,
            retry_after_s: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
        }
    }

    /// 400: what was sent makes no sense; `code` says in what respect.
    pub fn bad_request(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: nobody is signed in.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 403: the one who is signed in may not.
    pub fn forbidden(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 405: the address does not take the method.
    pub(crate) fn method_not_allowed() -> Self {
        let detail = "this address does not take that method; see /api/openapi.json";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail)
    }

    /// 406: the caller does not take the only form there is.
    pub fn not_acceptable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail)
    }

    /// 504: what was waited for did not happen in time.
    pub fn timeout(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "timeout", detail)
    }

    /// 409: it is not the time for it; `code` says why.
    pub fn conflict(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 429: the password of this login was wrong too often.
    pub(crate) fn too_many_attempts(retry_after_s: u16) -> Self {
        let detail =
            format!("the password was wrong several times; try again in {retry_after_s} seconds");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// 503: too many passwords are being checked.
    pub(crate) fn busy() -> Self {
        let detail = "too many people sign in at this moment; try again in a second";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "many_sign_ins", detail)
    }

    /// 503: the time is up. What the request asked for may be done, or may still be.
    pub(crate) fn out_of_time(is_safe: bool) -> Self {
        let detail = if is_safe {
            "the answer took too long; ask for less, or try again"
        } else {
            "the answer took too long; it is unknown whether it was done: repeat the request with the \
             same Idempotency-Key, or look first"
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail)
    }

    /// 500: our fault. The cause is logged here, once, and not told.
    pub fn fault(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let detail = "the server failed; try again, and look into its log if it lasts";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", detail)
    }

    /// 500: our fault, in the middle of a command. The cause is logged here, once, and not told.
    pub(crate) fn unknown_outcome(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "a command failed");
        let detail = "the server failed; it is unknown whether this was done: repeat the request with \
            the same Idempotency-Key, or look first";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "unknown_outcome", detail)
    }

    /// The same with every single problem listed.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<ProblemDetail>) -> Self {
        self.problems = problems;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            // `Bearer`, not `Basic`: a browser must not open its own sign-in window over the page.
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // For the routes that write their refusals differently.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // A query breaks no constraint of rows; what it can break is the form of a page's cursor.
            StoreError::Constraint(message) => Self::bad_request("query", message),
            StoreError::Lost(reason) => {
                tracing::warn!(reason, "a query has lost its database");
                CommandError::Unreachable.into()
            }
            StoreError::Outdated(reason) => {
                tracing::warn!(reason, "a query does not fit what is defined");
                let detail = "an object was redefined at this moment; read again";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, REDEFINED, detail)
            }
            StoreError::Full(reason) => {
                tracing::error!(reason, "a query found no room for what it sorts");
                CommandError::Full.into()
            }
            StoreError::Retry(_) | StoreError::Broken(_) => Self::fault(error),
        }
    }
}

impl From<access::Denied> for Problem {
    fn from(denied: access::Denied) -> Self {
        Self::forbidden("denied", denied.to_string())
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let detail = error.to_string();
        match error {
            CommandError::Rejected(rejection) => rejected(rejection),
            CommandError::Denied(denied) => denied.into(),
            CommandError::NotFound { .. } => Self::not_found(detail),
            CommandError::Conflict { .. } => Self::conflict("version", detail),
            CommandError::Invalid(problems) => Self::bad_request("invalid", detail)
                .with_problems(problems.into_iter().map(ProblemDetail::from).collect()),
            CommandError::Overloaded => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail)
            }
            CommandError::Unreachable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database_away", detail)
            }
            CommandError::Full => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage_full", detail)
            }
            // The lane may have gone away in the middle of it.
            CommandError::Stopped => {
                let detail = format!("{detail}, with the same Idempotency-Key");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", detail)
            }
            CommandError::Fault(cause) => Self::fault(cause),
        }
    }
}

fn rejected(rejection: Rejection) -> Problem {
    let status = match rejection.code {
        "last_admin" | "locked" | "in_process" | "not_offered" | "referenced"
        | "already_started" | "instance_ended" | "job_has_failed" | "not_retryable"
        | "task_completed_by" | "task_completed" | "task_cancelled" | "task_ended" => {
            StatusCode::CONFLICT
        }
        "not_a_candidate" => StatusCode::FORBIDDEN,
        "idempotency_key" => StatusCode::UNPROCESSABLE_ENTITY,
        code if code.starts_with("no_such_") => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    let problem = Problem::new(status, rejection.code, rejection.message)
        .with_problems(rejection.problems.into_iter().map(ProblemDetail::from).collect());
    let parameters = named(rejection.parameters);
    Problem { parameters: (!parameters.is_empty()).then(|| Box::new(parameters)), ..problem }
}

/// What a translation fills in.
pub(crate) fn named(parameters: Vec<(&'static str, String)>) -> BTreeMap<String, String> {
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl From<FieldProblem> for ProblemDetail {
    fn from(problem: FieldProblem) -> Self {
        Self {
            field: Some(problem.field.to_string()),
            code: Some(problem.code.to_string()),
            message: problem.message,
            ..Self::default()
        }
    }
}

impl From<ResourceProblem> for ProblemDetail {
    fn from(problem: ResourceProblem) -> Self {
        Self {
            resource: Some(problem.resource.to_string()),
            element: problem.element.map(|element| element.to_string()),
            line: (problem.line > 0).then_some(problem.line),
            column: (problem.column > 0).then_some(problem.column),
            message: problem.message,
            ..Self::default()
        }
    }
}
