//! The life of an incident.

use std::sync::Arc;

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Incident, IncidentKind, Instance, Retry};

/// The model or its data went wrong; the element waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRaised {
    /// Its key.
    pub key: Key,
    /// The active element that cannot go on.
    pub element_instance: Key,
    /// What kind of thing went wrong.
    pub kind: IncidentKind,
    /// What went wrong and what to do.
    pub message: Arc<str>,
    /// What happens when it is resolved.
    pub retry: Retry,
    /// When.
    pub at: Timestamp,
}

impl IncidentRaised {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let incident = Incident {
            key: self.key,
            element_instance: self.element_instance,
            kind: self.kind,
            message: Arc::clone(&self.message),
            retry: self.retry.clone(),
            raised_at: self.at,
        };
        instance.incidents.insert(self.key, incident);
    }
}

/// A person put it right, or its element was terminated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentResolved {
    /// The incident.
    pub key: Key,
}

impl IncidentResolved {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.incidents.remove(&self.key);
    }
}
