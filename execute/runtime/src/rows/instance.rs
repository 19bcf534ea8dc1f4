//! The instance and its events; how often its process took each flow.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use bpmn::FlowIndex;
use engine::{Event, Status};
use records::RecordRef;
use turn::Catalogue;

use super::Seen;
use crate::port::{FlowRow, HistoryRow, InstanceRow, InstanceState, PassedElements, Rows};

pub(super) fn add(
    seen: &Seen<'_>,
    variables: Option<Key>,
    elements: Option<PassedElements>,
    rows: &mut Rows,
) {
    let after = seen.after();
    let version = seen.delta.version();
    rows.instances.push(InstanceRow {
        key: after.key,
        definition: after.definition,
        record: record(after),
        parent: after.parent.map(|parent| parent.instance),
        state: state(after.status),
        started_at: after.started_at,
        ended_at: after.ended_at,
        version,
        snapshot: engine::codec::encode_state(after),
        incidents: u32::try_from(after.incidents.len()).unwrap_or(u32::MAX),
    });
    rows.history.push(HistoryRow {
        instance: after.key,
        version,
        at: seen.now,
        events: engine::codec::encode_events(&seen.delta.events),
        variables,
        elements,
    });
}

/// The record that an instance is bound to.
pub(super) fn record(instance: &engine::Instance) -> Option<RecordRef> {
    let at = instance.record.as_ref()?;
    Some(RecordRef { object: Arc::clone(&at.object), key: at.key })
}

fn state(status: Status) -> InstanceState {
    match status {
        Status::Active => InstanceState::Active,
        Status::Completed => InstanceState::Completed,
        Status::Terminated => InstanceState::Terminated,
    }
}

/// How often flows were taken, by version of the process.
pub(super) type Flows = BTreeMap<(Key, FlowIndex), u32>;

/// Counts the flows that an instance took.
pub(super) fn count_flows(seen: &Seen<'_>, flows: &mut Flows) {
    let definition = seen.after().definition;
    for event in seen.events() {
        if let Event::FlowTaken(taken) = event {
            *flows.entry((definition, taken.flow)).or_default() += 1;
        }
    }
}

/// The rows of what was counted.
pub(super) fn flow_rows(flows: Flows, catalogue: &Catalogue) -> Vec<FlowRow> {
    let rows = flows.into_iter().filter_map(|((definition, flow), count)| {
        let flow = catalogue.process(definition)?.process.flow(flow)?;
        Some(FlowRow { definition, flow_id: Arc::clone(&flow.id), count })
    });
    rows.collect()
}
