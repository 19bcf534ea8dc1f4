//! The timeline of a record: its changes, the steps of the processes bound to it, their decisions,
//! incidents and mails, merged newest first. Every kind is read only as far as the page reaches.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, State};
use base::{Key, Timestamp};
use records::{RecordRef, Schema};
use runtime::port::{
    Before, ChangeKind, DecisionRow, ElementInstanceRow, ElementState, IncidentRow, IncidentState,
    OutboxRow, OutboxState, Read, RecordHistoryRow,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use turn::Catalogue;
use utoipa::{IntoParams, ToSchema};

use super::{RecordTitle, Titles, find_object, parse_key};
use crate::actor::{Caller, USER};
use crate::app::App;
use crate::listed;
use crate::outbox::addresses;
use crate::problem::{ApiResult, Problem};
use crate::process::{Named, names_of};
use crate::user_task::Completions;

const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 200;
/// How rows of elements call a user task.
const USER_TASK: &str = "USER_TASK";

/// Which part of the timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TimelineQuery {
    /// How many entries at most, 50 by itself, never above 200.
    limit: Option<u32>,
    /// The `next` of the part before.
    after: Option<String>,
}

/// A part of a timeline, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Timeline {
    /// The entries.
    items: Vec<Entry>,
    /// What to give as `after` for older entries; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Something that happened to a record or to a process bound to it.
#[derive(Debug, Serialize, ToSchema)]
struct Entry {
    /// The key of the entry.
    key: String,
    /// When.
    at: String,
    /// Who, where it was a person: who made the change, or did the user task that the step is.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<RecordTitle>,
    /// What happened.
    #[serde(flatten)]
    what: What,
    #[serde(skip)]
    place: (Timestamp, Key),
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum What {
    /// The record is new.
    Created(Changed),
    /// Fields have new values.
    Updated(Changed),
    /// The record is gone.
    Deleted(Changed),
    /// A process took a step.
    Step { step: Step },
    /// A process had a decision made.
    Decision { decision: DecisionMade },
    /// A process wrote a mail or a call to the outside.
    Mail { mail: Mail },
    /// A step waits for a person to repair something.
    Incident { incident: IncidentRaised },
}

/// A change of fields.
#[derive(Debug, Serialize, ToSchema)]
struct Changed {
    /// The step of a process that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<StepRef>,
    /// Who did the user task after which the process went on to this step at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<RecordTitle>,
    /// `field`, `old`, `new`, for each field.
    #[schema(value_type = Vec<Object>)]
    changes: Value,
}

/// An element of an instance.
#[derive(Debug, Serialize, ToSchema)]
struct StepRef {
    /// The instance.
    instance: String,
    /// The BPMN id of the element.
    element_id: String,
    /// The element's name; its id where it has none.
    element_name: String,
    /// The name in other languages, by language: the element's properties `name.zh` ..
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    element_names: BTreeMap<String, String>,
}

/// A pass through an element.
#[derive(Debug, Serialize, ToSchema)]
struct Step {
    #[serde(flatten)]
    element: StepRef,
    /// The kind of element: `SERVICE_TASK`.
    element_type: String,
    /// `active`, `completed` or `terminated`.
    #[schema(value_type = listed::ElementState)]
    state: ElementState,
    /// When it began.
    started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
}

/// An evaluated decision.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionMade {
    /// The evaluation, for `/api/decisions/{key}`.
    key: String,
    /// The DMN id of the decision.
    decision_id: String,
    /// The version of the decision, for `/api/decision-models/{key}`.
    definition: String,
    /// Its name.
    name: String,
    #[serde(flatten)]
    element: StepRef,
}

/// An entry of the outbox.
#[derive(Debug, Serialize, ToSchema)]
struct Mail {
    /// The entry.
    key: String,
    /// To whom.
    to: String,
    /// The subject.
    subject: String,
    /// `waiting`, `sent`, `not_configured` or `failed`.
    #[schema(value_type = listed::OutboxState)]
    state: OutboxState,
}

/// An incident.
#[derive(Debug, Serialize, ToSchema)]
struct IncidentRaised {
    /// The incident.
    key: String,
    /// Its kind: `IO_MAPPING_ERROR`.
    error: String,
    /// What went wrong and what to do.
    message: String,
    /// `open` or `resolved`.
    #[schema(value_type = listed::IncidentState)]
    state: IncidentState,
    #[serde(flatten)]
    element: StepRef,
}

/// What happened to a record and to the processes bound to it, newest first.
#[utoipa::path(get, path = "/api/records/{object}/{key}/timeline", tag = "records",
    params(("object" = String, Path), ("key" = String, Path), TimelineQuery),
    responses((status = 200, body = Timeline), (status = 404, body = Problem)))]
pub(super) async fn timeline(
    State(app): State<App>,
    Caller(actor): Caller,
    Path((object, key)): Path<(String, String)>,
    Query(query): Query<TimelineQuery>,
) -> ApiResult<Timeline> {
    let catalogue = app.catalogue();
    let object = Arc::clone(&find_object(&catalogue, &object)?.name);
    let record = RecordRef { object: Arc::clone(&object), key: parse_key(&key)? };
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let before = Before { place: query.after.as_deref().map(parse_place).transpose()?, limit };
    let timeline = app.read(&actor, Permission::ReadRecords(object), move |read| {
        gather(&catalogue, &record, before, read)
    });
    Ok(Json(timeline.await?))
}

fn gather(
    catalogue: &Catalogue,
    record: &RecordRef,
    before: Before,
    read: &dyn Read,
) -> Result<Timeline, Problem> {
    let changes = read.record_history(&record.object, record.key, before)?;
    let elements = read.elements_of_record(record, before)?;
    let causes = changes.iter().filter_map(|row| row.cause.as_ref().map(|cause| cause.instance));
    let tasks = elements.iter().filter(|row| &*row.kind == USER_TASK).map(|row| row.instance);
    let done = Completions::of_instances(&catalogue.schema, causes.chain(tasks), read)?;
    let steps = Steps { catalogue, read, done };
    let mut items = Vec::new();
    for row in changes {
        items.push(steps.change(row)?);
    }
    for row in elements {
        items.push(steps.element(&row)?);
    }
    for row in read.decisions_of_record(record, before)? {
        items.push(steps.decision(&row)?);
    }
    for row in read.incidents_of_record(record, before)? {
        items.push(steps.incident(&row)?);
    }
    items.extend(read.outbox_of_record(record, before)?.iter().map(mail));
    items.sort_by_key(|entry| std::cmp::Reverse(entry.place));
    let limit = before.limit as usize;
    let more = items.len() > limit || items.len() == limit;
    items.truncate(limit);
    let next =
        items.last().filter(|_| more).map(|entry| format!("{}-{}", entry.place.0.0, entry.place.1));
    name_people(&catalogue.schema, &mut items, read)?;
    Ok(Timeline { items, next })
}

/// Puts names to the people in the entries.
fn name_people(schema: &Schema, items: &mut [Entry], read: &dyn Read) -> Result<(), Problem> {
    let user: Arc<str> = USER.into();
    let mut titles = Titles::default();
    for person in items.iter().filter_map(|entry| entry.by.as_ref()) {
        titles.want_one(&user, parse_key(&person.key)?);
    }
    titles.load(schema, read)?;
    for person in items.iter_mut().filter_map(|entry| entry.by.as_mut()) {
        *person = titles.get(&user, parse_key(&person.key)?);
    }
    Ok(())
}

/// Names steps by the models they belong to.
struct Steps<'a> {
    catalogue: &'a Catalogue,
    read: &'a dyn Read,
    done: Completions,
}

impl Steps<'_> {
    fn refer(
        &self,
        instance: Key,
        definition: Option<Key>,
        element_id: &str,
    ) -> Result<StepRef, Problem> {
        let definition = match definition {
            Some(definition) => Some(definition),
            None => self.read.instance(instance)?.map(|instance| instance.definition),
        };
        let named = definition.and_then(|key| names_of(self.catalogue, key, element_id));
        let Named { name, names } = named.unwrap_or_else(|| Named::by_id(element_id));
        Ok(StepRef {
            instance: instance.to_string(),
            element_id: element_id.to_owned(),
            element_name: name,
            element_names: names,
        })
    }

    fn change(&self, row: RecordHistoryRow) -> Result<Entry, Problem> {
        let after = row.cause.as_ref().and_then(|cause| self.done.before(cause.instance, row.at));
        let cause =
            row.cause.map(|cause| self.refer(cause.instance, None, &cause.element)).transpose()?;
        let by = cause.is_none().then(|| RecordTitle {
            key: row.by.to_string(),
            object: USER.into(),
            title: String::new(),
        });
        let changed =
            Changed { cause, after, changes: row.fields.parse().map_err(Problem::fault)? };
        let what = match row.change {
            ChangeKind::Created => What::Created(changed),
            ChangeKind::Updated => What::Updated(changed),
            ChangeKind::Deleted => What::Deleted(changed),
        };
        let by = by.filter(|person| person.key != access::Actor::SYSTEM_USER.to_string());
        Ok(entry(row.key, row.at, what, by))
    }

    fn element(&self, row: &ElementInstanceRow) -> Result<Entry, Problem> {
        let step = Step {
            element: self.refer(row.instance, Some(row.definition), &row.element_id)?,
            element_type: row.kind.to_string(),
            state: row.state,
            started_at: row.started_at.to_string(),
            ended_at: row.ended_at.map(|at| at.to_string()),
        };
        Ok(entry(row.key, row.started_at, What::Step { step }, self.done.of_step(row.key)))
    }

    fn decision(&self, row: &DecisionRow) -> Result<Entry, Problem> {
        let decision = DecisionMade {
            key: row.key.to_string(),
            decision_id: row.decision_id.to_string(),
            definition: row.definition.to_string(),
            name: row.name.to_string(),
            element: self.refer(row.instance, None, &row.element_id)?,
        };
        Ok(entry(row.key, row.at, What::Decision { decision }, None))
    }

    fn incident(&self, row: &IncidentRow) -> Result<Entry, Problem> {
        let incident = IncidentRaised {
            key: row.key.to_string(),
            error: row.kind.to_string(),
            message: row.message.to_string(),
            state: row.state,
            element: self.refer(row.instance, Some(row.definition), &row.element_id)?,
        };
        Ok(entry(row.key, row.created_at, What::Incident { incident }, None))
    }
}

fn mail(row: &OutboxRow) -> Entry {
    let payload: Value = row.payload.parse().unwrap_or_default();
    let text =
        |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mail = Mail {
        key: row.key.to_string(),
        to: addresses(&payload, "to"),
        subject: text("subject"),
        state: row.state,
    };
    entry(row.key, row.at, What::Mail { mail }, None)
}

fn entry(key: Key, at: Timestamp, what: What, by: Option<RecordTitle>) -> Entry {
    Entry { key: key.to_string(), at: at.to_string(), by, what, place: (at, key) }
}

fn parse_place(text: &str) -> Result<(Timestamp, Key), Problem> {
    let wrong = || Problem::bad_request("after", "give `after` as the `next` of the part before");
    let (at, key) = text.rsplit_once('-').ok_or_else(wrong)?;
    let at = at.parse().map_err(|_error| wrong())?;
    Ok((Timestamp(at), key.parse().map_err(|_error| wrong())?))
}
