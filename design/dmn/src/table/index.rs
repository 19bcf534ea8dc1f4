//! The index of a column, by the kind of its literals: which rules let a value through, answered for all rules at once.

use std::{ops::Bound, sync::Arc};

use feel::{Date, DaysDuration, Decimal, Value, YearsDuration};

use super::{
    bits::{Bits, Set},
    condition::{Condition, Interval, Point, is_same_kind},
    sorted::Sorted,
};

/// The index of a column by the kind of its literals.
#[derive(Debug)]
pub(crate) enum Index {
    /// No cell has a literal; the column has unary tests only.
    Unindexed,
    Numbers(Sorted<Decimal>),
    Strings(Sorted<Arc<str>>),
    Booleans(Sorted<bool>),
    Dates(Sorted<Date>),
    Days(Sorted<DaysDuration>),
    Years(Sorted<YearsDuration>),
}

impl Index {
    /// Keeps of `alive` what the value lets through. `false`, and nothing done, where the value is
    /// not of the index's kind.
    pub(crate) fn intersect(&self, value: &Value, alive: &mut Bits) -> bool {
        match (self, value) {
            (Self::Numbers(sorted), Value::Number(number)) => sorted.intersect(number, alive),
            (Self::Strings(sorted), Value::String(text)) => sorted.intersect(text, alive),
            (Self::Booleans(sorted), Value::Boolean(flag)) => sorted.intersect(flag, alive),
            (Self::Dates(sorted), Value::Date(date)) => sorted.intersect(date, alive),
            (Self::Days(sorted), Value::DaysDuration(days)) => sorted.intersect(days, alive),
            (Self::Years(sorted), Value::YearsDuration(years)) => sorted.intersect(years, alive),
            _ => return false,
        }
        true
    }

    /// The rules that the value lets through, where they are kept as a set: `None` too where the value is not of the
    /// index's kind.
    #[inline]
    pub(crate) fn set(&self, value: &Value) -> Option<Set<'_>> {
        match (self, value) {
            (Self::Numbers(sorted), Value::Number(number)) => sorted.set(number),
            (Self::Strings(sorted), Value::String(text)) => sorted.set(text),
            (Self::Booleans(sorted), Value::Boolean(flag)) => sorted.set(flag),
            (Self::Dates(sorted), Value::Date(date)) => sorted.set(date),
            (Self::Days(sorted), Value::DaysDuration(days)) => sorted.set(days),
            (Self::Years(sorted), Value::YearsDuration(years)) => sorted.set(years),
            _ => None,
        }
    }

    /// Builds the index over the conditions of all rules and gives the rules that it does not answer:
    /// those without a condition, and those whose literals are of another kind than most.
    pub(crate) fn build(conditions: &[Option<Condition>]) -> (Self, Bits) {
        let mut residual = Bits::none(conditions.len());
        let kind = most_common_kind(conditions);
        for (rule, condition) in conditions.iter().enumerate() {
            let answers = match (condition, &kind) {
                (Some(Condition::Any), _) => true,
                (Some(Condition::Intervals { intervals, .. }), Some(kind)) => {
                    intervals.iter().flat_map(points).all(|point| is_same_kind(point, kind))
                }
                _ => false,
            };
            if !answers {
                residual.insert(rule);
            }
        }
        let Some(kind) = kind else { return (Self::Unindexed, residual) };
        let index = match kind {
            Point::Number(_) => {
                Self::Numbers(Sorted::build(conditions, &residual, |it| match it {
                    Point::Number(number) => Some(*number),
                    _ => None,
                }))
            }
            Point::String(_) => {
                Self::Strings(Sorted::build(conditions, &residual, |it| match it {
                    Point::String(text) => Some(Arc::clone(text)),
                    _ => None,
                }))
            }
            Point::Boolean(_) => {
                Self::Booleans(Sorted::build(conditions, &residual, |it| match it {
                    Point::Boolean(flag) => Some(*flag),
                    _ => None,
                }))
            }
            Point::Date(_) => Self::Dates(Sorted::build(conditions, &residual, |it| match it {
                Point::Date(date) => Some(*date),
                _ => None,
            })),
            Point::Days(_) => Self::Days(Sorted::build(conditions, &residual, |it| match it {
                Point::Days(days) => Some(*days),
                _ => None,
            })),
            Point::Years(_) => Self::Years(Sorted::build(conditions, &residual, |it| match it {
                Point::Years(years) => Some(*years),
                _ => None,
            })),
        };
        (index, residual)
    }
}

/// A point of the kind that most cells start with.
fn most_common_kind(conditions: &[Option<Condition>]) -> Option<Point> {
    let mut kinds: Vec<(&Point, usize)> = Vec::new();
    for point in conditions.iter().flatten().filter_map(first_point) {
        match kinds.iter_mut().find(|(kind, _)| is_same_kind(kind, point)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((point, 1)),
        }
    }
    kinds.into_iter().max_by_key(|(_, count)| *count).map(|(kind, _)| kind.clone())
}

fn first_point(condition: &Condition) -> Option<&Point> {
    match condition {
        Condition::Any => None,
        Condition::Intervals { intervals, .. } => intervals.iter().flat_map(points).next(),
    }
}

pub(crate) fn points(interval: &Interval) -> impl Iterator<Item = &Point> {
    [&interval.start, &interval.end].into_iter().filter_map(|bound| match bound {
        Bound::Included(point) | Bound::Excluded(point) => Some(point),
        Bound::Unbounded => None,
    })
}
