//! What no table repeats because the history holds it: the flows that an instance took, and the variables
//! of passed scopes. A scope is passed where it began and ended within the events of one batch, such as
//! a built-in task: nobody could have looked into it meanwhile. Its variables are read out of these
//! events, under keys that were drawn when the events were written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use bpmn::FlowIndex;
use engine::codec::{CodecError, decode_events};
use engine::{ElementCompleted, ElementTerminated, Event};
use feel::Value;
use feel::json::AsJson;

use crate::port::{HistoryRow, VariableRow};

/// The last values of variables, by scope and name.
pub(crate) type Latest<'a> = BTreeMap<(Key, Arc<str>), &'a Value>;

/// Adds how often the events took each flow.
///
/// # Errors
/// Where the events cannot be read.
pub fn count_flows(
    history: &HistoryRow,
    counts: &mut BTreeMap<FlowIndex, u64>,
) -> Result<(), CodecError> {
    for event in decode_events(&history.events)? {
        if let Event::FlowTaken(taken) = event {
            *counts.entry(taken.flow).or_default() += 1;
        }
    }
    Ok(())
}

/// The variables that only these events hold, by scope and name.
///
/// # Errors
/// Where the events cannot be read.
pub fn variables(history: &HistoryRow) -> Result<Vec<VariableRow>, CodecError> {
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
