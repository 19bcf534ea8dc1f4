//! A FEEL range (interval): two ends, each open, closed or absent.

use std::{fmt, ops::Bound};

use crate::value::Value;

/// Values between two ends, like `[1..10)` or `> 5`; also `(=5)` and `(!=5)`, which have that value for both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    start: Bound<Value>,
    end: Bound<Value>,
    meant: Meant,
}

/// Which values a range means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meant {
    /// Those between the ends.
    Between,
    /// The one that both ends are. As the compatibility kit has it, it is not equal to `[5..5]`.
    Equal,
    /// All but the one that both ends are.
    Unequal,
}

impl Range {
    /// The range between two ends.
    pub fn new(start: Bound<Value>, end: Bound<Value>) -> Self {
        Self { start, end, meant: Meant::Between }
    }

    /// `(=5)`: what is equal to the value.
    pub fn equal_to(value: Value) -> Self {
        let start = Bound::Included(value.clone());
        Self { start, end: Bound::Included(value), meant: Meant::Equal }
    }

    /// `(!=5)`: what is not equal to the value.
    pub fn unequal_to(value: Value) -> Self {
        let start = Bound::Excluded(value.clone());
        Self { start, end: Bound::Excluded(value), meant: Meant::Unequal }
    }

    /// The value of `(=5)`.
    pub fn equal_value(&self) -> Option<&Value> {
        if self.meant == Meant::Equal { end_value(&self.start) } else { None }
    }

    /// The value of `(!=5)`; such a range lies not between its ends.
    pub fn unequal_value(&self) -> Option<&Value> {
        if self.meant == Meant::Unequal { end_value(&self.start) } else { None }
    }

    /// Whether two ranges are written alike, whatever their ends are.
    pub(crate) fn is_meant_as(&self, other: &Self) -> bool {
        self.meant == other.meant
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
        if let Some(other) = self.unequal_value() {
            return value.feel_equals(other).map(|equal| !equal);
        }
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
    /// As FEEL and its function `range` read it: `[1..10)`, `[1..)` where an end is absent, `(=5)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.equal_value() {
            return write!(f, "(={value})");
        }
        if let Some(value) = self.unequal_value() {
            return write!(f, "(!={value})");
        }
        let open = if matches!(self.start, Bound::Included(_)) { '[' } else { '(' };
        let close = if matches!(self.end, Bound::Included(_)) { ']' } else { ')' };
        write!(f, "{open}")?;
        end_value(&self.start).map_or(Ok(()), |start| start.fmt(f))?;
        f.write_str("..")?;
        end_value(&self.end).map_or(Ok(()), |end| end.fmt(f))?;
        write!(f, "{close}")
    }
}
