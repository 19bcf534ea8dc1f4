//! Element instances. One that begins and ends within a batch is counted and kept with the events; the
//! others are rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use engine::Event;
use turn::Catalogue;

use super::Seen;
use super::names::element_kind;
use crate::past;
use crate::port::{ElementInstanceRow, ElementState, PassRow, PassedElements, Rows};

/// How often elements were passed, by version of the process: completed and terminated.
pub(super) type Passes = BTreeMap<(Key, ElementIndex), [u32; 2]>;

/// Adds rows for what can be looked into between batches; answers the others.
pub(super) fn add(seen: &Seen<'_>, passes: &mut Passes, rows: &mut Rows) -> Option<PassedElements> {
    let (touched, begun) = touched(seen);
    let mut passed = Vec::new();
    for (key, (state, ended_at)) in touched {
        let Some(row) = row(seen, key, state, ended_at) else { continue };
        if state == ElementState::Active || !begun.contains(&key) {
            rows.element_instances.push(row);
            continue;
        }
        if let Some(element) = seen.elements.get(&key) {
            let place = passes.entry((row.definition, element.element)).or_default();
            let [completed, terminated] = place;
            *(if state == ElementState::Completed { completed } else { terminated }) += 1;
        }
        passed.push(row);
    }
    past::keep_elements(passed)
}

/// The rows of what was counted.
pub(super) fn pass_rows(passes: Passes, catalogue: &Catalogue) -> Vec<PassRow> {
    let rows = passes.into_iter().filter_map(|((definition, element), counts)| {
        let element = catalogue.process(definition)?.process.element(element)?;
        let states = [ElementState::Completed, ElementState::Terminated];
        let rows = states.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        let element_id = &element.id;
        Some(rows.map(move |(state, count)| PassRow {
            definition,
            element_id: Arc::clone(element_id),
            state,
            count,
        }))
    });
    rows.flatten().collect()
}

type Touched = BTreeMap<Key, (ElementState, Option<Timestamp>)>;

/// What the batch did to element instances, and which of them it began.
fn touched(seen: &Seen<'_>) -> (Touched, BTreeSet<Key>) {
    let (mut touched, mut begun) = (Touched::new(), BTreeSet::new());
    for event in seen.events() {
        match event {
            Event::ElementActivated(it) => {
                begun.insert(it.key);
                touched.insert(it.key, (ElementState::Active, None));
            }
            Event::ElementCompleted(it) => {
                touched.insert(it.key, (ElementState::Completed, Some(seen.now)));
            }
            Event::ElementTerminated(it) => {
                touched.insert(it.key, (ElementState::Terminated, Some(seen.now)));
            }
            Event::IncidentRaised(it) => {
                touched.entry(it.element_instance).or_insert((ElementState::Active, None));
            }
            Event::IncidentResolved(it) => {
                if let Some(element) = incident_element(seen, it.key) {
                    touched.entry(element).or_insert((ElementState::Active, None));
                }
            }
            _ => {}
        }
    }
    (touched, begun)
}

/// The element instance of an incident that was open before the batch. One that was raised within
/// the batch has touched its element already.
fn incident_element(seen: &Seen<'_>, incident: Key) -> Option<Key> {
    Some(seen.before()?.incidents.get(&incident)?.element_instance)
}

fn row(
    seen: &Seen<'_>,
    key: Key,
    state: ElementState,
    ended_at: Option<Timestamp>,
) -> Option<ElementInstanceRow> {
    let instance = seen.elements.get(&key)?;
    let element = seen.element(instance.element)?;
    let after = seen.after();
    let mut incidents = after.incidents.values();
    Some(ElementInstanceRow {
        key,
        instance: after.key,
        definition: after.definition,
        element_id: Arc::clone(&element.id),
        kind: element_kind(&element.kind).into(),
        state,
        scope: instance.scope,
        started_at: instance.activated_at,
        ended_at,
        incident: incidents.find(|it| it.element_instance == key).map(|it| it.key),
    })
}
