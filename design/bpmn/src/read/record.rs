//! Record triggers, buttons on records, and the record that instances are bound to. They are written as ordinary
//! `zeebe:properties`, so that the files open in any modeller for Camunda 8.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    event::{Button, RecordChange, RecordTrigger, StartTrigger},
    graph::{ElementIndex, ElementKind, Process},
    properties::Properties,
    read::{
        Reading,
        extension::properties,
        scan::{Found, Scan},
        words::is_variable,
    },
    xml::Node,
};

/// The object that instances are bound to.
const RECORD: &str = "rondo.record";
/// The object whose records a start event watches.
const OBJECT: &str = "rondo.object";
/// Which changes it watches for.
const ON: &str = "rondo.on";
/// What must be true of the record.
const CONDITION: &str = "rondo.condition";
/// When people may start the process on a record.
const BUTTON: &str = "rondo.button";

/// The record trigger of a start event: `None` where it has none, `Some(None)` where it is refused.
#[expect(clippy::option_option, reason = "none, refused and some are three answers")]
pub(crate) fn trigger(
    reading: &mut Reading<'_>,
    found: Found<'_>,
) -> Option<Option<RecordTrigger>> {
    let properties = properties(found.node);
    let Some(object) = properties.get(OBJECT) else {
        for orphan in [ON, CONDITION].into_iter().filter(|name| properties.get(name).is_some()) {
            let message = format!("has `{orphan}` without `{OBJECT}`; name the object to watch");
            reading.error(found.id, found.node, message);
        }
        return None;
    };
    Some(read(reading, found, object.trim(), &properties))
}

fn read(
    reading: &mut Reading<'_>,
    found: Found<'_>,
    object: &str,
    properties: &Properties,
) -> Option<RecordTrigger> {
    check_object(reading, found.id, found.node, OBJECT, object)?;
    let on = match properties.get(ON) {
        None => RecordChange::CreatedOrChanged,
        Some(text) => change(text).or_else(|| {
            let message =
                format!("has `{ON}` `{text}`; write `created`, `changed` or `created, changed`");
            reading.error(found.id, found.node, message);
            None
        })?,
    };
    let condition = match properties.get(CONDITION).map(|source| source.trim()) {
        None | Some("") => None,
        Some(source) => {
            Some(reading.expression(found.id, found.node, "`rondo.condition`", source)?)
        }
    };
    Some(RecordTrigger { object: object.into(), on, condition })
}

fn change(text: &str) -> Option<RecordChange> {
    let (mut created, mut changed) = (false, false);
    for part in text.split(',') {
        match part.trim() {
            "created" => created = true,
            "changed" => changed = true,
            _ => return None,
        }
    }
    match (created, changed) {
        (true, true) => Some(RecordChange::CreatedOrChanged),
        (true, false) => Some(RecordChange::Created),
        (false, true) => Some(RecordChange::Changed),
        (false, false) => None,
    }
}

fn check_object(
    reading: &mut Reading<'_>,
    id: &str,
    at: &Node,
    property: &str,
    object: &str,
) -> Option<()> {
    if is_variable(object) {
        return Some(());
    }
    let message =
        format!("has `{property}` `{object}`, which is no object name; write `leave_request`, say");
    reading.error(id, at, message);
    None
}

/// The object that instances of a process are bound to: the property, else that of its triggers.
pub(crate) fn object_of_process(
    reading: &mut Reading<'_>,
    process: &Process,
    node: &Node,
) -> Option<Arc<str>> {
    let watched: BTreeSet<&Arc<str>> = process
        .elements
        .iter()
        .filter_map(|element| match &element.kind {
            ElementKind::StartEvent(StartTrigger::Record(trigger)) => Some(&trigger.object),
            _ => None,
        })
        .collect();
    let object = match process.properties.get(RECORD) {
        Some(object) => {
            check_object(reading, &process.id, node, RECORD, object.trim())?;
            Some(Arc::from(object.trim()))
        }
        None => watched.first().map(|&object| Arc::clone(object)),
    };
    if let Some(other) = watched.into_iter().find(|&watched| Some(watched) != object.as_ref()) {
        let message = format!(
            "is bound to a record of `{}` but has a start event that watches `{other}`; an instance \
             is bound to one object, so use a process for each",
            object.as_deref().unwrap_or_default()
        );
        reading.error(&process.id, node, message);
    }
    object
}

/// The button by which people start the process, where a start event names one.
pub(crate) fn button<'d>(
    reading: &mut Reading<'d>,
    process: &Process,
    scan: &Scan<'d>,
) -> Option<Button> {
    let mut found = None;
    for (start, element) in process.indexed() {
        let Some(source) = element.properties.get(BUTTON) else { continue };
        let Some(node) = scan.nodes.get(start.0 as usize).map(|found| found.node) else { continue };
        let mut refuse = |rest: &str| {
            reading.error(&element.id, node, format!("has `{BUTTON}`, {rest}"));
        };
        if !is_callable(process, start, &element.kind) {
            refuse("which stands on a none start event of the process itself; move it there");
        } else if process.record_object.is_none() {
            refuse("and its process is about no object; name one by `rondo.record`");
        } else if found.is_some() {
            refuse("as another start event has; keep one");
        } else {
            let condition =
                reading.expression(&element.id, node, "`rondo.button`", source.trim())?;
            if let Some(other) = condition.inputs().iter().find(|name| &***name != "record") {
                let message = format!("has `{BUTTON}`, which reads `{other}`; read `record` alone");
                reading.error(&element.id, node, message);
            }
            found = Some(Button { start, condition });
        }
    }
    found
}

fn is_callable(process: &Process, start: ElementIndex, kind: &ElementKind) -> bool {
    let is_plain =
        matches!(kind, ElementKind::StartEvent(StartTrigger::None | StartTrigger::Record(_)));
    is_plain && process.start_events.contains(&start)
}
