//! Test cases for expressions, one JSON object a line: `id`, `kind` (`expression` or `unary`), `expr`,
//! `context`, `input` of unary tests, and `expect`. Values are written with their type:
//! `{"type": "number", "value": "2"}`; `{"type": "error"}` expects that there is no value.
//!
//! ```
//! let line = r#"{"id": "sum", "kind": "expression", "expr": "a + 1",
//!     "context": {"a": {"type": "number", "value": "2"}},
//!     "expect": {"type": "number", "value": "3"}}"#;
//! let case = feel::cases::read(line).unwrap();
//! assert_eq!(case.check(feel::Dialect::Camunda, feel::Timestamp(0)), Ok(()));
//! ```

use serde_json::Value as Json;

use crate::{
    Context, DateTime, Dialect, Options, Run, Timestamp, Value, compile, compile_unary_tests,
};

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub id: String,
    source: String,
    scope: Context,
    /// The tested value, where the text is a list of unary tests.
    input: Option<Value>,
    /// `None` where it is to fail.
    expect: Option<Value>,
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it.
pub fn read(line: &str) -> Result<Case, String> {
    let json: Json = serde_json::from_str(line).map_err(|error| format!("no JSON: {error}"))?;
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let source = text("expr").ok_or("the case has no `expr`")?;
    let mut scope = Context::new();
    for (name, value) in json.get("context").and_then(Json::as_object).into_iter().flatten() {
        scope.insert(name.as_str(), typed(value)?);
    }
    let is_unary = json.get("kind").and_then(Json::as_str) == Some("unary");
    let input = is_unary.then(|| json.get("input").map_or(Ok(Value::Null), typed)).transpose()?;
    let expect = json.get("expect").ok_or("the case has no `expect`")?;
    let fails = expect.get("type").and_then(Json::as_str) == Some("error");
    let expect = if fails { None } else { Some(typed(expect)?) };
    Ok(Case { id: text("id").unwrap_or_else(|| source.clone()), source, scope, input, expect })
}

impl Case {
    /// Evaluates the case and compares.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn check(&self, dialect: Dialect, now: Timestamp) -> Result<(), String> {
        let expected = self.expect.as_ref().map_or("a failure".to_owned(), ToString::to_string);
        self.compare(dialect, now)
            .map_err(|found| format!("`{}`: expected {expected}, found {found}", self.source))
    }

    fn compare(&self, dialect: Dialect, now: Timestamp) -> Result<(), String> {
        let options = Options { dialect, names: &[] };
        let mut run = Run::new(now);
        let found = match &self.input {
            Some(input) => compile_unary_tests(&self.source, &options)
                .map(|tests| tests.matches_in(input, &self.scope, &mut run)),
            None => compile(&self.source, &options)
                .map(|expression| expression.evaluate_in(&self.scope, &mut run)),
        };
        match (found, &self.expect) {
            (Err(_), None) => Ok(()),
            (Err(error), Some(_)) => Err(format!("that it does not compile: {error}")),
            (Ok(_), None) if run.failure().is_some() => Ok(()),
            (Ok(_), Some(_)) if run.failure().is_some() => {
                Err(format!("the failure {:?}", run.failure()))
            }
            (Ok(value), None) => Err(value.to_string()),
            (Ok(value), Some(expect)) if equal(&value, expect, is_approximate(&self.source)) => {
                Ok(())
            }
            (Ok(value), Some(_)) => Err(format!("{value} ({})", value.type_name())),
        }
    }
}

fn is_approximate(source: &str) -> bool {
    ["sqrt", "log", "exp", "stddev", "**"].iter().any(|name| source.contains(name))
}

fn typed(json: &Json) -> Result<Value, String> {
    let value = json.get("value").unwrap_or(&Json::Null);
    let text = value.as_str().unwrap_or_default();
    let kind = json.get("type").and_then(Json::as_str).unwrap_or_default();
    let wrong = || format!("{json} is no value");
    Ok(match kind {
        "null" => Value::Null,
        "boolean" => Value::Boolean(value.as_bool().ok_or_else(wrong)?),
        "string" => Value::string(text),
        "number" => Value::Number(text.parse().ok().ok_or_else(wrong)?),
        "list" => {
            let items = value.as_array().ok_or_else(wrong)?.iter().map(typed);
            Value::list(items.collect::<Result<_, _>>()?)
        }
        "context" => {
            let entries = value.as_object().ok_or_else(wrong)?.iter();
            let entries = entries.map(|(name, value)| Ok((name.as_str(), typed(value)?)));
            Value::context(entries.collect::<Result<Vec<_>, String>>()?)
        }
        "date" => Value::Date(text.parse().ok().ok_or_else(wrong)?),
        "local-time" | "time" => Value::Time(text.parse().ok().ok_or_else(wrong)?),
        "local-date-time" | "date-time" => Value::DateTime(text.parse().ok().ok_or_else(wrong)?),
        "days-duration" => {
            Value::DaysDuration(signed_in_front(text).parse().ok().ok_or_else(wrong)?)
        }
        "years-duration" => {
            Value::YearsDuration(signed_in_front(text).parse().ok().ok_or_else(wrong)?)
        }
        _ => return Err(wrong()),
    })
}

/// Java writes the sign before each part: `PT-3M-4S` is `-PT3M4S`.
fn signed_in_front(text: &str) -> String {
    match text.strip_prefix('P') {
        Some(parts) if parts.contains('-') => format!("-P{}", parts.replace('-', "")),
        _ => text.to_owned(),
    }
}

fn equal(found: &Value, expect: &Value, approximate: bool) -> bool {
    match (found, expect) {
        (Value::Number(found), Value::Number(expect)) if approximate => {
            let (found, expect) = (found.to_f64(), expect.to_f64());
            (found - expect).abs() <= expect.abs() * 1e-12
        }
        (Value::List(found), Value::List(expect)) => {
            found.len() == expect.len()
                && found.iter().zip(expect).all(|(found, expect)| equal(found, expect, approximate))
        }
        (Value::Context(found), Value::Context(expect)) => {
            found.len() == expect.len()
                && found.iter().all(|(name, found)| {
                    expect.get(name).is_some_and(|expect| equal(found, expect, approximate))
                })
        }
        (Value::DateTime(found), Value::DateTime(expect)) => same_moment(found, expect),
        (Value::Time(_), Value::Time(_)) => found.feel_equals(expect) == Some(true),
        _ => found == expect,
    }
}

/// Same local time, offset and zone.
fn same_moment(found: &DateTime, expect: &DateTime) -> bool {
    let name = |moment: &DateTime| moment.zone().and_then(|zone| zone.name().map(str::to_owned));
    found.with_zone(None) == expect.with_zone(None)
        && found.offset() == expect.offset()
        && name(found) == name(expect)
}
