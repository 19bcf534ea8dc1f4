//! Filters: `list[condition]` and `list[index]`.

use super::{Frame, compare::comparison, eval, place};
use crate::{
    decimal::Decimal,
    expression::Dialect,
    ir::{Kind, Node},
    problem::Span,
    run::{Run, WarningKind},
    value::{List, Value},
};

pub(super) fn filter(
    base: &Node,
    condition: &Node,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let items = match eval(base, frame, run) {
        Value::List(items) => items,
        Value::Null => List::default(),
        // A single value is a list of one (DMN 1.5, 10.3.2.5).
        single if frame.dialect == Dialect::Standard => List::from(vec![single]),
        other => {
            let found = other.type_name();
            run.warn(WarningKind::InvalidType, span, || format!("expected a list, found {found}"));
            return Value::Null;
        }
    };
    if let Some(Value::Number(index)) = place(condition, frame) {
        return at(&items, *index, span, run);
    }
    matching(&items, condition, span, frame, run)
}

fn matching(
    items: &List,
    condition: &Node,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let slot = frame.locals.len();
    let mut kept = Vec::new();
    for (position, item) in items.iter().enumerate() {
        if !run.step(1, span) {
            break;
        }
        frame.locals.push(item.clone());
        // Most conditions are a single comparison, which needs no level of its own.
        let answer = match &condition.kind {
            Kind::Compare { op, left, right } => {
                comparison(*op, left, right, condition.span, frame, run)
            }
            _ => eval(condition, frame, run),
        };
        frame.locals.truncate(slot + 1);
        let Some(item) = frame.locals.pop() else { break };
        match answer {
            Value::Boolean(true) => kept.push(item),
            Value::Boolean(false) | Value::Null => {}
            Value::Number(index) if position == 0 => return at(items, index, span, run),
            other => {
                run.warn(WarningKind::InvalidType, condition.span, || {
                    format!("expected a condition or an index, found {}", other.type_name())
                });
                if frame.dialect == Dialect::Standard {
                    return Value::Null;
                }
            }
        }
    }
    Value::list(kept)
}

/// The item at an index: from 1, or from the end where negative.
fn at(items: &[Value], index: Decimal, span: Span, run: &mut Run) -> Value {
    let position = match index.to_i64() {
        Some(index) if index > 0 => usize::try_from(index - 1).ok(),
        Some(index) if index < 0 => usize::try_from(index.unsigned_abs())
            .ok()
            .and_then(|back| items.len().checked_sub(back)),
        _ => None,
    };
    match position.and_then(|position| items.get(position)) {
        Some(item) => item.clone(),
        None => {
            run.warn(WarningKind::NoEntryFound, span, || {
                format!("no item at {index} in a list of {}", items.len())
            });
            Value::Null
        }
    }
}
