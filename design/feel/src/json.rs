//! Values to and from JSON. Numbers stay exact; dates, times and durations become their ISO text and come back as strings.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value as Json};

use crate::{context::Context, decimal::Decimal, range::Range, value::Value};

/// The JSON of a value; functions and ranges, which JSON lacks, become null and FEEL text.
///
/// A number that neither a 64-bit integer nor a 64-bit float holds exactly becomes a string of its digits.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Function(_) => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Number(number) => number_to_json(*number),
        Value::String(text) => Json::String(text.as_ref().to_owned()),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Context(context) => context
            .iter()
            .map(|(name, value)| (name.as_ref().to_owned(), to_json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Date(date) => Json::String(date.to_string()),
        Value::Time(time) => Json::String(time.to_string()),
        Value::DateTime(moment) => Json::String(moment.to_string()),
        Value::DaysDuration(duration) => Json::String(duration.to_string()),
        Value::YearsDuration(duration) => Json::String(duration.to_string()),
        Value::Range(range) => Json::String(Range::to_string(range)),
    }
}

/// A value that serialises as the JSON of [`to_json`], without the tree between.
///
/// ```
/// let order = feel::Value::context([("quantity", feel::Value::number(2))]);
/// assert_eq!(serde_json::to_string(&feel::json::AsJson(&order)).unwrap(), r#"{"quantity":2}"#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AsJson<'a>(pub &'a Value);

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(AsJson)),
            Value::Context(context) => {
                serializer.collect_map(context.iter().map(|(name, value)| (&**name, AsJson(value))))
            }
            scalar => to_json(scalar).serialize(serializer),
        }
    }
}

/// The JSON text of a value; of more bytes than allowed only so many are written that it is too long.
pub(crate) fn text_within(value: &Value, bytes: usize) -> String {
    let mut text = Limited { text: Vec::new(), bytes };
    // That it does not fit is what its length says.
    let _ = serde_json::to_writer(&mut text, &AsJson(value));
    String::from_utf8_lossy(&text.text).into_owned()
}

/// A text that takes no more once it is too long.
struct Limited {
    text: Vec<u8>,
    bytes: usize,
}

impl std::io::Write for Limited {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        if self.text.len() > self.bytes {
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        self.text.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The value of JSON: objects become contexts, everything else what it is.
///
/// ```
/// let order = feel::json::from_json(&serde_json::json!({"lines": [{"quantity": 2.5}]}));
/// let line = order.get("lines").and_then(|lines| lines.as_list()?.first().cloned());
/// assert_eq!(line.unwrap().get("quantity"), Some(&feel::Value::Number("2.5".parse().unwrap())));
/// ```
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => number_from_json(number).into(),
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(from_json).collect()),
        Json::Object(entries) => {
            let context: Context = entries
                .iter()
                .map(|(name, value)| (Arc::from(name.as_str()), from_json(value)))
                .collect();
            context.into()
        }
    }
}

fn number_to_json(number: Decimal) -> Json {
    if let Some(whole) = number.to_i64() {
        return Json::Number(whole.into());
    }
    let float = number.to_f64();
    match Number::from_f64(float) {
        Some(json) if Decimal::from_f64(float) == Some(number) => Json::Number(json),
        _ => Json::String(number.to_string()),
    }
}

/// The text of the number is parsed, so that `0.1` is one tenth and not its nearest float.
fn number_from_json(number: &Number) -> Option<Decimal> {
    number.to_string().parse().ok()
}
