//! How a turn gets what it has not loaded yet: one synchronous trait, implemented by a store on the
//! transaction of the running batch. It answers what the database holds; what the batch has changed
//! since, and the batch before it where that is still being written, is laid over it here, in the
//! working set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Key, Timestamp};
use records::{FieldValue, ObjectDef, Record, Selection};

/// The database could not answer. The turn knows no remedy: the batch is rolled back and run again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(pub String);

/// An instance as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInstance {
    /// Grows by one with every batch that changes the instance.
    pub version: i64,
    /// The state, by `engine::codec::encode_state`.
    pub state: Vec<u8>,
}

/// The answer to [`Load::instance`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceLoad {
    /// No such instance.
    Absent,
    /// The stored version is the one the caller knows; its decoded copy can be used.
    Unchanged,
    /// The stored state.
    Stored(StoredInstance),
}

/// How a user task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedUserTask {
    /// A person did it.
    Completed {
        /// The key of the person's user, where that was kept.
        by: Option<Key>,
        /// When.
        at: Timestamp,
    },
    /// The process no longer needed it.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// Reads on the write transaction. Where other writers exist, every row that is answered is locked
/// until the end of the transaction, so that what was decided on it still holds at the commit.
pub trait Load {
    /// The record with this key.
    fn record(&mut self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, LoadError>;

    /// Those of the records with these keys that exist, by key order. Asked ahead of what needs them, so
    /// that a database which is far away is asked once; one that is near need not know more of them.
    fn records(
        &mut self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, LoadError> {
        let found = keys.iter().map(|key| self.record(object, *key));
        found.filter_map(Result::transpose).collect()
    }

    /// The records of `object` whose reference `field` is `parent`, by key order.
    fn children(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
    ) -> Result<Vec<Record>, LoadError>;

    /// The first `limit` records, by key order, for which the predicate of the selection is true. Where other writers
    /// exist, the records that it reads through references are not locked.
    fn find(
        &mut self,
        object: &Arc<ObjectDef>,
        selection: &Selection,
        limit: u32,
    ) -> Result<Vec<Record>, LoadError>;

    /// The record whose unique `field` is `value`.
    fn find_unique(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Key>, LoadError>;

    /// For those of these texts that some record holds in the unique `field`, that record's key. Asked
    /// ahead, as [`Load::records`] is.
    fn find_unique_texts(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        texts: &BTreeSet<Arc<str>>,
    ) -> Result<BTreeMap<Arc<str>, Key>, LoadError> {
        let found = texts.iter().map(|text| {
            let value = FieldValue::Text(Arc::clone(text));
            Ok(self.find_unique(object, field, &value)?.map(|key| (Arc::clone(text), key)))
        });
        found.filter_map(Result::transpose).collect()
    }

    /// The first `limit` records of `object`, by key order, whose reference `field` is `target`.
    fn referring(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        target: Key,
        limit: u32,
    ) -> Result<Vec<Key>, LoadError>;

    /// The instance with this key. `known` is the version of a decoded copy that the caller holds.
    fn instance(&mut self, key: Key, known: Option<i64>) -> Result<InstanceLoad, LoadError>;

    /// The instance that owns the job, if the job exists.
    fn job_instance(&mut self, job: Key) -> Result<Option<Key>, LoadError>;

    /// The instance that owns the user task, if the task exists; ended tasks count.
    fn user_task_instance(&mut self, task: Key) -> Result<Option<Key>, LoadError>;

    /// How the user task ended, if it exists and has ended.
    fn ended_user_task(&mut self, task: Key) -> Result<Option<EndedUserTask>, LoadError>;

    /// The instance that owns the incident, if the incident exists; resolved ones count.
    fn incident_instance(&mut self, incident: Key) -> Result<Option<Key>, LoadError>;

    /// The instance that owns the element instance, if it exists; ended ones count.
    fn element_instance(&mut self, element: Key) -> Result<Option<Key>, LoadError>;

    /// The active instances bound to the record, by key order.
    fn active_instances_of(&mut self, object: &str, key: Key) -> Result<Vec<Key>, LoadError>;

    /// The value of a named counter; 0 where it has never been written.
    fn counter(&mut self, name: &str) -> Result<i64, LoadError>;
}
