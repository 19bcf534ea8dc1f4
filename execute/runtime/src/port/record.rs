//! Records of every object, and the history of their changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Key, Timestamp};
use records::{FieldValue, ObjectDef, Record, Selection};

use crate::port::{Before, Count, Page, PageRequest, StoreError};

/// One row of an object's table, written once per batch whatever happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordWrite {
    /// The object.
    pub object: Arc<ObjectDef>,
    /// What to do.
    pub operation: RecordOperation,
}

/// What a batch does to one record.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordOperation {
    /// A new row.
    Insert(Record),
    /// The row as it is now. Where another writer is possible, the store checks that the stored
    /// version still is `from_version`, else it answers [`StoreError::Retry`].
    Update {
        /// The version before this batch.
        from_version: i64,
        /// The row now.
        record: Record,
    },
    /// The row goes.
    Delete {
        /// The version before this batch.
        from_version: i64,
        /// The record.
        key: Key,
    },
}

words! {
    /// What happened to a record.
    ChangeKind {
        /// It is new.
        Created = "created",
        /// Fields have new values.
        Updated = "updated",
        /// It is gone.
        Deleted = "deleted",
    }
}

/// The step of a process that changed a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The instance.
    pub instance: Key,
    /// The BPMN id of the element.
    pub element: Arc<str>,
}

/// One change of one record. A record that a batch changes twice has two.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordHistoryRow {
    /// The key of the change; grows in the order of the changes.
    pub key: Key,
    /// The object.
    pub object: Arc<str>,
    /// The record.
    pub record: Key,
    /// The record's version after the change.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// Who: a user, or [`access::Actor::SYSTEM_USER`] for a process.
    pub by: Key,
    /// The step that did it, where a process did.
    pub cause: Option<Cause>,
    /// What happened.
    pub change: ChangeKind,
    /// JSON text: `[{"field": .., "old": .., "new": ..}]`, values as in `records::view::to_json`.
    pub fields: String,
}

/// A list of records.
#[derive(Debug, Clone)]
pub struct RecordQuery {
    /// The object.
    pub object: Arc<ObjectDef>,
    /// Which of its records: those for which its predicate is true. What is left to evaluate is left to whoever asks.
    pub selection: Selection,
    /// A part of the title that must occur, any case.
    pub search: Option<String>,
    /// The order; the key breaks ties and is the whole order where this is empty (newest first).
    pub sort: Vec<Sort>,
    /// Which page.
    pub page: PageRequest,
}

/// One column of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// A field, or `created_at`, `updated_at`, `key`.
    pub field: Arc<str>,
    /// The greatest first.
    pub descending: bool,
}

/// A page of records with how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPage {
    /// The page.
    pub page: Page<Record>,
    /// How many records the query has on all pages together, counted to 10,000.
    pub count: Count,
}

/// A record by the name people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleRow {
    /// The object.
    pub object: Arc<str>,
    /// The record.
    pub key: Key,
    /// The text of the object's title field.
    pub title: String,
}

/// Queries over records.
pub trait ReadRecords {
    /// The record with this key.
    fn record(&self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, StoreError>;

    /// Those of the records with these keys that exist, by key order.
    fn records_with(
        &self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, StoreError>;

    /// The record whose unique `field` is `value` (sign-in by login, import by external id).
    fn record_by(
        &self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Record>, StoreError>;

    /// A page of records.
    fn records(&self, query: &RecordQuery) -> Result<RecordPage, StoreError>;

    /// The records of `object` whose reference `field` is `parent`, by key order, at most `limit`.
    fn children(
        &self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;

    /// The titles of these records; records that do not exist are left out.
    fn titles(&self, object: &Arc<ObjectDef>, keys: &[Key]) -> Result<Vec<TitleRow>, StoreError>;

    /// Records of these objects whose title has a word beginning with `text` (any case), best first.
    fn search(
        &self,
        objects: &[Arc<ObjectDef>],
        text: &str,
        limit: u32,
    ) -> Result<Vec<TitleRow>, StoreError>;

    /// The changes of a record, newest first.
    fn record_history(
        &self,
        object: &str,
        record: Key,
        before: Before,
    ) -> Result<Vec<RecordHistoryRow>, StoreError>;
}
