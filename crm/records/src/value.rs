//! What one field of one row holds, in the form it is stored: exact, ordered by nothing, equal by
//! content.

use std::sync::Arc;

use base::{Key, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// The value of a field. Which variant it is follows from the field's kind; every field may be
/// null.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FieldValue {
    /// No value. An empty text is no value either.
    #[default]
    Null,
    /// Text, long text, auto number, choice, e-mail, phone, URL.
    Text(Arc<str>),
    /// Number or percent, multiplied by ten to the field's scale.
    Number(i64),
    /// Money in minor units.
    Money(Money),
    /// Days since 1970-01-01.
    Date(i32),
    /// An instant.
    DateTime(Timestamp),
    /// Yes or no.
    Boolean(bool),
    /// The key of a record of the field's object.
    Reference(Key),
}

impl FieldValue {
    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a text-like field.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The key of a reference.
    pub fn as_reference(&self) -> Option<Key> {
        match self {
            Self::Reference(key) => Some(*key),
            _ => None,
        }
    }
}
