//! Incidents: steps that wait for a person to repair a model or data.

use access::Permission;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Key;
use runtime::Command;
use runtime::port::{IncidentRow, IncidentState, Read};
use serde_json::{Value, json};
use turn::{Catalogue, InstanceCommand};

use super::body::{Given, Reference};
use super::definition::key_of;
use super::process_instance;
use super::search::{Found, List, Request, Row};
use super::{TENANT, definition, of_instance, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "incidentKey",
    filters: &[
        "incidentKey",
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "elementInstanceKey",
        "elementId",
        "errorType",
        "errorMessage",
        "creationTime",
        "state",
        "jobKey",
        "tenantId",
    ],
    sorts: &[
        "incidentKey",
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "elementInstanceKey",
        "elementId",
        "errorType",
        "creationTime",
        "state",
        "jobKey",
        "tenantId",
    ],
    stored: None,
    advice: "narrow it by `processInstanceKey`, `processDefinitionKey` or `state: ACTIVE`",
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/incidents/search", post(search))
        .route("/incidents/{key}", get(get_one))
        .route("/incidents/{key}/resolution", post(resolve))
        .route("/process-instances/{key}/incidents/search", post(of_process_instance))
        .route("/element-instances/{key}/incidents/search", post(of_element_instance))
}

fn row(catalogue: &Catalogue, row: &IncidentRow) -> Row {
    Row::new(json!({
        "incidentKey": row.key.to_string(),
        "processInstanceKey": row.instance.to_string(),
        "rootProcessInstanceKey": root_of(row.instance),
        "processDefinitionKey": row.definition.to_string(),
        "processDefinitionId": &*definition::of(catalogue, row.definition).id,
        "elementInstanceKey": row.element_instance.to_string(),
        "elementId": &*row.element_id,
        "errorType": &*row.kind,
        "errorMessage": &*row.message,
        "creationTime": row.created_at.to_string(),
        "state": match row.state {
            IncidentState::Open => "ACTIVE",
            IncidentState::Resolved => "RESOLVED",
        },
        "jobKey": row.job.map(|job| job.to_string()),
        "tenantId": TENANT,
    }))
}

fn rows(read: &dyn Read, catalogue: &Catalogue, instance: Key) -> Result<Vec<Row>, Problem> {
    Ok(read.incidents(instance)?.iter().map(|it| row(catalogue, it)).collect())
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        if let Some(key) = search.filter.equal(LIST.key) {
            let found = read.incident(key_of(LIST.key, &key)?)?;
            return search.among(found.iter().map(|it| row(&catalogue, it)).collect());
        }
        // An instance that has none open needs no look where only open ones are asked for.
        let open = search.filter.equal("state").as_deref() == Some("ACTIVE");
        of_instance::found(read, &catalogue, search, &LIST, open, |instance| {
            rows(read, &catalogue, instance.key)
        })
    });
    Ok(Json(found.await?))
}

async fn of_process_instance(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (key, search, catalogue) = (parse_key(&key)?, request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        process_instance::find(read, key)?;
        search.among(rows(read, &catalogue, key)?)
    });
    Ok(Json(found.await?))
}

async fn of_element_instance(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (key, search, catalogue) = (parse_key(&key)?, request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let element = read
            .element(key)?
            .ok_or_else(|| Problem::not_found(format!("there is no element instance {key}")))?;
        let wanted = Value::from(key.to_string());
        let of_element = |row: &Row| *row.value("elementInstanceKey") == wanted;
        let rows = rows(read, &catalogue, element.instance)?;
        search.among(rows.into_iter().filter(of_element).collect())
    });
    Ok(Json(found.await?))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let found = read.incident(key)?;
        let found =
            found.ok_or_else(|| Problem::not_found(format!("there is no incident {key}")))?;
        Ok(row(&catalogue, &found).item)
    });
    Ok(Json(found.await?))
}

async fn resolve(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(_): Given<Reference>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::ResolveIncident { incident: parse_key(&key)? };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
