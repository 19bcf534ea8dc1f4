//! User tasks: the inbox, the form, and the work on them.

mod completion;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use access::{Actor, Permission};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base::Key;
use runtime::Command;
use runtime::port::{Mine, PageRequest, Read, UserTaskQuery, UserTaskRow, UserTaskState};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use turn::{Catalogue, InstanceCommand};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::completion::Completions;
use crate::actor::{Caller, require_login};
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::listed;
use crate::problem::{ApiResult, Problem};
use crate::process::{ProcessRef, names_of, refer};
use crate::record::{RecordSummary, RecordTitle, Summaries, parse_key};

const LIMIT: u32 = 100;

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `created`, `completed` or `cancelled`.
    state: Option<String>,
    /// Only tasks that one has or may claim.
    #[serde(default)]
    mine: bool,
    /// Only tasks of this instance.
    instance: Option<String>,
    /// How many at most, 100 by itself, never above 500.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of tasks, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct UserTasks {
    /// The tasks.
    items: Vec<UserTaskBody>,
    /// What to give as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A user task.
#[derive(Debug, Serialize, ToSchema)]
struct UserTaskBody {
    /// The task.
    key: String,
    /// The name of its element.
    name: String,
    /// The name in other languages, by language: the element's properties `name.zh` ..
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    names: BTreeMap<String, String>,
    /// The BPMN id of its element.
    element_id: String,
    /// The version of the process.
    process: ProcessRef,
    /// The instance.
    instance: String,
    /// The record it is about, with the fields that tell it from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordSummary>,
    /// The login of the user who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    /// Roles and teams that may claim it.
    candidate_groups: Vec<String>,
    /// Logins of users who may claim it.
    candidate_users: Vec<String>,
    /// The form to fill in.
    #[serde(skip_serializing_if = "Option::is_none")]
    form_id: Option<String>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<String>,
    /// When it was created.
    created_at: String,
    /// When it was done or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// Who did it; absent where it was not done by a person, and where it was done before this was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_by: Option<RecordTitle>,
    /// `created`, `completed` or `cancelled`.
    #[schema(value_type = listed::UserTaskState)]
    state: UserTaskState,
    /// The form's schema; in lists absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    form: Option<Value>,
    /// The variables that the task sees; in lists absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
}

/// Who gets a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    /// The login of a user; null gives the task back to its group.
    assignee: Option<String>,
}

/// What a form holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Completion {
    /// The variables by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(assign))
        .routes(routes!(complete))
}

fn body(
    catalogue: &Catalogue,
    row: &UserTaskRow,
    records: &Summaries,
    done: &Completions,
) -> UserTaskBody {
    let named = names_of(catalogue, row.definition, &row.element_id);
    UserTaskBody {
        key: row.key.to_string(),
        name: row.name.to_string(),
        names: named.map(|named| named.names).unwrap_or_default(),
        element_id: row.element_id.to_string(),
        process: refer(catalogue, row.definition),
        instance: row.instance.to_string(),
        record: row.record.as_ref().map(|record| records.get(&record.object, record.key)),
        assignee: row.assignee.as_deref().map(ToOwned::to_owned),
        candidate_groups: row.candidate_groups.iter().map(ToString::to_string).collect(),
        candidate_users: row.candidate_users.iter().map(ToString::to_string).collect(),
        form_id: row.form_id.as_deref().map(ToOwned::to_owned),
        due_at: row.due_at.map(|at| at.to_string()),
        created_at: row.created_at.to_string(),
        ended_at: row.ended_at.map(|at| at.to_string()),
        completed_by: done.by(row),
        state: row.state,
        form: None,
        variables: None,
    }
}

/// The records that the tasks are about, as far as `actor` may read them.
fn summaries(
    catalogue: &Catalogue,
    actor: &Actor,
    rows: &[UserTaskRow],
    read: &dyn Read,
) -> Result<Summaries, Problem> {
    let records = rows.iter().filter_map(|row| row.record.as_ref());
    Summaries::load(&catalogue.schema, actor, records, read)
}

/// Tasks, newest first.
#[utoipa::path(get, path = "/api/user-tasks", tag = "user tasks", params(ListQuery),
    responses((status = 200, body = UserTasks)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> ApiResult<UserTasks> {
    let state = query.state.as_deref().map(UserTaskState::from_str).transpose();
    let mine = query.mine.then(|| Mine {
        login: Arc::clone(&actor.login),
        groups: actor.groups().map(Arc::from).collect(),
    });
    let query = UserTaskQuery {
        state: state.map_err(|error| Problem::bad_request("state", error.to_string()))?,
        instance: query.instance.as_deref().map(parse_key).transpose()?,
        mine,
        ..UserTaskQuery::all(PageRequest {
            limit: query.limit.unwrap_or(LIMIT),
            after: query.after,
        })
    };
    let catalogue = app.catalogue();
    let reader = actor.clone();
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let page = read.user_tasks(&query)?;
        let records = summaries(&catalogue, &reader, &page.items, read)?;
        let done = Completions::of(&catalogue.schema, &page.items, read)?;
        let items = page.items.iter().map(|row| body(&catalogue, row, &records, &done)).collect();
        Ok(UserTasks { items, next: page.next })
    });
    Ok(Json(answer.await?))
}

/// One task with its form and the variables that it sees.
#[utoipa::path(get, path = "/api/user-tasks/{key}", tag = "user tasks",
    params(("key" = String, Path)),
    responses((status = 200, body = UserTaskBody), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<UserTaskBody> {
    let key = parse_key(&key)?;
    let (reader, known) = (actor.clone(), app.clone());
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        // As of this snapshot: another node may have deployed the form that the task began with.
        let catalogue = known.catalogue();
        let row = read.user_task(key)?;
        let row = row.ok_or_else(|| Problem::not_found(format!("there is no user task {key}")))?;
        let one = std::slice::from_ref(&row);
        let records = summaries(&catalogue, &reader, one, read)?;
        let done = Completions::of(&catalogue.schema, one, read)?;
        let mut task = body(&catalogue, &row, &records, &done);
        task.form =
            row.form_key.and_then(|key| catalogue.form(key)).map(|form| form.form.schema.clone());
        task.variables = Some(visible_variables(&row, read)?);
        Ok(task)
    });
    Ok(Json(answer.await?))
}

/// What the task's element sees: its own variables, then those of the scopes around it.
fn visible_variables(task: &UserTaskRow, read: &dyn Read) -> Result<Map<String, Value>, Problem> {
    let mut by_scope: BTreeMap<Key, Vec<(String, Value)>> = BTreeMap::new();
    for row in read.variables(task.instance)? {
        let value = row.value.parse().map_err(Problem::fault)?;
        by_scope.entry(row.scope).or_default().push((row.name.to_string(), value));
    }
    let mut visible = Map::new();
    let mut scope = Some(task.element_instance);
    while let Some(key) = scope {
        for (name, value) in by_scope.remove(&key).unwrap_or_default() {
            visible.entry(name).or_insert(value);
        }
        scope = if key == task.instance {
            None
        } else {
            read.element(key)?.map(|element| element.scope)
        };
    }
    Ok(visible)
}

/// Gives a task to somebody, or back to its group.
#[utoipa::path(post, path = "/api/user-tasks/{key}/assign", tag = "user tasks",
    params(("key" = String, Path)), request_body = Assignment,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Json(given): Json<Assignment>,
) -> Result<StatusCode, Problem> {
    if let Some(login) = &given.assignee {
        require_login(&app, &actor, login).await?;
    }
    let command = InstanceCommand::AssignUserTask {
        task: parse_key(&key)?,
        assignee: given.assignee.map(Arc::from),
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that a task is done, with what its form holds.
#[utoipa::path(post, path = "/api/user-tasks/{key}/complete", tag = "user tasks",
    params(("key" = String, Path)), request_body = Completion,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn complete(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
    Json(given): Json<Completion>,
) -> Result<StatusCode, Problem> {
    let command = InstanceCommand::CompleteUserTask {
        task: parse_key(&key)?,
        variables: context(given.variables)?,
    };
    app.submit(&actor, idempotency, Command::Process(command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// JSON variables as FEEL sees them. U+0000 is refused: not every database can hold it.
pub(crate) fn context(variables: Map<String, Value>) -> Result<feel::Context, Problem> {
    if let Some((name, _)) =
        variables.iter().find(|(name, value)| name.contains('\0') || has_nul(value))
    {
        let detail =
            format!("the variable `{}` holds the character U+0000; remove it", name.escape_debug());
        return Err(Problem::bad_request("variables", detail));
    }
    let names = variables.into_iter().map(|(name, value)| (name, feel::json::from_json(&value)));
    Ok(names.collect())
}

/// Whether the character U+0000 is anywhere in `value`. The depth is that of the JSON reader, 128 at most.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => {
            members.iter().any(|(name, member)| name.contains('\0') || has_nul(member))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_hold_every_character_but_the_one_that_no_database_takes() {
        for (variables, good) in [
            (json!({ "a": "text", "b": [1, { "c": "\u{1}" }] }), true),
            (json!({ "a": "te\u{0}xt" }), false),
            (json!({ "a\u{0}": 1 }), false),
            (json!({ "a": [{ "b": { "c": "\u{0}" } }] }), false),
            (json!({ "a": [{ "b\u{0}": null }] }), false),
        ] {
            let members = variables.as_object().cloned().unwrap_or_default();
            assert_eq!(context(members).is_ok(), good, "{variables}");
        }
    }
}
