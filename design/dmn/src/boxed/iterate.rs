//! Boxed `for`, `some`, `every`, and filters by boxed conditions (DMN 1.5, 10.2.2.8 to 10.2.2.10): item by item, as FEEL does it.

use std::sync::Arc;

use feel::{Decimal, Dialect, Run, Value};

use super::{Logic, no_boolean};
use crate::{definitions::Iteration, scope::Frame};

/// A compiled iterator.
#[derive(Debug)]
pub(crate) struct Iterated {
    pub(crate) kind: Iteration,
    pub(crate) dialect: Dialect,
    /// Where each item stands.
    pub(crate) slot: usize,
    /// Where the results so far stand, where they are read.
    pub(crate) partial: Option<usize>,
    pub(crate) over: Logic,
    pub(crate) each: Logic,
}

impl Iterated {
    /// Null where there is nothing to run over.
    pub(super) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        let over = self.over.evaluate(frame, run);
        let Some(items) = over.into_items(self.dialect, run) else { return Value::Null };
        match self.kind {
            Iteration::For => self.results(&items, frame, run),
            Iteration::Some => self.quantified(&items, true, frame, run),
            Iteration::Every => self.quantified(&items, false, frame, run),
        }
    }

    fn results(&self, items: &[Value], frame: &mut Frame, run: &mut Run) -> Value {
        let mut results: Vec<Value> = Vec::new();
        for item in items {
            if !run.charge(1) {
                return Value::Null;
            }
            if let Some(partial) = self.partial {
                let so_far = run.made(results.clone().into());
                frame.set(partial, so_far);
            }
            frame.set(self.slot, item.clone());
            results.push(self.each.evaluate(frame, run));
        }
        run.made(results.into())
    }

    /// A result that is neither true, false nor null makes it null, wherever it stands; the kit wants it so.
    fn quantified(
        &self,
        items: &[Value],
        deciding: bool,
        frame: &mut Frame,
        run: &mut Run,
    ) -> Value {
        let (mut is_decided, mut otherwise) = (false, Value::Boolean(!deciding));
        for item in items {
            if !run.charge(1) {
                return Value::Null;
            }
            frame.set(self.slot, item.clone());
            match self.each.evaluate(frame, run) {
                Value::Boolean(result) => is_decided |= result == deciding,
                Value::Null => otherwise = Value::Null,
                other => {
                    return no_boolean("the result for an item", &other, self.each.spot(), run);
                }
            }
        }
        if is_decided { Value::Boolean(deciding) } else { otherwise }
    }
}

/// The items for which a condition holds, or the one at the index that it says.
pub(super) fn select(
    list: Value,
    slot: usize,
    condition: &Logic,
    frame: &mut Frame,
    run: &mut Run,
) -> Value {
    let items: Arc<[Value]> = match list {
        Value::List(list) => list.iter().cloned().collect(),
        Value::Null => Arc::default(),
        single => Arc::from([single]),
    };
    let mut kept = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if !run.charge(1) {
            return Value::Null;
        }
        frame.set(slot, item.clone());
        match condition.evaluate(frame, run) {
            Value::Boolean(true) => kept.push(item.clone()),
            Value::Boolean(false) | Value::Null => {}
            Value::Number(index) if at == 0 => return at_index(&items, index),
            other => {
                return no_boolean("the condition for an item", &other, condition.spot(), run);
            }
        }
    }
    run.made(kept.into())
}

/// The item at an index from 1, or from -1 at the end.
fn at_index(items: &[Value], index: Decimal) -> Value {
    let index = index.to_i64().unwrap_or_default();
    let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    let position =
        if index > 0 { distance.checked_sub(1) } else { items.len().checked_sub(distance) };
    position.and_then(|position| items.get(position)).cloned().unwrap_or_default()
}
