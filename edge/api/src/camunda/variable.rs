//! Variables of instances and of their elements.

use access::Permission;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use runtime::port::VariableRow;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Given;
use super::definition::key_of;
use super::search::{Found, List, Request, Row};
use super::{TENANT, of_instance, root_of};
use crate::actor::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "variableKey",
    filters: &[
        "variableKey",
        "processInstanceKey",
        "scopeKey",
        "name",
        "value",
        "isTruncated",
        "tenantId",
    ],
    sorts: &["variableKey", "processInstanceKey", "scopeKey", "name", "value", "tenantId"],
    stored: None,
    advice: "narrow it by `processInstanceKey`",
};

/// Whether long values may be cut; they never are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Truncation {
    #[serde(rename = "truncateValues")]
    _truncate_values: Option<bool>,
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/variables/search", post(search)).route("/variables/{key}", get(get_one))
}

fn item(row: &VariableRow) -> Value {
    json!({
        "variableKey": row.key.to_string(),
        "name": &*row.name,
        "value": &*row.value,
        "scopeKey": row.scope.to_string(),
        "processInstanceKey": row.instance.to_string(),
        "rootProcessInstanceKey": root_of(row.instance),
        "tenantId": TENANT,
    })
}

/// As searches answer it, which say whether the value was cut.
pub(super) fn row(row: &VariableRow) -> Row {
    let mut item = item(row);
    if let Some(members) = item.as_object_mut() {
        members.insert("isTruncated".to_owned(), false.into());
    }
    Row::new(item)
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(_): Query<Truncation>,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let (search, catalogue) = (request.of(&LIST)?, app.catalogue());
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        if let Some(key) = search.filter.equal(LIST.key) {
            let found = read.variable(key_of(LIST.key, &key)?)?;
            return search.among(found.iter().map(row).collect());
        }
        of_instance::found(read, &catalogue, search, &LIST, false, |instance| {
            Ok(read.variables(instance.key)?.iter().map(row).collect())
        })
    });
    Ok(Json(found.await?))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let key = parse_key(&key)?;
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = read.variable(key)?;
        row.ok_or_else(|| Problem::not_found(format!("there is no variable {key}")))
    });
    Ok(Json(item(&found.await?)))
}
