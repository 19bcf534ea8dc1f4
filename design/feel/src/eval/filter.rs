//! Filters: `list[condition]` and `list[index]`.

use super::{
    Frame,
    compare::{compare_values, comparison},
    eval, place,
    property::{Step, property, property_of},
};
use crate::{
    decimal::Decimal,
    expression::Dialect,
    ir::{Kind, Node},
    problem::Span,
    run::{Run, WarningKind},
    value::{List, Value},
};

/// Results that are made room for at once.
const ROOM: usize = 32;

/// The items for which the condition holds, or the entry of each that a step behind the filter takes.
pub(super) fn filter(
    base: &Node,
    condition: &Node,
    span: Span,
    step: Option<Step<'_>>,
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
            return stepped(Value::Null, step, run);
        }
    };
    if let Some(Value::Number(index)) = place(condition, frame) {
        let index = *index;
        let item = at(&items, index, span, run);
        return stepped(item, step, run);
    }
    Filter { items: &items, condition, span, step }.matching(frame, run)
}

/// What a step behind the filter makes of its only result.
fn stepped(value: Value, step: Option<Step<'_>>, run: &mut Run) -> Value {
    match step {
        Some(step) => property(&value, step, run),
        None => value,
    }
}

struct Filter<'a> {
    items: &'a List,
    condition: &'a Node,
    span: Span,
    step: Option<Step<'a>>,
}

impl Filter<'_> {
    fn matching(&self, frame: &mut Frame<'_>, run: &mut Run) -> Value {
        let slot = frame.locals.len();
        frame.locals.push_items(self.items);
        let direct = is_direct(self.condition);
        let mut kept = Vec::with_capacity(self.items.len().min(ROOM));
        for (position, item) in self.items.iter().enumerate() {
            if !run.step(1, self.span) {
                break;
            }
            let known = if direct { holds(self.condition, item, slot, frame) } else { None };
            let answer = match known {
                Some(answer) => Value::Boolean(answer),
                None => self.evaluated(slot, position, frame, run),
            };
            match answer {
                Value::Boolean(true) => kept.push(match self.step {
                    Some(step) => property_of(item, step, run),
                    None => item.clone(),
                }),
                Value::Boolean(false) | Value::Null => {}
                Value::Number(index) if position == 0 => {
                    frame.locals.truncate(slot);
                    let item = at(self.items, index, self.span, run);
                    return stepped(item, self.step, run);
                }
                other => {
                    run.warn(WarningKind::InvalidType, self.condition.span, || {
                        format!("expected a condition or an index, found {}", other.type_name())
                    });
                    if frame.dialect == Dialect::Standard {
                        frame.locals.truncate(slot);
                        return stepped(Value::Null, self.step, run);
                    }
                }
            }
        }
        frame.locals.truncate(slot);
        Value::list(kept)
    }

    fn evaluated(
        &self,
        slot: usize,
        position: usize,
        frame: &mut Frame<'_>,
        run: &mut Run,
    ) -> Value {
        frame.locals.advance(slot, position);
        // Most conditions are a single comparison, which needs no level of its own.
        match &self.condition.kind {
            Kind::Compare { op, left, right } => {
                comparison(*op, left, right, self.condition.span, frame, run)
            }
            _ => eval(self.condition, frame, run),
        }
    }
}

/// Whether a condition is made of comparisons of stored values only.
fn is_direct(condition: &Node) -> bool {
    match &condition.kind {
        Kind::Compare { left, right, .. } => is_stored(left) && is_stored(right),
        Kind::And(operands) | Kind::Or(operands) => operands.iter().all(is_direct),
        _ => false,
    }
}

fn is_stored(node: &Node) -> bool {
    match &node.kind {
        Kind::Constant(_)
        | Kind::Input(_)
        | Kind::Local(_)
        | Kind::Capture(_)
        | Kind::Member { .. } => true,
        Kind::Path { base, .. } => is_stored(base),
        _ => false,
    }
}

/// The answer of a direct condition for an item; `None` where it has none or warns, which evaluation then does.
fn holds(condition: &Node, item: &Value, slot: usize, frame: &Frame<'_>) -> Option<bool> {
    match &condition.kind {
        Kind::Compare { op, left, right } => {
            let left = stored(left, item, slot, frame)?;
            let right = stored(right, item, slot, frame)?;
            if left.is_large() && right.is_large() {
                return None;
            }
            compare_values(*op, left, right, frame.dialect)
        }
        Kind::And(operands) => decided(operands, false, item, slot, frame),
        Kind::Or(operands) => decided(operands, true, item, slot, frame),
        _ => None,
    }
}

fn decided(
    operands: &[Node],
    deciding: bool,
    item: &Value,
    slot: usize,
    frame: &Frame<'_>,
) -> Option<bool> {
    for operand in operands {
        if holds(operand, item, slot, frame)? == deciding {
            return Some(deciding);
        }
    }
    Some(!deciding)
}

/// As [`place`], with the item of the filter at hand.
fn stored<'v>(
    node: &'v Node,
    item: &'v Value,
    slot: usize,
    frame: &'v Frame<'_>,
) -> Option<&'v Value> {
    match &node.kind {
        Kind::Constant(value) => Some(value),
        Kind::Local(local) if *local == slot => Some(item),
        Kind::Path { base, name, hint } => stored(base, item, slot, frame)?.entry(name, hint),
        Kind::Member { item: of, name, hint, otherwise } => {
            match stored(of, item, slot, frame)?.entry(name, hint) {
                Some(value) => Some(value),
                None => stored(otherwise, item, slot, frame),
            }
        }
        _ => place(node, frame),
    }
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
