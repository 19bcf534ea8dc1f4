//! One comparison of a column with a constant. Equality is never null between values of one type, not even
//! for null (`null = 1` is false, `null != 1` is true); an order relation with null is null; between
//! values of different types everything is null, except equality with null (DMN 1.5, 10.3.2.13).

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use base::{Currency, Key};
use feel::Value;
use feel::predicate::Op;

use super::position::{Position, symbol};
use crate::column::{Operand, Reading};
use crate::sql::{Dialect, Param, Sql, after_prefix};

/// Adds `operand op value`.
pub(super) fn compare(operand: &Operand, op: Op, value: &Value, sql: &mut Sql) {
    let column = &operand.column;
    match (&operand.reading, value) {
        (Reading::Text, Value::String(text)) => text_compare(column, op, text, sql),
        (Reading::Key, Value::String(text)) => key_compare(column, op, text, sql),
        (Reading::Scaled(scale), Value::Number(number)) => {
            let position = Position::of_decimal(*number, u32::from(*scale));
            integer_compare(column, op, position, sql);
        }
        (Reading::Money { currency }, Value::Number(number)) => {
            money_compare(column, currency, op, *number, sql);
        }
        (Reading::Date, Value::Date(date)) => {
            integer_compare(column, op, Position::At(date.epoch_days()), sql);
        }
        (Reading::Instant, Value::DateTime(moment)) => match moment.zone() {
            Some(_) => integer_compare(column, op, Position::of_nanos(moment.instant_nanos()), sql),
            None => never_equal(op, sql),
        },
        (Reading::Boolean, Value::Boolean(flag)) => match op {
            Op::Equal | Op::NotEqual => {
                integer_compare(column, op, Position::At(i64::from(*flag)), sql);
            }
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                incomparable(column, op, sql);
            }
        },
        _ => incomparable(column, op, sql),
    }
}

/// Adds `operand in values`: true where it equals one of them.
pub(super) fn one_of(operand: &Operand, values: &[Value], sql: &mut Sql) {
    let (listed, single): (Vec<&Value>, Vec<&Value>) = values.iter().partition(|value| {
        matches!(operand.reading, Reading::Text | Reading::Key) && value.as_str().is_some()
    });
    if values.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("(");
    if !listed.is_empty() {
        sql.push("(").push(&operand.column).push(" IN (");
        let texts = listed.iter().filter_map(|value| value.as_str());
        match operand.reading {
            // A text that is no key is no row's; zero is no key.
            Reading::Key => {
                sql.bind_list(texts.map(|text| Param::Integer(key_of(text).map_or(0, |key| key.0))))
            }
            _ => sql.bind_list(texts.map(|text| Param::Text(text.into()))),
        };
        sql.push(") AND ").push(&operand.column).push(" IS NOT NULL)");
    }
    for (index, value) in single.iter().enumerate() {
        if index > 0 || !listed.is_empty() {
            sql.push(" OR ");
        }
        compare(operand, Op::Equal, value, sql);
    }
    sql.push(")");
}

/// Adds `starts with(operand, prefix)`, as a range, which an index can answer.
pub(super) fn starts_with(operand: &Operand, prefix: &Arc<str>, sql: &mut Sql) {
    let Some(column) = text_of(operand, sql.dialect) else {
        sql.push("NULL");
        return;
    };
    sql.push("(").push(&column).push(" >= ").bind(Param::Text(Arc::clone(prefix)));
    if let Some(end) = after_prefix(prefix) {
        sql.push(" AND ").push(&column).push(" < ").bind(Param::Text(end.into()));
    }
    sql.push(")");
}

/// Adds `contains(operand, part)`.
pub(super) fn contains(operand: &Operand, part: &Arc<str>, sql: &mut Sql) {
    let Some(column) = text_of(operand, sql.dialect) else {
        sql.push("NULL");
        return;
    };
    let function = match sql.dialect {
        Dialect::Sqlite => "instr(",
        Dialect::Postgres => "strpos(",
    };
    sql.push("(").push(function).push(&column).push(", ").bind(Param::Text(Arc::clone(part)));
    sql.push(") > 0)");
}

/// Adds `ends with(operand, suffix)`.
pub(super) fn ends_with(operand: &Operand, suffix: &Arc<str>, sql: &mut Sql) {
    let Some(column) = text_of(operand, sql.dialect) else {
        sql.push("NULL");
        return;
    };
    if suffix.is_empty() {
        // Every text ends with nothing; no text is null.
        sql.push("(").push(&column).push(" = ").push(&column).push(")");
        return;
    }
    let length = suffix.chars().count();
    let end = match sql.dialect {
        Dialect::Sqlite => format!("substr({column}, -{length})"),
        Dialect::Postgres => format!("right({column}, {length})"),
    };
    sql.push("(").push(&end).push(" = ").bind(Param::Text(Arc::clone(suffix))).push(")");
}

/// Adds `string length(operand) op length`. The length of what is no text is null for every row.
pub(super) fn length(operand: &Operand, op: Op, length: feel::Decimal, sql: &mut Sql) {
    let Some(column) = text_of(operand, sql.dialect) else {
        return never_equal(op, sql);
    };
    let counted = match sql.dialect {
        Dialect::Sqlite => format!("length({column})"),
        Dialect::Postgres => format!("CAST(char_length({column}) AS BIGINT)"),
    };
    integer_compare(&counted, op, Position::of_decimal(length, 0), sql);
}

/// The column as text, where FEEL sees text in it.
fn text_of(operand: &Operand, dialect: Dialect) -> Option<String> {
    match operand.reading {
        Reading::Text => Some(operand.column.clone()),
        Reading::Key => Some(as_text(&operand.column, dialect)),
        Reading::Scaled(_)
        | Reading::Money { .. }
        | Reading::Date
        | Reading::Instant
        | Reading::Boolean => None,
    }
}

fn text_compare(column: &str, op: Op, text: &Arc<str>, sql: &mut Sql) {
    plain(column, op, Param::Text(Arc::clone(text)), sql);
}

fn key_compare(column: &str, op: Op, text: &Arc<str>, sql: &mut Sql) {
    match op {
        Op::Equal | Op::NotEqual => match key_of(text) {
            Some(key) => plain(column, op, Param::Integer(key.0), sql),
            None => never_equal(op, sql),
        },
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
            text_compare(&as_text(column, sql.dialect), op, text, sql);
        }
    }
}

/// The key that is written so, and not otherwise.
fn key_of(text: &str) -> Option<Key> {
    Key::from_str(text).ok().filter(|key| key.to_string() == text)
}

fn as_text(column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("CAST({column} AS TEXT)"),
        // A column compares by code point, but a text that is made compares as the database was created.
        Dialect::Postgres => format!("(CAST({column} AS TEXT) COLLATE \"C\")"),
    }
}

fn integer_compare(column: &str, op: Op, position: Position, sql: &mut Sql) {
    match (op, position) {
        (Op::Equal | Op::NotEqual, Position::At(number)) => {
            plain(column, op, Param::Integer(number), sql);
        }
        (Op::Equal | Op::NotEqual, Position::Below | Position::After(_) | Position::Above) => {
            sql.push(if op == Op::Equal { "FALSE" } else { "TRUE" });
        }
        (Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual, position) => {
            let (symbol, number) = position.order(op);
            sql.push("(").push(column).push(" ").push(symbol).push(" ");
            sql.bind(Param::Integer(number)).push(")");
        }
    }
}

/// The comparison with a constant of the column's own type; equality is not null for null.
fn plain(column: &str, op: Op, value: Param, sql: &mut Sql) {
    sql.push("(").push(column).push(" ").push(symbol(op)).push(" ").bind(value);
    match op {
        Op::Equal => sql.push(" AND ").push(column).push(" IS NOT NULL"),
        Op::NotEqual => sql.push(" OR ").push(column).push(" IS NULL"),
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => sql,
    };
    sql.push(")");
}

/// Money in FEEL is a number in major units, so how many minor units the constant is depends on the row.
fn money_compare(column: &str, currency: &str, op: Op, number: feel::Decimal, sql: &mut Sql) {
    sql.push("(CASE");
    for (digits, codes) in CURRENCIES.iter() {
        sql.push(" WHEN ").push(currency).push(" IN (").push(codes).push(") THEN ");
        integer_compare(column, op, Position::of_decimal(number, *digits), sql);
    }
    sql.push(" ELSE ");
    integer_compare(column, op, Position::of_decimal(number, 2), sql);
    sql.push(" END)");
}

/// The currencies whose minor unit has not two digits, quoted, by number of digits. Asked of [`Currency`]
/// for every code there can be, so that the list exists once.
static CURRENCIES: LazyLock<BTreeMap<u32, String>> = LazyLock::new(|| {
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for code in codes().filter(|code| code.digits() != 2) {
        found.entry(code.digits()).or_default().push(format!("'{code}'"));
    }
    found.into_iter().map(|(digits, codes)| (digits, codes.join(", "))).collect()
});

fn codes() -> impl Iterator<Item = Currency> {
    let letters = || 'A'..='Z';
    letters().flat_map(move |a| {
        letters().flat_map(move |b| {
            letters().filter_map(move |c| Currency::from_str(&format!("{a}{b}{c}")).ok())
        })
    })
}

/// A constant of the right type that no row can hold: equality is decided, for null too. An order
/// relation is null.
fn never_equal(op: Op, sql: &mut Sql) {
    match op {
        Op::Equal => sql.push("FALSE"),
        Op::NotEqual => sql.push("TRUE"),
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => sql.push("NULL"),
    };
}

/// A constant of another type: null, except that null is not equal to it.
fn incomparable(column: &str, op: Op, sql: &mut Sql) {
    match op {
        Op::Equal => sql.push("(CASE WHEN ").push(column).push(" IS NULL THEN FALSE END)"),
        Op::NotEqual => sql.push("(CASE WHEN ").push(column).push(" IS NULL THEN TRUE END)"),
        Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => sql.push("NULL"),
    };
}
