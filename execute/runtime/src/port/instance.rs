//! Process instances and their elements; counts for the diagram.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;

use crate::port::{Before, Page, PageRequest, StoreError};

words! {
    /// Where an instance is in its life.
    InstanceState {
        /// It runs or waits.
        Active = "active",
        /// It came to its end.
        Completed = "completed",
        /// It was cancelled.
        Terminated = "terminated",
    }
}

/// A process instance: what people search for, and the compact state the engine goes on from.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceRow {
    /// The instance.
    pub key: Key,
    /// The version of the process.
    pub definition: Key,
    /// The record it is bound to.
    pub record: Option<RecordRef>,
    /// The instance that called it.
    pub parent: Option<Key>,
    /// Where it is in its life.
    pub state: InstanceState,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// 1 in the batch that starts it, then one more with every batch that changes it. The store
    /// inserts version 1 and updates `where version = version - 1`; no such row: [`StoreError::Retry`].
    pub version: i64,
    /// The engine's state, encoded; lists leave it empty.
    pub snapshot: Vec<u8>,
    /// Open incidents.
    pub incidents: u32,
}

/// The events of one instance in one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The instance.
    pub instance: Key,
    /// The instance's version after these events; with it the primary key.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// By `engine::codec::encode_events`.
    pub events: Vec<u8>,
    /// The key of the first variable that only these events hold; see [`crate::past`].
    pub variables: Option<Key>,
    /// The passes through elements that have no rows of their own.
    pub elements: Option<PassedElements>,
}

/// Element instances that began and ended within one batch, as [`crate::past`] writes and reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedElements {
    /// The least of their keys.
    pub first: Key,
    /// The greatest of their keys.
    pub last: Key,
    /// All of them, encoded.
    pub list: Vec<u8>,
}

/// How often this batch passed an element, over all instances, without a row of its own; added to the
/// totals of the element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassRow {
    /// The version of the process.
    pub definition: Key,
    /// The BPMN id of the element.
    pub element_id: Arc<str>,
    /// How the passes ended.
    pub state: ElementState,
    /// How often.
    pub count: u32,
}

words! {
    /// Where an element instance is in its life.
    ElementState {
        /// It runs or waits.
        Active = "active",
        /// It did its work.
        Completed = "completed",
        /// It was interrupted.
        Terminated = "terminated",
    }
}

/// One pass of an instance through one element. Written whole: insert, or replace by key. What began and
/// ended within one batch is not written: it is read out of [`HistoryRow::elements`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementInstanceRow {
    /// The element instance.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The version of the process.
    pub definition: Key,
    /// The BPMN id.
    pub element_id: Arc<str>,
    /// The element's kind as Camunda 8 spells it: `SERVICE_TASK`, `EXCLUSIVE_GATEWAY`.
    pub kind: Arc<str>,
    /// Where it is in its life.
    pub state: ElementState,
    /// The element instance of the enclosing sub-process, or the instance.
    pub scope: Key,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its open incident.
    pub incident: Option<Key>,
}

/// How often this batch took a flow, over all instances; added to the total of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRow {
    /// The version of the process.
    pub definition: Key,
    /// The BPMN id of the sequence flow.
    pub flow_id: Arc<str>,
    /// How often.
    pub count: u32,
}

/// A list of instances, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceQuery {
    /// Only of this version of a process.
    pub definition: Option<Key>,
    /// Only in this state.
    pub state: Option<InstanceState>,
    /// Only with open incidents.
    pub with_incidents: bool,
    /// Only bound to this record.
    pub record: Option<RecordRef>,
    /// Only called by this instance.
    pub parent: Option<Key>,
    /// Which page.
    pub page: PageRequest,
}

/// The instances of one version of a process, by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionCount {
    /// The version of the process.
    pub definition: Key,
    /// Instances that run or wait.
    pub active: u64,
    /// Instances that came to their end.
    pub completed: u64,
    /// Instances that were cancelled.
    pub terminated: u64,
    /// Active instances with an open incident.
    pub incidents: u64,
}

/// The passes through one element, over all instances of one version of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementCount {
    /// The BPMN id.
    pub element_id: Arc<str>,
    /// Passes that run or wait.
    pub active: u64,
    /// Passes that did their work.
    pub completed: u64,
    /// Passes that were interrupted.
    pub terminated: u64,
    /// Passes with an open incident.
    pub incidents: u64,
}

/// How often a flow was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCount {
    /// The BPMN id of the sequence flow.
    pub flow_id: Arc<str>,
    /// How often.
    pub count: u64,
}

/// Queries over instances.
pub trait ReadInstances {
    /// The instance with this key, snapshot included.
    fn instance(&self, key: Key) -> Result<Option<InstanceRow>, StoreError>;

    /// A page of instances, newest first, without snapshots.
    fn instances(&self, query: &InstanceQuery) -> Result<Page<InstanceRow>, StoreError>;

    /// Those of the records with these keys to which an active instance is bound.
    fn records_in_process(
        &self,
        object: &str,
        keys: &BTreeSet<Key>,
    ) -> Result<BTreeSet<Key>, StoreError>;

    /// The element instances of an instance, by key order.
    fn elements(&self, instance: Key) -> Result<Vec<ElementInstanceRow>, StoreError>;

    /// The element instance with this key.
    fn element(&self, key: Key) -> Result<Option<ElementInstanceRow>, StoreError>;

    /// The element instances of all instances bound to a record, newest start first.
    fn elements_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<ElementInstanceRow>, StoreError>;

    /// The events of an instance in the order of versions, from behind `after_version`.
    fn history(
        &self,
        instance: Key,
        after_version: i64,
        limit: u32,
    ) -> Result<Vec<HistoryRow>, StoreError>;

    /// The instances of every version of every process, by state.
    fn definition_counts(&self) -> Result<Vec<DefinitionCount>, StoreError>;

    /// The passes through each element of one version of a process.
    fn element_counts(&self, definition: Key) -> Result<Vec<ElementCount>, StoreError>;

    /// How often each flow of one version of a process was taken.
    fn flow_counts(&self, definition: Key) -> Result<Vec<FlowCount>, StoreError>;
}
