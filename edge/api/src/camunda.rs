//! The first part of the Camunda 8 Orchestration Cluster REST API, under `/v2`, for programs that speak
//! it already. It is one more face of the same runtime: the same extractor says who asks, the same
//! commands and queries do the work. What is not offered is refused by name, never ignored.

mod authentication;
mod body;
mod cluster;
mod cursor;
mod decision_definition;
mod decision_instance;
mod definition;
mod deployment;
mod element_instance;
mod filter;
mod incident;
mod job;
mod message;
mod of_instance;
mod process_definition;
mod process_instance;
mod refusal;
mod search;
mod user_task;
mod variable;
mod waiting;

use axum::Router;
use axum::middleware::from_fn;
use base::Key;

use crate::app::App;
use crate::problem::Problem;

/// The only tenant there is, by the name that Camunda gives it.
const TENANT: &str = "<default>";

/// Every route below `/v2`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(cluster::routes())
        .merge(authentication::routes())
        .merge(deployment::routes())
        .merge(process_definition::routes())
        .merge(process_instance::routes())
        .merge(element_instance::routes())
        .merge(variable::routes())
        .merge(user_task::routes())
        .merge(decision_definition::routes())
        .merge(decision_instance::routes())
        .merge(job::routes())
        .merge(message::routes())
        .merge(incident::routes())
        .fallback(refusal::unknown_operation)
        .method_not_allowed_fallback(refusal::unknown_operation)
        .layer(from_fn(refusal::shape))
}

/// The instance at the top of the calls that led to `instance`. No element calls another process yet,
/// so that every instance is its own.
fn root_of(instance: Key) -> String {
    instance.to_string()
}

/// Refuses a tenant that does not exist.
fn check_tenant<'t>(tenants: impl IntoIterator<Item = &'t String>) -> Result<(), Problem> {
    match tenants.into_iter().find(|tenant| *tenant != TENANT) {
        None => Ok(()),
        Some(tenant) => Err(Problem::bad_request(
            "tenant",
            format!("there is no tenant `{tenant}`; leave it out, or give `{TENANT}`"),
        )),
    }
}

/// Refuses what a request may say by Camunda's rules and this server cannot do.
fn refuse(given: bool, what: &str, instead: &str) -> Result<(), Problem> {
    if given {
        return Err(Problem::bad_request(
            "not_supported",
            format!("{what} is not supported here; {instead}"),
        ));
    }
    Ok(())
}
