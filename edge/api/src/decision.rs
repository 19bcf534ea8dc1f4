//! Decisions: evaluated ones with their explanation, and evaluation on request.

mod model;

use access::Permission;
use axum::Json;
use axum::extract::{Path, State};
use dmn::TraceMode;
use records::RecordRef;
use runtime::port::{Before, DecisionRow, Read};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::{App, wall_clock};
use crate::problem::{ApiResult, Problem};
use crate::record::{find_object, parse_key};

/// How many decisions of a record one answer holds.
const LIMIT: u32 = 100;

/// Evaluated decisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decisions {
    /// The evaluations.
    pub(crate) items: Vec<DecisionBody>,
}

/// One evaluation of a decision by an instance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionBody {
    /// The evaluation.
    key: String,
    /// The DMN id of the decision.
    decision_id: String,
    /// Its name.
    name: String,
    /// The key of the version of the decision.
    definition: String,
    /// When.
    at: String,
    /// The instance.
    instance: String,
    /// The BPMN id of the element that asked.
    element_id: String,
    /// Each decision: inputs, matched rules, output, warnings; asked for by key also `unmatched`.
    #[schema(value_type = Object)]
    trace: Value,
}

impl Decisions {
    /// The evaluations with how they came about.
    pub(crate) fn explained(read: &dyn Read, rows: &[DecisionRow]) -> Result<Self, Problem> {
        let traces = traces(read, rows)?;
        Ok(Self { items: rows.iter().zip(traces).map(DecisionBody::of).collect() })
    }
}

/// How each of these decisions came about.
pub(crate) fn traces(read: &dyn Read, rows: &[DecisionRow]) -> Result<Vec<Value>, Problem> {
    let traces = read.traces(rows)?;
    let of = |row: &DecisionRow| match traces.get(&row.key) {
        Some(trace) => trace.parse().map_err(Problem::fault),
        None => Err(Problem::fault(format!(
            "the history of instance {} does not hold decision {}; check the database",
            row.instance, row.key
        ))),
    };
    rows.iter().map(of).collect()
}

impl DecisionBody {
    fn of((row, trace): (&DecisionRow, Value)) -> Self {
        Self {
            key: row.key.to_string(),
            decision_id: row.decision_id.to_string(),
            name: row.name.to_string(),
            definition: row.definition.to_string(),
            at: row.at.to_string(),
            instance: row.instance.to_string(),
            element_id: row.element_id.to_string(),
            trace,
        }
    }
}

/// What a decision is to be evaluated with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EvaluationInput {
    /// The variables by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
}

/// What came out.
#[derive(Debug, Serialize, ToSchema)]
struct EvaluationOutput {
    /// The decision's value.
    #[schema(value_type = Object)]
    output: Value,
    /// How it came about.
    #[schema(value_type = Object)]
    trace: Value,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(of_record))
        .routes(routes!(evaluate))
        .merge(model::routes())
}

/// One evaluated decision.
#[utoipa::path(get, path = "/api/decisions/{key}", tag = "decisions", params(("key" = String, Path)),
    responses((status = 200, body = DecisionBody), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<DecisionBody> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let rows = read.decision(key)?.map_or_else(Vec::new, |row| vec![row]);
        let found = Decisions::explained(read, &rows)?.items.into_iter().next();
        let mut found = found
            .ok_or_else(|| Problem::not_found(format!("there is no evaluated decision {key}")))?;
        // The version that was evaluated says why rules did not match; the history need not.
        let version = rows.first().and_then(|row| catalogue.decision(row.definition));
        if let Some(decision) = version {
            decision.model.explain(&mut found.trace);
        }
        Ok(found)
    });
    Ok(Json(answer.await?))
}

/// The decisions that the processes of a record had made, newest first.
#[utoipa::path(get, path = "/api/records/{object}/{key}/decisions", tag = "records",
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = Decisions)))]
async fn of_record(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
) -> ApiResult<Decisions> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let record = RecordRef { object: Arc::clone(&object), key: parse_key(&key)? };
    let answer = app.read(&actor, Permission::ReadRecords(object), move |read| {
        let rows = read.decisions_of_record(&record, Before { place: None, limit: LIMIT })?;
        Decisions::explained(read, &rows)
    });
    Ok(Json(answer.await?))
}

/// Evaluates the latest version of a decision, without any instance and without a trace in history.
#[utoipa::path(post, path = "/api/decisions/{decision_id}/evaluate", tag = "decisions",
    params(("decision_id" = String, Path)), request_body = EvaluationInput,
    responses((status = 200, body = EvaluationOutput), (status = 404, body = Problem)))]
async fn evaluate(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    Json(given): Json<EvaluationInput>,
) -> ApiResult<EvaluationOutput> {
    let catalogue = app.catalogue();
    let answer = app.read(&actor, Permission::Evaluate, move |_read| {
        let decision = catalogue
            .latest_decision(&id)
            .ok_or_else(|| Problem::not_found(format!("there is no decision `{id}`")))?;
        let inputs = feel::json::from_json(&Value::Object(given.variables));
        let empty = feel::Context::new();
        let inputs = inputs.as_context().unwrap_or(&empty);
        let mut run = feel::Run::new(wall_clock());
        let evaluation = decision
            .model
            .evaluate(&id, inputs, &mut run, TraceMode::On)
            .map_err(|error| Problem::bad_request("evaluation", error.to_string()))?;
        Ok(EvaluationOutput {
            output: feel::json::to_json(&evaluation.value),
            trace: evaluation.trace.map_or(Value::Null, |trace| {
                let mut trace = trace.to_json();
                decision.model.explain(&mut trace);
                trace
            }),
        })
    });
    Ok(Json(answer.await?))
}
