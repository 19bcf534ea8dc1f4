//! The filters of searches: conditions on fields of a row, all of which must hold. A condition that a
//! database query can answer is taken out by whoever makes that query; the rest is judged here.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::search::Row;
use crate::problem::Problem;

/// The member that holds alternatives.
const ANY: &str = "$or";

/// What rows must be like.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    all: Vec<Condition>,
    /// At least one of these groups must hold as a whole, where there is any.
    any: Vec<Vec<Condition>>,
}

/// One test of one field.
#[derive(Debug, Clone, PartialEq)]
struct Condition {
    field: String,
    test: Test,
}

/// What a field is tested for.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    Equal(Value),
    NotEqual(Value),
    Exists(bool),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    /// The orderings of the field to the value for which the test holds.
    Order(Value, &'static [Ordering]),
    Like(String),
}

impl Filter {
    /// Reads a filter that may name these fields.
    pub(super) fn read(given: &Map<String, Value>, fields: &[&str]) -> Result<Self, Problem> {
        let mut filter = Self::default();
        for (name, value) in given {
            match value {
                Value::Null => {}
                Value::Array(groups) if name == ANY => {
                    for group in groups {
                        let group = group.as_object().ok_or_else(|| unreadable(ANY, group))?;
                        filter.any.push(conditions(group, fields)?);
                    }
                }
                value => read_field(name, value, fields, &mut filter.all)?,
            }
        }
        Ok(filter)
    }

    /// Takes out the test that `field` equals a text, where the filter has it.
    pub(super) fn take_equal(&mut self, field: &str) -> Option<String> {
        let is_it = |condition: &Condition| {
            condition.field == field && matches!(condition.test, Test::Equal(Value::String(_)))
        };
        let place = self.all.iter().position(is_it)?;
        match self.all.remove(place).test {
            Test::Equal(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The text that `field` must equal; the test stays.
    pub(super) fn equal(&self, field: &str) -> Option<String> {
        self.clone().take_equal(field)
    }

    /// Takes out the test that `field` is true, where the filter has it.
    pub(super) fn take_true(&mut self, field: &str) -> bool {
        let before = self.all.len();
        self.all.retain(|condition| {
            condition.field != field || condition.test != Test::Equal(Value::Bool(true))
        });
        self.all.len() < before
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty()
    }

    pub(super) fn holds(&self, row: &Row) -> bool {
        let group = |conditions: &[Condition]| conditions.iter().all(|it| it.holds(row));
        group(&self.all) && (self.any.is_empty() || self.any.iter().any(|any| group(any)))
    }
}

fn conditions(group: &Map<String, Value>, fields: &[&str]) -> Result<Vec<Condition>, Problem> {
    let mut conditions = Vec::new();
    for (name, value) in group {
        read_field(name, value, fields, &mut conditions)?;
    }
    Ok(conditions)
}

fn read_field(
    name: &str,
    value: &Value,
    fields: &[&str],
    conditions: &mut Vec<Condition>,
) -> Result<(), Problem> {
    if !fields.contains(&name) {
        return Err(Problem::bad_request(
            "filter",
            format!(
                "a filter by `{name}` is not supported here; supported are {}",
                fields.join(", ")
            ),
        ));
    }
    let mut add = |test| conditions.push(Condition { field: name.to_owned(), test });
    match value {
        Value::Object(tests) => {
            for (operator, value) in tests {
                add(read_test(name, operator, value)?);
            }
        }
        Value::Null | Value::Array(_) => return Err(unreadable(name, value)),
        value => add(Test::Equal(one(name, value)?)),
    }
    Ok(())
}

fn read_test(name: &str, operator: &str, value: &Value) -> Result<Test, Problem> {
    const GREATER: &[Ordering] = &[Ordering::Greater];
    const LESS: &[Ordering] = &[Ordering::Less];
    const AT_LEAST: &[Ordering] = &[Ordering::Greater, Ordering::Equal];
    const AT_MOST: &[Ordering] = &[Ordering::Less, Ordering::Equal];
    Ok(match operator {
        "$eq" => Test::Equal(one(name, value)?),
        "$neq" => Test::NotEqual(one(name, value)?),
        "$exists" => Test::Exists(value.as_bool().ok_or_else(|| unreadable(name, value))?),
        "$in" => Test::In(many(name, value)?),
        "$notIn" => Test::NotIn(many(name, value)?),
        "$gt" => Test::Order(one(name, value)?, GREATER),
        "$gte" => Test::Order(one(name, value)?, AT_LEAST),
        "$lt" => Test::Order(one(name, value)?, LESS),
        "$lte" => Test::Order(one(name, value)?, AT_MOST),
        "$like" => Test::Like(value.as_str().ok_or_else(|| unreadable(name, value))?.to_owned()),
        _ => {
            let detail =
                format!("`{operator}` is not an operator of filters that is supported here");
            return Err(Problem::bad_request("filter", detail));
        }
    })
}

fn many(name: &str, value: &Value) -> Result<Vec<Value>, Problem> {
    let values = value.as_array().ok_or_else(|| unreadable(name, value))?;
    values.iter().map(|value| one(name, value)).collect()
}

/// A single value to compare with: instants in the form in which rows have them.
fn one(name: &str, value: &Value) -> Result<Value, Problem> {
    match value {
        Value::String(text) if is_instant(name) => {
            milliseconds(text).map(Value::String).ok_or_else(|| {
                let detail =
                    format!("`{text}` is not an instant in UTC such as 2026-11-22T15:20:18Z");
                Problem::bad_request("filter", detail)
            })
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(value.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(unreadable(name, value)),
    }
}

fn is_instant(field: &str) -> bool {
    field.ends_with("Date") || field.ends_with("Time")
}

/// An instant in UTC with exactly three digits behind the second, so that text order is time order.
fn milliseconds(text: &str) -> Option<String> {
    let (second, fraction) = match text.strip_suffix('Z')?.split_once('.') {
        Some((second, fraction)) => (second, fraction),
        None => (text.strip_suffix('Z')?, ""),
    };
    let shape = |(byte, expect): (u8, u8)| match expect {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    let pattern = b"0000-00-00T00:00:00";
    let well_formed = second.len() == pattern.len()
        && second.bytes().zip(pattern.iter().copied()).all(shape)
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    well_formed.then(|| format!("{second}.{fraction}Z"))
}

fn unreadable(name: &str, value: &Value) -> Problem {
    Problem::bad_request("filter", format!("the filter by `{name}` cannot be `{value}`"))
}

impl Condition {
    fn holds(&self, row: &Row) -> bool {
        let value = row.value(&self.field);
        let any = |test: &dyn Fn(&Value) -> bool| match value {
            Value::Array(items) => items.iter().any(test),
            value => !value.is_null() && test(value),
        };
        match &self.test {
            Test::Equal(expect) => any(&|value| value == expect),
            Test::NotEqual(expect) => !any(&|value| value == expect),
            Test::Exists(expect) => any(&|_| true) == *expect,
            Test::In(expect) => any(&|value| expect.contains(value)),
            Test::NotIn(expect) => !any(&|value| expect.contains(value)),
            Test::Order(than, orders) => any(&|value| orders.contains(&compare(value, than))),
            Test::Like(pattern) => any(&|value| value.as_str().is_some_and(|it| like(pattern, it))),
        }
    }
}

/// The order of two values of one field: numbers and keys by size, texts by their characters, null last.
pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            match (left.parse::<i64>(), right.parse::<i64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                // All numbers stand before all other texts: a total order, as sorting needs it.
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => left.cmp(right),
            }
        }
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (left, right) => left.is_null().cmp(&right.is_null()),
    }
}

/// Whether `text` matches a pattern in which `*` stands for anything, `?` for one character, and `\`
/// takes its meaning from the next.
fn like(pattern: &str, text: &str) -> bool {
    #[derive(PartialEq)]
    enum Part {
        Anything,
        One,
        Just(char),
    }
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(next) = chars.next() {
        parts.push(match next {
            '*' => Part::Anything,
            '?' => Part::One,
            '\\' => Part::Just(chars.next().unwrap_or('\\')),
            other => Part::Just(other),
        });
    }
    // `reached[n]`: the first n parts match the text so far.
    let mut reached: Vec<bool> = std::iter::once(true)
        .chain(parts.iter().scan(true, |all, part| {
            *all = *all && *part == Part::Anything;
            Some(*all)
        }))
        .collect();
    for char in text.chars() {
        let mut next = vec![false];
        for (part, pair) in parts.iter().zip(reached.windows(2)) {
            let (before, here) = (pair.first() == Some(&true), pair.last() == Some(&true));
            let before_now = next.last() == Some(&true);
            next.push(match part {
                Part::Anything => before_now || here,
                Part::One => before,
                Part::Just(expect) => before && *expect == char,
            });
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_filter_keeps_the_rows_that_it_describes() {
        let row = Row::new(json!({
            "id": "order", "version": 2, "key": "17", "tag": null, "open": true,
            "startDate": "2026-11-22T15:20:18.120Z", "groups": ["sales", "manager"],
        }));
        for (filter, holds) in [
            (json!({}), true),
            (json!({"id": "order", "version": 2}), true),
            (json!({"id": "orders"}), false),
            (json!({"version": {"$gte": 2, "$lt": 3}}), true),
            (json!({"version": {"$gt": 2}}), false),
            (json!({"key": {"$in": ["16", "17"]}}), true),
            (json!({"key": {"$notIn": ["16", "17"]}}), false),
            (json!({"tag": {"$exists": false}}), true),
            (json!({"tag": {"$neq": "a"}}), true),
            (json!({"open": false}), false),
            (json!({"id": {"$like": "o*d?r"}}), true),
            (json!({"id": {"$like": "*d"}}), false),
            (json!({"id": {"$like": "ord\\*"}}), false),
            (json!({"startDate": {"$gt": "2026-11-22T15:20:18.11Z"}}), true),
            (json!({"startDate": "2026-11-22T15:20:18.12Z"}), true),
            (json!({"startDate": {"$lt": "2026-11-22T15:20:18Z"}}), false),
            (json!({"groups": "manager"}), true),
            (json!({"groups": {"$neq": "manager"}}), false),
            (json!({"$or": [{"id": "x"}, {"version": 2}]}), true),
            (json!({"$or": [{"id": "x"}, {"version": 2, "key": "1"}]}), false),
        ] {
            let fields = ["id", "version", "key", "tag", "open", "startDate", "groups"];
            let given = filter.as_object().expect("an object");
            let read = Filter::read(given, &fields).expect("a filter");
            assert_eq!(read.holds(&row), holds, "{filter}");
        }
    }

    #[test]
    fn what_cannot_be_filtered_by_is_refused_by_name() {
        for (filter, expect) in [
            (json!({"size": 1}), "`size` is not supported here; supported are id, startDate"),
            (json!({"id": {"$regex": "a"}}), "`$regex` is not an operator"),
            (json!({"id": ["a"]}), "cannot be `[\"a\"]`"),
            (json!({"startDate": "yesterday"}), "`yesterday` is not an instant"),
            (json!({"$or": [1]}), "cannot be `1`"),
        ] {
            let given = filter.as_object().expect("an object");
            let refused = Filter::read(given, &["id", "startDate"]).expect_err("a refusal");
            assert!(refused.detail.contains(expect), "{}", refused.detail);
        }
    }
}
