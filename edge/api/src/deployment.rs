//! Deploying models: all files of a request or none.

use axum::Json;
use axum::extract::State;
use runtime::port::ModelKind;
use runtime::{Answer, Command, Deployed, Resource, ResourceProblem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem, ProblemDetail};

/// Files to deploy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDeployment {
    /// The files.
    resources: Vec<NewResource>,
}

/// A file to deploy. What it is follows from its name: `.bpmn`, `.dmn` or `.form`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewResource {
    /// The file's name.
    name: String,
    /// The file's text.
    content: String,
}

/// What stands after a deployment; versions that were there before with the same content included.
#[derive(Debug, Serialize, ToSchema)]
struct Deployment {
    /// The deployment.
    key: String,
    /// When.
    deployed_at: String,
    /// Processes.
    processes: Vec<ModelBody>,
    /// Decisions.
    decisions: Vec<ModelBody>,
    /// Forms.
    forms: Vec<ModelBody>,
    /// What should be looked at although it was deployed: gaps and overlaps of decision tables, parts of a
    /// process that are never reached; the first hundred.
    warnings: Vec<ProblemDetail>,
}

/// A version of a model.
#[derive(Debug, Serialize, ToSchema)]
struct ModelBody {
    /// The key of the version.
    key: String,
    /// The id in the model.
    id: String,
    /// Its name.
    name: String,
    /// 1, 2, 3 .. per id.
    version: i32,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(deploy))
}

/// Deploys models: all of them or none.
#[utoipa::path(post, path = "/api/deployments", tag = "processes", request_body = NewDeployment,
    responses((status = 200, body = Deployment), (status = 400, body = Problem)))]
async fn deploy(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Json(given): Json<NewDeployment>,
) -> ApiResult<Deployment> {
    let resources: Vec<Resource> = given
        .resources
        .into_iter()
        .map(|resource| Resource { name: resource.name.into(), text: resource.content.into() })
        .collect();
    match app.submit(&actor, idempotency, Command::Deploy(resources.clone())).await? {
        Answer::Deployed(deployed) => {
            let catalogue = app.catalogue();
            let found = tokio::task::spawn_blocking(move || {
                body(&deployed, runtime::remarks(&resources, &deployed, &catalogue))
            });
            Ok(Json(found.await.map_err(Problem::fault)?))
        }
        _ => Err(Problem::bad_request(
            "idempotency_key",
            "this idempotency key was used for another kind of command; take a new one",
        )),
    }
}

fn body(deployed: &Deployed, remarks: Vec<ResourceProblem>) -> Deployment {
    let of_kind = |kind: ModelKind| {
        deployed.models.iter().filter(move |model| model.kind == kind).map(|model| ModelBody {
            key: model.key.to_string(),
            id: model.id.to_string(),
            name: model.name.to_string(),
            version: model.version,
        })
    };
    Deployment {
        key: deployed.key.to_string(),
        deployed_at: deployed.deployed_at.to_string(),
        processes: of_kind(ModelKind::Process).collect(),
        decisions: of_kind(ModelKind::Decision).collect(),
        forms: of_kind(ModelKind::Form).collect(),
        warnings: remarks.into_iter().map(ProblemDetail::from).collect(),
    }
}
