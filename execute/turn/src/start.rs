//! Starts instances: because a caller asks, because a start timer is due, or because a record changed.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::{Button, ElementIndex, ElementKind, RecordTrigger, StartTrigger};
use engine::{Command, Start};
use feel::{Context, Value};
use records::{Missing, Record, RecordRef, Schema, Source};

use crate::drive::beneath;
use crate::turn::{Done, Turn};
use crate::work::{Chain, Work};
use crate::{ProcessRef, ProcessVersion, RecordTriggerRef, StartProcess, StartedBy, TurnError};

impl Turn<'_> {
    /// Starts the process that a caller names.
    pub(crate) fn start_process(&mut self, start: &StartProcess) -> Result<Done, TurnError> {
        let version = self.named_process(&start.process)?;
        let button = version.process.button.as_ref().filter(|_| start.by == StartedBy::Button);
        let element = match start.by {
            StartedBy::Caller => callable_start(&version.process),
            StartedBy::Button => button.map(|button| button.start),
        };
        let element = element.ok_or_else(|| no_start(&version, start.by))?;
        if let Some(record) = &start.record {
            self.check_binding(&version, record)?;
        }
        if let Some(button) = button {
            self.check_offered(&version, button, start.record.as_ref())?;
        }
        let instance = self.start(
            version.version.key,
            element.0,
            start.record.clone(),
            start.variables.clone(),
            &Self::no_chain(),
        )?;
        Ok(Done::Started { instance, definition: version.version.key })
    }

    fn named_process(&self, named: &ProcessRef) -> Result<Arc<ProcessVersion>, TurnError> {
        let (found, id) = match named {
            ProcessRef::Key(key) => (self.catalogue.process(*key), key.to_string()),
            ProcessRef::Id(id) => (self.catalogue.latest_process(id), id.to_string()),
            ProcessRef::Version(id, number) => {
                let mut all = self.catalogue.processes();
                let is_it = |it: &&Arc<ProcessVersion>| {
                    it.version.id == *id && it.version.version == *number
                };
                (all.find(is_it), format!("{id}, version {number}"))
            }
        };
        found.map(Arc::clone).ok_or_else(|| TurnError::not_found("process", &id))
    }

    /// The record exists and is of the object that the process is about.
    fn check_binding(
        &mut self,
        version: &ProcessVersion,
        record: &RecordRef,
    ) -> Result<(), TurnError> {
        if let Some(object) = &version.process.record_object
            && **object != *record.object
        {
            let message = format!(
                "process `{}` is about records of `{object}`, not of `{}`; give one of those",
                version.version.id, record.object
            );
            return Err(TurnError::rejected("wrong_object", message));
        }
        let object = self.object(&record.object)?;
        match self.record(&object, record.key)? {
            Some(_) => Ok(()),
            None => Err(TurnError::not_found(&object.name, &record.key)),
        }
    }

    /// The process offers itself on the record as it is now, and no other holds the record. The record is
    /// locked, so that of two who press at once one is refused.
    fn check_offered(
        &mut self,
        version: &ProcessVersion,
        button: &Button,
        record: Option<&RecordRef>,
    ) -> Result<(), TurnError> {
        let id = &version.version.id;
        let Some(at) = record else {
            let message = format!("process `{id}` is started on a record; name one");
            return Err(TurnError::rejected("not_offered", message));
        };
        if let Some(instance) = self.set.active_instance_of(self.load, at)? {
            let message = format!(
                "{at} is in the hands of instance {instance}; let that end, or cancel it first"
            );
            return Err(TurnError::rejected("in_process", message));
        }
        let record = self.resolve(at, &beneath(button.condition.paths(), "record"), None)?;
        if offers(button, record, &mut self.feel()) {
            return Ok(());
        }
        let message =
            format!("process `{id}` is not offered on {at} as it is now; look at it again");
        Err(TurnError::rejected("not_offered", message))
    }

    /// Starts the process whose start timer is due. A version that is gone, or has another start
    /// event by now, is left alone: its timer was replaced by a deployment.
    pub(crate) fn fire_start_timer(
        &mut self,
        definition: Key,
        element: &str,
    ) -> Result<Done, TurnError> {
        let version = self.process(definition)?;
        let Some((index, _)) = version.process.element_by_id(element) else {
            return Err(TurnError::not_found("element", element));
        };
        let none = Context::new();
        let instance = self.start(definition, index.0, None, none, &Self::no_chain())?;
        Ok(Done::Started { instance, definition })
    }

    /// Starts an instance at a start event.
    pub(crate) fn start(
        &mut self,
        definition: Key,
        element: u32,
        record: Option<RecordRef>,
        variables: Context,
        chain: &Chain,
    ) -> Result<Key, TurnError> {
        let instance = self.draw();
        self.set.note_new_instance(instance);
        let record = record.map(|at| engine::RecordRef { object: at.object, key: at.key });
        let start = ElementIndex(element);
        let command =
            Command::Start(Start { instance, definition, start, record, parent: None, variables });
        match self.drive(instance, &command, chain)? {
            Ok(()) => Ok(instance),
            Err(rejection) => Err(TurnError::rejected(rejection.code(), rejection.to_string())),
        }
    }

    /// Starts what the change of a record has set off, unless the record has gone meanwhile: in the
    /// same turn, or before what was left of it went on.
    pub(crate) fn start_by_trigger(
        &mut self,
        definition: Key,
        element: u32,
        record: Option<RecordRef>,
        chain: &Chain,
    ) -> Result<(), TurnError> {
        if let Some(at) = &record {
            let object = self.object(&at.object)?;
            if self.record(&object, at.key)?.is_none() {
                return Ok(());
            }
        }
        self.start(definition, element, record, Context::new(), chain).map(|_| ())
    }

    /// Queues the start of every process that waits for such a change of a record.
    pub(crate) fn trigger(
        &mut self,
        object: &Arc<str>,
        before: Option<&Arc<Record>>,
        after: &Arc<Record>,
        chain: &Chain,
    ) -> Result<(), TurnError> {
        let record = RecordRef { object: Arc::clone(object), key: after.key };
        for trigger in self.fired(object, before, after)? {
            self.queue.push_back(Work::Start {
                definition: trigger.definition,
                element: trigger.element.0,
                record: Some(record.clone()),
                chain: chain.clone(),
            });
        }
        Ok(())
    }

    /// The start events that such a change of a record sets off.
    pub(crate) fn fired(
        &mut self,
        object: &Arc<str>,
        before: Option<&Arc<Record>>,
        after: &Arc<Record>,
    ) -> Result<Vec<RecordTriggerRef>, TurnError> {
        let mut fired = Vec::new();
        for trigger in self.catalogue.record_triggers(object).to_vec() {
            let version = self.process(trigger.definition)?;
            let Some(watched) = watched(&version.process, trigger.element) else { continue };
            if self.holds(watched, object, before, after)? {
                fired.push(trigger);
            }
        }
        Ok(fired)
    }

    fn holds(
        &mut self,
        trigger: &RecordTrigger,
        object: &Arc<str>,
        before: Option<&Arc<Record>>,
        after: &Arc<Record>,
    ) -> Result<bool, TurnError> {
        let counts = match before {
            None => trigger.on.includes_created(),
            Some(_) => trigger.on.includes_changed(),
        };
        let Some(condition) = trigger.condition.as_ref().filter(|_| counts) else {
            return Ok(counts);
        };
        let root = RecordRef { object: Arc::clone(object), key: after.key };
        let paths = condition.paths();
        let record = self.resolve(&root, &beneath(paths, "record"), Some(after))?;
        let old = match before {
            None => Value::Null,
            Some(before) => self.resolve(&root, &beneath(paths, "old"), Some(before))?,
        };
        let scope: Context = [("record", record), ("old", old)].into_iter().collect();
        Ok(condition.evaluate_in(&scope, &mut self.feel()) == Value::Boolean(true))
    }
}

fn watched(process: &bpmn::Process, element: ElementIndex) -> Option<&RecordTrigger> {
    match &process.element(element)?.kind {
        ElementKind::StartEvent(StartTrigger::Record(trigger)) => Some(trigger),
        _ => None,
    }
}

/// Whether the button is there on the record of that value.
fn offers(button: &Button, record: Value, run: &mut feel::Run) -> bool {
    let scope: Context = [("record", record)].into_iter().collect();
    button.condition.evaluate_in(&scope, run) == Value::Boolean(true)
}

/// Whether the process offers itself on the record, for a page: what is offered is asked again, on the
/// locked record, when somebody takes it.
///
/// # Errors
/// What `source` has to load before it can be said.
pub fn is_offered(
    button: &Button,
    at: &RecordRef,
    schema: &Schema,
    source: &dyn Source,
    now: Timestamp,
) -> Result<bool, Vec<Missing>> {
    let paths = beneath(button.condition.paths(), "record");
    let record = records::resolve(schema, at, &paths, source)?;
    Ok(offers(button, record, &mut feel::Run::new(now)))
}

fn no_start(version: &ProcessVersion, by: StartedBy) -> TurnError {
    let id = &version.version.id;
    match by {
        StartedBy::Caller => TurnError::rejected(
            "no_start_event",
            format!(
                "process `{id}` has no start event that a caller can use; add a none start event"
            ),
        ),
        StartedBy::Button => TurnError::rejected(
            "not_offered",
            format!("process `{id}` is not started by people; give its start event `rondo.button`"),
        ),
    }
}

/// The start event that a caller uses: the none start event, else one that watches records.
fn callable_start(process: &bpmn::Process) -> Option<ElementIndex> {
    let is = |wanted: fn(&StartTrigger) -> bool| {
        process.start_events.iter().copied().find(|index| {
            process.element(*index).is_some_and(|element| {
                matches!(&element.kind, ElementKind::StartEvent(trigger) if wanted(trigger))
            })
        })
    };
    is(|trigger| matches!(trigger, StartTrigger::None))
        .or_else(|| is(|trigger| matches!(trigger, StartTrigger::Record(_))))
}
