//! Deployed decisions, and their evaluation on request.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Key;
use dmn::TraceMode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::{Catalogue, DecisionVersion};

use super::body::{Given, context};
use super::decision_instance::{Traced, text};
use super::definition::key_of;
use super::process_definition::xml_answer;
use super::search::{Found, List, Request, Row};
use super::{TENANT, check_tenant};
use crate::actor::Caller;
use crate::app::{App, wall_clock};
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "decisionDefinitionKey",
    filters: &[
        "decisionDefinitionKey",
        "decisionDefinitionId",
        "name",
        "version",
        "isLatestVersion",
        "decisionRequirementsKey",
        "decisionRequirementsId",
        "decisionRequirementsName",
        "decisionRequirementsVersion",
        "tenantId",
    ],
    sorts: &[
        "decisionDefinitionKey",
        "decisionDefinitionId",
        "name",
        "version",
        "decisionRequirementsKey",
        "decisionRequirementsId",
        "decisionRequirementsName",
        "decisionRequirementsVersion",
        "tenantId",
    ],
    stored: None,
    advice: "narrow it by `decisionDefinitionId`",
};

/// The evaluation key of what no instance asked for, and nobody keeps.
const NOT_KEPT: Key = Key(0);

/// What a decision is to be evaluated with.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Evaluation {
    decision_definition_key: Option<String>,
    decision_definition_id: Option<String>,
    variables: Option<Map<String, Value>>,
    tenant_id: Option<String>,
}

/// The file of a decision, which Camunda calls its requirements.
#[derive(Debug, Clone)]
pub(super) struct Requirements {
    pub(super) key: Key,
    pub(super) id: Arc<str>,
    name: Arc<str>,
    version: usize,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/decision-definitions/search", post(search))
        .route("/decision-definitions/evaluation", post(evaluate))
        .route("/decision-definitions/{key}", get(get_one))
        .route("/decision-definitions/{key}/xml", get(xml))
}

impl Requirements {
    /// Those of the decision with this key. A file's version is how many files with its id were
    /// deployed up to it.
    pub(super) fn of(catalogue: &Catalogue, decision: Key) -> Self {
        let Some(decision) = catalogue.decision(decision) else {
            let unknown: Arc<str> = Arc::from("unknown");
            return Self { key: decision, id: Arc::clone(&unknown), name: unknown, version: 0 };
        };
        let (key, model) = (decision.version.resource, &decision.model);
        let files: BTreeSet<Key> = catalogue
            .decisions()
            .filter(|other| other.model.id() == model.id())
            .map(|other| other.version.resource)
            .collect();
        let version = files.range(..=key).count();
        Self { key, id: Arc::clone(model.id()), name: Arc::clone(model.name()), version }
    }

    /// As a deployment answers them.
    pub(super) fn deployed(&self, resource_name: &str) -> Value {
        json!({
            "decisionRequirementsKey": self.key.to_string(),
            "decisionRequirementsId": &*self.id,
            "decisionRequirementsName": &*self.name,
            "version": self.version,
            "resourceName": resource_name,
            "tenantId": TENANT,
        })
    }
}

fn item(catalogue: &Catalogue, decision: &DecisionVersion) -> Value {
    let version = &decision.version;
    let requirements = Requirements::of(catalogue, version.key);
    json!({
        "decisionDefinitionKey": version.key.to_string(),
        "decisionDefinitionId": &*version.id,
        "name": &*version.name,
        "version": version.version,
        "decisionRequirementsKey": requirements.key.to_string(),
        "decisionRequirementsId": &*requirements.id,
        "decisionRequirementsName": &*requirements.name,
        "decisionRequirementsVersion": requirements.version,
        "tenantId": TENANT,
    })
}

fn find(catalogue: &Catalogue, key: Key) -> Result<Arc<DecisionVersion>, Problem> {
    let decision = catalogue.decision(key).map(Arc::clone);
    decision.ok_or_else(|| Problem::not_found(format!("there is no decision definition {key}")))
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |_read| {
        let rows = catalogue.decisions().map(|decision| {
            let latest = catalogue.latest_decision(&decision.version.id);
            let is_latest = latest.is_some_and(|it| it.version.key == decision.version.key);
            Row::new(item(&catalogue, decision)).with("isLatestVersion", is_latest)
        });
        search.among(rows.collect())
    });
    Ok(Json(found.await?))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |_read| {
        Ok(item(&catalogue, &*find(&catalogue, key)?))
    });
    Ok(Json(found.await?))
}

async fn xml(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let text = app.read(&actor, Permission::ReadProcesses, move |read| {
        let resource = read.resource(find(&catalogue, key)?.version.resource)?;
        let resource = resource.ok_or_else(|| Problem::fault("a deployed file is missing"))?;
        Ok(resource.text)
    });
    Ok(xml_answer(&text.await?))
}

async fn evaluate(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(given): Given<Evaluation>,
) -> Result<Json<Value>, Problem> {
    check_tenant(&given.tenant_id)?;
    let catalogue = app.catalogue();
    let answer = app.read(&actor, Permission::Evaluate, move |_read| {
        let decision = match (&given.decision_definition_key, &given.decision_definition_id) {
            (Some(key), None) => find(&catalogue, key_of("decisionDefinitionKey", key)?)?,
            (None, Some(id)) => {
                let latest = catalogue.latest_decision(id).map(Arc::clone);
                latest.ok_or_else(|| Problem::not_found(format!("there is no decision `{id}`")))?
            }
            _ => {
                let detail = "give either `decisionDefinitionKey` or `decisionDefinitionId`";
                return Err(Problem::bad_request("decision", detail));
            }
        };
        evaluated(&catalogue, &decision, &context(given.variables)?)
    });
    Ok(Json(answer.await?))
}

fn evaluated(
    catalogue: &Catalogue,
    decision: &DecisionVersion,
    inputs: &feel::Context,
) -> Result<Value, Problem> {
    let mut run = feel::Run::new(wall_clock());
    let evaluation = decision
        .model
        .evaluate(&decision.version.id, inputs, &mut run, TraceMode::On)
        .map_err(|error| Problem::bad_request("evaluation", error.to_string()))?;
    let trace = evaluation.trace.map(|trace| trace.to_json()).unwrap_or_default();
    let traced = Traced::of(catalogue, decision.version.key, NOT_KEPT, &trace);
    let requirements = Requirements::of(catalogue, decision.version.key);
    Ok(json!({
        "decisionDefinitionKey": decision.version.key.to_string(),
        "decisionDefinitionId": &*decision.version.id,
        "decisionDefinitionName": &*decision.version.name,
        "decisionDefinitionVersion": decision.version.version,
        "decisionEvaluationKey": NOT_KEPT.to_string(),
        "decisionInstanceKey": NOT_KEPT.to_string(),
        "decisionRequirementsId": &*requirements.id,
        "decisionRequirementsKey": requirements.key.to_string(),
        "evaluatedDecisions": traced.iter().map(Traced::evaluated).collect::<Vec<_>>(),
        "failedDecisionDefinitionId": null,
        "failureMessage": null,
        "output": text(&feel::json::to_json(&evaluation.value)),
        "tenantId": TENANT,
    }))
}
