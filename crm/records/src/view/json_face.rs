//! A record as JSON. Every value is exact, and is legal input for the field it came from.

use base::Timestamp;
use feel::{Date, Decimal};
use serde_json::{Map, Value as Json, json};

use crate::{FieldKind, FieldValue, ObjectDef, Record};

/// Whole numbers up to here are exact in a 64-bit float, which is what a JSON number is to
/// JavaScript.
const EXACT_WHOLE: u64 = 1 << 53;
/// Decimals of this many digits are exact in a 64-bit float.
const EXACT_DIGITS: usize = 15;

/// The fields of a record as JSON, by name. Nothing but the fields: key, version and times are the
/// caller's.
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
    match value {
        FieldValue::Null => Json::Null,
        FieldValue::Text(text) => (&**text).into(),
        FieldValue::Number(scaled) => number(*scaled, kind.scale().unwrap_or_default()),
        FieldValue::Money(money) => {
            let text = money.to_string();
            let amount = text.split(' ').next().unwrap_or_default();
            json!({"amount": amount, "currency": money.currency.code()})
        }
        FieldValue::Date(days) => {
            Date::from_epoch_days(i64::from(*days)).map(|date| date.to_string()).into()
        }
        FieldValue::DateTime(Timestamp(ms)) => Timestamp(*ms).to_string().into(),
        FieldValue::Boolean(value) => (*value).into(),
        FieldValue::Reference(key) => key.to_string().into(),
    }
}

fn number(scaled: i64, scale: u8) -> Json {
    decimal_to_json(Decimal::from_scaled(scaled, u32::from(scale)))
}

/// A JSON number where that holds the decimal exactly, else its text.
pub(crate) fn decimal_to_json(decimal: Decimal) -> Json {
    let decimal = decimal.normalised();
    if let Some(whole) = decimal.to_i64() {
        let is_exact = whole.unsigned_abs() <= EXACT_WHOLE;
        return if is_exact { whole.into() } else { whole.to_string().into() };
    }
    let text = decimal.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        Ok(float) if digits <= EXACT_DIGITS => float.into(),
        _ => text.into(),
    }
}
