//! The totals behind live diagrams: kept with the rows they count, in the same transaction, added up over
//! the batch first so that each total is written once. Each lane adds to a shard of its own, because a
//! row that every lane adds to would be held by one of them until its commit is on the disk.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use base::Key;
use runtime::port::{ElementState, FlowRow, InstanceState};

use super::bulk::Bulk;
use super::connection::Connection;
use super::failure::Outcome;

/// How many shards there are; lanes that started one after the other have different ones.
const SHARDS: i64 = 32;

/// By how much four totals change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Delta {
    active: i64,
    completed: i64,
    terminated: i64,
    incidents: i64,
}

impl Delta {
    /// What one instance counts, `sign` times. Only active ones count as having an incident.
    pub(super) fn of_instance(state: InstanceState, incidents: u32, sign: i64) -> Self {
        let waits = state == InstanceState::Active && incidents > 0;
        let mut delta = Self { incidents: if waits { sign } else { 0 }, ..Self::default() };
        match state {
            InstanceState::Active => delta.active = sign,
            InstanceState::Completed => delta.completed = sign,
            InstanceState::Terminated => delta.terminated = sign,
        }
        delta
    }

    /// What one pass through an element counts, `sign` times.
    pub(super) fn of_element(state: ElementState, has_incident: bool, sign: i64) -> Self {
        let mut delta = Self { incidents: if has_incident { sign } else { 0 }, ..Self::default() };
        match state {
            ElementState::Active => delta.active = sign,
            ElementState::Completed => delta.completed = sign,
            ElementState::Terminated => delta.terminated = sign,
        }
        delta
    }
}

impl AddAssign for Delta {
    fn add_assign(&mut self, other: Self) {
        self.active += other.active;
        self.completed += other.completed;
        self.terminated += other.terminated;
        self.incidents += other.incidents;
    }
}

/// What a batch adds to the totals.
#[derive(Debug, Default)]
pub(super) struct Totals {
    definitions: BTreeMap<Key, Delta>,
    elements: BTreeMap<(Key, Arc<str>), Delta>,
    flows: BTreeMap<(Key, Arc<str>), i64>,
}

impl Totals {
    pub(super) fn add_instance(&mut self, definition: Key, delta: Delta) {
        *self.definitions.entry(definition).or_default() += delta;
    }

    pub(super) fn add_element(&mut self, definition: Key, element_id: &Arc<str>, delta: Delta) {
        *self.elements.entry((definition, Arc::clone(element_id))).or_default() += delta;
    }

    pub(super) fn add_flow(&mut self, row: &FlowRow) {
        let total = self.flows.entry((row.definition, Arc::clone(&row.flow_id))).or_default();
        *total += i64::from(row.count);
    }

    /// Adds to the shard of the lane with this number.
    pub(super) fn write(&self, connection: &Connection, lane: i64) -> Outcome<()> {
        let shard = lane.rem_euclid(SHARDS);
        let definitions: Vec<(Key, Delta)> =
            self.definitions.iter().map(|(key, delta)| (*key, *delta)).collect();
        counts(
            Bulk::new(changed(&definitions))
                .integer("definition", |(definition, _)| definition.0)
                .integer("shard", |_| shard),
        )
        .insert(
            connection,
            "definition_count",
            &added("definition_count", "definition, shard"),
        )?;

        let elements: Vec<((Key, &str), Delta)> =
            self.elements.iter().map(|((key, id), delta)| ((*key, &**id), *delta)).collect();
        counts(
            Bulk::new(changed(&elements))
                .integer("definition", |((definition, _), _)| definition.0)
                .text("element_id", |((_, element_id), _)| element_id)
                .integer("shard", |_| shard),
        )
        .insert(
            connection,
            "element_count",
            &added("element_count", "definition, element_id, shard"),
        )?;

        let flows: Vec<(&(Key, Arc<str>), &i64)> = self.flows.iter().collect();
        Bulk::new(flows.iter().collect())
            .integer("definition", |((definition, _), _)| definition.0)
            .text("flow_id", |((_, flow_id), _)| flow_id)
            .integer("shard", |_| shard)
            .integer("count", |(_, count)| **count)
            .insert(
                connection,
                "flow_count",
                "ON CONFLICT (definition, flow_id, shard)
                 DO UPDATE SET count = flow_count.count + excluded.count",
            )
    }
}

/// Those whose total changes at all: a batch that changes an instance mostly leaves it in its state.
fn changed<K>(totals: &[(K, Delta)]) -> Vec<&(K, Delta)> {
    totals.iter().filter(|(_, delta)| *delta != Delta::default()).collect()
}

fn counts<K>(bulk: Bulk<'_, (K, Delta)>) -> Bulk<'_, (K, Delta)> {
    bulk.integer("active", |(_, delta)| delta.active)
        .integer("completed", |(_, delta)| delta.completed)
        .integer("terminated", |(_, delta)| delta.terminated)
        .integer("incidents", |(_, delta)| delta.incidents)
}

fn added(table: &str, key: &str) -> String {
    let sums = ["active", "completed", "terminated", "incidents"]
        .map(|column| format!("{column} = {table}.{column} + excluded.{column}"));
    format!("ON CONFLICT ({key}) DO UPDATE SET {}", sums.join(", "))
}
