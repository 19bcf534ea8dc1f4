//! Relations between points and ranges (DMN 1.5, table 78), and ranges from text.

use std::{cmp::Ordering, ops::Bound};

use super::{Answer, Builtin, Call, Refusal, conversion::at_literal};
use crate::{decimal::Decimal, expression::Dialect, range::Range, value::Value};

/// Of a part and a whole.
const PART: &[&[&str]] = &[
    &["point1", "point2"],
    &["point", "range"],
    &["range1", "range2"],
    &["range", "value"],
    &["point1", "range2"],
];

/// Of a whole and a part.
const WHOLE: &[&[&str]] = &[
    &["point1", "point2"],
    &["range", "point"],
    &["range1", "range2"],
    &["range", "value"],
    &["point1", "range2"],
];

/// In either order: where both names are `point` and `range`, the one that is written first counts.
const PAIR: &[&[&str]] = &[
    &["point1", "point2"],
    &["point", "range"],
    &["range", "point"],
    &["range1", "range2"],
    &["range", "value"],
    &["point1", "range2"],
];

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin { name: "before", forms: PAIR, call: |call| before(call, false) },
    Builtin { name: "after", forms: PAIR, call: |call| before(call, true) },
    Builtin { name: "meets", forms: PAIR, call: |call| related(call, false, meets) },
    Builtin { name: "met by", forms: PAIR, call: |call| related(call, true, meets) },
    Builtin { name: "overlaps", forms: PAIR, call: |call| related(call, false, overlaps) },
    Builtin {
        name: "overlaps before",
        forms: PAIR,
        call: |call| related(call, false, overlaps_before),
    },
    Builtin {
        name: "overlaps after",
        forms: PAIR,
        call: |call| related(call, true, overlaps_before),
    },
    Builtin { name: "finishes", forms: PART, call: |call| part(call, false, finishes) },
    Builtin { name: "finished by", forms: WHOLE, call: |call| part(call, true, finishes) },
    Builtin { name: "starts", forms: PART, call: |call| part(call, false, starts) },
    Builtin { name: "started by", forms: WHOLE, call: |call| part(call, true, starts) },
    Builtin { name: "during", forms: PART, call: |call| part(call, false, during) },
    Builtin { name: "includes", forms: WHOLE, call: |call| part(call, true, during) },
    Builtin { name: "coincides", forms: PAIR, call: coincides },
    Builtin { name: "range", forms: &[&["from"]], call: range },
];

type Relation = fn(&Ends<'_>, &Ends<'_>) -> Option<bool>;

/// Both ends of a range; a point is a closed range of itself.
struct Ends<'a> {
    start: &'a Bound<Value>,
    end: &'a Bound<Value>,
}

impl<'a> Ends<'a> {
    fn of(range: &'a Range) -> Self {
        Self { start: range.start(), end: range.end() }
    }
}

fn point(value: &Value) -> Range {
    Range::new(Bound::Included(value.clone()), Bound::Included(value.clone()))
}

/// A range, or the point as one.
fn as_range(value: &Value) -> Range {
    match value {
        Value::Range(range) => Range::clone(range),
        other => point(other),
    }
}

fn unordered() -> Refusal {
    "the two have no order".into()
}

fn before(call: &mut Call<'_>, swapped: bool) -> Answer {
    let strings = matches!((call.single(0), call.single(1)), (Value::String(_), Value::String(_)));
    if strings && call.dialect == Dialect::Camunda {
        return Err("strings are no points in Camunda's FEEL".into());
    }
    let (left, right) = (as_range(call.single(0)), as_range(call.single(1)));
    if [&left, &right].into_iter().any(|range| range.unequal_value().is_some()) {
        return Err("a range without ends has no place in an order".into());
    }
    let (left, right) = if swapped { (right, left) } else { (left, right) };
    let answer = ends_before(&Ends::of(&left), &Ends::of(&right)).ok_or_else(unordered)?;
    Ok(Value::Boolean(answer))
}

/// A relation between two ranges.
fn related(call: &mut Call<'_>, swapped: bool, relation: Relation) -> Answer {
    let (left, right) = (call.range(0)?, call.range(1)?);
    let (left, right) = if swapped { (right, left) } else { (left, right) };
    relation(&Ends::of(left), &Ends::of(right)).map(Value::Boolean).ok_or_else(unordered)
}

/// A relation between a point or range and a range, which is the second, or the first where swapped.
fn part(call: &mut Call<'_>, swapped: bool, relation: Relation) -> Answer {
    let (part, whole) = if swapped { (1, 0) } else { (0, 1) };
    let whole = call.range(whole)?;
    let part = match call.single(part) {
        Value::Range(_) => Range::clone(call.range(part)?),
        other => point(other),
    };
    relation(&Ends::of(&part), &Ends::of(whole)).map(Value::Boolean).ok_or_else(unordered)
}

fn coincides(call: &mut Call<'_>) -> Answer {
    let (left, right) = (call.single(0), call.single(1));
    match (left, right) {
        (Value::Range(_), Value::Range(_)) => Ok(left.feel_equals(right).into()),
        (Value::Range(_), _) | (_, Value::Range(_)) => {
            Err("a point and a range cannot coincide".into())
        }
        _ => left.compare(right).map(|order| Value::Boolean(order.is_eq())).ok_or_else(unordered),
    }
}

fn value(bound: &Bound<Value>) -> Option<(&Value, bool)> {
    match bound {
        Bound::Included(value) => Some((value, true)),
        Bound::Excluded(value) => Some((value, false)),
        Bound::Unbounded => None,
    }
}

/// The order of two ends, and whether both are closed; `None` where one is absent or they have no order.
fn order(left: &Bound<Value>, right: &Bound<Value>) -> Option<(Ordering, bool, bool)> {
    let ((left, left_closed), (right, right_closed)) = (value(left)?, value(right)?);
    Some((left.compare(right)?, left_closed, right_closed))
}

fn ends_before(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    let (order, left_closed, right_closed) = order(left.end, right.start)?;
    Some(order.is_lt() || (order.is_eq() && !(left_closed && right_closed)))
}

fn meets(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    let (order, left_closed, right_closed) = order(left.end, right.start)?;
    Some(order.is_eq() && left_closed && right_closed)
}

fn overlaps(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    Some(!ends_before(left, right)? && !ends_before(right, left)?)
}

/// The left one starts first, and ends inside of the right one.
fn overlaps_before(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    Some(starts_earlier(left, right)? && !ends_before(left, right)? && !ends_later(left, right)?)
}

fn starts_earlier(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    let (order, left_closed, right_closed) = order(left.start, right.start)?;
    Some(order.is_lt() || (order.is_eq() && left_closed && !right_closed))
}

fn ends_later(left: &Ends<'_>, right: &Ends<'_>) -> Option<bool> {
    let (order, left_closed, right_closed) = order(left.end, right.end)?;
    Some(order.is_gt() || (order.is_eq() && left_closed && !right_closed))
}

fn same_end(left: &Bound<Value>, right: &Bound<Value>) -> Option<bool> {
    let (order, left_closed, right_closed) = order(left, right)?;
    Some(order.is_eq() && left_closed == right_closed)
}

fn finishes(part: &Ends<'_>, whole: &Ends<'_>) -> Option<bool> {
    Some(same_end(part.end, whole.end)? && !starts_earlier(part, whole)?)
}

fn starts(part: &Ends<'_>, whole: &Ends<'_>) -> Option<bool> {
    Some(same_end(part.start, whole.start)? && !ends_later(part, whole)?)
}

fn during(part: &Ends<'_>, whole: &Ends<'_>) -> Option<bool> {
    Some(!starts_earlier(part, whole)? && !ends_later(part, whole)?)
}

/// Reads `[1..5)`, `(..5]`, `]@"2020-01-01"..@"2020-12-31"[`, and what `string` makes of `(=5)` and `(!=5)`: the ends are
/// literals.
fn range(call: &mut Call<'_>) -> Answer {
    let text = call.text(0)?.trim();
    let unreadable = || Refusal::from(format!("`{text}` is no range"));
    if let Some(range) = one_value(text, call.dialect) {
        return Ok(Value::range(range));
    }
    let inner = text
        .strip_prefix(['[', '(', ']'])
        .and_then(|rest| rest.strip_suffix([']', ')', '[']))
        .ok_or_else(unreadable)?;
    let (from, to) = inner.split_once("..").ok_or_else(unreadable)?;
    let read = |text: &str| end(text, call.dialect).ok_or_else(unreadable);
    let (from, to) = (read(from)?, read(to)?);
    let start = match from {
        None if text.starts_with('[') => return Err(unreadable()),
        None => Bound::Unbounded,
        Some(value) if text.starts_with('[') => Bound::Included(value),
        Some(value) => Bound::Excluded(value),
    };
    let end = match to {
        None if text.ends_with(']') => return Err(unreadable()),
        None => Bound::Unbounded,
        Some(value) if text.ends_with(']') => Bound::Included(value),
        Some(value) => Bound::Excluded(value),
    };
    let sound = match (value(&start), value(&end)) {
        (Some((start, _)), Some((end, _))) => start.compare(end).is_some_and(Ordering::is_le),
        (None, None) => false,
        _ => true,
    };
    if sound { Ok(Value::range(Range::new(start, end))) } else { Err(unreadable()) }
}

/// `(=5)` or `(!=5)`.
fn one_value(text: &str, dialect: Dialect) -> Option<Range> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let value = |text: &str| end(text, dialect).flatten();
    match inner.strip_prefix("!=") {
        Some(inner) => value(inner).map(Range::unequal_to),
        None => value(inner.strip_prefix('=')?).map(Range::equal_to),
    }
}

/// The outer `None` is a failure, the inner one an absent end.
#[expect(clippy::option_option, reason = "an absent end and a wrong one are different answers")]
fn end(text: &str, dialect: Dialect) -> Option<Option<Value>> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return Some(None);
    }
    if let Ok(number) = text.parse::<Decimal>() {
        return Some(Some(number.into()));
    }
    let quoted = |text: &str| {
        text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::to_owned)
    };
    if let Some(literal) = text.strip_prefix('@') {
        return at_literal(&quoted(literal)?, dialect).map(Some);
    }
    if let Some(string) = quoted(text) {
        return Some(Some(Value::string(string)));
    }
    let (function, argument) = text.strip_suffix(')')?.split_once('(')?;
    let known = ["date", "time", "date and time", "duration"];
    if !known.contains(&function.trim()) {
        return None;
    }
    at_literal(&quoted(argument.trim())?, dialect).map(Some)
}
