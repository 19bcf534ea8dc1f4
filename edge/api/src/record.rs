//! Records of every object alike: create, read, update, delete. Lists, the timeline and the stage bar
//! stand in files of their own below.

mod filter;
mod left;
mod list;
mod lock;
mod stages;
mod summary;
mod timeline;
mod title;

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base::Key;
use records::{Input, Locked, ObjectDef, Record, view};
use runtime::port::Read;
use runtime::{Answer, Command};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use turn::{Catalogue, RecordChange};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem};

pub(crate) use lock::RecordLock;
pub(crate) use summary::{RecordSummary, Summaries};
pub(crate) use title::{RecordTitle, Titles};

/// How many parts of a record one answer holds, of each collection.
const PARTS_MAX: u32 = 500;

/// A record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordBody {
    /// The record's key.
    key: String,
    /// The name of its object.
    object: String,
    /// The version, for the next update.
    version: i64,
    /// What people call it.
    title: String,
    /// When it was created.
    created_at: String,
    /// The key of the user who created it.
    created_by: String,
    /// When it was last changed.
    updated_at: String,
    /// The key of the user who last changed it.
    updated_by: String,
    /// The values by field name.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The records that reference fields point to, by field name.
    references: BTreeMap<String, RecordTitle>,
    /// Set while people may not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    locked: Option<RecordLock>,
    /// The records that belong to it, by collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    parts: Option<BTreeMap<String, Vec<RecordBody>>>,
}

/// Values for a new record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRecord {
    /// The values by field name.
    #[schema(value_type = Object)]
    fields: Input,
    /// Records that belong to it, by collection.
    #[serde(default)]
    parts: BTreeMap<String, Vec<NewPart>>,
}

/// Values for a record that belongs to the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPart {
    /// The values by field name.
    #[schema(value_type = Object)]
    fields: Input,
}

/// New values for some fields.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecordUpdate {
    /// The version that one has seen; the update is refused where it is no longer that.
    version: Option<i64>,
    /// The values by field name; what is absent stays.
    #[schema(value_type = Object)]
    fields: Input,
}

/// Which version a deletion means.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SeenVersion {
    /// The version that one has seen; the deletion is refused where it is no longer that.
    version: Option<i64>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(timeline::timeline))
        .routes(routes!(stages::stages))
}

/// The object of that name.
pub(crate) fn find_object(catalogue: &Catalogue, name: &str) -> Result<Arc<ObjectDef>, Problem> {
    let object = catalogue.schema.object(name).cloned();
    object
        .ok_or_else(|| Problem::not_found(format!("there is no object `{name}`; see /api/objects")))
}

/// A key from a path.
pub(crate) fn parse_key(text: &str) -> Result<Key, Problem> {
    text.parse().map_err(|error: base::ParseKeyError| Problem::not_found(error.to_string()))
}

fn body(object: &ObjectDef, record: &Record, lock: Option<&Locked>, titles: &Titles) -> RecordBody {
    RecordBody {
        key: record.key.to_string(),
        object: object.name.to_string(),
        version: record.version,
        title: title::of_record(object, record),
        created_at: record.created_at.to_string(),
        created_by: record.created_by.to_string(),
        updated_at: record.updated_at.to_string(),
        updated_by: record.updated_by.to_string(),
        fields: view::to_json(object, record),
        references: titles.references(object, record),
        locked: lock.map(RecordLock::from),
        parts: None,
    }
}

/// The record whole: references by title, parts included.
fn whole(
    catalogue: &Catalogue,
    object: &Arc<ObjectDef>,
    record: &Record,
    read: &dyn Read,
) -> Result<RecordBody, Problem> {
    let key = record.key;
    let own = std::slice::from_ref(record);
    let lock = lock::locks(&catalogue.schema, object, own, read)?.into_iter().flatten().next();
    let over_parts = lock.clone().map(Locked::over_parts);
    let mut collections = Vec::new();
    for (collection, part) in catalogue.schema.children_of(&object.name) {
        let field = part.part_of.as_ref().map(|part_of| Arc::clone(&part_of.field));
        let field = field.ok_or_else(|| Problem::fault("a part that belongs to nothing"))?;
        collections.push((collection, part, read.children(part, &field, key, PARTS_MAX)?));
    }
    let mut titles = Titles::default();
    titles.want(object, own);
    for (_, part, rows) in &collections {
        titles.want(part, rows);
    }
    titles.load(&catalogue.schema, read)?;
    let mut answer = body(object, record, lock.as_ref(), &titles);
    let mut parts = BTreeMap::new();
    for (collection, part, rows) in &collections {
        let own = lock::own_locks(part, rows, read)?;
        let bodies = rows.iter().zip(own).map(|(row, own)| {
            let lock = over_parts.clone().or(own);
            body(part, row, lock.as_ref(), &titles)
        });
        parts.insert(collection.to_string(), bodies.collect());
    }
    answer.parts = Some(parts);
    Ok(answer)
}

/// That the record is not there.
pub(crate) fn absent(object: &ObjectDef, key: Key) -> Problem {
    Problem::not_found(format!("there is no {} {key}; perhaps it was deleted", object.name))
}

/// What a change of a record answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ChangedRecord {
    /// The record as the change and the processes that it started have left it; its parts and its lock as they are now.
    Shown(Box<RecordBody>),
    /// The change stands, but the record cannot be shown.
    Named {
        key: String,
        object: String,
        /// Absent where a process that the change started has deleted it.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    },
}

/// The record as a committed change, with the processes that it started, has left it. Whatever goes wrong from here,
/// the change is done, so that no refusal may hide it.
async fn answer_changed(
    app: &App,
    actor: &access::Actor,
    answer: Answer,
) -> Result<ChangedRecord, Problem> {
    let Answer::Records(changed) = answer else {
        return Err(Problem::bad_request(
            "idempotency_key",
            "this idempotency key was used for another kind of command; take a new one",
        ));
    };
    let changed = changed.into_iter().next();
    let changed = changed.ok_or_else(|| Problem::fault("a change answered no record"))?;
    let named = ChangedRecord::Named {
        key: changed.key.to_string(),
        object: changed.object.to_string(),
        version: changed.version,
    };
    let shown = read_changed(app, actor, changed).await;
    Ok(shown.map_or(named, |body| ChangedRecord::Shown(Box::new(body))))
}

async fn read_changed(
    app: &App,
    actor: &access::Actor,
    changed: turn::ChangedRecord,
) -> Result<RecordBody, Problem> {
    let catalogue = app.catalogue();
    let object = find_object(&catalogue, &changed.object)?;
    let permission = Permission::ReadRecords(Arc::clone(&changed.object));
    app.read(actor, permission, move |read| {
        let gone = || absent(&object, changed.key);
        let record = read.record(&object, changed.key)?.ok_or_else(gone)?;
        let version = changed.version.ok_or_else(gone)?;
        let record = left::as_left(&object, record, version, read)?.ok_or_else(gone)?;
        whole(&catalogue, &object, &record, read)
    })
    .await
}

/// Creates a record with its parts. The answer shows it as the processes that it started have left it, whatever others
/// have changed since; where it cannot be shown, only `key`, `object` and `version`, and where a process has deleted
/// it, only `key` and `object`.
#[utoipa::path(post, path = "/api/records/{object}", tag = "records", request_body = NewRecord,
    params(("object" = String, Path)),
    responses((status = 201, body = RecordBody), (status = 400, body = Problem)))]
async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path(object): Path<String>,
    Json(given): Json<NewRecord>,
) -> Result<(StatusCode, Json<ChangedRecord>), Problem> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let parts = given.parts.into_iter().map(|(collection, rows)| {
        (collection.into(), rows.into_iter().map(|row| row.fields).collect())
    });
    let change = RecordChange::Create { object, input: given.fields, parts: parts.collect() };
    let answer = app.submit(&actor, idempotency, Command::ChangeRecords(vec![change])).await?;
    Ok((StatusCode::CREATED, Json(answer_changed(&app, &actor, answer).await?)))
}

/// A record with its parts.
#[utoipa::path(get, path = "/api/records/{object}/{key}", tag = "records",
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = RecordBody), (status = 404, body = Problem)))]
async fn get(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
) -> ApiResult<RecordBody> {
    let catalogue = app.catalogue();
    let object = find_object(&catalogue, &object)?;
    let key = parse_key(&key)?;
    let permission = Permission::ReadRecords(Arc::clone(&object.name));
    let shown = app.read(&actor, permission, move |read| {
        let record = read.record(&object, key)?.ok_or_else(|| absent(&object, key))?;
        whole(&catalogue, &object, &record, read)
    });
    Ok(Json(shown.await?))
}

/// Changes some fields of a record. The answer shows it as the change and the processes that it started have left it,
/// whatever others have changed since; where it cannot be shown, only `key`, `object` and `version`, and where a process
/// has deleted it, only `key` and `object`.
#[utoipa::path(patch, path = "/api/records/{object}/{key}", tag = "records",
    request_body = RecordUpdate,
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = RecordBody), (status = 400, body = Problem),
        (status = 409, body = Problem)))]
async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path((object, key)): Path<(String, String)>,
    Json(given): Json<RecordUpdate>,
) -> ApiResult<ChangedRecord> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let key = parse_key(&key)?;
    let change = RecordChange::Update { object, key, version: given.version, input: given.fields };
    let answer = app.submit(&actor, idempotency, Command::ChangeRecords(vec![change])).await?;
    Ok(Json(answer_changed(&app, &actor, answer).await?))
}

/// Deletes a record and its parts. Refused while another record refers to it.
#[utoipa::path(delete, path = "/api/records/{object}/{key}", tag = "records",
    params(("object" = String, Path), ("key" = String, Path), SeenVersion),
    responses((status = 204), (status = 409, body = Problem)))]
async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path((object, key)): Path<(String, String)>,
    Query(seen): Query<SeenVersion>,
) -> Result<StatusCode, Problem> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let change = RecordChange::Delete { object, key: parse_key(&key)?, version: seen.version };
    app.submit(&actor, idempotency, Command::ChangeRecords(vec![change])).await?;
    Ok(StatusCode::NO_CONTENT)
}
