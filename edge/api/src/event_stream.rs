//! Live pages: server-sent events that say what kind of thing changed and its key, nothing of its
//! content. The page refetches under its own rights.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use runtime::{Changed, ChangedKind};
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_stream::{Stream, StreamExt};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;

/// How often a silent stream shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// What changes, as it changes: `event: changed`, data `{"kind", "object"?, "key"}`. After
/// `event: missed` some changes were left out: refetch everything, as after a reconnect.
#[utoipa::path(get, path = "/api/events", tag = "live",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn events(
    State(app): State<App>,
    Caller(_): Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let shown = BroadcastStream::new(app.runtime().subscribe()).filter(is_shown);
    let changes = shown.map(|change| {
        Ok(match change {
            Ok(changed) if changed.kind == ChangedKind::Everything => missed(),
            Ok(changed) => describe(&changed),
            Err(BroadcastStreamRecvError::Lagged(_)) => missed(),
        })
    });
    // A page of a server that stops is told so at once, and asks the next one.
    let closing = WatchStream::new(app.closing()).filter(|closing| *closing).map(|_closing| None);
    let changes = changes.map(Some).merge(closing).map_while(|change| change);
    Sse::new(changes).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// Pages show no jobs; workers hear of them by asking for them.
fn is_shown(change: &Result<Changed, BroadcastStreamRecvError>) -> bool {
    !matches!(change, Ok(changed) if changed.kind == ChangedKind::Job)
}

fn missed() -> Event {
    Event::default().event("missed").data("{}")
}

fn describe(changed: &Changed) -> Event {
    let mut data = serde_json::json!({
        "kind": changed.kind.as_str(),
        "key": changed.key.to_string(),
    });
    if let (Some(object), Some(map)) = (&changed.object, data.as_object_mut()) {
        map.insert("object".into(), object.to_string().into());
    }
    Event::default().event("changed").data(data.to_string())
}
