//! Process instances: lists, the path they took, their variables and history, and what a person may do
//! to them.

mod offer;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base::Key;
use records::RecordRef;
use runtime::port::{
    ElementState, FlowCount, IncidentState, InstanceQuery, InstanceRow, InstanceState, PageRequest,
    Read,
};
use runtime::{Command, past};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use turn::{Catalogue, InstanceCommand};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::decision::Decisions;
use crate::idempotency::IdempotencyKey;
use crate::listed;
use crate::problem::{ApiResult, Problem};
use crate::process::{FlowCountBody, Named, ProcessRef, names_of, refer};
use crate::record::{RecordTitle, Titles, find_object, parse_key};
use crate::user_task::Completions;

const LIMIT: u32 = 60;
/// How many batches of events one answer holds.
const EVENTS_LIMIT: u32 = 500;

/// Which instances.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The key of a version of a process.
    process: Option<String>,
    /// `active`, `completed`, `terminated`, or `incident` for active ones with an open incident.
    state: Option<String>,
    /// How many at most, 60 by itself, never above 500.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of instances, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Instances {
    /// The instances.
    items: Vec<InstanceBody>,
    /// What to give as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An instance.
#[derive(Debug, Serialize, ToSchema)]
struct InstanceBody {
    /// The instance.
    key: String,
    /// The version of the process it runs.
    process: ProcessRef,
    /// `active`, `completed` or `terminated`.
    #[schema(value_type = listed::InstanceState)]
    state: InstanceState,
    /// The record it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordTitle>,
    /// When it started.
    started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Open incidents.
    incidents: u32,
}

/// A list without pages.
#[derive(Debug, Serialize, ToSchema)]
struct Elements {
    /// In the order in which they began.
    items: Vec<ElementBody>,
}

/// A pass through an element.
#[derive(Debug, Serialize, ToSchema)]
struct ElementBody {
    /// The element instance.
    key: String,
    /// The BPMN id.
    element_id: String,
    /// The element's name; its id where it has none.
    element_name: String,
    /// The name in other languages, by language: the element's properties `name.zh` ..
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    element_names: BTreeMap<String, String>,
    /// The kind of element: `SERVICE_TASK`.
    element_type: String,
    /// `active`, `completed` or `terminated`.
    #[schema(value_type = listed::ElementState)]
    state: ElementState,
    /// When it began.
    started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Its open incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
    /// Who did it, where it was a user task that a person has done.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_by: Option<RecordTitle>,
}

/// The flows that were taken.
#[derive(Debug, Serialize, ToSchema)]
struct Flows {
    /// Each flow once.
    items: Vec<FlowCountBody>,
}

/// Variables.
#[derive(Debug, Serialize, ToSchema)]
struct Variables {
    /// By scope and name.
    items: Vec<VariableBody>,
}

/// A variable.
#[derive(Debug, Serialize, ToSchema)]
struct VariableBody {
    /// Its key.
    key: String,
    /// Its name.
    name: String,
    /// The instance, or the element instance it is local to.
    scope: String,
    /// Its value as JSON.
    #[schema(value_type = Object)]
    value: Value,
}

/// Incidents.
#[derive(Debug, Serialize, ToSchema)]
struct Incidents {
    /// In the order in which they were raised.
    items: Vec<IncidentBody>,
}

/// A step that waits for a person to repair a model or data.
#[derive(Debug, Serialize, ToSchema)]
struct IncidentBody {
    /// The incident.
    key: String,
    /// The BPMN id of the element that waits.
    element_id: String,
    /// Its kind: `IO_MAPPING_ERROR`.
    kind: String,
    /// What went wrong and what to do.
    message: String,
    /// `open` or `resolved`.
    #[schema(value_type = listed::IncidentState)]
    state: IncidentState,
    /// When it was raised.
    created_at: String,
}

/// The history, batch by batch.
#[derive(Debug, Serialize, ToSchema)]
struct History {
    /// Each batch that changed the instance.
    items: Vec<Batch>,
}

/// The events that one batch brought.
#[derive(Debug, Serialize, ToSchema)]
struct Batch {
    /// The instance's version after them.
    version: i64,
    /// When.
    at: String,
    /// The events in their order.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(of_record))
        .routes(routes!(offer::offers))
        .routes(routes!(offer::start))
        .routes(routes!(get))
        .routes(routes!(elements))
        .routes(routes!(flows))
        .routes(routes!(variables))
        .routes(routes!(decisions))
        .routes(routes!(incidents))
        .routes(routes!(events))
        .routes(routes!(cancel))
        .routes(routes!(resolve))
}

fn body(catalogue: &Catalogue, row: &InstanceRow, titles: &Titles) -> InstanceBody {
    InstanceBody {
        key: row.key.to_string(),
        process: refer(catalogue, row.definition),
        state: row.state,
        record: row.record.as_ref().map(|record| titles.get(&record.object, record.key)),
        started_at: row.started_at.to_string(),
        ended_at: row.ended_at.map(|at| at.to_string()),
        incidents: row.incidents,
    }
}

fn bodies(
    catalogue: &Catalogue,
    rows: &[InstanceRow],
    read: &dyn Read,
) -> Result<Vec<InstanceBody>, Problem> {
    let mut titles = Titles::default();
    for record in rows.iter().filter_map(|row| row.record.as_ref()) {
        titles.want_one(&record.object, record.key);
    }
    titles.load(&catalogue.schema, read)?;
    Ok(rows.iter().map(|row| body(catalogue, row, &titles)).collect())
}

fn find(read: &dyn Read, key: Key) -> Result<InstanceRow, Problem> {
    let row = read.instance(key)?;
    row.ok_or_else(|| Problem::not_found(format!("there is no process instance {key}")))
}

/// Instances, newest first.
#[utoipa::path(get, path = "/api/instances", tag = "instances", params(ListQuery),
    responses((status = 200, body = Instances)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> ApiResult<Instances> {
    let with_incidents = query.state.as_deref() == Some("incident");
    let state = query.state.as_deref().filter(|_| !with_incidents).map(InstanceState::from_str);
    let query = InstanceQuery {
        definition: query.process.as_deref().map(parse_key).transpose()?,
        state: state
            .transpose()
            .map_err(|error| Problem::bad_request("state", error.to_string()))?,
        with_incidents,
        record: None,
        parent: None,
        page: PageRequest { limit: query.limit.unwrap_or(LIMIT), after: query.after },
    };
    answer_list(&app, &actor, Permission::ReadProcesses, query).await
}

async fn answer_list(
    app: &App,
    actor: &access::Actor,
    permission: Permission,
    query: InstanceQuery,
) -> ApiResult<Instances> {
    let catalogue = app.catalogue();
    let answer = app.read(actor, permission, move |read| {
        let page = read.instances(&query)?;
        Ok(Instances { items: bodies(&catalogue, &page.items, read)?, next: page.next })
    });
    Ok(Json(answer.await?))
}

/// The instances bound to a record, newest first.
#[utoipa::path(get, path = "/api/records/{object}/{key}/instances", tag = "records",
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = Instances)))]
async fn of_record(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
) -> ApiResult<Instances> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let query = InstanceQuery {
        definition: None,
        state: None,
        with_incidents: false,
        record: Some(RecordRef { object: Arc::clone(&object), key: parse_key(&key)? }),
        parent: None,
        page: PageRequest::first(PageRequest::MAX),
    };
    answer_list(&app, &actor, Permission::ReadRecords(object), query).await
}

/// One instance.
#[utoipa::path(get, path = "/api/instances/{key}", tag = "instances",
    params(("key" = String, Path)),
    responses((status = 200, body = InstanceBody), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<InstanceBody> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = find(read, key)?;
        bodies(&catalogue, &[row], read)?.pop().ok_or_else(|| Problem::fault("a row was lost"))
    });
    Ok(Json(answer.await?))
}

/// The elements that an instance passed.
#[utoipa::path(get, path = "/api/instances/{key}/elements", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = Elements)))]
async fn elements(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Elements> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let instance = find(read, key)?;
        let done = Completions::of_instances(&catalogue.schema, [key], read)?;
        let items = read.elements(key)?.into_iter().map(|row| {
            let named = names_of(&catalogue, instance.definition, &row.element_id);
            let Named { name, names } = named.unwrap_or_else(|| Named::by_id(&row.element_id));
            ElementBody {
                key: row.key.to_string(),
                element_name: name,
                element_names: names,
                element_id: row.element_id.to_string(),
                element_type: row.kind.to_string(),
                state: row.state,
                started_at: row.started_at.to_string(),
                ended_at: row.ended_at.map(|at| at.to_string()),
                incident: row.incident.map(|incident| incident.to_string()),
                completed_by: done.of_step(row.key),
            }
        });
        Ok(Elements { items: items.collect() })
    });
    Ok(Json(answer.await?))
}

/// The flows that an instance took.
#[utoipa::path(get, path = "/api/instances/{key}/flows", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = Flows)))]
async fn flows(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Flows> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let instance = find(read, key)?;
        Ok(Flows { items: flows_of(read, &catalogue, &instance)? })
    });
    Ok(Json(answer.await?))
}

/// Counts the flows in the history, which is the one place that holds them.
fn flows_of(
    read: &dyn Read,
    catalogue: &Catalogue,
    instance: &InstanceRow,
) -> Result<Vec<FlowCountBody>, Problem> {
    let (mut counts, mut version) = (BTreeMap::new(), 0);
    loop {
        let batches = read.history(instance.key, version, EVENTS_LIMIT)?;
        let Some(last) = batches.last() else { break };
        version = last.version;
        for batch in &batches {
            past::count_flows(batch, &mut counts).map_err(Problem::fault)?;
        }
    }
    let Some(process) = catalogue.process(instance.definition) else { return Ok(Vec::new()) };
    let items = counts.into_iter().filter_map(|(flow, count)| {
        let flow_id = Arc::clone(&process.process.flow(flow)?.id);
        Some(FlowCount { flow_id, count })
    });
    let mut items: Vec<FlowCount> = items.collect();
    items.sort_by(|a, b| a.flow_id.cmp(&b.flow_id));
    Ok(items.into_iter().map(FlowCountBody::from).collect())
}

/// The variables of an instance and of its elements.
#[utoipa::path(get, path = "/api/instances/{key}/variables", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = Variables)))]
async fn variables(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Variables> {
    let key = parse_key(&key)?;
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        find(read, key)?;
        let items = read.variables(key)?.into_iter().map(|row| {
            Ok(VariableBody {
                key: row.key.to_string(),
                name: row.name.to_string(),
                scope: row.scope.to_string(),
                value: row.value.parse().map_err(Problem::fault)?,
            })
        });
        Ok(Variables { items: items.collect::<Result<_, Problem>>()? })
    });
    Ok(Json(answer.await?))
}

/// The decisions that an instance had made, with their explanation.
#[utoipa::path(get, path = "/api/instances/{key}/decisions", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = Decisions)))]
async fn decisions(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Decisions> {
    let key = parse_key(&key)?;
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        find(read, key)?;
        Decisions::explained(read, &read.decisions(key)?)
    });
    Ok(Json(answer.await?))
}

/// The incidents of an instance.
#[utoipa::path(get, path = "/api/instances/{key}/incidents", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = Incidents)))]
async fn incidents(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<Incidents> {
    let key = parse_key(&key)?;
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        find(read, key)?;
        let items = read.incidents(key)?.into_iter().map(|row| IncidentBody {
            key: row.key.to_string(),
            element_id: row.element_id.to_string(),
            kind: row.kind.to_string(),
            message: row.message.to_string(),
            state: row.state,
            created_at: row.created_at.to_string(),
        });
        Ok(Incidents { items: items.collect() })
    });
    Ok(Json(answer.await?))
}

/// The history of an instance: every event, batch by batch.
#[utoipa::path(get, path = "/api/instances/{key}/events", tag = "instances",
    params(("key" = String, Path)), responses((status = 200, body = History)))]
async fn events(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<History> {
    let key = parse_key(&key)?;
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        find(read, key)?;
        let mut items = Vec::new();
        for row in read.history(key, 0, EVENTS_LIMIT)? {
            let events = engine::codec::decode_events(&row.events).map_err(Problem::fault)?;
            let events: Result<Vec<Value>, _> = events.iter().map(serde_json::to_value).collect();
            items.push(Batch {
                version: row.version,
                at: row.at.to_string(),
                events: events.map_err(Problem::fault)?,
            });
        }
        Ok(History { items })
    });
    Ok(Json(answer.await?))
}

/// Ends an instance.
#[utoipa::path(post, path = "/api/instances/{key}/cancel", tag = "instances",
    params(("key" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn cancel(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::Cancel { instance: parse_key(&key)? };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries the step again that an incident stopped.
#[utoipa::path(post, path = "/api/incidents/{key}/resolve", tag = "instances",
    params(("key" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn resolve(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::ResolveIncident { incident: parse_key(&key)? };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
