//! The totals behind live diagrams: kept with the rows they count, in the same transaction, added up over
//! the batch first so that each total is written once.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use base::Key;
use runtime::port::{ElementState, FlowRow, InstanceState};
use rusqlite::{Connection, params};

use super::cell::run;
use super::failure::Outcome;

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

    pub(super) fn write(&self, connection: &Connection) -> Outcome<()> {
        for (definition, delta) in &self.definitions {
            let Delta { active, completed, terminated, incidents } = delta;
            run(
                connection,
                "INSERT INTO definition_count VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (definition) DO UPDATE SET active = active + excluded.active,
                 completed = completed + excluded.completed,
                 terminated = terminated + excluded.terminated,
                 incidents = incidents + excluded.incidents",
                params![definition.0, active, completed, terminated, incidents],
            )?;
        }
        for ((definition, element_id), delta) in &self.elements {
            let Delta { active, completed, terminated, incidents } = delta;
            run(
                connection,
                "INSERT INTO element_count VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (definition, element_id) DO UPDATE SET
                 active = active + excluded.active, completed = completed + excluded.completed,
                 terminated = terminated + excluded.terminated,
                 incidents = incidents + excluded.incidents",
                params![definition.0, element_id, active, completed, terminated, incidents],
            )?;
        }
        for ((definition, flow_id), count) in &self.flows {
            run(
                connection,
                "INSERT INTO flow_count VALUES (?1, ?2, ?3)
                 ON CONFLICT (definition, flow_id) DO UPDATE SET count = count + excluded.count",
                params![definition.0, flow_id, count],
            )?;
        }
        Ok(())
    }
}
