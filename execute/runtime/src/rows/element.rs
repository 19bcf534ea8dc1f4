//! Element instances.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Key, Timestamp};
use engine::Event;

use super::Seen;
use super::names::element_kind;
use crate::port::{ElementInstanceRow, ElementState, Rows};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
    let mut touched: BTreeMap<Key, (ElementState, Option<Timestamp>)> = BTreeMap::new();
    for event in seen.events() {
        match event {
            Event::ElementActivated(it) => {
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
    let rows_of = touched.into_iter();
    rows.element_instances
        .extend(rows_of.filter_map(|(key, (state, ended_at))| row(seen, key, state, ended_at)));
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
