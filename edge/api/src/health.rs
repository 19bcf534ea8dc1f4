//! Whether the server is up, and can read its database.

use access::{Actor, Permission};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::problem::ApiResult;

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `up`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health))
}

/// Whether the server is up and can read its database.
#[utoipa::path(get, path = "/health", tag = "live", responses((status = 200, body = Health)))]
async fn health(State(app): State<App>) -> ApiResult<Health> {
    app.read(&Actor::system(), Permission::ReadProcesses, |read| Ok(read.any_credential()?))
        .await?;
    Ok(Json(Health { status: "up", version: app.options().version }))
}
