//! What the commands of a batch are going to read, as far as they name it: records to change, records to
//! refer to, values that have to be unique. It is loaded before the first of them runs, object by object
//! and key by key, so that it takes few ways to the database, and so that two lanes ask for the same rows
//! in the same order. What is not foreseen is loaded when it is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{Input, ObjectDef, Schema};
use serde_json::Value;

use crate::working_set::WorkingSet;
use crate::{Load, LoadError, RecordChange};

/// An object and one of its fields.
type Place = (Arc<str>, Arc<str>);

/// What is going to be read.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    records: BTreeMap<Arc<str>, BTreeSet<Key>>,
    /// By object and field. Only texts, which need no reading.
    unique: BTreeMap<Place, BTreeSet<Arc<str>>>,
}

impl Ahead {
    /// Notes what a change is going to read.
    pub(crate) fn change(&mut self, schema: &Schema, change: &RecordChange) {
        let Some(object) = schema.object(change.object()) else { return };
        match change {
            RecordChange::Create { input, parts, .. } => {
                self.input(object, input);
                for (collection, inputs) in parts {
                    let Some(part) = schema.collection(&object.name, collection) else { continue };
                    for input in inputs {
                        self.input(part, input);
                    }
                }
            }
            RecordChange::Update { key, input, .. } => {
                self.record(&object.name, *key);
                self.input(object, input);
            }
            RecordChange::Delete { key, .. } => self.record(&object.name, *key),
        }
    }

    /// Notes a record.
    pub(crate) fn record(&mut self, object: &Arc<str>, key: Key) {
        self.records.entry(Arc::clone(object)).or_default().insert(key);
    }

    fn input(&mut self, object: &ObjectDef, input: &Input) {
        for field in &object.fields {
            let Some(Value::String(text)) = input.get(&field.name) else { continue };
            if let Some(referred) = field.kind.referenced_object() {
                if let Ok(key) = text.parse() {
                    self.record(referred, key);
                }
            } else if field.unique && field.kind.is_text() {
                let place = (Arc::clone(&object.name), Arc::clone(&field.name));
                self.unique.entry(place).or_default().insert(Arc::from(text.trim()));
            }
        }
    }

    /// Loads what was noted.
    pub(crate) fn load(
        self,
        set: &mut WorkingSet,
        load: &mut dyn Load,
        schema: &Schema,
    ) -> Result<(), LoadError> {
        for (object, keys) in self.records {
            if let Some(object) = schema.object(&object) {
                set.load_records(load, object, keys)?;
            }
        }
        for ((object, field), texts) in self.unique {
            if let Some(object) = schema.object(&object) {
                set.load_unique(load, object, &field, texts)?;
            }
        }
        Ok(())
    }
}
