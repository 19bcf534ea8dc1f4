//! Records that satisfy a condition as of now: what the database finds, with what the layers have changed laid over
//! it. A condition that reads through references is also changed by changes of the records that it reads there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use feel::predicate::Predicate;
use feel::{Path, Value};
use records::{ObjectDef, Record, RecordRef, Referred, Selection};

use super::WorkingSet;
use crate::{Load, LoadError};

/// Above so many changed records that rows may refer to, every row is looked at.
const AFFECTED_MAX: usize = 1_000;

/// The records of an object that the layers have changed; gone ones are `None`.
type Changed = BTreeMap<Key, Option<Arc<Record>>>;

/// Records that were found, by key, and what they refer to.
pub(crate) type Found = (Vec<Arc<Record>>, Referred);

impl WorkingSet {
    /// The first `limit` records for which the predicate of the selection is true now, by key order, and what the
    /// selection reads of the records that they refer to.
    pub(crate) fn find(
        &mut self,
        load: &mut dyn Load,
        object: &Arc<ObjectDef>,
        selection: &Selection,
        limit: u32,
    ) -> Result<Found, LoadError> {
        let changed = self.changed(object);
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_own = selection.objects().is_empty();
        let widened = self.widened(selection);
        let mut asked = limit.saturating_add(u32::try_from(changed.len()).unwrap_or(u32::MAX));
        loop {
            let stored = load.find(object, &widened, asked)?;
            let is_all = stored.len() < usize::try_from(asked).unwrap_or(usize::MAX);
            // Beyond the last of them the database may have others.
            let last = stored.last().filter(|_| !is_all).map_or(Key(i64::MAX), |last| last.key);
            let candidates = self.candidates(object, stored, &changed);
            let referred = self.follow(load, object, selection, &candidates)?;
            let mut found: Vec<Arc<Record>> = candidates
                .into_iter()
                .filter(|record| {
                    let is_as_found = is_own && !changed.contains_key(&record.key);
                    is_as_found || selection.matches(object, record, &referred)
                })
                .collect();
            let known = found.iter().filter(|record| record.key <= last).count();
            if is_all || known >= wanted || asked == u32::MAX {
                found.truncate(wanted);
                return Ok((found, referred));
            }
            asked = asked.saturating_mul(2).max(1);
        }
    }

    fn changed(&self, object: &ObjectDef) -> Changed {
        let mut changed = Changed::new();
        for layer in self.layers() {
            for (key, record) in layer.records_of(&object.name) {
                changed.entry(key).or_insert_with(|| record.clone());
            }
        }
        changed
    }

    /// What the database found as it is now, with what the layers hold besides, by key.
    fn candidates(
        &mut self,
        object: &Arc<ObjectDef>,
        stored: Vec<Record>,
        changed: &Changed,
    ) -> Vec<Arc<Record>> {
        let unchanged = stored.iter().filter(|record| !changed.contains_key(&record.key));
        let mut candidates: BTreeMap<Key, Arc<Record>> =
            unchanged.map(|record| (record.key, Arc::new(record.clone()))).collect();
        self.loaded.note(object, stored);
        let put = changed.iter().filter_map(|(key, record)| Some((*key, record.clone()?)));
        candidates.extend(put);
        candidates.into_values().collect()
    }

    /// The selection, and every row that it may select because of what the layers have changed elsewhere.
    fn widened(&self, selection: &Selection) -> Selection {
        let mut affected = Vec::new();
        let mut count = 0;
        for (references, object) in selection.objects() {
            let values: Vec<Value> =
                self.changed(object).keys().map(|key| Value::string(key.to_string())).collect();
            count += values.len();
            if !values.is_empty() {
                affected.push(Predicate::In { path: Path::clone(references), values });
            }
        }
        if affected.is_empty() {
            return selection.clone();
        }
        affected.push(selection.predicate().clone());
        let is_few = count <= AFFECTED_MAX;
        selection.with(if is_few { Predicate::Or(affected) } else { Predicate::Always })
    }

    /// What the records refer to, as it is now.
    fn follow(
        &mut self,
        load: &mut dyn Load,
        object: &ObjectDef,
        selection: &Selection,
        records: &[Arc<Record>],
    ) -> Result<Referred, LoadError> {
        selection.follow(object, records, |object, keys| {
            let at = |key: &Key| RecordRef { object: Arc::clone(&object.name), key: *key };
            let missing = keys.iter().filter(|key| self.known_record(&at(key)).is_none()).copied();
            let missing: BTreeSet<Key> = missing.collect();
            if !missing.is_empty() {
                self.load_records(load, object, missing)?;
            }
            Ok(keys.iter().filter_map(|key| self.known_record(&at(key))?.clone()).collect())
        })
    }
}
