//! What a batch of turns has changed: what has to be written, in the words of the domain. Each record
//! and each instance appears once, whatever happened to it; each change of a record keeps its own
//! line of history.

use std::sync::Arc;

use base::{Key, Timestamp};
use engine::{Event, Instance};
use records::{FieldChange, ObjectDef, Record, RecordRef};

use crate::Continuation;

/// Everything that a batch has changed.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Records, in the order of object and key.
    pub records: Vec<RecordDelta>,
    /// Changes of records, in the order in which they happened.
    pub history: Vec<RecordHistory>,
    /// Instances, in the order of their keys.
    pub instances: Vec<InstanceDelta>,
    /// Counters and their new values.
    pub counters: Vec<(Arc<str>, i64)>,
    /// What has to leave the house.
    pub outbox: Vec<OutboxEntry>,
    /// What is told to people.
    pub notifications: Vec<Notification>,
    /// What is left to do in a later turn, each under a key of its own.
    pub continuations: Vec<(Key, Continuation)>,
}

/// A record before and after the batch.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordDelta {
    /// Its object.
    pub object: Arc<ObjectDef>,
    /// Its key.
    pub key: Key,
    /// As it is stored; `None` where it is new.
    pub before: Option<Arc<Record>>,
    /// As it is now; `None` where it is gone.
    pub after: Option<Arc<Record>>,
}

/// One change of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordHistory {
    /// The key of the change; grows in the order of the changes.
    pub key: Key,
    /// The object.
    pub object: Arc<ObjectDef>,
    /// The record.
    pub record: Key,
    /// The record's version after the change; for a deletion the last one.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Key,
    /// The step that did it, where a process did.
    pub cause: Option<Cause>,
    /// What happened.
    pub change: Change,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// Fields have new values.
    Updated,
    /// It is gone.
    Deleted,
}

/// The step of a process that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The instance.
    pub instance: Key,
    /// The BPMN id of the element.
    pub element: Arc<str>,
}

/// An instance before and after the batch.
#[derive(Debug, Clone)]
pub struct InstanceDelta {
    /// The stored version and state; `None` where it is new.
    pub before: Option<(i64, Arc<Instance>)>,
    /// The state now.
    pub after: Arc<Instance>,
    /// What led from the one to the other.
    pub events: Vec<Event>,
}

impl InstanceDelta {
    /// The version that is to be stored.
    pub fn version(&self) -> i64 {
        self.before.as_ref().map_or(1, |(version, _)| version.saturating_add(1))
    }
}

/// What a process tells one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its key.
    pub key: Key,
    /// The record of the user whom it is for.
    pub user: Key,
    /// What it says.
    pub text: Arc<str>,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// The instance that says it.
    pub instance: Key,
}

/// Something that has to leave the house after the commit.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxEntry {
    /// Its key.
    pub key: Key,
    /// What delivers it: `mail`.
    pub kind: Arc<str>,
    /// The step that wrote it.
    pub cause: Cause,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// What to deliver.
    pub payload: serde_json::Value,
}
