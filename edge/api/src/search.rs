//! Search over the names of all records: what feeds "go to anything".

use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Query, State};
use records::ObjectDef;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::problem::ApiResult;
use crate::record::RecordTitle;

const LIMIT: u32 = 20;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The beginning of a word in a record's name.
    text: String,
}

/// What was found, best first.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// The records.
    items: Vec<RecordTitle>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

/// Records of any object by their name, 20 at most.
#[utoipa::path(get, path = "/api/search", tag = "records", params(SearchQuery),
    responses((status = 200, body = Found)))]
async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(query): Query<SearchQuery>,
) -> ApiResult<Found> {
    let text = query.text.trim().to_owned();
    if text.is_empty() {
        return Ok(Json(Found { items: Vec::new() }));
    }
    let readable = |object: &Arc<ObjectDef>| {
        object.part_of.is_none()
            && Permission::ReadRecords(Arc::clone(&object.name)).held_by(actor.role)
    };
    let catalogue = app.catalogue();
    let objects: Vec<_> =
        catalogue.schema.objects().filter(|object| readable(object)).cloned().collect();
    let Some(first) = objects.first() else { return Ok(Json(Found { items: Vec::new() })) };
    // Only objects that the actor may read are searched, so that the permission for one is enough.
    let permission = Permission::ReadRecords(Arc::clone(&first.name));
    let rows =
        app.read(&actor, permission, move |read| Ok(read.search(&objects, &text, LIMIT)?)).await?;
    let items = rows.into_iter().map(|row| RecordTitle {
        key: row.key.to_string(),
        object: row.object.to_string(),
        title: row.title,
    });
    Ok(Json(Found { items: items.collect() }))
}
