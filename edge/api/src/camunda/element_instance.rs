//! Element instances: the passes of an instance through its elements, the process itself among them.

use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use base::Key;
use runtime::Command;
use runtime::port::{ElementInstanceRow, InstanceRow, Read};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::{Catalogue, InstanceCommand};

use super::body::{Given, context};
use super::definition::key_of;
use super::search::{Found, List, Request, Row};
use super::{TENANT, definition, of_instance, refuse, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "elementInstanceKey",
    filters: &[
        "elementInstanceKey",
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "elementId",
        "elementName",
        "type",
        "state",
        "hasIncident",
        "incidentKey",
        "startDate",
        "endDate",
        "elementInstanceScopeKey",
        "tenantId",
    ],
    sorts: &[
        "elementInstanceKey",
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "elementId",
        "elementName",
        "type",
        "state",
        "incidentKey",
        "startDate",
        "endDate",
        "tenantId",
    ],
    stored: None,
    advice: "narrow it by `processInstanceKey` or `processDefinitionKey`",
};

/// Variables to set.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct NewVariables {
    variables: Map<String, Value>,
    local: bool,
    #[serde(rename = "operationReference")]
    _operation_reference: Option<i64>,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/element-instances/search", post(search))
        .route("/element-instances/{key}", get(get_one))
        .route("/element-instances/{key}/variables", put(set_variables))
}

fn row(catalogue: &Catalogue, row: &ElementInstanceRow) -> Row {
    let process = catalogue.process(row.definition).map(|version| &version.process);
    let element = process.and_then(|process| process.element_by_id(&row.element_id));
    let name = element.and_then(|(_, element)| element.name.clone());
    let item = json!({
        "elementInstanceKey": row.key.to_string(),
        "processInstanceKey": row.instance.to_string(),
        "rootProcessInstanceKey": root_of(row.instance),
        "processDefinitionKey": row.definition.to_string(),
        "processDefinitionId": &*definition::of(catalogue, row.definition).id,
        "elementId": &*row.element_id,
        "elementName": &*name.unwrap_or_else(|| Arc::clone(&row.element_id)),
        "type": &*row.kind,
        "state": row.state.as_str().to_uppercase(),
        "startDate": row.started_at.to_string(),
        "endDate": row.ended_at.map(|at| at.to_string()),
        "hasIncident": row.incident.is_some(),
        "incidentKey": row.incident.map(|key| key.to_string()),
        "tenantId": TENANT,
    });
    Row::new(item).with("elementInstanceScopeKey", row.scope.to_string())
}

/// The process as an element, as Camunda lists it: its key is the instance's.
fn process_row(catalogue: &Catalogue, row: &InstanceRow) -> Row {
    let definition = definition::of(catalogue, row.definition);
    Row::new(json!({
        "elementInstanceKey": row.key.to_string(),
        "processInstanceKey": row.key.to_string(),
        "rootProcessInstanceKey": root_of(row.key),
        "processDefinitionKey": row.definition.to_string(),
        "processDefinitionId": &*definition.id,
        "elementId": &*definition.id,
        "elementName": &*definition.name,
        "type": "PROCESS",
        "state": row.state.as_str().to_uppercase(),
        "startDate": row.started_at.to_string(),
        "endDate": row.ended_at.map(|at| at.to_string()),
        "hasIncident": row.incidents > 0,
        "incidentKey": null,
        "tenantId": TENANT,
    }))
}

/// The element instance, or the process of the instance, with this key.
fn find(read: &dyn Read, catalogue: &Catalogue, key: Key) -> Result<Option<Row>, Problem> {
    if let Some(found) = read.element(key)? {
        return Ok(Some(row(catalogue, &found)));
    }
    Ok(read.instance(key)?.map(|instance| process_row(catalogue, &instance)))
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        if let Some(key) = search.filter.equal(LIST.key) {
            let found = find(read, &catalogue, key_of(LIST.key, &key)?)?;
            return search.among(found.into_iter().collect());
        }
        of_instance::found(read, &catalogue, search, &LIST, false, |instance| {
            let elements = read.elements(instance.key)?;
            let process = std::iter::once(process_row(&catalogue, instance));
            Ok(process.chain(elements.iter().map(|it| row(&catalogue, it))).collect())
        })
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
        find(read, &catalogue, key)?
            .ok_or_else(|| Problem::not_found(format!("there is no element instance {key}")))
    });
    Ok(Json(found.await?.item))
}

/// Sets variables where they are found from the element outwards, else on the instance.
async fn set_variables(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<NewVariables>,
) -> Result<StatusCode, Problem> {
    let scope = parse_key(&key)?;
    if given.local {
        let is_instance = app
            .read(&actor, Permission::ReadProcesses, move |read| {
                Ok(read.instance(scope)?.is_some())
            })
            .await?;
        refuse(
            !is_instance,
            "`local` for an element instance",
            "leave it out, or set the variables of the process instance",
        )?;
    }
    let command =
        InstanceCommand::SetVariables { scope, variables: context(Some(given.variables))? };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
