//! The names people know records by: which ones an answer needs, loaded once per object.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Schema};
use runtime::port::Read;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// A record by its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RecordTitle {
    /// The record's key.
    pub(crate) key: String,
    /// The name of its object.
    pub(crate) object: String,
    /// What people call it; its key where it is gone or has no name.
    pub(crate) title: String,
}

/// Titles of records, first wanted, then loaded, then asked.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    wanted: BTreeMap<Arc<str>, BTreeSet<Key>>,
    known: BTreeMap<(Arc<str>, Key), String>,
}

/// What people call a record that is at hand.
pub(crate) fn of_record(object: &ObjectDef, record: &Record) -> String {
    record.title(object).map_or_else(|| record.key.to_string(), ToOwned::to_owned)
}

impl Titles {
    /// Wants the titles of all that these records refer to.
    pub(crate) fn want(&mut self, object: &ObjectDef, records: &[Record]) {
        for (position, _, target) in object.references() {
            for record in records {
                self.want_at(record, position, target);
            }
        }
    }

    /// Wants the title of what the record refers to at `position`.
    pub(super) fn want_at(&mut self, record: &Record, position: usize, target: &Arc<str>) {
        if let FieldValue::Reference(key) = record.at(position) {
            self.want_one(target, *key);
        }
    }

    /// Wants the title of one record.
    pub(crate) fn want_one(&mut self, object: &Arc<str>, key: Key) {
        self.wanted.entry(Arc::clone(object)).or_default().insert(key);
    }

    /// Loads what is wanted, one query per object.
    pub(crate) fn load(&mut self, schema: &Schema, read: &dyn Read) -> Result<(), Problem> {
        for (name, keys) in std::mem::take(&mut self.wanted) {
            let Some(object) = schema.object(&name) else { continue };
            let keys: Vec<Key> = keys.into_iter().collect();
            for row in read.titles(object, &keys)? {
                self.known.insert((Arc::clone(&name), row.key), row.title);
            }
        }
        Ok(())
    }

    /// The record by its name.
    pub(crate) fn get(&self, object: &Arc<str>, key: Key) -> RecordTitle {
        let title = self.known.get(&(Arc::clone(object), key));
        RecordTitle {
            key: key.to_string(),
            object: object.to_string(),
            title: title.cloned().unwrap_or_else(|| key.to_string()),
        }
    }

    /// What a record refers to, by field name.
    pub(crate) fn references(
        &self,
        object: &ObjectDef,
        record: &Record,
    ) -> BTreeMap<String, RecordTitle> {
        let fields = object.references().filter_map(|(position, field, target)| {
            Some((field.name.to_string(), self.at(record, position, target)?))
        });
        fields.collect()
    }

    /// What a record refers to at `position`.
    pub(super) fn at(
        &self,
        record: &Record,
        position: usize,
        target: &Arc<str>,
    ) -> Option<RecordTitle> {
        match record.at(position) {
            FieldValue::Reference(key) => Some(self.get(target, *key)),
            _ => None,
        }
    }
}
