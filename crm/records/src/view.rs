//! What a record looks like from outside: as JSON for the API, as a FEEL value for expressions.

pub mod resolve;

use serde_json::{Map, Value as Json};

use crate::{FieldKind, FieldValue, ObjectDef, Record};

/// The fields of a record as JSON, by name. Nothing but the fields: key, version and times are the caller's.
///
/// Numbers are JSON numbers where these hold them exactly, else their decimal text; money is
/// `{"amount": "12.50", "currency": "EUR"}`; dates are ISO 8601; a reference is its key as text.
pub fn to_json(object: &ObjectDef, record: &Record) -> Map<String, Json> {
    let fields = object.fields.iter().enumerate();
    fields
        .map(|(position, field)| {
            (field.name.to_string(), field_to_json(&field.kind, record.at(position)))
        })
        .collect()
}

/// One field as JSON, as [`to_json`] shows it.
pub fn field_to_json(kind: &FieldKind, value: &FieldValue) -> Json {
    let _ = (kind, value);
    Json::Null
}

/// A record as FEEL sees it without reading any other row: its fields, `<field> currency` beside money, `key`,
/// `created at`, `updated at`; a reference is a context that holds only its `key`.
pub fn to_feel(object: &ObjectDef, record: &Record) -> feel::Value {
    let _ = (object, record);
    feel::Value::Null
}

/// One field as FEEL sees it. Money is a number in major units; a reference is a context that holds its `key`.
pub fn field_to_feel(kind: &FieldKind, value: &FieldValue) -> feel::Value {
    let _ = (kind, value);
    feel::Value::Null
}

/// The input that writes a FEEL value into a field of this kind.
pub fn feel_to_json_input(kind: &FieldKind, value: &feel::Value) -> Json {
    let _ = (kind, value);
    Json::Null
}
