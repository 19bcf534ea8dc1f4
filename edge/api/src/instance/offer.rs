//! Processes that people may start on a record: the buttons of its page. What a process offers is asked on
//! the record as it is read; who takes it is asked again on the locked record, where it counts.

use std::cell::RefCell;
use std::sync::Arc;

use access::{Actor, Permission};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base::{Key, Timestamp};
use records::{Known, Record, RecordRef, Source};
use runtime::port::{InstanceQuery, InstanceState, PageRequest, Read, StoreError};
use runtime::{Answer, Command};
use serde::Serialize;
use turn::{Catalogue, ProcessRef, StartProcess, StartedBy};
use utoipa::ToSchema;

use super::{InstanceBody, bodies, find};
use crate::actor::Caller;
use crate::app::{App, wall_clock};
use crate::idempotency::IdempotencyKey;
use crate::problem::{ApiResult, Problem};
use crate::process::{self, refer};
use crate::record::{absent, find_object, parse_key};

/// How many parts of one record a condition reads.
const PARTS_MAX: u32 = 10_000;

/// The processes that one may start on a record now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Offers {
    /// The latest version of each, by id; none while an instance holds the record.
    items: Vec<process::ProcessRef>,
}

/// The processes that one may start on a record now: those whose start event has a `rondo.button` that is true for
/// it. None while an instance that is bound to the record runs.
#[utoipa::path(get, path = "/api/records/{object}/{key}/processes", tag = "records",
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = Offers), (status = 404, body = Problem)))]
pub(super) async fn offers(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
) -> ApiResult<Offers> {
    let catalogue = app.catalogue();
    let object = Arc::clone(&find_object(&catalogue, &object)?.name);
    let at = RecordRef { object: Arc::clone(&object), key: parse_key(&key)? };
    let may_start = may_start(&actor, &object);
    let answer = app.read(&actor, Permission::ReadRecords(object), move |read| {
        let items =
            if may_start { offered(&catalogue, &at, wall_clock(), read)? } else { Vec::new() };
        Ok(Offers { items })
    });
    Ok(Json(answer.await?))
}

fn may_start(actor: &Actor, object: &Arc<str>) -> bool {
    let needed = [Permission::StartProcess, Permission::WriteRecords(Arc::clone(object))];
    needed.iter().all(|permission| permission.held_by(actor.role))
}

fn offered(
    catalogue: &Catalogue,
    at: &RecordRef,
    now: Timestamp,
    read: &dyn Read,
) -> Result<Vec<process::ProcessRef>, Problem> {
    let object = find_object(catalogue, &at.object)?;
    if read.record(&object, at.key)?.is_none() {
        return Err(absent(&object, at.key));
    }
    if is_held(at, read)? {
        return Ok(Vec::new());
    }
    let rows = Rows { catalogue, read, failed: RefCell::new(None) };
    let mut items = Vec::new();
    for version in catalogue.latest_processes() {
        let Some(button) = &version.process.button else { continue };
        if version.process.record_object.as_deref() != Some(&*at.object) {
            continue;
        }
        let is_offered = turn::is_offered(button, at, &catalogue.schema, &rows, now);
        if let Some(error) = rows.failed.take() {
            return Err(error.into());
        }
        if is_offered == Ok(true) {
            items.push(refer(catalogue, version.version.key));
        }
    }
    Ok(items)
}

/// Whether an instance that is bound to the record runs.
fn is_held(at: &RecordRef, read: &dyn Read) -> Result<bool, StoreError> {
    let query = InstanceQuery {
        definition: None,
        state: Some(InstanceState::Active),
        with_incidents: false,
        record: Some(at.clone()),
        parent: None,
        page: PageRequest::first(1),
    };
    Ok(!read.instances(&query)?.items.is_empty())
}

/// The rows of a snapshot, as a condition reads them.
struct Rows<'a> {
    catalogue: &'a Catalogue,
    read: &'a dyn Read,
    /// Why the database did not answer, where it did not.
    failed: RefCell<Option<StoreError>>,
}

impl Rows<'_> {
    fn noted<T: Default>(&self, answer: Result<T, StoreError>) -> Known<T> {
        Known::Loaded(answer.unwrap_or_else(|error| {
            self.failed.replace(Some(error));
            T::default()
        }))
    }
}

impl Source for Rows<'_> {
    fn record(&self, object: &str, key: Key) -> Known<Option<Arc<Record>>> {
        let Some(object) = self.catalogue.schema.object(object) else { return Known::Loaded(None) };
        self.noted(self.read.record(object, key).map(|record| record.map(Arc::new)))
    }

    fn children(&self, child_object: &str, parent: Key) -> Known<Vec<Arc<Record>>> {
        let object = self.catalogue.schema.object(child_object);
        let Some((object, part_of)) = object.and_then(|it| Some((it, it.part_of.as_ref()?))) else {
            return Known::Loaded(Vec::new());
        };
        let rows = self.read.children(object, &part_of.field, parent, PARTS_MAX);
        self.noted(rows.map(|rows| rows.into_iter().map(Arc::new).collect()))
    }
}

/// Starts a process on a record, as its button does. Refused where the process does not offer itself on the
/// record as it is (`not_offered`), and while an instance that is bound to the record runs (`in_process`).
#[utoipa::path(post, path = "/api/records/{object}/{key}/processes/{process}", tag = "records",
    params(("object" = String, Path), ("key" = String, Path),
        ("process" = String, Path, description = "The BPMN process id")),
    responses((status = 201, body = InstanceBody), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn start(
    State(app): State<App>,
    Caller(actor): Caller,
    idempotency: IdempotencyKey,
    Path((object, key, process)): Path<(String, String, String)>,
) -> Result<(StatusCode, Json<InstanceBody>), Problem> {
    let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
    let start = StartProcess {
        process: ProcessRef::Id(process.into()),
        record: Some(RecordRef { object, key: parse_key(&key)? }),
        variables: feel::Context::new(),
        by: StartedBy::Button,
    };
    let answer = app.submit(&actor, idempotency, Command::StartProcess(start)).await?;
    let Answer::Started(started) = answer else {
        return Err(Problem::bad_request(
            "idempotency_key",
            "this idempotency key was used for another kind of command; take a new one",
        ));
    };
    let catalogue = app.catalogue();
    let answer = app.read(&actor, Permission::ReadProcesses, move |read| {
        let row = find(read, started.instance)?;
        bodies(&catalogue, &[row], read)?.pop().ok_or_else(|| Problem::fault("a row was lost"))
    });
    Ok((StatusCode::CREATED, Json(answer.await?)))
}
