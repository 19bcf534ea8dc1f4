//! What a batch adds to the totals behind live diagrams, added up first so that each total is written
//! once. How they are written is each database's own.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use base::Key;
use runtime::port::{ElementState, FlowRow, InstanceState, PassRow};

/// By how much four totals change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    pub(crate) active: i64,
    pub(crate) completed: i64,
    pub(crate) terminated: i64,
    pub(crate) incidents: i64,
}

impl Delta {
    /// What one instance counts, `sign` times. Only active ones count as having an incident.
    pub(crate) fn of_instance(state: InstanceState, incidents: u32, sign: i64) -> Self {
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
    pub(crate) fn of_element(state: ElementState, has_incident: bool, sign: i64) -> Self {
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
pub(crate) struct Totals {
    pub(crate) definitions: BTreeMap<Key, Delta>,
    pub(crate) elements: BTreeMap<(Key, Arc<str>), Delta>,
    pub(crate) flows: BTreeMap<(Key, Arc<str>), i64>,
}

impl Totals {
    pub(crate) fn add_instance(&mut self, definition: Key, delta: Delta) {
        *self.definitions.entry(definition).or_default() += delta;
    }

    pub(crate) fn add_element(&mut self, definition: Key, element_id: &Arc<str>, delta: Delta) {
        *self.elements.entry((definition, Arc::clone(element_id))).or_default() += delta;
    }

    pub(crate) fn add_passes(&mut self, rows: &[PassRow]) {
        for row in rows {
            let delta = Delta::of_element(row.state, false, i64::from(row.count));
            self.add_element(row.definition, &row.element_id, delta);
        }
    }

    pub(crate) fn add_flows(&mut self, rows: &[FlowRow]) {
        for row in rows {
            let total = self.flows.entry((row.definition, Arc::clone(&row.flow_id))).or_default();
            *total += i64::from(row.count);
        }
    }
}
