//! What processes have told the user who asks. Everybody sees and reads the own ones, nobody another's.

use access::{Actor, Permission};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use runtime::Command;
use runtime::port::{NotificationQuery, NotificationRow, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem};
use crate::record::{RecordTitle, Titles, parse_key};

const LIMIT: u32 = 60;
/// Unread notifications are counted to here.
const UNREAD_MAX: u32 = 1_000;

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `true` leaves out what is read.
    #[serde(default)]
    unread: bool,
    /// How many at most, 60 by itself, never above 500.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of notifications, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Notifications {
    /// The notifications.
    items: Vec<NotificationBody>,
    /// What to give as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many are not read, on all pages together; counted to 1,000.
    unread: u64,
}

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
struct NotificationBody {
    /// The notification.
    key: String,
    /// What it says.
    text: String,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordTitle>,
    /// The instance that wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// When it was written.
    at: String,
    /// When it was read; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<String>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read_one)).routes(routes!(read_all))
}

fn body(row: &NotificationRow, titles: &Titles) -> NotificationBody {
    NotificationBody {
        key: row.key.to_string(),
        text: row.text.to_string(),
        record: row.record.as_ref().map(|record| titles.get(&record.object, record.key)),
        instance: Some(row.instance.to_string()),
        at: row.at.to_string(),
        read_at: row.read_at.map(|at| at.to_string()),
    }
}

/// The own notifications, newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", params(ListQuery),
    responses((status = 200, body = Notifications)))]
async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> ApiResult<Notifications> {
    let user = actor.user;
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, PageRequest::MAX);
    let page = PageRequest { limit, after: query.after };
    let query = NotificationQuery { user, is_unread: query.unread, page };
    let catalogue = app.catalogue();
    // Everybody may see the own ones, so that the read is done as the engine, for this user only.
    let system = Actor::system();
    let answer = app.read(&system, Permission::ReadProcesses, move |read| {
        let page = read.notifications(&query)?;
        let mut titles = Titles::default();
        for record in page.items.iter().filter_map(|row| row.record.as_ref()) {
            titles.want_one(&record.object, record.key);
        }
        titles.load(&catalogue.schema, read)?;
        Ok(Notifications {
            items: page.items.iter().map(|row| body(row, &titles)).collect(),
            next: page.next,
            unread: read.unread_notifications(user, UNREAD_MAX)?,
        })
    });
    Ok(Json(answer.await?))
}

/// Notes that one of the own notifications is read. What is read already stays as it is.
#[utoipa::path(post, path = "/api/notifications/{key}/read", tag = "notifications",
    params(("key" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn read_one(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let (key, user, system) = (parse_key(&key)?, actor.user, Actor::system());
    let found = app.read(&system, Permission::ReadProcesses, move |read| {
        Ok(read.notification(key)?.filter(|row| row.user == user))
    });
    if found.await?.is_none() {
        return Err(Problem::not_found(format!("you have no notification {key}")));
    }
    app.submit(&actor, idempotency, Command::ReadNotifications(Some(key))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that all of the own notifications are read.
#[utoipa::path(post, path = "/api/notifications/read", tag = "notifications",
    responses((status = 204)))]
async fn read_all(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
) -> Result<StatusCode, Problem> {
    app.submit(&actor, idempotency, Command::ReadNotifications(None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
