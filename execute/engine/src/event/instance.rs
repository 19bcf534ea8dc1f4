//! The begin and the end of an instance.

use std::collections::BTreeMap;

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Instance, Parent, RecordRef, Status};

/// An instance came into being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceStarted {
    /// Its key.
    pub key: Key,
    /// The process definition that it runs.
    pub definition: Key,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// What called it from within another instance.
    pub parent: Option<Parent>,
    /// When.
    pub at: Timestamp,
}

impl InstanceStarted {
    /// The state of an instance to which nothing else has happened.
    pub(crate) fn instance(&self) -> Instance {
        Instance {
            key: self.key,
            definition: self.definition,
            record: self.record.clone(),
            parent: self.parent,
            status: Status::Active,
            started_at: self.at,
            ended_at: None,
            elements: BTreeMap::new(),
            variables: BTreeMap::new(),
            jobs: BTreeMap::new(),
            timers: BTreeMap::new(),
            user_tasks: BTreeMap::new(),
            incidents: BTreeMap::new(),
            joins: Vec::new(),
            pending: Vec::new(),
            steps: 0,
        }
    }
}

/// The instance reached its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceCompleted {
    /// When.
    pub at: Timestamp,
}

impl InstanceCompleted {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.status = Status::Completed;
        instance.ended_at = Some(self.at);
        instance.joins.clear();
        instance.pending.clear();
    }
}

/// The instance was ended by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceTerminated {
    /// When.
    pub at: Timestamp,
}

impl InstanceTerminated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.status = Status::Terminated;
        instance.ended_at = Some(self.at);
        instance.joins.clear();
        instance.pending.clear();
    }
}
