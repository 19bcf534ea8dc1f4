//! Records that rows refer to, by the references that lead to them, so that a condition can be answered in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use feel::Path;

use crate::{ObjectDef, Record};

/// The records that some rows refer to, as far as a condition reads them.
#[derive(Clone, Debug, Default)]
pub struct Referred(BTreeMap<Path, BTreeMap<Key, Arc<Record>>>);

impl Referred {
    pub(super) fn insert(&mut self, references: Path, rows: Vec<Arc<Record>>) {
        self.0.insert(references, rows.into_iter().map(|row| (row.key, row)).collect());
    }

    pub(super) fn row(&self, references: &[Arc<str>], key: Key) -> Option<&Record> {
        self.0.get(references)?.get(&key).map(|row| &**row)
    }

    /// What the records behind some references refer to by a field.
    pub(super) fn keys(
        &self,
        references: &[Arc<str>],
        object: &ObjectDef,
        field: &str,
    ) -> BTreeSet<Key> {
        let rows = self.0.get(references).into_iter().flat_map(BTreeMap::values);
        keys(rows.map(|row| &**row), object, field)
    }
}

/// What rows refer to by a field.
pub(super) fn keys<'a>(
    rows: impl Iterator<Item = &'a Record>,
    object: &ObjectDef,
    field: &str,
) -> BTreeSet<Key> {
    rows.filter_map(|row| row.value(object, field).as_reference()).collect()
}
