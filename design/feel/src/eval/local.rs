//! The names bound while an expression runs: iterators, parameters, entries, filter items. An item of a list stays in its
//! list, so that running over a list copies none of its values.

use crate::value::{List, Value};

/// A bound name.
#[derive(Debug)]
pub(crate) enum Local {
    /// A value of its own.
    Value(Value),
    /// An item of a list.
    Item(List, usize),
}

impl Local {
    pub(super) fn value(&self) -> &Value {
        match self {
            Self::Value(value) => value,
            Self::Item(items, at) => items.get(*at).unwrap_or(&Value::Null),
        }
    }
}

/// The bound names of one expression or function call, in the order in which they came into scope.
#[derive(Debug, Default)]
pub(crate) struct Locals(Vec<Local>);

impl Locals {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, slot: usize) -> Option<&Value> {
        self.0.get(slot).map(Local::value)
    }

    pub(super) fn push(&mut self, value: Value) {
        self.0.push(Local::Value(value));
    }

    /// Binds the first item of a list; [`Locals::advance`] moves on.
    pub(super) fn push_items(&mut self, items: &List) {
        self.0.push(Local::Item(items.clone(), 0));
    }

    /// Leaves the item that was bound last in that slot, and all names behind it, for the item at an index.
    pub(super) fn advance(&mut self, slot: usize, to: usize) {
        self.0.truncate(slot + 1);
        if let Some(Local::Item(_, at)) = self.0.get_mut(slot) {
            *at = to;
        }
    }

    /// Binds another value to a slot.
    pub(super) fn set(&mut self, slot: usize, value: Value) {
        if let Some(local) = self.0.get_mut(slot) {
            *local = Local::Value(value);
        }
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    pub(crate) fn has_memory(&self) -> bool {
        self.0.capacity() > 0
    }

    /// Forgets all names; the memory is kept for the next evaluation.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
