//! One value from outside against its field: exactly right, or a problem that says what to write
//! instead. Nothing is rounded, cut or guessed.

mod number;
mod text;
mod time;

use std::sync::Arc;

use base::Key;
use serde_json::Value as Json;

use crate::{Choice, FieldDef, FieldKind, FieldProblem, FieldValue, LONG_TEXT_MAX, ProblemCode};

/// How many options a message lists.
const LISTED_OPTIONS: usize = 12;

/// Why a value is refused: the code and the words that follow the field's name.
struct Refusal {
    code: ProblemCode,
    /// Continues "`field` ..".
    rest: String,
}

impl Refusal {
    fn new(code: ProblemCode, rest: impl Into<String>) -> Self {
        Self { code, rest: rest.into() }
    }

    fn wrong_type(takes: &str, json: &Json) -> Self {
        Self::new(ProblemCode::Type, format!("takes {takes}, not {}", describe(json)))
    }
}

/// Reads `json` as a value of `field`. `before` is what the field holds now: an amount without a
/// currency keeps it.
pub(crate) fn read(
    field: &FieldDef,
    json: &Json,
    before: &FieldValue,
) -> Result<FieldValue, FieldProblem> {
    let is_blank = json.as_str().is_some_and(|text| text.trim().is_empty());
    if json.is_null() || is_blank {
        return Ok(FieldValue::Null);
    }
    read_kind(&field.kind, json, before).map_err(|refusal| FieldProblem {
        field: Arc::clone(&field.name),
        message: format!("`{}` {}", field.name, refusal.rest),
        code: refusal.code,
    })
}

/// A JSON number or text as a decimal, where it is one.
pub(crate) fn decimal(json: &Json) -> Option<feel::Decimal> {
    number::decimal(json).ok()
}

fn read_kind(kind: &FieldKind, json: &Json, before: &FieldValue) -> Result<FieldValue, Refusal> {
    match kind {
        FieldKind::Text { max } => text::line(json, *max),
        FieldKind::AutoNumber { .. } => text::line(json, u32::MAX),
        FieldKind::LongText => text::lines(json, LONG_TEXT_MAX),
        FieldKind::Email => text::email(json),
        FieldKind::Phone => text::phone(json),
        FieldKind::Url => text::url(json),
        FieldKind::Number { scale } | FieldKind::Percent { scale } => number::scaled(json, *scale),
        FieldKind::Money { currency } => number::money(json, *currency, before),
        FieldKind::Date => time::date(json),
        FieldKind::DateTime => time::date_time(json),
        FieldKind::Boolean => boolean(json),
        FieldKind::Choice { options } => choice(json, options),
        FieldKind::Reference { object } => reference(json, object),
    }
}

fn boolean(json: &Json) -> Result<FieldValue, Refusal> {
    match json {
        Json::Bool(value) => Ok(FieldValue::Boolean(*value)),
        Json::String(text) if text == "true" => Ok(FieldValue::Boolean(true)),
        Json::String(text) if text == "false" => Ok(FieldValue::Boolean(false)),
        _ => Err(Refusal::wrong_type("`true` or `false`", json)),
    }
}

fn choice(json: &Json, options: &[Choice]) -> Result<FieldValue, Refusal> {
    let Json::String(text) = json else {
        return Err(Refusal::wrong_type("the value of an option", json));
    };
    if let Some(option) = options.iter().find(|option| *option.value == **text) {
        return Ok(FieldValue::Text(Arc::clone(&option.value)));
    }
    let mut values: Vec<String> =
        options.iter().take(LISTED_OPTIONS).map(|option| format!("`{}`", option.value)).collect();
    if options.len() > LISTED_OPTIONS {
        values.push("..".to_owned());
    }
    let rest = format!("has no option {}; use one of {}", describe(json), values.join(", "));
    Err(Refusal::new(ProblemCode::NotAnOption, rest))
}

fn reference(json: &Json, object: &str) -> Result<FieldValue, Refusal> {
    let key = json.as_str().and_then(|text| text.parse::<Key>().ok());
    key.map(FieldValue::Reference).ok_or_else(|| {
        Refusal::wrong_type(&format!("the key of a record of `{object}` as text"), json)
    })
}

/// What stands there, short enough for a message: `` `12..` `` for a text or number, the JSON type
/// for the rest.
fn describe(json: &Json) -> String {
    const SHOWN: usize = 40;
    let text = match json {
        Json::Null => return "null".to_owned(),
        Json::Array(_) => return "a list".to_owned(),
        Json::Object(_) => return "an object".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
    };
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let shown: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().nth(SHOWN).is_some() { format!("`{shown}..`") } else { format!("`{shown}`") }
}

#[cfg(test)]
mod tests;
