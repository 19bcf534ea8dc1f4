//! Process instances: start, wait for their end, look at them, cancel them.

mod create;

use std::str::FromStr;
use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use runtime::Command;
use runtime::port::{InstanceQuery, InstanceRow, InstanceState, Page, PageRequest, Read};
use serde_json::{Value, json};
use turn::{Catalogue, InstanceCommand};

use super::body::{Given, Reference};
use super::definition::{Chosen, choose, key_of};
use super::filter::Filter;
use super::search::{Found, List, Request, Row, Search};
use super::{TENANT, definition, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "processInstanceKey",
    filters: &[
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "processDefinitionName",
        "processDefinitionVersion",
        "processDefinitionVersionTag",
        "parentProcessInstanceKey",
        "state",
        "hasIncident",
        "startDate",
        "endDate",
        "tenantId",
    ],
    sorts: &[
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "processDefinitionName",
        "processDefinitionVersion",
        "processDefinitionVersionTag",
        "parentProcessInstanceKey",
        "state",
        "hasIncident",
        "startDate",
        "endDate",
        "tenantId",
    ],
    stored: Some("processInstanceKey"),
    advice: "narrow it by `processDefinitionKey`, `state` or `hasIncident: true`, or sort by \
             `processInstanceKey`, `DESC`",
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/process-instances", post(create::create))
        .route("/process-instances/search", post(search))
        .route("/process-instances/{key}", get(get_one))
        .route("/process-instances/{key}/cancellation", post(cancel))
}

fn item(catalogue: &Catalogue, row: &InstanceRow) -> Value {
    let definition = definition::of(catalogue, row.definition);
    json!({
        "processInstanceKey": row.key.to_string(),
        "processDefinitionKey": row.definition.to_string(),
        "processDefinitionId": &*definition.id,
        "processDefinitionName": &*definition.name,
        "processDefinitionVersion": definition.version,
        "processDefinitionVersionTag": definition.version_tag.as_deref(),
        "startDate": row.started_at.to_string(),
        "endDate": row.ended_at.map(|at| at.to_string()),
        "state": row.state.as_str().to_uppercase(),
        "hasIncident": row.incidents > 0,
        "tenantId": TENANT,
        "parentProcessInstanceKey": row.parent.map(|parent| parent.to_string()),
        "parentElementInstanceKey": null,
        "rootProcessInstanceKey": root_of(row.key),
        "tags": [],
        "businessId": null,
    })
}

pub(super) fn find(read: &dyn Read, key: base::Key) -> Result<InstanceRow, Problem> {
    let row = read.instance(key)?;
    row.ok_or_else(|| Problem::not_found(format!("there is no process instance {key}")))
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found =
        app.read(&actor, Permission::ReadProcesses, move |read| find_all(read, &catalogue, search));
    Ok(Json(found.await?))
}

fn find_all(
    read: &dyn Read,
    catalogue: &Arc<Catalogue>,
    mut search: Search,
) -> Result<Found, Problem> {
    let row = |row: &InstanceRow| Row::new(item(catalogue, row));
    if let Some(key) = search.filter.equal("processInstanceKey") {
        let instance = read.instance(key_of("processInstanceKey", &key)?)?;
        return search.among(instance.iter().map(row).collect());
    }
    let Some(mut query) = query(catalogue, &mut search.filter)? else {
        return search.among(Vec::new());
    };
    search.paged(|page| {
        query.page = page;
        let found = read.instances(&query)?;
        Ok(Page { items: found.items.iter().map(row).collect(), next: found.next })
    })
}

/// The part of a filter that the database answers; nothing where no row can be found.
fn query(catalogue: &Catalogue, filter: &mut Filter) -> Result<Option<InstanceQuery>, Problem> {
    let definition = match choose(catalogue, filter)? {
        Chosen::Nothing => return Ok(None),
        Chosen::One(key) => Some(key),
        Chosen::Any => None,
    };
    let state =
        filter.take_equal("state").map(|word| InstanceState::from_str(&word.to_lowercase()));
    let parent = filter.take_equal("parentProcessInstanceKey");
    Ok(Some(InstanceQuery {
        definition,
        state: state
            .transpose()
            .map_err(|error| Problem::bad_request("filter", error.to_string()))?,
        with_incidents: filter.take_true("hasIncident"),
        record: None,
        parent: parent.map(|key| key_of("parentProcessInstanceKey", &key)).transpose()?,
        page: PageRequest::first(PageRequest::MAX),
    }))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let item = app.read(&actor, Permission::ReadProcesses, move |read| {
        Ok(item(&catalogue, &find(read, key)?))
    });
    Ok(Json(item.await?))
}

async fn cancel(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(_): Given<Reference>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::Cancel { instance: parse_key(&key)? };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
