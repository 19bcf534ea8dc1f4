//! FEEL's own equality and order, which do not answer between values of different types.

use std::{cmp::Ordering, ops::Bound, sync::Arc};

use super::Value;
use crate::{calendar::DateTime, context::Context, range::Range};

impl Value {
    /// FEEL equality (DMN 1.5, 10.3.2.13): `None`, FEEL's null, between values of different types.
    pub fn feel_equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => Some(self.is_null() && other.is_null()),
            (Self::List(left), Self::List(right)) => Some(lists_equal(left, right)),
            (Self::Context(left), Self::Context(right)) => Some(contexts_equal(left, right)),
            (Self::Range(left), Self::Range(right)) => ranges_equal(left, right),
            (Self::Time(left), Self::Time(right)) => Some(
                left.zone().is_some() == right.zone().is_some()
                    && left.utc_nanos() == right.utc_nanos(),
            ),
            (Self::DateTime(left), Self::DateTime(right)) => Some(moments_equal(left, right)),
            (Self::Function(_), Self::Function(_)) => None,
            _ if std::mem::discriminant(self) == std::mem::discriminant(other) => {
                Some(self == other)
            }
            _ => None,
        }
    }

    /// FEEL order: `None` where the two have no order.
    #[inline]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Some(left.cmp(right)),
            (Self::String(left), Self::String(right)) => Some(left.cmp(right)),
            (Self::Date(left), Self::Date(right)) => Some(left.cmp(right)),
            (Self::Time(left), Self::Time(right)) => left.compare(right),
            (Self::DateTime(left), Self::DateTime(right)) => left.compare(right),
            (Self::DaysDuration(left), Self::DaysDuration(right)) => Some(left.cmp(right)),
            (Self::YearsDuration(left), Self::YearsDuration(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }
}

fn moments_equal(left: &DateTime, right: &DateTime) -> bool {
    left.zone().is_some() == right.zone().is_some() && left.instant_nanos() == right.instant_nanos()
}

fn lists_equal(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len() && all_equal(left.iter().zip(right))
}

fn contexts_equal(left: &Context, right: &Context) -> bool {
    let same = |(name, value): (&Arc<str>, &Value)| {
        right.get(name).is_some_and(|other| value.feel_equals(other) == Some(true))
    };
    left.len() == right.len() && left.iter().all(same)
}

fn ranges_equal(left: &Range, right: &Range) -> Option<bool> {
    let ends = [(left.start(), right.start()), (left.end(), right.end())];
    let mut answer = Some(left.is_meant_as(right));
    if answer == Some(false) {
        return answer;
    }
    for pair in ends {
        let same = match pair {
            (Bound::Unbounded, Bound::Unbounded) => Some(true),
            (Bound::Included(left), Bound::Included(right))
            | (Bound::Excluded(left), Bound::Excluded(right)) => left.feel_equals(right),
            _ => Some(false),
        };
        match same {
            Some(false) => return same,
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}

/// Items of different types make the lists different, not incomparable.
fn all_equal<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> bool {
    pairs.all(|(left, right)| left.feel_equals(right) == Some(true))
}
