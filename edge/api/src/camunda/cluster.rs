//! What clients ask first: the shape of the cluster, the licence, whether the server is up.

use access::{Actor, Permission};
use axum::extract::State;
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::actor::Caller;
use crate::app::App;
use crate::problem::Problem;

/// The version of Camunda whose API this follows; clients choose by it what they may ask.
const API_VERSION: &str = "8.9.0";
/// The port that an address without one means.
const HTTP_PORT: u16 = 80;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/topology", get(topology))
        .route("/license", get(license))
        .route("/status", get(status))
}

/// One broker with one partition: nodes share a database and need no partitions.
async fn topology(State(app): State<App>, _: Caller, headers: HeaderMap) -> Json<Value> {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().unwrap_or(HTTP_PORT)),
        None => (host, HTTP_PORT),
    };
    let health = if app.runtime().is_running() { "healthy" } else { "dead" };
    Json(json!({
        "brokers": [{
            "nodeId": 0,
            "host": name,
            "port": port,
            "partitions": [{"partitionId": 1, "role": "leader", "health": health}],
            "version": env!("CARGO_PKG_VERSION"),
        }],
        "clusterId": null,
        "clusterSize": 1,
        "partitionsCount": 1,
        "replicationFactor": 1,
        "gatewayVersion": API_VERSION,
        "lastCompletedChangeId": "0",
    }))
}

/// Rondo's own licence, which needs no key and never expires.
async fn license() -> Json<Value> {
    Json(json!({
        "validLicense": true,
        "licenseType": "Apache-2.0",
        "isCommercial": false,
        "expiresAt": null,
    }))
}

/// Whether commands are served and the database can be read.
async fn status(State(app): State<App>) -> Result<StatusCode, Problem> {
    app.read(&Actor::system(), Permission::ReadProcesses, |read| Ok(read.any_credential()?))
        .await?;
    let running = app.runtime().is_running();
    Ok(if running { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE })
}
