//! What no table repeats because the history holds it: the flows that an instance took, how its decisions
//! came about, and the element instances and variables of passed scopes. A scope is passed where it began and ended within the
//! events of one batch, such as a built-in task: nobody could have looked into it meanwhile. Its
//! variables are read out of these events, under keys that were drawn when the events were written; the
//! element instances stand beside them in one list, with their names, which the events do not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use bpmn::FlowIndex;
use engine::codec::{CodecError, decode_events};
use engine::{ElementCompleted, ElementTerminated, Event};
use feel::Value;
use feel::json::AsJson;
use serde::{Deserialize, Serialize};

use crate::port::{ElementInstanceRow, ElementState, HistoryRow, PassedElements, VariableRow};

/// The form that lists of element instances are written in.
const FORMAT: u8 = 1;

/// Why the past cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The events.
    #[error(transparent)]
    Events(#[from] CodecError),
    /// The list of element instances.
    #[error("the list of elements cannot be decoded: {0}; the row is damaged")]
    Elements(#[from] postcard::Error),
    /// A form that this program does not know.
    #[error(
        "the list of elements has form {0:?}, this program reads form {FORMAT}; use a newer program"
    )]
    Format(Option<u8>),
}

/// The element instances of one batch of one instance that were passed.
#[derive(Serialize, Deserialize)]
struct Passes {
    definition: Key,
    passes: Vec<Pass>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
struct Pass {
    key: Key,
    scope: Key,
    element_id: Arc<str>,
    kind: Arc<str>,
    is_completed: bool,
}

/// The element instances that only the history holds, by key.
///
/// # Errors
/// Where their list cannot be read.
pub fn elements(history: &HistoryRow) -> Result<Vec<ElementInstanceRow>, PastError> {
    let Some(elements) = &history.elements else { return Ok(Vec::new()) };
    let Passes { definition, passes } = match elements.list.split_first() {
        Some((&FORMAT, rest)) => postcard::from_bytes(rest)?,
        other => return Err(PastError::Format(other.map(|(format, _)| *format))),
    };
    let rows = passes.into_iter().map(|pass| ElementInstanceRow {
        key: pass.key,
        instance: history.instance,
        definition,
        element_id: pass.element_id,
        kind: pass.kind,
        state: if pass.is_completed { ElementState::Completed } else { ElementState::Terminated },
        scope: pass.scope,
        started_at: history.at,
        ended_at: Some(history.at),
        incident: None,
    });
    Ok(rows.collect())
}

/// Keeps element instances that began and ended in the batch of their history, in the order of keys.
pub fn keep_elements(rows: Vec<ElementInstanceRow>) -> Option<PassedElements> {
    let (first, definition) = rows.first().map(|row| (row.key, row.definition))?;
    let last = rows.last()?.key;
    let passes = rows.into_iter().map(|row| Pass {
        key: row.key,
        scope: row.scope,
        element_id: row.element_id,
        kind: row.kind,
        is_completed: row.state == ElementState::Completed,
    });
    let passes = Passes { definition, passes: passes.collect() };
    let list = postcard::to_extend(&passes, vec![FORMAT])
        .expect("plain data into memory: no length is unknown and no writer fails");
    Some(PassedElements { first, last, list })
}

/// The last values of variables, by scope and name.
pub(crate) type Latest<'a> = BTreeMap<(Key, Arc<str>), &'a Value>;

/// Adds how often the events took each flow.
///
/// # Errors
/// Where the events cannot be read.
pub fn count_flows(
    history: &HistoryRow,
    counts: &mut BTreeMap<FlowIndex, u64>,
) -> Result<(), PastError> {
    for event in decode_events(&history.events)? {
        if let Event::FlowTaken(taken) = event {
            *counts.entry(taken.flow).or_default() += 1;
        }
    }
    Ok(())
}

/// How the decisions of these events came about: the JSON texts of their traces, by evaluation.
///
/// # Errors
/// Where the events cannot be read.
pub fn traces(history: &HistoryRow) -> Result<BTreeMap<Key, String>, PastError> {
    let evaluated = decode_events(&history.events)?.into_iter().filter_map(|event| match event {
        Event::DecisionEvaluated(it) => Some((it.key, it.trace.to_json_text())),
        _ => None,
    });
    Ok(evaluated.collect())
}

/// The variables that only these events hold, by scope and name.
///
/// # Errors
/// Where the events cannot be read.
pub fn variables(history: &HistoryRow) -> Result<Vec<VariableRow>, PastError> {
    let Some(first) = history.variables else { return Ok(Vec::new()) };
    let events = decode_events(&history.events)?;
    let (passed, _) = latest_variables(&events);
    let rows = passed.into_iter().zip(first.0..).map(|(((scope, name), value), key)| VariableRow {
        key: Key(key),
        instance: history.instance,
        scope,
        name,
        value: json_text(value),
    });
    Ok(rows.collect())
}

/// The last values that events gave to variables: those of passed scopes, and the others.
pub(crate) fn latest_variables(events: &[Event]) -> (Latest<'_>, Latest<'_>) {
    let scopes = passed_scopes(events);
    let (mut passed, mut others) = (Latest::new(), Latest::new());
    for event in events {
        if let Event::VariablesSet(set) = event {
            let latest = if scopes.contains(&set.scope) { &mut passed } else { &mut others };
            let values = set.values.iter();
            latest.extend(values.map(|(name, value)| ((set.scope, Arc::clone(name)), value)));
        }
    }
    (passed, others)
}

/// The scopes that began and ended within the events.
fn passed_scopes(events: &[Event]) -> BTreeSet<Key> {
    let (mut instance, mut begun, mut passed) = (None, BTreeSet::new(), BTreeSet::new());
    for event in events {
        match event {
            Event::InstanceStarted(started) => instance = Some(started.key),
            Event::ElementActivated(activated) => {
                begun.insert(activated.key);
            }
            Event::ElementCompleted(ElementCompleted { key })
            | Event::ElementTerminated(ElementTerminated { key }) => {
                passed.extend(begun.take(key));
            }
            Event::InstanceCompleted(_) | Event::InstanceTerminated(_) => passed.extend(instance),
            _ => {}
        }
    }
    passed
}

/// A value as a row of variables holds it.
pub(crate) fn json_text(value: &Value) -> String {
    serde_json::to_string(&AsJson(value)).unwrap_or_default()
}
