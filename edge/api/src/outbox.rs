//! The outbox: what left the house, what waits, and why something did not leave.

use std::str::FromStr;

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use runtime::Command;
use runtime::port::{OutboxQuery, OutboxRow, OutboxState, PageRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::listed;
use crate::problem::{ApiResult, Problem};
use crate::record::{RecordTitle, Titles, parse_key};

const LIMIT: u32 = 100;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `waiting`, `sent`, `not_configured` or `failed`.
    state: Option<String>,
    /// How many at most, 100 by itself, never above 500.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of entries, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Outbox {
    /// The entries.
    items: Vec<OutboxBody>,
    /// What to give as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An entry of the outbox.
#[derive(Debug, Serialize, ToSchema)]
struct OutboxBody {
    /// The entry.
    key: String,
    /// What delivers it: `mail`.
    kind: String,
    /// To whom.
    to: String,
    /// Who gets a copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    cc: Option<String>,
    /// The subject.
    subject: String,
    /// The text.
    body: String,
    /// `waiting`, `sent`, `not_configured` or `failed`.
    #[schema(value_type = listed::OutboxState)]
    state: OutboxState,
    /// How often it was tried.
    attempts: u32,
    /// Whether it may have left more than once, because the server stopped between sending it and
    /// noting so. Every try has the same Message-ID, by which the receiver can tell.
    perhaps_sent_twice: bool,
    /// When it is tried again, if it waits: the end of the try where one is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// When it was written.
    at: String,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordTitle>,
    /// The instance that wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get_one)).routes(routes!(retry))
}

/// What leaves the house, newest first.
#[utoipa::path(get, path = "/api/outbox", tag = "outbox", params(ListQuery),
    responses((status = 200, body = Outbox)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> ApiResult<Outbox> {
    let state = query.state.as_deref().map(OutboxState::from_str).transpose();
    let query = OutboxQuery {
        state: state.map_err(|error| Problem::bad_request("state", error.to_string()))?,
        page: PageRequest { limit: query.limit.unwrap_or(LIMIT), after: query.after },
    };
    let catalogue = app.catalogue();
    let answer = app.read(&actor, Permission::ReadOutbox, move |read| {
        let page = read.outbox(&query)?;
        let mut titles = Titles::default();
        for record in page.items.iter().filter_map(|row| row.record.as_ref()) {
            titles.want_one(&record.object, record.key);
        }
        titles.load(&catalogue.schema, read)?;
        let items = page.items.iter().map(|row| body(row, &titles)).collect();
        Ok(Outbox { items, next: page.next })
    });
    Ok(Json(answer.await?))
}

/// One entry.
#[utoipa::path(get, path = "/api/outbox/{key}", tag = "outbox", params(("key" = String, Path)),
    responses((status = 200, body = OutboxBody), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get_one(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> ApiResult<OutboxBody> {
    let key = parse_key(&key)?;
    let catalogue = app.catalogue();
    let answer = app.read(&actor, Permission::ReadOutbox, move |read| {
        let row = read
            .outbox_entry(key)?
            .ok_or_else(|| Problem::not_found(format!("there is no outbox entry `{key}`")))?;
        let mut titles = Titles::default();
        if let Some(record) = &row.record {
            titles.want_one(&record.object, record.key);
        }
        titles.load(&catalogue.schema, read)?;
        Ok(body(&row, &titles))
    });
    Ok(Json(answer.await?))
}

/// Tries an entry again, from the first step of the back-off: one that was given up (`failed`), or kept
/// because nothing was configured that could deliver it (`not_configured`).
#[utoipa::path(post, path = "/api/outbox/{key}/retry", tag = "outbox", params(("key" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it still waits, or it has left")))]
async fn retry(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    app.submit(&actor, idempotency, Command::RetryOutbox(parse_key(&key)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The addresses that a mail's payload lists under `to` or `cc`, as people write them.
pub(crate) fn addresses(payload: &Value, name: &str) -> String {
    let listed = payload.get(name).and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn body(row: &OutboxRow, titles: &Titles) -> OutboxBody {
    let payload: Value = row.payload.parse().unwrap_or_default();
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let cc = addresses(&payload, "cc");
    OutboxBody {
        key: row.key.to_string(),
        kind: row.kind.to_string(),
        to: addresses(&payload, "to"),
        cc: (!cc.is_empty()).then_some(cc),
        subject: text("subject").unwrap_or_default(),
        body: text("body").unwrap_or_default(),
        state: row.state,
        attempts: row.attempts,
        perhaps_sent_twice: row.is_perhaps_sent_twice(),
        next_at: (row.state == OutboxState::Waiting).then(|| row.next_at.to_string()),
        error: row.error.clone(),
        at: row.at.to_string(),
        record: row.record.as_ref().map(|record| titles.get(&record.object, record.key)),
        instance: row.instance.map(|instance| instance.to_string()),
    }
}
