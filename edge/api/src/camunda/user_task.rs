//! User tasks: find them, see their form and variables, take them, give them back, do them.

use std::collections::BTreeSet;

use access::Permission;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use base::Key;
use bpmn::ElementKind;
use runtime::Command;
use runtime::port::{
    Page, PageRequest, Read, UserTaskQuery, UserTaskRow, UserTaskState, VariableRow,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::{Catalogue, InstanceCommand};

use super::body::{Given, context};
use super::definition::{Chosen, choose, key_of};
use super::filter::Filter;
use super::search::{Found, List, Request, Row, Search};
use super::variable::{self, Truncation};
use super::{TENANT, definition, refuse, root_of};
use crate::actor::{Caller, require_login};
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "userTaskKey",
    filters: &[
        "userTaskKey",
        "processInstanceKey",
        "processDefinitionKey",
        "processDefinitionId",
        "elementInstanceKey",
        "elementId",
        "name",
        "state",
        "assignee",
        "candidateGroup",
        "candidateUser",
        "priority",
        "creationDate",
        "completionDate",
        "followUpDate",
        "dueDate",
        "tenantId",
    ],
    sorts: &["creationDate", "completionDate", "followUpDate", "dueDate", "priority", "name"],
    stored: Some("creationDate"),
    advice: "narrow it by `state`, `assignee`, `elementId`, `processInstanceKey` or \
             `processDefinitionKey`, or sort by `creationDate`, `DESC`",
};

static VARIABLES: List = List {
    key: "variableKey",
    filters: &["name"],
    sorts: &["variableKey", "processInstanceKey", "scopeKey", "name", "value", "tenantId"],
    stored: None,
    advice: "narrow it by `name`",
};

/// Who gets a task.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Assignment {
    assignee: Option<String>,
    allow_override: Option<bool>,
    #[serde(rename = "action")]
    _action: Option<String>,
}

/// What a form holds.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Completion {
    variables: Option<Map<String, Value>>,
    #[serde(rename = "action")]
    _action: Option<String>,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/user-tasks/search", post(search))
        .route("/user-tasks/{key}", get(get_one))
        .route("/user-tasks/{key}/form", get(form))
        .route("/user-tasks/{key}/variables/search", post(variables))
        .route("/user-tasks/{key}/effective-variables/search", post(variables))
        .route("/user-tasks/{key}/assignment", post(assign))
        .route("/user-tasks/{key}/assignee", delete(unassign))
        .route("/user-tasks/{key}/completion", post(complete))
}

fn row(catalogue: &Catalogue, row: &UserTaskRow) -> Row {
    let definition = definition::of(catalogue, row.definition);
    let item = json!({
        "userTaskKey": row.key.to_string(),
        "name": &*row.name,
        "state": state_word(row.state),
        "assignee": row.assignee.as_deref(),
        "candidateGroups": row.candidate_groups.iter().map(|group| &**group).collect::<Vec<_>>(),
        "candidateUsers": row.candidate_users.iter().map(|user| &**user).collect::<Vec<_>>(),
        "elementId": &*row.element_id,
        "elementInstanceKey": row.element_instance.to_string(),
        "processDefinitionKey": row.definition.to_string(),
        "processDefinitionId": &*definition.id,
        "processDefinitionVersion": definition.version,
        "processName": &*definition.name,
        "processInstanceKey": row.instance.to_string(),
        "rootProcessInstanceKey": root_of(row.instance),
        "creationDate": row.created_at.to_string(),
        "completionDate": row.ended_at.map(|at| at.to_string()),
        "followUpDate": row.follow_up_at.map(|at| at.to_string()),
        "dueDate": row.due_at.map(|at| at.to_string()),
        "priority": row.priority,
        "formKey": row.form_key.map(|form| form.to_string()),
        "externalFormReference": null,
        "customHeaders": headers(catalogue, row),
        "tags": [],
        "tenantId": TENANT,
    });
    let (groups, users) =
        (item.get("candidateGroups").cloned(), item.get("candidateUsers").cloned());
    Row::new(item)
        .with("candidateGroup", groups.unwrap_or_default())
        .with("candidateUser", users.unwrap_or_default())
}

/// The fixed values that the model gives to a task.
fn headers(catalogue: &Catalogue, row: &UserTaskRow) -> Map<String, Value> {
    let process = catalogue.process(row.definition).map(|version| &version.process);
    let element = process.and_then(|process| process.element_by_id(&row.element_id));
    match element.map(|(_, element)| &element.kind) {
        Some(ElementKind::UserTask(task)) => {
            task.headers.iter().map(|(name, value)| (name.to_string(), (&**value).into())).collect()
        }
        _ => Map::new(),
    }
}

fn state_word(state: UserTaskState) -> &'static str {
    match state {
        UserTaskState::Created => "CREATED",
        UserTaskState::Completed => "COMPLETED",
        UserTaskState::Cancelled => "CANCELED",
    }
}

fn find(read: &dyn Read, key: Key) -> Result<UserTaskRow, Problem> {
    let row = read.user_task(key)?;
    row.ok_or_else(|| Problem::not_found(format!("there is no user task {key}")))
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

fn find_all(read: &dyn Read, catalogue: &Catalogue, mut search: Search) -> Result<Found, Problem> {
    if let Some(key) = search.filter.equal(LIST.key) {
        let found = read.user_task(key_of(LIST.key, &key)?)?;
        return search.among(found.iter().map(|it| row(catalogue, it)).collect());
    }
    let Some(mut query) = query(catalogue, &mut search.filter)? else {
        return search.among(Vec::new());
    };
    search.paged(|page| {
        query.page = page;
        let found = read.user_tasks(&query)?;
        let items = found.items.iter().map(|it| row(catalogue, it)).collect();
        Ok(Page { items, next: found.next })
    })
}

/// The part of a filter that the database answers; nothing where no row can be found.
fn query(catalogue: &Catalogue, filter: &mut Filter) -> Result<Option<UserTaskQuery>, Problem> {
    let definition = match choose(catalogue, filter)? {
        Chosen::Nothing => return Ok(None),
        Chosen::One(key) => Some(key),
        Chosen::Any => None,
    };
    let state = match filter.take_equal("state").as_deref() {
        None => None,
        Some("CREATED") => Some(UserTaskState::Created),
        Some("COMPLETED") => Some(UserTaskState::Completed),
        Some("CANCELED") => Some(UserTaskState::Cancelled),
        // The states between, in which tasks here never are.
        Some(_) => return Ok(None),
    };
    let instance = filter.take_equal("processInstanceKey");
    Ok(Some(UserTaskQuery {
        state,
        instance: instance.map(|key| key_of("processInstanceKey", &key)).transpose()?,
        definition,
        element_id: filter.take_equal("elementId").map(Into::into),
        assignee: filter.take_equal("assignee").map(Into::into),
        ..UserTaskQuery::all(PageRequest::first(PageRequest::MAX))
    }))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (key, catalogue) = (parse_key(&key)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        Ok(row(&catalogue, &find(read, key)?).item)
    });
    Ok(Json(found.await?))
}

/// The task's form; no content where it has none.
async fn form(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let key = parse_key(&key)?;
    let task = app.read(&actor, Permission::ReadProcesses, move |read| find(read, key)).await?;
    let catalogue = app.catalogue();
    let Some(form) = task.form_key.and_then(|key| catalogue.form(key)) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let body = json!({
        "formId": &*form.version.id,
        "formKey": form.version.key.to_string(),
        "version": form.version.version,
        "schema": form.form.schema.to_string(),
        "tenantId": TENANT,
    });
    Ok(Json(body).into_response())
}

/// The variables that a task sees: its own, and those of the scopes around it that no inner one hides.
async fn variables(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
    Query(_): Query<Truncation>,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (key, search) = (parse_key(&key)?, request.of(&VARIABLES)?);
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let visible = visible(read, &find(read, key)?)?;
        search.among(visible.iter().map(variable::row).collect())
    });
    Ok(Json(found.await?))
}

fn visible(read: &dyn Read, task: &UserTaskRow) -> Result<Vec<VariableRow>, Problem> {
    let all = read.variables(task.instance)?;
    let (mut visible, mut names) = (Vec::new(), BTreeSet::new());
    let mut scope = Some(task.element_instance);
    while let Some(key) = scope {
        for row in all.iter().filter(|row| row.scope == key) {
            if names.insert(&*row.name) {
                visible.push(row.clone());
            }
        }
        scope = if key == task.instance {
            None
        } else {
            read.element(key)?.map(|element| element.scope)
        };
    }
    Ok(visible)
}

async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<Assignment>,
) -> Result<StatusCode, Problem> {
    let Some(assignee) = given.assignee.filter(|assignee| !assignee.is_empty()) else {
        let detail =
            "give the login of a user as `assignee`; to take the task back, delete its assignee";
        return Err(Problem::bad_request("assignee", detail));
    };
    refuse(
        given.allow_override == Some(false),
        "`allowOverride: false`",
        "leave it out; look at the task's `assignee` first",
    )?;
    require_login(&app, &actor, &assignee).await?;
    let command =
        InstanceCommand::AssignUserTask { task: parse_key(&key)?, assignee: Some(assignee.into()) };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unassign(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::AssignUserTask { task: parse_key(&key)?, assignee: None };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn complete(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Given(given): Given<Completion>,
) -> Result<StatusCode, Problem> {
    let variables = context(given.variables)?;
    let command = InstanceCommand::CompleteUserTask { task: parse_key(&key)?, variables };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
