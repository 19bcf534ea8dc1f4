//! `for`, `some` and `every`.

use std::ops::{Bound, ControlFlow};

use super::{Frame, eval};
use crate::{
    expression::Dialect,
    ir::{Node, Partial, Source},
    problem::Span,
    range::Range,
    run::{Run, WarningKind},
    syntax::tree::Quantifier,
    value::{List, Value},
};

/// What an iteration does at each combination of its variables.
type Body<'b> = dyn FnMut(&mut Frame<'_>, &mut Run) -> ControlFlow<()> + 'b;

pub(super) fn for_each(
    sources: &[Source],
    body: &Node,
    partial: Partial,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let depth = frame.locals.len();
    frame.locals.push(Value::list(Vec::new()));
    let mut results = Vec::new();
    let sound = nest(sources, frame, run, &mut |frame, run| {
        if partial == Partial::Used {
            frame.locals.set(depth, Value::list(results.clone()));
            // Copying the results so far is work, too.
            run.makes(results.len(), span);
        }
        results.push(eval(body, frame, run));
        if run.fits_list(results.len(), span) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    frame.locals.truncate(depth);
    if sound { Value::list(results) } else { Value::Null }
}

pub(super) fn quantified(
    quantifier: Quantifier,
    sources: &[Source],
    condition: &Node,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let deciding = quantifier == Quantifier::Some;
    let mut answer = Value::Boolean(!deciding);
    let depth = frame.locals.len();
    let sound = nest(sources, frame, run, &mut |frame, run| match eval(condition, frame, run) {
        Value::Boolean(value) if value == deciding => {
            answer = Value::Boolean(deciding);
            ControlFlow::Break(())
        }
        Value::Boolean(_) => ControlFlow::Continue(()),
        other => {
            if !other.is_null() {
                run.warn(WarningKind::InvalidType, span, || {
                    format!("expected a condition, found {}", other.type_name())
                });
            }
            answer = Value::Null;
            ControlFlow::Continue(())
        }
    });
    frame.locals.truncate(depth);
    if sound { answer } else { Value::Null }
}

/// Runs the body for every combination; `false` where one of the sources cannot be run over.
fn nest(sources: &[Source], frame: &mut Frame<'_>, run: &mut Run, body: &mut Body<'_>) -> bool {
    let mut sound = true;
    // Whether the whole is over is the body's word; only the soundness of the sources is returned.
    let _ = nest_from(sources, frame, run, body, &mut sound);
    sound
}

fn nest_from(
    sources: &[Source],
    frame: &mut Frame<'_>,
    run: &mut Run,
    body: &mut Body<'_>,
    sound: &mut bool,
) -> ControlFlow<()> {
    let Some((source, inner)) = sources.split_first() else { return body(frame, run) };
    let (items, span) = match source {
        Source::List(list) => {
            let value = eval(list, frame, run);
            (items(value, list.span, frame.dialect, run), list.span)
        }
        Source::Span { from, to } => {
            let (start, end) = (eval(from, frame, run), eval(to, frame, run));
            (counted(&start, &end, from.span, run), from.span)
        }
    };
    let Some(items) = items else {
        *sound = false;
        return ControlFlow::Break(());
    };
    let slot = frame.locals.len();
    frame.locals.push_items(&items);
    for at in 0..items.len() {
        if !run.step(1, span) {
            return ControlFlow::Break(());
        }
        frame.locals.advance(slot, at);
        nest_from(inner, frame, run, body, sound)?;
    }
    frame.locals.truncate(slot);
    ControlFlow::Continue(())
}

impl Value {
    /// What `for`, `some` and `every` run over: the items of a list, the numbers or days of a range, in the standard's
    /// dialect also a single value; `None` with a warning where it is nothing to run over.
    pub fn into_items(self, dialect: Dialect, run: &mut Run) -> Option<List> {
        items(self, Span::default(), dialect, run)
    }
}

fn items(value: Value, span: Span, dialect: Dialect, run: &mut Run) -> Option<List> {
    match value {
        Value::List(items) => Some(items),
        Value::Range(range) => range_items(&range, span, run),
        Value::Null => not_a_list(&value, span, run),
        other if dialect == Dialect::Camunda => not_a_list(&other, span, run),
        single => Some(List::from(vec![single])),
    }
}

fn not_a_list(value: &Value, span: Span, run: &mut Run) -> Option<List> {
    run.warn(WarningKind::InvalidType, span, || {
        format!("expected a list, found {}", value.type_name())
    });
    None
}

/// A range of whole numbers or days, item by item.
fn range_items(range: &Range, span: Span, run: &mut Run) -> Option<List> {
    if range.unequal_value().is_some() {
        run.warn(WarningKind::InvalidType, span, || "a range without ends".into());
        return None;
    }
    let (Bound::Included(start) | Bound::Excluded(start)) = range.start() else { return None };
    let (Bound::Included(end) | Bound::Excluded(end)) = range.end() else { return None };
    let all = counted(start, end, span, run)?;
    Some(all.iter().filter(|item| range.contains(item) == Some(true)).cloned().collect())
}

/// The numbers or days from one to another, in either direction.
fn counted(start: &Value, end: &Value, span: Span, run: &mut Run) -> Option<List> {
    let ends = match (start, end) {
        (Value::Number(start), Value::Number(end)) => start.to_i64().zip(end.to_i64()),
        (Value::Date(start), Value::Date(end)) => Some((start.epoch_days(), end.epoch_days())),
        _ => None,
    };
    let Some((from, to)) = ends else {
        run.warn(WarningKind::InvalidType, span, || {
            format!("cannot count from {} to {}", start.type_name(), end.type_name())
        });
        return None;
    };
    let length = usize::try_from(from.abs_diff(to)).unwrap_or(usize::MAX).saturating_add(1);
    if !run.allows_list(length, span) {
        return None;
    }
    let item = |at: i64| match start {
        Value::Date(_) => crate::calendar::Date::from_epoch_days(at).into(),
        _ => Value::number(at),
    };
    Some(if from <= to {
        (from..=to).map(item).collect()
    } else {
        (to..=from).rev().map(item).collect()
    })
}
