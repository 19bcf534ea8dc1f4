//! A FEEL range (interval): two ends, each open, closed or absent.

use std::{fmt, ops::Bound};

use crate::value::Value;

/// Values between two ends, like `[1..10)` or `> 5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    start: Bound<Value>,
    end: Bound<Value>,
}

impl Range {
    /// The range between two ends.
    pub fn new(start: Bound<Value>, end: Bound<Value>) -> Self {
        Self { start, end }
    }

    /// The lower end.
    pub fn start(&self) -> &Bound<Value> {
        &self.start
    }

    /// The upper end.
    pub fn end(&self) -> &Bound<Value> {
        &self.end
    }

    /// Whether the value lies in the range; `None` where it cannot be compared with an end.
    pub fn contains(&self, value: &Value) -> Option<bool> {
        let above = match &self.start {
            Bound::Unbounded => true,
            Bound::Included(start) => value.compare(start)?.is_ge(),
            Bound::Excluded(start) => value.compare(start)?.is_gt(),
        };
        let below = match &self.end {
            Bound::Unbounded => true,
            Bound::Included(end) => value.compare(end)?.is_le(),
            Bound::Excluded(end) => value.compare(end)?.is_lt(),
        };
        Some(above && below)
    }
}

/// The value of an end, if there is one.
pub(crate) fn end_value(bound: &Bound<Value>) -> Option<&Value> {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
    }
}

impl fmt::Display for Range {
    /// As FEEL writes it: `[1..10)`, with a plain `null` for an absent end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if matches!(self.start, Bound::Included(_)) { '[' } else { '(' };
        let close = if matches!(self.end, Bound::Included(_)) { ']' } else { ')' };
        let start = end_value(&self.start).unwrap_or(&Value::Null);
        let end = end_value(&self.end).unwrap_or(&Value::Null);
        write!(f, "{open}{start}..{end}{close}")
    }
}
