//! Incidents: steps that wait for a person to repair a model or data.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;

use crate::port::{Before, StoreError};

words! {
    /// Where an incident is in its life.
    IncidentState {
        /// The step waits.
        Open = "open",
        /// The step was tried again, or is gone.
        Resolved = "resolved",
    }
}

/// An incident. Written whole: insert, or replace by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// The incident.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The version of the process.
    pub definition: Key,
    /// The element instance that waits.
    pub element_instance: Key,
    /// The BPMN id of that element.
    pub element_id: Arc<str>,
    /// Its kind as Camunda 8 spells it: `IO_MAPPING_ERROR`.
    pub kind: Arc<str>,
    /// What went wrong and what to do.
    pub message: Arc<str>,
    /// The job that ran out of retries, where it was one.
    pub job: Option<Key>,
    /// Where it is in its life.
    pub state: IncidentState,
    /// When it was raised.
    pub created_at: Timestamp,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
}

/// Queries over incidents.
pub trait ReadIncidents {
    /// The incident with this key.
    fn incident(&self, key: Key) -> Result<Option<IncidentRow>, StoreError>;

    /// The incidents of an instance, by key order.
    fn incidents(&self, instance: Key) -> Result<Vec<IncidentRow>, StoreError>;

    /// The incidents of all instances bound to a record, newest first.
    fn incidents_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<IncidentRow>, StoreError>;
}
