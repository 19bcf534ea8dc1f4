//! Deployed processes.

use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Key;
use runtime::port::{ModelKind, ModelRow, Read};
use serde_json::{Value, json};

use super::TENANT;
use super::body::Given;
use super::search::{Found, List, Request, Row};
use crate::actor::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::record::parse_key;

static LIST: List = List {
    key: "processDefinitionKey",
    filters: &[
        "processDefinitionKey",
        "processDefinitionId",
        "name",
        "version",
        "versionTag",
        "isLatestVersion",
        "hasStartForm",
        "state",
        "tenantId",
    ],
    sorts: &[
        "processDefinitionKey",
        "processDefinitionId",
        "name",
        "version",
        "versionTag",
        "tenantId",
    ],
    stored: None,
    advice: "narrow it by `processDefinitionId`",
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/process-definitions/search", post(search))
        .route("/process-definitions/{key}", get(get_one))
        .route("/process-definitions/{key}/xml", get(xml))
        .route("/process-definitions/{key}/form", get(form))
}

/// An answer that is XML.
pub(super) fn xml_answer(text: &str) -> Response {
    ([(CONTENT_TYPE, "text/xml; charset=utf-8")], text.to_owned()).into_response()
}

fn item(row: &ModelRow, resource_name: &str) -> Value {
    json!({
        "processDefinitionKey": row.key.to_string(),
        "processDefinitionId": &*row.id,
        "name": &*row.name,
        "resourceName": resource_name,
        "version": row.version,
        "versionTag": row.version_tag.as_deref(),
        "tenantId": TENANT,
        "hasStartForm": false,
        "state": "ACTIVE",
    })
}

async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Given(request): Given<Request>,
) -> Result<Json<Found>, Problem> {
    let search = request.of(&LIST)?;
    let found = app.read(&actor, Permission::ReadProcesses, move |read| {
        let models = read.models(ModelKind::Process)?;
        let mut latest: Option<&Arc<str>> = None;
        let rows = models.iter().map(|row| {
            // By id, the latest version first.
            let is_latest = latest.replace(&row.id) != Some(&row.id);
            Row::new(item(row, "")).with("isLatestVersion", is_latest)
        });
        let mut found = search.among(rows.collect())?;
        for item in &mut found.items {
            name_resource(read, &models, item)?;
        }
        Ok(found)
    });
    Ok(Json(found.await?))
}

/// Fills in the name of the file, which stands with the file: only for the rows that are answered.
fn name_resource(read: &dyn Read, models: &[ModelRow], item: &mut Value) -> Result<(), Problem> {
    let key = item.get(LIST.key).and_then(Value::as_str).and_then(|key| key.parse::<Key>().ok());
    let model = models.iter().find(|model| Some(model.key) == key);
    let resource = model.map(|model| read.resource(model.resource)).transpose()?.flatten();
    if let (Some(resource), Some(name)) = (resource, item.get_mut("resourceName")) {
        *name = Value::from(&*resource.name);
    }
    Ok(())
}

fn find(read: &dyn Read, key: Key) -> Result<ModelRow, Problem> {
    let row = read.model(key)?.filter(|row| row.kind == ModelKind::Process);
    row.ok_or_else(|| Problem::not_found(format!("there is no process definition {key}")))
}

async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Json<Value>, Problem> {
    let key = parse_key(&key)?;
    let item = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = find(read, key)?;
        let resource = read.resource(row.resource)?;
        Ok(item(&row, resource.as_ref().map_or("", |resource| &*resource.name)))
    });
    Ok(Json(item.await?))
}

async fn xml(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let key = parse_key(&key)?;
    let text = app.read(&actor, Permission::ReadProcesses, move |read| {
        let resource = read.resource(find(read, key)?.resource)?;
        let resource = resource.ok_or_else(|| Problem::fault("a deployed file is missing"))?;
        Ok(resource.text)
    });
    Ok(xml_answer(&text.await?))
}

/// No process here begins with a form.
async fn form(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let key = parse_key(&key)?;
    app.read(&actor, Permission::ReadProcesses, move |read| find(read, key)).await?;
    Ok(StatusCode::NO_CONTENT)
}
