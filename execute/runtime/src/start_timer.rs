//! Timers of start events: they hang on the latest version of a process. A deployment sets those of
//! the new version and removes those of the one before.

use std::sync::Arc;

use base::{Key, KeyGenerator, Timestamp};
use bpmn::{ElementKind, Process, StartTrigger, Timer};
use engine::{Due, Repeat};
use turn::Catalogue;

use crate::port::{TimerKind, TimerRow};

/// The start timers of a process, or what is wrong with which start event.
pub(crate) fn planned(
    process: &Process,
    definition: Key,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> Result<Vec<TimerRow>, (Arc<str>, String)> {
    let mut rows = Vec::new();
    for (element, timer) in timers(process) {
        let first =
            engine::first_start(timer, now).map_err(|message| (Arc::clone(element), message))?;
        if let Some(due) = first {
            rows.push(row(keys.next(now), definition, element, due));
        }
    }
    Ok(rows)
}

/// The next time of a start timer that is due now, if there is one.
pub(crate) fn following(
    fired: &TimerRow,
    catalogue: &Catalogue,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> Option<TimerRow> {
    let TimerKind::Start { definition, element, repetitions } = &fired.kind else { return None };
    let version = catalogue.process(*definition)?;
    let (element, timer) = timers(&version.process).find(|(id, _)| *id == element)?;
    let every = engine::first_start(timer, now).ok()??.repeat?.every;
    let repeat = Some(Repeat { remaining: *repetitions, every });
    let due = Due { at: fired.due, repeat }.following(now)?;
    Some(row(keys.next(now), *definition, element, due))
}

/// The stored start timers that a new version of the process `id` supersedes.
pub(crate) fn superseded<'a>(
    stored: &'a [TimerRow],
    id: &'a str,
    catalogue: &'a Catalogue,
) -> impl Iterator<Item = Key> + 'a {
    stored.iter().filter_map(move |row| {
        let TimerKind::Start { definition, .. } = &row.kind else { return None };
        let version = catalogue.process(*definition)?;
        (*version.version.id == *id).then_some(row.key)
    })
}

fn timers(process: &Process) -> impl Iterator<Item = (&Arc<str>, &Timer)> {
    process.start_events.iter().filter_map(|index| {
        let element = process.element(*index)?;
        match &element.kind {
            ElementKind::StartEvent(StartTrigger::Timer(timer)) => Some((&element.id, timer)),
            _ => None,
        }
    })
}

fn row(key: Key, definition: Key, element: &Arc<str>, due: Due) -> TimerRow {
    let repetitions = due.repeat.map_or(Some(0), |repeat| repeat.remaining);
    let element = Arc::clone(element);
    TimerRow { key, due: due.at, kind: TimerKind::Start { definition, element, repetitions } }
}
