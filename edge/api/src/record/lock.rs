//! What people may not change of a record now, so that a page need not offer it. The rule itself is kept
//! where records are changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{Holds, Label, Locked, ObjectDef, Record, Schema};
use runtime::port::Read;
use serde::Serialize;
use utoipa::ToSchema;

use crate::listed;
use crate::problem::Problem;

/// The record, or the record that it is a part of, belongs to a process: a person may not delete it nor
/// change its parts, and write the open fields only.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordLock {
    /// The stage field of the record that is locked.
    field: String,
    /// The option that it stands at.
    value: String,
    /// The label of that option in both languages.
    #[schema(value_type = listed::Label)]
    label: Label,
    /// The fields that may be written all the same; none in a part.
    open: Vec<String>,
    /// Whether it ends with the process instance that runs on the record, rather than with the stage.
    while_running: bool,
}

impl From<&Locked> for RecordLock {
    fn from(lock: &Locked) -> Self {
        Self {
            field: lock.field.to_string(),
            value: lock.value.to_string(),
            label: lock.label.clone(),
            open: lock.open.iter().map(ToString::to_string).collect(),
            while_running: lock.holds == Holds::WhileRunning,
        }
    }
}

/// The lock of each of these records of one object: that of a parent above its own.
pub(super) fn locks(
    schema: &Schema,
    object: &Arc<ObjectDef>,
    records: &[Record],
    read: &dyn Read,
) -> Result<Vec<Option<Locked>>, Problem> {
    let parents = locked_parents(schema, object, records, read)?;
    let own = own_locks(object, records, read)?;
    let above = |record: &Record| {
        let part_of = object.part_of.as_ref()?;
        let parent = record.value(object, &part_of.field).as_reference()?;
        parents.get(&parent).cloned()
    };
    Ok(records.iter().zip(own).map(|(record, own)| above(record).or(own)).collect())
}

/// The lock that each of these records is under by its own stage.
pub(super) fn own_locks(
    object: &ObjectDef,
    records: &[Record],
    read: &dyn Read,
) -> Result<Vec<Option<Locked>>, Problem> {
    let mut locks: Vec<_> = records.iter().map(|record| Locked::of(object, record)).collect();
    let asked: BTreeSet<Key> = locks
        .iter()
        .flatten()
        .filter(|lock| lock.holds == Holds::WhileRunning)
        .map(|lock| lock.at.key)
        .collect();
    if asked.is_empty() {
        return Ok(locks);
    }
    let held = read.records_in_process(&object.name, &asked)?;
    for place in &mut locks {
        place.take_if(|lock| lock.holds == Holds::WhileRunning && !held.contains(&lock.at.key));
    }
    Ok(locks)
}

/// The locks of the records' parents, by the parent's key.
fn locked_parents(
    schema: &Schema,
    object: &ObjectDef,
    records: &[Record],
    read: &dyn Read,
) -> Result<BTreeMap<Key, Locked>, Problem> {
    let mut locked = BTreeMap::new();
    let parent = object.parent().and_then(|parent| schema.object(parent));
    let (Some(part_of), Some(parent)) = (&object.part_of, parent) else { return Ok(locked) };
    let keys: BTreeSet<Key> = records
        .iter()
        .filter_map(|record| record.value(object, &part_of.field).as_reference())
        .collect();
    let rows = read.records_with(parent, &keys)?;
    for (row, lock) in rows.iter().zip(locks(schema, parent, &rows, read)?) {
        locked.extend(lock.map(|lock| (row.key, lock.over_parts())));
    }
    Ok(locked)
}
