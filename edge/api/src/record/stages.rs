//! The stage bar of a record: a projection of the process that drives it. Elements of the process name
//! the stage they bring (`rondo.stage`); the stage is the one that was reached last.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, State};
use base::{Key, Timestamp};
use records::{FieldKind, FieldValue, Label, ObjectDef, Outcome, RecordRef};
use runtime::port::{InstanceQuery, InstanceRow, InstanceState, PageRequest, Read};
use serde::Serialize;
use turn::Catalogue;
use utoipa::ToSchema;

use super::{absent, find_object, parse_key};
use crate::actor::Caller;
use crate::app::App;
use crate::listed;
use crate::problem::{ApiResult, Problem};

/// How many instances of a record are looked through for the one that drives the bar.
const INSTANCES: u32 = 20;

/// A stage bar; without stages where the object has none.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct StageBar {
    /// The id of the process that drives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<String>,
    /// The instance that drives it, where one ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// The state of that instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<listed::InstanceState>)]
    state: Option<InstanceState>,
    /// The stages in their order. Stages that can no longer be reached are left out: once the process has
    /// ended, and where the record has come to another end.
    stages: Vec<Stage>,
}

/// One stage.
#[derive(Debug, Serialize, ToSchema)]
struct Stage {
    /// The option of the stage field.
    value: String,
    /// Its label in both languages.
    #[schema(value_type = listed::Label)]
    label: Label,
    /// Where it is.
    state: StageState,
    /// Set where it is an end: of all ends of a bar, the record comes to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<listed::Outcome>)]
    end: Option<Outcome>,
    /// When it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    reached_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StageState {
    /// It was reached and left.
    Done,
    /// The record stands here.
    Current,
    /// The record stands here and the process waits for a repair.
    Failed,
    /// It may still come.
    Upcoming,
}

/// The stage bar of a record.
#[utoipa::path(get, path = "/api/records/{object}/{key}/stages", tag = "records",
    params(("object" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = StageBar), (status = 404, body = Problem)))]
pub(super) async fn stages(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
) -> ApiResult<StageBar> {
    let catalogue = app.catalogue();
    let object = find_object(&catalogue, &object)?;
    let key = parse_key(&key)?;
    let permission = Permission::ReadRecords(Arc::clone(&object.name));
    let bar = app.read(&actor, permission, move |read| project(&catalogue, &object, key, read));
    Ok(Json(bar.await?))
}

fn project(
    catalogue: &Catalogue,
    object: &Arc<ObjectDef>,
    key: Key,
    read: &dyn Read,
) -> Result<StageBar, Problem> {
    let record = read.record(object, key)?.ok_or_else(|| absent(object, key))?;
    let Some(stages) = &object.stages else { return Ok(StageBar::default()) };
    let Some(FieldKind::Choice { options }) = object.field(&stages.field).map(|field| &field.kind)
    else {
        return Ok(StageBar::default());
    };
    let driver = find_driver(catalogue, &stages.process, object, key, read)?;
    let mut reached = driver
        .as_ref()
        .map_or(Ok(BTreeMap::new()), |instance| reached_stages(catalogue, instance, read))?;
    let value = match record.value(object, &stages.field) {
        FieldValue::Text(value) => Some(Arc::clone(value)),
        _ => None,
    };
    let last = reached.iter().max_by_key(|(_, at)| **at).map(|(stage, _)| Arc::clone(stage));
    // Who has set the record to another stage since its process ended has begun anew.
    let ended_at = driver.as_ref().and_then(|driver| driver.ended_at);
    let is_anew = ended_at.is_some_and(|at| at < record.updated_at) && value != last;
    let driver = driver.filter(|_| !is_anew);
    if is_anew {
        reached.clear();
    }
    let current = last.filter(|_| !is_anew).or(value);
    let place = options.iter().position(|option| Some(&option.value) == current.as_ref());
    let ended = driver.as_ref().is_some_and(|driver| driver.state != InstanceState::Active);
    let end_of = |value: &Arc<str>| {
        stages.ends.iter().find(|end| end.value == *value).map(|end| end.outcome)
    };
    let at_end = current.as_ref().is_some_and(|stage| end_of(stage).is_some());
    let failed = driver.as_ref().is_some_and(|driver| driver.incidents > 0);
    let bar = options.iter().enumerate().filter_map(|(index, option)| {
        let at = reached.get(&option.value);
        let end = end_of(&option.value);
        // What comes before the process began (a draft) was passed though no element brought it.
        let first = options.iter().position(|option| reached.contains_key(&option.value));
        let passed = at.is_some() || first.is_some_and(|first| index < first);
        let state = match place {
            Some(place) if index == place && failed => StageState::Failed,
            Some(place) if index == place => StageState::Current,
            _ if passed => StageState::Done,
            _ if ended || (at_end && end.is_some()) => return None,
            _ => StageState::Upcoming,
        };
        Some(Stage {
            value: option.value.to_string(),
            label: option.label.clone(),
            state,
            end,
            reached_at: at.map(|(at, _)| at.to_string()),
        })
    });
    Ok(StageBar {
        process: Some(stages.process.to_string()),
        instance: driver.as_ref().map(|driver| driver.key.to_string()),
        state: driver.as_ref().map(|driver| driver.state),
        stages: bar.collect(),
    })
}

/// The newest instance of the process that is bound to the record.
fn find_driver(
    catalogue: &Catalogue,
    process: &str,
    object: &ObjectDef,
    key: Key,
    read: &dyn Read,
) -> Result<Option<InstanceRow>, Problem> {
    let query = InstanceQuery {
        definition: None,
        state: None,
        with_incidents: false,
        record: Some(RecordRef { object: Arc::clone(&object.name), key }),
        parent: None,
        page: PageRequest::first(INSTANCES),
    };
    let drives = |instance: &InstanceRow| {
        catalogue
            .process(instance.definition)
            .is_some_and(|version| &*version.version.id == process)
    };
    Ok(read.instances(&query)?.items.into_iter().find(drives))
}

/// The stages that an instance has reached: when last, and by which element instance.
fn reached_stages(
    catalogue: &Catalogue,
    instance: &InstanceRow,
    read: &dyn Read,
) -> Result<BTreeMap<Arc<str>, (Timestamp, Key)>, Problem> {
    let Some(version) = catalogue.process(instance.definition) else { return Ok(BTreeMap::new()) };
    let mut reached = BTreeMap::new();
    for row in read.elements(instance.key)? {
        let element = version.process.element_by_id(&row.element_id);
        if let Some(stage) = element.and_then(|(_, element)| element.stage()) {
            reached.insert(Arc::clone(stage), (row.started_at, row.key));
        }
    }
    Ok(reached)
}
