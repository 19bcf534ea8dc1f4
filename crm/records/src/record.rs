//! One row and a pointer to one row.

use std::fmt;
use std::sync::Arc;

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{FieldValue, ObjectDef};

/// One row of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its identity.
    pub key: Key,
    /// Counts the changes from 1; a write that names another version is refused.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: Key,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who last changed it.
    pub updated_by: Key,
    /// The values by index of [`ObjectDef::fields`]; what is beyond the end is null.
    pub values: Vec<FieldValue>,
}

impl Record {
    /// The value at a field's position.
    pub fn at(&self, position: usize) -> &FieldValue {
        self.values.get(position).unwrap_or(&FieldValue::Null)
    }

    /// The value of the field of that name; null where the object has no such field.
    pub fn value(&self, object: &ObjectDef, name: &str) -> &FieldValue {
        object.position(name).map_or(&FieldValue::Null, |position| self.at(position))
    }

    /// The row's name: the value of the title field.
    pub fn title(&self, object: &ObjectDef) -> Option<&str> {
        self.value(object, &object.title).as_text()
    }
}

/// Which row of which object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordRef {
    /// The name of the object.
    pub object: Arc<str>,
    /// The key of the row.
    pub key: Key,
}

/// `order 17`.
impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object, self.key)
    }
}
