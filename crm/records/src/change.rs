//! From outside input to a row, and from two states of a row to what changed between them.

use std::sync::Arc;

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{FieldValue, Input, Invalid, ObjectDef, Record};

/// Who writes. A person may not write what only processes write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A user by the page, the API or an import.
    Person,
    /// A task of a process.
    Process,
}

/// A new row of `object`. Auto numbers stay null: whoever draws them sets them.
///
/// # Errors
/// Every problem of the input at once.
pub fn create(
    object: &ObjectDef,
    key: Key,
    input: &Input,
    origin: Origin,
    by: Key,
    now: Timestamp,
) -> Result<Record, Invalid> {
    let _ = (object, key, input, origin, by, now);
    Err(Invalid { problems: Vec::new() })
}

/// The row after the change, one version on.
///
/// # Errors
/// Every problem of the input at once.
pub fn update(
    object: &ObjectDef,
    before: &Record,
    input: &Input,
    origin: Origin,
    by: Key,
    now: Timestamp,
) -> Result<Record, Invalid> {
    let _ = (object, before, input, origin, by, now);
    Err(Invalid { problems: Vec::new() })
}

/// One field before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The name of the field.
    pub field: Arc<str>,
    /// The value before; null where the row did not exist.
    pub old: FieldValue,
    /// The value after; null where the row no longer exists.
    pub new: FieldValue,
}

/// The fields that differ, in the order of the object's fields.
pub fn changes(
    object: &ObjectDef,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Vec<FieldChange> {
    let at = |record: Option<&Record>, position| {
        record.map_or(FieldValue::Null, |record| record.at(position).clone())
    };
    let fields = object.fields.iter().enumerate();
    fields
        .map(|(position, field)| FieldChange {
            field: Arc::clone(&field.name),
            old: at(before, position),
            new: at(after, position),
        })
        .filter(|change| change.old != change.new)
        .collect()
}
