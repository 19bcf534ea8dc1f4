//! What is defined, compiled: the objects and every deployed model. Immutable; a deployment makes a
//! new catalogue that shares what has not changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Key, Timestamp};
use records::Schema;

/// The objects and models that a turn works with.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The version of its rows in the database.
    pub version: i64,
    /// The objects.
    pub schema: Arc<Schema>,
    processes: Versions<ProcessVersion>,
    decisions: Versions<DecisionVersion>,
    forms: Versions<FormVersion>,
    // INVARIANT: holds the record triggers of the latest version of each process and no others.
    triggers: BTreeMap<Arc<str>, Vec<RecordTriggerRef>>,
}

/// What every version of every kind of model has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The key of this version.
    pub key: Key,
    /// The id in the model.
    pub id: Arc<str>,
    /// The name that people see.
    pub name: Arc<str>,
    /// 1, 2, 3 .. per id.
    pub version: i32,
    /// The modeller's own name for the version.
    pub version_tag: Option<Arc<str>>,
    /// The file it came from.
    pub resource: Key,
    /// The deployment.
    pub deployment: Key,
    /// When it was deployed.
    pub deployed_at: Timestamp,
}

/// A version of a process.
#[derive(Debug, Clone)]
pub struct ProcessVersion {
    /// Which version it is.
    pub version: Version,
    /// The executable graph.
    pub process: Arc<bpmn::Process>,
}

/// A version of a decision.
#[derive(Debug, Clone)]
pub struct DecisionVersion {
    /// Which version it is.
    pub version: Version,
    /// The compiled file it is in.
    pub model: Arc<dmn::Model>,
}

/// A version of a form.
#[derive(Debug, Clone)]
pub struct FormVersion {
    /// Which version it is.
    pub version: Version,
    /// The form.
    pub form: Arc<bpmn::Form>,
}

/// A start event that watches records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTriggerRef {
    /// The version of the process.
    pub definition: Key,
    /// The start event.
    pub element: bpmn::ElementIndex,
}

/// Something that has versions.
pub(crate) trait Versioned {
    fn version(&self) -> &Version;
}

macro_rules! versioned {
    ($($name:ident),+) => {$(
        impl Versioned for $name {
            fn version(&self) -> &Version {
                &self.version
            }
        }
    )+};
}
versioned!(ProcessVersion, DecisionVersion, FormVersion);

/// Versions by key, and the latest by id.
#[derive(Debug, Clone)]
struct Versions<T> {
    by_key: BTreeMap<Key, Arc<T>>,
    latest: BTreeMap<Arc<str>, Arc<T>>,
}

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new(), latest: BTreeMap::new() }
    }
}

impl<T: Versioned> Versions<T> {
    fn add(&mut self, item: Arc<T>) {
        let version = item.version();
        self.by_key.insert(version.key, Arc::clone(&item));
        let newer = self
            .latest
            .get(&version.id)
            .is_none_or(|known| known.version().version < version.version);
        if newer {
            self.latest.insert(Arc::clone(&version.id), item);
        }
    }
}

impl Catalogue {
    /// A catalogue of these objects without any models.
    pub fn new(version: i64, schema: Arc<Schema>) -> Self {
        Self { version, schema, ..Self::default() }
    }

    /// Adds a version of a process. The triggers of the version it supersedes no longer count.
    pub fn add_process(&mut self, process: &Arc<ProcessVersion>) {
        self.processes.add(Arc::clone(process));
        let latest = self.processes.latest.get(&process.version.id);
        if latest.is_none_or(|latest| latest.version.key != process.version.key) {
            return;
        }
        let superseded: Vec<Key> = self
            .processes
            .by_key
            .values()
            .filter(|other| other.version.id == process.version.id)
            .map(|other| other.version.key)
            .collect();
        for triggers in self.triggers.values_mut() {
            triggers.retain(|trigger| !superseded.contains(&trigger.definition));
        }
        for &element in &process.process.start_events {
            if let Some(object) = watched_object(&process.process, element) {
                let trigger = RecordTriggerRef { definition: process.version.key, element };
                self.triggers.entry(object).or_default().push(trigger);
            }
        }
    }

    /// Adds a version of a decision.
    pub fn add_decision(&mut self, decision: Arc<DecisionVersion>) {
        self.decisions.add(decision);
    }

    /// Adds a version of a form.
    pub fn add_form(&mut self, form: Arc<FormVersion>) {
        self.forms.add(form);
    }

    /// The version of a process with this key.
    pub fn process(&self, key: Key) -> Option<&Arc<ProcessVersion>> {
        self.processes.by_key.get(&key)
    }

    /// The latest version of the process with this id.
    pub fn latest_process(&self, id: &str) -> Option<&Arc<ProcessVersion>> {
        self.processes.latest.get(id)
    }

    /// The latest version of every process, by id.
    pub fn latest_processes(&self) -> impl ExactSizeIterator<Item = &Arc<ProcessVersion>> {
        self.processes.latest.values()
    }

    /// Every version of every process, by key.
    pub fn processes(&self) -> impl ExactSizeIterator<Item = &Arc<ProcessVersion>> {
        self.processes.by_key.values()
    }

    /// The version of a decision with this key.
    pub fn decision(&self, key: Key) -> Option<&Arc<DecisionVersion>> {
        self.decisions.by_key.get(&key)
    }

    /// The latest version of the decision with this id.
    pub fn latest_decision(&self, id: &str) -> Option<&Arc<DecisionVersion>> {
        self.decisions.latest.get(id)
    }

    /// Every version of every decision, by key.
    pub fn decisions(&self) -> impl ExactSizeIterator<Item = &Arc<DecisionVersion>> {
        self.decisions.by_key.values()
    }

    /// The version of a form with this key.
    pub fn form(&self, key: Key) -> Option<&Arc<FormVersion>> {
        self.forms.by_key.get(&key)
    }

    /// The latest version of the form with this id.
    pub fn latest_form(&self, id: &str) -> Option<&Arc<FormVersion>> {
        self.forms.latest.get(id)
    }

    /// Every version of every form, by key.
    pub fn forms(&self) -> impl ExactSizeIterator<Item = &Arc<FormVersion>> {
        self.forms.by_key.values()
    }

    /// The start events of the latest versions that wait for this message, in the order of their
    /// processes' ids.
    pub fn message_starts(&self, name: &str) -> Vec<(Key, bpmn::ElementIndex)> {
        let mut found = Vec::new();
        for version in self.processes.latest.values() {
            let starts = version.process.start_events.iter();
            let waits = |element: &&bpmn::ElementIndex| {
                version.process.element(**element).is_some_and(|element| awaits(element, name))
            };
            found.extend(starts.filter(waits).map(|element| (version.version.key, *element)));
        }
        found
    }

    /// The start events that watch records of `object`.
    pub fn record_triggers(&self, object: &str) -> &[RecordTriggerRef] {
        self.triggers.get(object).map_or(&[], Vec::as_slice)
    }
}

/// Whether it is a start event that waits for this message. The name is read when the process starts to
/// wait, which is at deployment: it is a fixed text, or an expression over nothing.
fn awaits(element: &bpmn::Element, name: &str) -> bool {
    match &element.kind {
        bpmn::ElementKind::StartEvent(bpmn::StartTrigger::Message(message)) => {
            message.name.as_static().is_some_and(|awaited| **awaited == *name)
        }
        _ => false,
    }
}

/// The object that a start event watches, where it is a record trigger.
fn watched_object(process: &bpmn::Process, element: bpmn::ElementIndex) -> Option<Arc<str>> {
    match &process.element(element)?.kind {
        bpmn::ElementKind::StartEvent(bpmn::StartTrigger::Record(trigger)) => {
            Some(Arc::clone(&trigger.object))
        }
        _ => None,
    }
}
