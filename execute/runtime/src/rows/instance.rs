//! The instance, its events, and the flows it took.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{Event, Status};
use records::RecordRef;

use super::Seen;
use crate::port::{FlowRow, HistoryRow, InstanceRow, InstanceState, Rows};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
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
    });
    flows(seen, rows);
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

fn flows(seen: &Seen<'_>, rows: &mut Rows) {
    let mut taken = BTreeMap::new();
    for event in seen.events() {
        if let Event::FlowTaken(flow) = event {
            *taken.entry(flow.flow).or_insert(0_u32) += 1;
        }
    }
    let after = seen.after();
    rows.flows.extend(taken.into_iter().filter_map(|(index, count)| {
        Some(FlowRow {
            instance: after.key,
            definition: after.definition,
            flow_id: Arc::clone(&seen.process.flow(index)?.id),
            count,
        })
    }));
}
