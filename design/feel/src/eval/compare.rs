//! Comparison, ranges and tests.

use std::ops::Bound;

use super::{Frame, eval, place};
use crate::{
    expression::Dialect,
    ir::{Kind, Node, Test},
    problem::Span,
    range::{Range, end_value},
    run::{Run, WarningKind},
    syntax::tree::CompareOp,
    value::Value,
};

pub(super) fn comparison(
    op: CompareOp,
    left: &Node,
    right: &Node,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    if let (Some(left), Some(right)) = (place(left, frame), place(right, frame)) {
        return compared(op, left, right, span, frame.dialect, run);
    }
    let left = eval(left, frame, run);
    let right = eval(right, frame, run);
    compared(op, &left, &right, span, frame.dialect, run)
}

fn compared(
    op: CompareOp,
    left: &Value,
    right: &Value,
    span: Span,
    dialect: Dialect,
    run: &mut Run,
) -> Value {
    run.sees(left.extent().parts.min(right.extent().parts), span);
    let answer = compare_values(op, left, right, dialect);
    if answer.is_none() {
        run.warn(WarningKind::NotComparable, span, || {
            format!("cannot compare {} with {}", left.type_name(), right.type_name())
        });
    }
    answer.into()
}

/// The answer of a comparison; `None` where there is none.
#[inline]
pub(crate) fn compare_values(
    op: CompareOp,
    left: &Value,
    right: &Value,
    dialect: Dialect,
) -> Option<bool> {
    if let (Value::Number(left), Value::Number(right)) = (left, right) {
        return Some(op.holds(left.cmp(right)));
    }
    compare_others(op, left, right, dialect)
}

fn compare_others(op: CompareOp, left: &Value, right: &Value, dialect: Dialect) -> Option<bool> {
    match op {
        CompareOp::Equal => equal(left, right, dialect),
        CompareOp::NotEqual => equal(left, right, dialect).map(|equal| !equal),
        CompareOp::Less
        | CompareOp::LessOrEqual
        | CompareOp::Greater
        | CompareOp::GreaterOrEqual => left.compare(right).map(|order| op.holds(order)),
    }
}

/// FEEL equality. The standard compares moments by their properties, which know whole seconds only (DMN 1.5, table 42).
fn equal(left: &Value, right: &Value, dialect: Dialect) -> Option<bool> {
    match (left, right) {
        (Value::Time(left), Value::Time(right)) if dialect == Dialect::Standard => {
            Value::Time(left.whole_seconds()).feel_equals(&Value::Time(right.whole_seconds()))
        }
        (Value::DateTime(left), Value::DateTime(right)) if dialect == Dialect::Standard => {
            Value::DateTime(left.whole_seconds())
                .feel_equals(&Value::DateTime(right.whole_seconds()))
        }
        _ => left.feel_equals(right),
    }
}

pub(super) fn between(
    value: &Node,
    low: &Node,
    high: &Node,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let value = eval(value, frame, run);
    let low = eval(low, frame, run);
    let high = eval(high, frame, run);
    let above = compared(CompareOp::GreaterOrEqual, &value, &low, span, frame.dialect, run);
    let below = compared(CompareOp::LessOrEqual, &value, &high, span, frame.dialect, run);
    // `value >= low and value <= high` (DMN 1.5, table 53): one side that is false decides.
    match (above.as_bool(), below.as_bool()) {
        (Some(false), _) | (_, Some(false)) => Value::Boolean(false),
        (Some(true), Some(true)) => Value::Boolean(true),
        _ => Value::Null,
    }
}

/// A range whose ends are of one type that has an order; null and a warning otherwise.
pub(super) fn range(range: Range, span: Span, run: &mut Run) -> Value {
    let ends = (end_value(range.start()), end_value(range.end()));
    let sound = match ends {
        (Some(start), Some(end)) => start.compare(end).is_some_and(std::cmp::Ordering::is_le),
        (Some(only), None) | (None, Some(only)) => only.compare(only).is_some(),
        (None, None) => false,
    };
    if !sound {
        run.warn(WarningKind::InvalidType, span, || "the ends make no range".into());
        return Value::Null;
    }
    Value::range(range)
}

/// `(= 5)` or `(!= 5)`, of a value that could be the end of a range.
pub(super) fn passing(op: CompareOp, value: Value, span: Span, run: &mut Run) -> Value {
    let start = Bound::Included(value.clone());
    if range(Range::new(start, Bound::Unbounded), span, run).is_null() {
        return Value::Null;
    }
    Value::range(match op {
        CompareOp::NotEqual => Range::unequal_to(value),
        _ => Range::equal_to(value),
    })
}

pub(super) fn membership(
    value: &Node,
    tests: &[Test],
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let value = eval(value, frame, run);
    let slot = frame.locals.len();
    frame.locals.push(value);
    let answer = any_test(tests, slot, frame, run);
    frame.locals.truncate(slot);
    answer
}

/// Whether one of the tests holds for the local of that number.
pub(super) fn any_test(tests: &[Test], slot: usize, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    let mut answer = Value::Boolean(false);
    for test in tests {
        match test_one(test, slot, frame, run) {
            Some(true) => return Value::Boolean(true),
            Some(false) => {}
            None => answer = Value::Null,
        }
    }
    answer
}

fn test_one(test: &Test, slot: usize, frame: &mut Frame<'_>, run: &mut Run) -> Option<bool> {
    match test {
        Test::Compare { op, operand } => {
            if let (Some(value), Some(operand)) = (frame.locals.get(slot), place(operand, frame)) {
                return compared(*op, value, operand, test_span(test), frame.dialect, run)
                    .as_bool();
            }
            let right = eval(operand, frame, run);
            let left = frame.locals.get(slot)?;
            compared(*op, left, &right, operand.span, frame.dialect, run).as_bool()
        }
        Test::Matches(node) => {
            if let (Some(value), Some(operand)) = (frame.locals.get(slot), place(node, frame)) {
                run.sees(operand.extent().parts, node.span);
                return is_member(value, operand);
            }
            let operand = eval(node, frame, run);
            if operand.is_null() && matches!(node.kind, Kind::Range { .. } | Kind::Passing { .. }) {
                return None;
            }
            let value = frame.locals.get(slot)?;
            run.sees(operand.extent().parts, node.span);
            is_member(value, &operand)
        }
        Test::Holds(node) => eval(node, frame, run).as_bool(),
    }
}

/// Whether a value is the operand, lies in its range or is in its list.
pub(crate) fn is_member(value: &Value, operand: &Value) -> Option<bool> {
    match operand {
        Value::Range(range) => match value {
            Value::Range(other) => Some(other == range),
            _ => range.contains(value),
        },
        Value::List(items) => {
            if let Value::List(own) = value
                && Value::List(own.clone()).feel_equals(operand) == Some(true)
            {
                return Some(true);
            }
            let found = items.iter().any(|item| match item {
                Value::Range(range) => range.contains(value) == Some(true) || item == value,
                _ => item.feel_equals(value) == Some(true),
            });
            Some(found)
        }
        // A test that answers by itself, unless a boolean is tested.
        Value::Boolean(answer) if !matches!(value, Value::Boolean(_)) => Some(*answer),
        _ => value.feel_equals(operand),
    }
}

fn test_span(test: &Test) -> Span {
    match test {
        Test::Compare { operand, .. } | Test::Matches(operand) | Test::Holds(operand) => {
            operand.span
        }
    }
}
