//! The life of an element: it becomes active once, and then it either completes or is terminated.

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::{ElementInstance, Instance, index};

/// An element became active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementActivated {
    /// The key of this activation; also the key of its scope.
    pub key: Key,
    /// Which element of the process.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The sub-process it is in, or the instance.
    pub scope: Key,
    /// When.
    pub at: Timestamp,
}

impl ElementActivated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let element = ElementInstance {
            key: self.key,
            element: self.element,
            scope: self.scope,
            activated_at: self.at,
        };
        instance.elements.insert(self.key, element);
    }
}

/// An element did what it is for; its local variables are gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementCompleted {
    /// The activation.
    pub key: Key,
}

impl ElementCompleted {
    pub(super) fn apply(&self, instance: &mut Instance) {
        remove(instance, self.key);
    }
}

/// An element was ended early; its local variables are gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementTerminated {
    /// The activation.
    pub key: Key,
}

impl ElementTerminated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        remove(instance, self.key);
    }
}

fn remove(instance: &mut Instance, key: Key) {
    instance.elements.remove(&key);
    instance.variables.remove(&key);
    instance.joins.retain(|waiting| waiting.scope != key);
}
