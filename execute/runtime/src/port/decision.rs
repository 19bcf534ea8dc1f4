//! Evaluated decisions. Their explanations stand in the history alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;

use crate::port::{Before, StoreError};

/// One evaluation of a decision by an instance. Never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The evaluation.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The element instance that asked.
    pub element_instance: Key,
    /// The BPMN id of that element.
    pub element_id: Arc<str>,
    /// The DMN id of the decision.
    pub decision_id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The version of the decision.
    pub definition: Key,
    /// When.
    pub at: Timestamp,
}

/// Queries over evaluated decisions.
pub trait ReadDecisions {
    /// The evaluation with this key.
    fn decision(&self, key: Key) -> Result<Option<DecisionRow>, StoreError>;

    /// The evaluations of an instance, by key order.
    fn decisions(&self, instance: Key) -> Result<Vec<DecisionRow>, StoreError>;

    /// The evaluations of all instances bound to a record, newest first.
    fn decisions_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<DecisionRow>, StoreError>;

    /// How these evaluations came about, by their keys: JSON texts of the `dmn::Trace`, values as JSON.
    /// Read out of the history of the batches that made them.
    fn traces(&self, decisions: &[DecisionRow]) -> Result<BTreeMap<Key, String>, StoreError>;
}
