//! Turns what a batch has changed into the rows to write: one file per noun. Pure, and the only place
//! that knows how the engine's events show in the tables.

mod decision;
mod element;
mod incident;
mod instance;
mod job;
mod names;
mod notification;
mod outbox;
mod record;
mod timer;
mod user_task;
mod variable;

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Key, KeyGenerator, Timestamp};
use bpmn::{Element, ElementIndex, Process};
use engine::{ElementInstance, Event, Instance};
use turn::{Catalogue, Changes, InstanceDelta};

use crate::port::{CounterRow, Rows};

/// The rows of everything that a batch has changed.
pub(crate) fn of(
    changes: &Changes,
    catalogue: &Catalogue,
    keys: &mut KeyGenerator,
    now: Timestamp,
) -> Rows {
    let mut rows = Rows {
        records: changes.records.iter().filter_map(record::write).collect(),
        record_history: changes.history.iter().map(record::history).collect(),
        outbox: changes.outbox.iter().map(|entry| outbox::entry(entry, now)).collect(),
        notifications: changes
            .notifications
            .iter()
            .map(|it| notification::notification(it, now))
            .collect(),
        timers: changes.continuations.iter().map(|it| timer::continuation(it, now)).collect(),
        ..Rows::default()
    };
    let counters = changes.counters.iter();
    rows.counters = counters
        .map(|(name, value)| CounterRow { name: Arc::clone(name), value: *value })
        .collect();
    let (mut flows, mut passes) = (instance::Flows::new(), element::Passes::new());
    for delta in &changes.instances {
        // A deployed version is never removed, so an instance's is in every later catalogue.
        let Some(version) = catalogue.process(delta.after.definition) else { continue };
        let seen = Seen::new(delta, &version.process, now);
        let variables = variable::add(&seen, keys, &mut rows);
        let elements = element::add(&seen, &mut passes, &mut rows);
        instance::add(&seen, variables, elements, &mut rows);
        instance::count_flows(&seen, &mut flows);
        job::add(&seen, &mut rows);
        timer::add(&seen, &mut rows);
        user_task::add(&seen, &mut rows);
        incident::add(&seen, &mut rows);
        decision::add(&seen, catalogue, &mut rows);
    }
    rows.flows = instance::flow_rows(flows, catalogue);
    rows.passes = element::pass_rows(passes, catalogue);
    rows
}

/// One instance's part of a batch.
pub(crate) struct Seen<'a> {
    delta: &'a InstanceDelta,
    process: &'a Process,
    now: Timestamp,
    /// Every element instance that was active at some time in the batch.
    elements: BTreeMap<Key, ElementInstance>,
}

impl<'a> Seen<'a> {
    fn new(delta: &'a InstanceDelta, process: &'a Process, now: Timestamp) -> Self {
        let before = delta.before.as_ref().map(|(_, before)| before.elements.clone());
        let mut elements = before.unwrap_or_default();
        for event in &delta.events {
            if let Event::ElementActivated(activated) = event {
                let element = ElementInstance {
                    key: activated.key,
                    element: activated.element,
                    scope: activated.scope,
                    activated_at: activated.at,
                };
                elements.insert(activated.key, element);
            }
        }
        Self { delta, process, now, elements }
    }

    fn events(&self) -> impl Iterator<Item = &'a Event> {
        self.delta.events.iter()
    }

    fn before(&self) -> Option<&'a Instance> {
        self.delta.before.as_ref().map(|(_, before)| before.as_ref())
    }

    fn after(&self) -> &'a Instance {
        &self.delta.after
    }

    fn element(&self, index: ElementIndex) -> Option<&'a Element> {
        self.process.element(index)
    }

    /// The model's element behind an element instance of this batch.
    fn element_of(&self, element_instance: Key) -> Option<&'a Element> {
        self.element(self.elements.get(&element_instance)?.element)
    }
}
