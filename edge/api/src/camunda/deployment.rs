//! Deployments as forms with files.

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::routing::post;
use axum::{Json, Router};
use runtime::port::ModelKind;
use runtime::{Answer, Command, Deployed, DeployedModel, Resource};
use serde_json::{Value, json};
use turn::Catalogue;

use super::{TENANT, check_tenant};
use crate::actor::Caller;
use crate::app::App;
use crate::camunda::decision_definition::Requirements;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/deployments", post(create))
}

async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, Problem> {
    let form = form.map_err(|refused| Problem::bad_request("form", refused.body_text()))?;
    let resources = resources(form).await?;
    match app.submit(&actor, idempotency, Command::Deploy(resources)).await? {
        Answer::Deployed(deployed) => Ok(Json(body(&app.catalogue(), &deployed))),
        _ => Err(Problem::bad_request(
            "idempotency_key",
            "this idempotency key was used for another kind of command; take a new one",
        )),
    }
}

/// The files of a form; every other part but the tenant is refused.
async fn resources(mut form: Multipart) -> Result<Vec<Resource>, Problem> {
    let unreadable = |error: MultipartError| {
        Problem::bad_request("form", format!("the form cannot be read: {}", error.body_text()))
    };
    let mut resources = Vec::new();
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let part = field.name().unwrap_or_default().to_owned();
        match &*part {
            "resources" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(unreadable)?;
                let text = std::str::from_utf8(&bytes).map_err(|error| {
                    let detail = format!("`{name}` is not UTF-8 text: {error}; save it as UTF-8");
                    Problem::bad_request("form", detail)
                })?;
                resources.push(Resource { name: name.into(), text: text.into() });
            }
            "tenantId" => check_tenant(&[field.text().await.map_err(unreadable)?])?,
            other => {
                let detail = format!("the form has a part `{other}`; give files as `resources`");
                return Err(Problem::bad_request("form", detail));
            }
        }
    }
    if resources.is_empty() {
        let detail = "the form holds no file; give at least one as `resources`";
        return Err(Problem::bad_request("form", detail));
    }
    Ok(resources)
}

fn body(catalogue: &Catalogue, deployed: &Deployed) -> Value {
    let mut deployments = Vec::new();
    let mut required = Vec::new();
    for model in &deployed.models {
        let deployed = match model.kind {
            ModelKind::Process => entry("processDefinition", process(model)),
            ModelKind::Form => entry("form", form(model)),
            ModelKind::Decision => {
                let requirements = Requirements::of(catalogue, model.key);
                if !required.contains(&requirements.key) {
                    required.push(requirements.key);
                    let described = requirements.deployed(&model.resource_name);
                    deployments.push(entry("decisionRequirements", described));
                }
                entry("decisionDefinition", decision(model, &requirements))
            }
        };
        deployments.push(deployed);
    }
    json!({
        "deploymentKey": deployed.key.to_string(),
        "tenantId": TENANT,
        "deployments": deployments,
    })
}

/// One entry of a deployment: exactly one of its members is not null.
fn entry(kind: &str, value: Value) -> Value {
    let mut entry = json!({
        "processDefinition": null,
        "decisionDefinition": null,
        "decisionRequirements": null,
        "form": null,
        "resource": null,
    });
    if let Some(member) = entry.get_mut(kind) {
        *member = value;
    }
    entry
}

fn process(model: &DeployedModel) -> Value {
    json!({
        "processDefinitionId": &*model.id,
        "processDefinitionVersion": model.version,
        "processDefinitionKey": model.key.to_string(),
        "resourceName": &*model.resource_name,
        "tenantId": TENANT,
    })
}

fn form(model: &DeployedModel) -> Value {
    json!({
        "formId": &*model.id,
        "version": model.version,
        "formKey": model.key.to_string(),
        "resourceName": &*model.resource_name,
        "tenantId": TENANT,
    })
}

fn decision(model: &DeployedModel, requirements: &Requirements) -> Value {
    json!({
        "decisionDefinitionId": &*model.id,
        "version": model.version,
        "name": &*model.name,
        "decisionDefinitionKey": model.key.to_string(),
        "decisionRequirementsId": &*requirements.id,
        "decisionRequirementsKey": requirements.key.to_string(),
        "tenantId": TENANT,
    })
}
