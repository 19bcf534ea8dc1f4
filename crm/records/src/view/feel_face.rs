//! A record as a FEEL value, and FEEL values on their way into fields.
//!
//! Money is a number in major units with its code beside it as `<field> currency`, so that amounts
//! can be compared and added, and both as people read them as `<field> text`; a reference is the
//! record it points to, and where that was not loaded a context of only its `key`.

use std::sync::Arc;

use base::{Key, Money, Timestamp};
use feel::{Context, Date, DateTime, Decimal, Value, Zone, json};
use serde_json::Value as Json;

use crate::{FieldKind, FieldValue, ObjectDef, Record};

const NANOS_PER_MS: i128 = 1_000_000;
/// What stands after a money field's name in the name of its currency.
const CURRENCY: &str = " currency";
/// What stands after it in the name of the amount as people read it: `12.50 EUR`.
const TEXT: &str = " text";

/// A record as FEEL sees it without reading any other row: `key`, its fields, `<field> currency` and
/// `<field> text` beside money, `created at`, `updated at`; a reference is a context that holds only
/// its `key`.
pub fn to_feel(object: &ObjectDef, record: &Record) -> Value {
    own_entries(object, record).into()
}

/// One field as FEEL sees it. Money is a number in major units; a reference is a context that holds
/// its `key`.
pub fn field_to_feel(kind: &FieldKind, value: &FieldValue) -> Value {
    match value {
        FieldValue::Null => Value::Null,
        FieldValue::Text(text) => Value::String(Arc::clone(text)),
        FieldValue::Number(scaled) => {
            let scale = u32::from(kind.scale().unwrap_or_default());
            Value::Number(Decimal::from_scaled(*scaled, scale))
        }
        FieldValue::Money(Money { minor, currency }) => {
            Value::Number(Decimal::from_scaled(*minor, currency.digits()))
        }
        FieldValue::Date(days) => Date::from_epoch_days(i64::from(*days)).into(),
        FieldValue::DateTime(at) => instant(*at),
        FieldValue::Boolean(value) => Value::Boolean(*value),
        FieldValue::Reference(key) => Value::context([("key", key_text(*key))]),
    }
}

/// The entries of a record's context that its own row answers.
pub(super) fn own_entries(object: &ObjectDef, record: &Record) -> Context {
    let mut context = Context::new();
    context.insert("key", key_text(record.key));
    for (position, field) in object.fields.iter().enumerate() {
        let value = record.at(position);
        context.insert(Arc::clone(&field.name), field_to_feel(&field.kind, value));
        if matches!(field.kind, FieldKind::Money { .. }) {
            context.insert(format!("{}{CURRENCY}", field.name), currency(value));
            context.insert(format!("{}{TEXT}", field.name), text(value));
        }
    }
    context.insert("created at", instant(record.created_at));
    context.insert("updated at", instant(record.updated_at));
    context
}

/// The entry of that name that the row itself answers; `None` where it has no such entry.
pub(super) fn own_value(object: &ObjectDef, record: &Record, name: &str) -> Option<Value> {
    if let Some(position) = object.position(name) {
        let kind = &object.fields.get(position)?.kind;
        return Some(field_to_feel(kind, record.at(position)));
    }
    match name {
        "key" => Some(key_text(record.key)),
        "created at" => Some(instant(record.created_at)),
        "updated at" => Some(instant(record.updated_at)),
        _ => match (name.strip_suffix(CURRENCY), name.strip_suffix(TEXT)) {
            (Some(field), _) => money_at(object, record, field).map(currency),
            (None, Some(field)) => money_at(object, record, field).map(text),
            (None, None) => None,
        },
    }
}

/// Whether [`own_value`] has an answer for rows of `object`.
pub(super) fn has_own_value(object: &ObjectDef, name: &str) -> bool {
    let is_money = |field: &str| {
        object.field(field).is_some_and(|field| matches!(field.kind, FieldKind::Money { .. }))
    };
    let beside = || name.strip_suffix(CURRENCY).or_else(|| name.strip_suffix(TEXT));
    object.field(name).is_some()
        || ["key", "created at", "updated at"].contains(&name)
        || beside().is_some_and(is_money)
}

/// The value of the money field of that name.
fn money_at<'a>(object: &ObjectDef, record: &'a Record, field: &str) -> Option<&'a FieldValue> {
    let position = object.position(field)?;
    let is_money = matches!(object.fields.get(position)?.kind, FieldKind::Money { .. });
    is_money.then(|| record.at(position))
}

/// As [`own_value`], but a reference is its key as text: what conditions over one row see. They may write the times of
/// the row as lists and the API do.
pub(crate) fn flat_value(object: &ObjectDef, record: &Record, name: &str) -> Option<Value> {
    let name = match name {
        "created_at" => "created at",
        "updated_at" => "updated at",
        other => other,
    };
    match object.position(name).map(|position| record.at(position)) {
        Some(FieldValue::Reference(key)) => Some(key_text(*key)),
        _ => own_value(object, record, name),
    }
}

pub(crate) fn key_text(key: Key) -> Value {
    Value::string(key.to_string())
}

fn instant(Timestamp(ms): Timestamp) -> Value {
    DateTime::from_instant(i128::from(ms) * NANOS_PER_MS, &Zone::utc()).into()
}

fn currency(value: &FieldValue) -> Value {
    match value {
        FieldValue::Money(money) => Value::string(money.currency.code()),
        _ => Value::Null,
    }
}

fn text(value: &FieldValue) -> Value {
    match value {
        FieldValue::Money(money) => Value::string(money.to_string()),
        _ => Value::Null,
    }
}

/// The input that writes a FEEL value into a field of this kind. A value of another type is passed
/// on as it is, so that the field refuses it by name.
pub fn feel_to_json_input(kind: &FieldKind, value: &Value) -> Json {
    let takes_number = matches!(
        kind,
        FieldKind::Number { .. } | FieldKind::Percent { .. } | FieldKind::Money { .. }
    );
    match (kind, value) {
        (_, Value::Number(number)) if takes_number => number.to_string().into(),
        (FieldKind::Money { .. }, Value::Context(money)) => {
            let entry = |(name, value): (&Arc<str>, &Value)| {
                let json = match value {
                    Value::Number(number) => number.to_string().into(),
                    other => json::to_json(other),
                };
                (name.to_string(), json)
            };
            Json::Object(money.iter().map(entry).collect())
        }
        (FieldKind::DateTime, Value::DateTime(at)) if at.zone().is_some() => {
            instant_text(at).into()
        }
        (FieldKind::Reference { .. }, Value::Context(record)) => {
            record.get("key").map_or_else(|| json::to_json(value), json::to_json)
        }
        _ => json::to_json(value),
    }
}

/// RFC 3339 in UTC, whatever the zone was.
fn instant_text(at: &DateTime) -> String {
    let nanos = at.instant_nanos();
    match i64::try_from(nanos / NANOS_PER_MS) {
        Ok(ms) if nanos % NANOS_PER_MS == 0 => Timestamp(ms).to_string(),
        _ => {
            let utc = DateTime::from_instant(nanos, &Zone::utc());
            utc.unwrap_or_else(|| at.clone()).to_string()
        }
    }
}
