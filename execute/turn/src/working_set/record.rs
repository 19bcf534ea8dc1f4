//! Records in the working set: found in the layers first, then in what was read, then in the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use records::{FieldValue, Missing, ObjectDef, Record, RecordRef, Schema};

use super::WorkingSet;
use super::layer::{Holder, held};
use crate::{Load, LoadError};

impl WorkingSet {
    /// The record in the layers; `None` where no layer has changed it.
    pub(super) fn changed_record(&self, at: &RecordRef) -> Option<&Option<Arc<Record>>> {
        self.layers().find_map(|layer| layer.record(at))
    }

    /// The record as far as it is known without loading.
    pub(super) fn known_record(&self, at: &RecordRef) -> Option<&Option<Arc<Record>>> {
        self.changed_record(at).or_else(|| self.loaded.records.get(at))
    }

    /// The record as it was when the batch began, at its end.
    pub(crate) fn record_before(&self, at: &RecordRef) -> Option<Arc<Record>> {
        let preceding = self.preceding.layer().record(at);
        preceding.or_else(|| self.loaded.records.get(at)).cloned().flatten()
    }

    /// The record as it is now.
    pub(crate) fn record(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        key: Key,
    ) -> Result<Option<Arc<Record>>, LoadError> {
        let at = RecordRef { object: Arc::clone(&object.name), key };
        if let Some(known) = self.known_record(&at) {
            return Ok(known.clone());
        }
        let record = load.record(object, key)?.map(Arc::new);
        self.loaded.records.insert(at, record.clone());
        Ok(record)
    }

    /// Loads records that are going to be needed.
    pub(crate) fn load_records(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        mut keys: BTreeSet<Key>,
    ) -> Result<(), LoadError> {
        let at = |key: Key| RecordRef { object: Arc::clone(&object.name), key };
        keys.retain(|key| self.known_record(&at(*key)).is_none());
        let found = load.records(object, &keys)?;
        self.loaded.note(object, found);
        for key in keys {
            self.loaded.records.entry(at(key)).or_insert(None);
        }
        Ok(())
    }

    /// Loads who holds values that are going to be looked for.
    pub(crate) fn load_unique(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        field: &Arc<str>,
        texts: BTreeSet<Arc<str>>,
    ) -> Result<(), LoadError> {
        let found = load.find_unique_texts(object, field, &texts)?;
        let known = texts.into_iter().map(|text| {
            let holder = found.get(&text).map_or(Holder::Nobody, |key| Holder::Record(*key));
            (text, holder)
        });
        let place = (Arc::clone(&object.name), Arc::clone(field));
        self.loaded.unique.entry(place).or_default().extend(known);
        Ok(())
    }

    /// Notes that a key was drawn just now, so that the database has nothing under it.
    pub(crate) fn note_new(&mut self, schema: &Schema, at: RecordRef) {
        for (_, part) in schema.children_of(&at.object) {
            if let Some(part_of) = &part.part_of {
                let collection = (Arc::clone(&part.name), Arc::clone(&part_of.field), at.key);
                self.loaded.children.insert(collection, Vec::new());
            }
        }
        self.loaded.records.insert(at, None);
    }

    /// The records of `object` whose `field` is `parent`, as they are now, by key order.
    pub(crate) fn children(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        field: &Arc<str>,
        parent: Key,
    ) -> Result<Vec<Arc<Record>>, LoadError> {
        let collection = (Arc::clone(&object.name), Arc::clone(field), parent);
        if !self.loaded.children.contains_key(&collection) {
            let children = load.children(object, field, parent)?;
            let keys = children.iter().map(|child| child.key).collect();
            self.loaded.note(object, children);
            self.loaded.children.insert(collection, keys);
        }
        Ok(self.known_children(object, field, parent).unwrap_or_default())
    }

    /// The same without loading; `None` where the collection has not been loaded.
    pub(super) fn known_children(
        &self,
        object: &ObjectDef,
        field: &Arc<str>,
        parent: Key,
    ) -> Option<Vec<Arc<Record>>> {
        let collection = (Arc::clone(&object.name), Arc::clone(field), parent);
        let value = FieldValue::Reference(parent);
        let mut keys: BTreeSet<Key> =
            self.loaded.children.get(&collection)?.iter().copied().collect();
        keys.extend(self.holders(object, field, &value));
        Some(keys.into_iter().filter_map(|key| self.holding(object, key, field, &value)).collect())
    }

    /// Records that some layer has put with this value.
    fn holders(&self, object: &ObjectDef, field: &Arc<str>, value: &FieldValue) -> BTreeSet<Key> {
        let held = held(object, field, value);
        self.layers().flat_map(|layer| layer.holders(&held)).collect()
    }

    /// The record, if it is known and its `field` is `value` now.
    fn holding(
        &self,
        object: &ObjectDef,
        key: Key,
        field: &str,
        value: &FieldValue,
    ) -> Option<Arc<Record>> {
        let at = RecordRef { object: Arc::clone(&object.name), key };
        let record = self.known_record(&at)?.as_ref()?;
        (record.value(object, field) == value).then(|| Arc::clone(record))
    }

    /// Whether a record that the database says holds a value still does: no layer says otherwise.
    fn still_holds(&self, object: &ObjectDef, key: Key, field: &str, value: &FieldValue) -> bool {
        let at = RecordRef { object: Arc::clone(&object.name), key };
        match self.changed_record(&at) {
            None => true,
            Some(record) => {
                record.as_ref().is_some_and(|record| record.value(object, field) == value)
            }
        }
    }

    /// Another record than `except` whose unique `field` is `value` now.
    pub(crate) fn find_unique(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        field: &Arc<str>,
        value: &FieldValue,
        except: Key,
    ) -> Result<Option<Key>, LoadError> {
        for key in self.holders(object, field, value) {
            if key != except && self.holding(object, key, field, value).is_some() {
                return Ok(Some(key));
            }
        }
        let stored = match self.loaded_holder(object, field, value) {
            Some(Holder::Record(key)) => Some(key),
            Some(Holder::Nobody) => None,
            None => load.find_unique(object, field, value)?,
        };
        Ok(stored.filter(|key| *key != except && self.still_holds(object, *key, field, value)))
    }

    /// Who holds the value in the database, where that was loaded ahead.
    fn loaded_holder(&self, object: &ObjectDef, field: &str, value: &FieldValue) -> Option<Holder> {
        let FieldValue::Text(text) = value else { return None };
        let place = (Arc::clone(&object.name), Arc::from(field));
        self.loaded.unique.get(&place)?.get(text).copied()
    }

    /// A record of `object` whose reference `field` is `target` now.
    pub(crate) fn referring(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        field: &Arc<str>,
        target: Key,
    ) -> Result<Option<Key>, LoadError> {
        let value = FieldValue::Reference(target);
        for key in self.holders(object, field, &value) {
            if self.holding(object, key, field, &value).is_some() {
                return Ok(Some(key));
            }
        }
        let changed: usize =
            self.layers().map(|layer| layer.records_of(&object.name).count()).sum();
        let limit = u32::try_from(changed).unwrap_or(u32::MAX).saturating_add(1);
        let stored = load.referring(object, field, target, limit)?;
        Ok(stored.into_iter().find(|key| self.still_holds(object, *key, field, &value)))
    }

    /// The next number of a counter.
    pub(crate) fn count(&mut self, load: &mut dyn Load, name: &str) -> Result<i64, LoadError> {
        let changed = self.layers().find_map(|layer| layer.counters.get(name)).copied();
        let last = match changed.or_else(|| self.loaded.counters.get(name).copied()) {
            Some(last) => last,
            None => {
                let stored = load.counter(name)?;
                self.loaded.counters.insert(name.into(), stored);
                stored
            }
        };
        let next = last.saturating_add(1);
        self.top().counters.insert(name.into(), next);
        Ok(next)
    }

    /// Loads what a resolution found missing.
    pub(crate) fn load_missing(
        &mut self,
        load: &mut dyn Load,
        schema: &Schema,
        missing: &[Missing],
    ) -> Result<(), LoadError> {
        for one in missing {
            match one {
                Missing::Record { object, key } => {
                    if let Some(object) = schema.object(object) {
                        self.record(load, object, *key)?;
                    }
                }
                Missing::Children { object, field, parent } => {
                    if let Some(object) = schema.object(object) {
                        self.children(load, object, field, *parent)?;
                    }
                }
            }
        }
        Ok(())
    }
}
