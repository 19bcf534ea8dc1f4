//! Values as FEEL's `string` function writes them.

use std::fmt::{self, Write as _};

use super::Value;
use crate::{
    calendar::{DaysDuration, YearsDuration},
    expression::Dialect,
};

/// The text of a value in a dialect; a string stands in quotation marks. Of more bytes than allowed only so many are
/// written that it is too long.
pub(crate) fn text_within(value: &Value, dialect: Dialect, bytes: usize) -> String {
    let mut text = Limited { text: String::new(), bytes };
    // That it does not fit is what its length says.
    let _ = write!(text, "{}", Written { value, dialect });
    text.text
}

/// A text that takes no more once it is too long.
struct Limited {
    text: String,
    bytes: usize,
}

impl fmt::Write for Limited {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.text.len() > self.bytes {
            return Err(fmt::Error);
        }
        self.text.push_str(part);
        Ok(())
    }
}

struct Written<'a> {
    value: &'a Value,
    dialect: Dialect,
}

impl fmt::Display for Value {
    /// As the standard writes it, a string in quotation marks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written { value: self, dialect: Dialect::Standard }.fmt(f)
    }
}

impl Written<'_> {
    fn of<'a>(&self, value: &'a Value) -> Written<'a> {
        Written { value, dialect: self.dialect }
    }

    /// Camunda writes lengths of zero and contexts in a way of its own.
    fn is_camunda(&self) -> bool {
        self.dialect == Dialect::Camunda
    }
}

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => value.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::String(text) => quoted(text, f),
            Value::List(items) => joined("[", items.iter(), "]", f, |item, f| self.of(item).fmt(f)),
            Value::Context(context) => joined("{", context.iter(), "}", f, |(name, value), f| {
                write_name(name, f)?;
                f.write_str(if self.is_camunda() { ":" } else { ": " })?;
                self.of(value).fmt(f)
            }),
            Value::Date(date) => date.fmt(f),
            Value::Time(time) => time.fmt(f),
            Value::DateTime(moment) => moment.fmt(f),
            Value::DaysDuration(DaysDuration::ZERO) if self.is_camunda() => f.write_str("P0D"),
            Value::DaysDuration(duration) => duration.fmt(f),
            Value::YearsDuration(duration)
                if self.is_camunda() && *duration == YearsDuration::from_months(0) =>
            {
                f.write_str("P0Y")
            }
            Value::YearsDuration(duration) => duration.fmt(f),
            Value::Range(range) => range.fmt(f),
            Value::Function(function) => write!(f, "{function:?}"),
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for char in text.chars() {
        match char {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            other => f.write_char(other)?,
        }
    }
    f.write_str("\"")
}

/// A key that is no plain name stands in quotation marks.
fn write_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = !name.is_empty()
        && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | ' '));
    if plain { f.write_str(name) } else { quoted(name, f) }
}

fn joined<T>(
    open: &str,
    items: impl Iterator<Item = T>,
    close: &str,
    f: &mut fmt::Formatter<'_>,
    write: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(item, f)?;
    }
    f.write_str(close)
}
