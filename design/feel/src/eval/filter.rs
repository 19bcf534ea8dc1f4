//! Filters: `list[condition]` and `list[index]`.

use super::{
    Frame,
    compare::comparison,
    direct::{Direct, Finder, is_direct},
    eval, place,
    property::{Step, property, property_of},
};
use crate::{
    builtin::Fold,
    decimal::Decimal,
    expression::Dialect,
    ir::{Kind, Node},
    problem::Span,
    run::{Run, WarningKind},
    value::{List, Value},
};

/// Results that are made room for at once.
const ROOM: usize = 64;

/// What the items that a filter lets through go into.
trait Sink {
    /// So many come at most.
    fn expect(&mut self, most: usize);
    fn take(&mut self, item: &Value, span: Span, run: &mut Run);
}

impl Sink for Vec<Value> {
    fn expect(&mut self, most: usize) {
        self.reserve(most.min(ROOM));
    }

    #[inline]
    fn take(&mut self, item: &Value, _span: Span, _run: &mut Run) {
        self.push(item.clone());
    }
}

impl Sink for Fold {
    fn expect(&mut self, _most: usize) {}

    #[inline]
    fn take(&mut self, item: &Value, span: Span, run: &mut Run) {
        // To compare what is large takes steps of its own.
        if !item.is_large() || run.sees(item.extent().parts, span) {
            Fold::take(self, item);
        }
    }
}

/// What came of a filter.
enum Filtered {
    /// They went into the sink.
    Items,
    /// It is no filter of items, but this value.
    Instead(Value),
}

/// The items for which the condition holds, or the entry of each that a step behind the filter takes.
pub(super) fn filter(
    base: &Node,
    condition: &Node,
    span: Span,
    step: Option<Step<'_>>,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let mut kept = Vec::new();
    match filter_to(base, condition, span, step, &mut kept, frame, run) {
        Filtered::Items => Value::list(kept),
        Filtered::Instead(value) => value,
    }
}

/// Lets what a filter, or a step behind one, gives go into an aggregation; otherwise its value.
pub(super) fn filter_into(
    node: &Node,
    fold: &mut Fold,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Option<Value> {
    let (filter, step) = match &node.kind {
        Kind::Path { base, name, hint } => (&**base, Some(Step { name, hint, span: node.span })),
        _ => (node, None),
    };
    let Kind::Filter { base, condition } = &filter.kind else {
        return Some(eval(node, frame, run));
    };
    if !run.enter(node.span) {
        return Some(Value::Null);
    }
    let filtered = filter_to(base, condition, filter.span, step, fold, frame, run);
    run.leave();
    match filtered {
        Filtered::Items => None,
        Filtered::Instead(value) => Some(value),
    }
}

fn filter_to(
    base: &Node,
    condition: &Node,
    span: Span,
    step: Option<Step<'_>>,
    sink: &mut impl Sink,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Filtered {
    let items = match eval(base, frame, run) {
        Value::List(items) => items,
        Value::Null => List::default(),
        // A single value is a list of one (DMN 1.5, 10.3.2.5).
        single if frame.dialect == Dialect::Standard => List::from(vec![single]),
        other => {
            let found = other.type_name();
            run.warn(WarningKind::InvalidType, span, || format!("expected a list, found {found}"));
            return Filtered::Instead(stepped(Value::Null, step, run));
        }
    };
    if let Some(Value::Number(index)) = place(condition, frame) {
        let index = *index;
        let item = at(&items, index, span, run);
        return Filtered::Instead(stepped(item, step, run));
    }
    match (Filter { items: &items, condition, span, step }).matching(sink, frame, run) {
        Some(value) => Filtered::Instead(value),
        None => Filtered::Items,
    }
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
    /// Lets the matching items go into the sink; the value of the filter where it is none of items.
    fn matching(
        &self,
        sink: &mut impl Sink,
        frame: &mut Frame<'_>,
        run: &mut Run,
    ) -> Option<Value> {
        let slot = frame.locals.len();
        frame.locals.push_items(self.items);
        sink.expect(self.items.len());
        let is_direct = is_direct(self.condition);
        let mut from = 0;
        while from < self.items.len() {
            let position = if is_direct {
                self.matching_directly(from, sink, slot, frame, run)
            } else {
                run.step(1, self.span).then_some(from)
            };
            let Some(position) = position else { break };
            from = position + 1;
            let answer = self.evaluated(slot, position, frame, run);
            match answer {
                Value::Boolean(true) => {
                    if let Some(item) = self.items.get(position) {
                        match self.step {
                            Some(step) => sink.take(&property_of(item, step, run), self.span, run),
                            None => sink.take(item, self.span, run),
                        }
                    }
                }
                Value::Boolean(false) | Value::Null => {}
                Value::Number(index) if position == 0 => {
                    frame.locals.truncate(slot);
                    let item = at(self.items, index, self.span, run);
                    return Some(stepped(item, self.step, run));
                }
                other => {
                    run.warn(WarningKind::InvalidType, self.condition.span, || {
                        format!("expected a condition or an index, found {}", other.type_name())
                    });
                    if frame.dialect == Dialect::Standard {
                        frame.locals.truncate(slot);
                        return Some(stepped(Value::Null, self.step, run));
                    }
                }
            }
        }
        frame.locals.truncate(slot);
        None
    }

    /// Goes over the items from an index on as long as the condition is answered by what is stored, and returns the index
    /// of the first item of which it is not; `None` where none is left or the run is over.
    fn matching_directly(
        &self,
        from: usize,
        sink: &mut impl Sink,
        slot: usize,
        frame: &Frame<'_>,
        run: &mut Run,
    ) -> Option<usize> {
        let mut condition = Direct::new(self.condition, slot, frame);
        let mut entry = self.step.map(|step| (step, Finder::default()));
        for (position, item) in self.items.iter().enumerate().skip(from) {
            if !run.step(1, self.span) {
                return None;
            }
            match condition.as_mut().and_then(|condition| condition.holds(item, frame)) {
                Some(true) => match &mut entry {
                    Some((step, finder)) => match finder.entry(item, step.name) {
                        Some(value) => sink.take(value, self.span, run),
                        None => sink.take(&property_of(item, *step, run), self.span, run),
                    },
                    None => sink.take(item, self.span, run),
                },
                Some(false) => {}
                None => return Some(position),
            }
        }
        None
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
