//! Messages that start processes: published to whoever waits for them, or correlated, which refuses one that
//! nobody waits for. A message is not kept for those who may wait later.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use runtime::{Answer, Command, Published};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use turn::{PublishMessage, Unmatched};

use super::body::{Given, context};
use super::{TENANT, check_tenant, refuse};
use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::Problem;

/// The longest name and id of a message, in characters.
const NAME_MAX: usize = 256;

/// A message to publish.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ToPublish {
    name: String,
    correlation_key: Option<String>,
    time_to_live: Option<i64>,
    message_id: Option<String>,
    variables: Option<Map<String, Value>>,
    tenant_id: Option<String>,
}

/// A message to correlate.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ToCorrelate {
    name: String,
    correlation_key: Option<String>,
    variables: Option<Map<String, Value>>,
    tenant_id: Option<String>,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/messages/publication", post(publish))
        .route("/messages/correlation", post(correlate))
}

/// The command, unless the message asks for what is not offered.
fn message(
    name: &str,
    correlation_key: Option<&str>,
    variables: Option<Map<String, Value>>,
    unmatched: Unmatched,
) -> Result<Command, Problem> {
    check_text("name", name)?;
    let waits = correlation_key.is_some_and(|key| !key.is_empty());
    let instead = "leave it out: only start events wait for messages, and they take every one";
    refuse(waits, "`correlationKey`", instead)?;
    let variables = context(variables)?;
    Ok(Command::PublishMessage(PublishMessage { name: name.into(), variables, unmatched }))
}

fn check_text(what: &str, text: &str) -> Result<(), Problem> {
    if text.is_empty() || text.chars().count() > NAME_MAX || text.contains('\0') {
        let detail = format!("give a `{what}` of 1 to {NAME_MAX} characters");
        return Err(Problem::bad_request(what, detail));
    }
    Ok(())
}

async fn submit(
    app: &App,
    actor: &access::Actor,
    idempotency: IdempotencyKey,
    command: Command,
) -> Result<Published, Problem> {
    match app.submit(actor, idempotency, command).await? {
        Answer::Published(published) => Ok(published),
        _ => Err(Problem::fault("publishing a message answered something else")),
    }
}

/// A `messageId` is the idempotency key of its message, so that a second one starts nothing and gets the first
/// one's answer.
async fn publish(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Given(given): Given<ToPublish>,
) -> Result<Json<Value>, Problem> {
    check_tenant(&given.tenant_id)?;
    let lives = given.time_to_live.is_some_and(|ms| ms != 0);
    let instead = "give 0: a message is not kept for those who wait for it later";
    refuse(lives, "`timeToLive`", instead)?;
    let key = given.correlation_key.as_deref();
    let command = message(&given.name, key, given.variables, Unmatched::Dropped)?;
    let idempotency = match &given.message_id {
        None => idempotency,
        Some(id) => {
            check_text("messageId", id)?;
            IdempotencyKey(Some(format!("message:{}:{id}", given.name).into()))
        }
    };
    let published = submit(&app, &actor, idempotency, command).await?;
    Ok(Json(json!({ "messageKey": published.key.to_string(), "tenantId": TENANT })))
}

async fn correlate(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Given(given): Given<ToCorrelate>,
) -> Result<Json<Value>, Problem> {
    check_tenant(&given.tenant_id)?;
    let key = given.correlation_key.as_deref();
    let command = message(&given.name, key, given.variables, Unmatched::Refused)?;
    let published = submit(&app, &actor, idempotency, command).await?;
    let first = published.instances.first();
    let first = first.ok_or_else(|| Problem::fault("a message was correlated with nothing"))?;
    Ok(Json(json!({
        "messageKey": published.key.to_string(),
        "processInstanceKey": first.to_string(),
        "tenantId": TENANT,
    })))
}
