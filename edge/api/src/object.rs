//! The objects: what records look like, for the page and for whoever integrates.

use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use records::ObjectDef;
use runtime::Command;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem, ProblemDetail};

/// Every object that is defined.
#[derive(Serialize, ToSchema)]
struct Objects {
    /// Definitions in the form in which objects are defined, and `access.write`: whether one may write
    /// its records.
    #[schema(value_type = Vec<Object>)]
    objects: Vec<Value>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, define))
}

/// The objects.
#[utoipa::path(get, path = "/api/objects", tag = "objects", responses((status = 200, body = Objects)))]
async fn list(State(app): State<App>, Caller(actor): Caller) -> ApiResult<Objects> {
    let catalogue = app.catalogue();
    let readable = catalogue
        .schema
        .objects()
        .filter(|object| Permission::ReadRecords(Arc::clone(&object.name)).held_by(actor.role));
    let objects = readable.map(|object| {
        let mut json = object.to_json();
        let write = Permission::WriteRecords(Arc::clone(&object.name)).held_by(actor.role);
        if let Value::Object(map) = &mut json {
            map.insert("access".into(), serde_json::json!({ "write": write }));
        }
        json
    });
    Ok(Json(Objects { objects: objects.collect() }))
}

/// Defines objects, or changes them: one definition or a list of them.
#[utoipa::path(put, path = "/api/objects", tag = "objects", request_body = Object,
    responses((status = 204), (status = 400, body = Problem)))]
async fn define(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let json: Value = serde_json::from_slice(&body)
        .map_err(|error| Problem::bad_request("json", format!("the body is not JSON: {error}")))?;
    let definitions = match json {
        Value::Array(list) => list,
        one => vec![one],
    };
    let (mut objects, mut problems) = (Vec::new(), Vec::new());
    for definition in definitions {
        match ObjectDef::from_value(definition) {
            Ok(object) => objects.push(object),
            Err(problem) => problems
                .push(ProblemDetail { message: problem.to_string(), ..ProblemDetail::default() }),
        }
    }
    if !problems.is_empty() {
        let detail = "some definitions cannot be taken; nothing is defined";
        return Err(Problem::bad_request("invalid", detail).with_problems(problems));
    }
    app.submit(&actor, idempotency, Command::DefineObjects(objects)).await?;
    Ok(StatusCode::NO_CONTENT)
}
