//! One value for every elementary interval of a column: each cut point, and one below, between and
//! above them where there is any.

use std::{cmp::Ordering, sync::Arc};

use feel::{Date, DaysDuration, Decimal, Value, YearsDuration};

use super::condition::Point;

/// A value between two cut points that are neighbours, or beyond the only one; `all` are all of them.
pub(crate) fn samples_between(
    before: Option<&Point>,
    behind: Option<&Point>,
    all: &[Point],
) -> Option<Value> {
    let ends: Vec<Point> = before.into_iter().chain(behind).cloned().collect();
    let is_end = |value: &Value| ends.iter().any(|end| is_at(end, value));
    let is_between = |value: &Value| {
        let above = before.is_none_or(|end| side(end, value) == Some(Ordering::Less));
        let below = behind.is_none_or(|end| side(end, value) == Some(Ordering::Greater));
        above && below
    };
    match before.or(behind) {
        None => Some(Value::string("other")),
        Some(Point::Boolean(_)) => None,
        // Strings have no order here: all but the literals are one.
        Some(Point::String(_)) => {
            let samples = strings(&[], all);
            samples.into_iter().find(|value| !all.iter().any(|point| is_at(point, value)))
        }
        Some(Point::Number(_)) => {
            numbers(&[], &ends).into_iter().find(|it| !is_end(it) && is_between(it))
        }
        Some(Point::Date(_)) => {
            dates(&[], &ends).into_iter().find(|it| !is_end(it) && is_between(it))
        }
        Some(Point::Days(_)) => {
            days(&[], &ends).into_iter().find(|it| !is_end(it) && is_between(it))
        }
        Some(Point::Years(_)) => {
            years(&[], &ends).into_iter().find(|it| !is_end(it) && is_between(it))
        }
    }
}

fn is_at(point: &Point, value: &Value) -> bool {
    match (point, value) {
        (Point::String(text), Value::String(value)) => text == value,
        _ => side(point, value) == Some(Ordering::Equal),
    }
}

/// The point beside the value.
fn side(point: &Point, value: &Value) -> Option<Ordering> {
    match (point, value) {
        (Point::Number(point), Value::Number(value)) => Some(point.cmp(value)),
        (Point::Date(point), Value::Date(value)) => Some(point.cmp(value)),
        (Point::Days(point), Value::DaysDuration(value)) => Some(point.cmp(value)),
        (Point::Years(point), Value::YearsDuration(value)) => Some(point.cmp(value)),
        _ => None,
    }
}

pub(super) fn numbers(cuts: &[Decimal], more: &[Point]) -> Vec<Value> {
    let more = more.iter().filter_map(|point| match point {
        Point::Number(number) => Some(*number),
        _ => None,
    });
    let middle = |left: Option<Decimal>, right: Option<Decimal>| match (left, right) {
        (None, Some(right)) => right.checked_sub(Decimal::ONE),
        (Some(left), None) => left.checked_add(Decimal::ONE),
        (Some(left), Some(right)) => left.checked_add(right)?.checked_div(Decimal::from_i64(2)),
        (None, None) => Some(Decimal::ZERO),
    };
    sampled(cuts, more, middle, Value::Number)
}

pub(super) fn dates(cuts: &[Date], more: &[Point]) -> Vec<Value> {
    let more = more.iter().filter_map(|point| match point {
        Point::Date(date) => Some(*date),
        _ => None,
    });
    let middle = |left: Option<Date>, right: Option<Date>| {
        let day = |date: Date| i128::from(date.epoch_days());
        let day = between(left.map(day), right.map(day), 1);
        Date::from_epoch_days(i64::try_from(day).ok()?)
    };
    sampled(cuts, more, middle, Value::Date)
}

pub(super) fn days(cuts: &[DaysDuration], more: &[Point]) -> Vec<Value> {
    let more = more.iter().filter_map(|point| match point {
        Point::Days(days) => Some(*days),
        _ => None,
    });
    let middle = |left: Option<DaysDuration>, right: Option<DaysDuration>| {
        let nanos = DaysDuration::total_nanos;
        DaysDuration::from_nanos(between(left.map(nanos), right.map(nanos), DAY_NANOS))
    };
    sampled(cuts, more, middle, Value::DaysDuration)
}

pub(super) fn years(cuts: &[YearsDuration], more: &[Point]) -> Vec<Value> {
    let more = more.iter().filter_map(|point| match point {
        Point::Years(years) => Some(*years),
        _ => None,
    });
    let middle = |left: Option<YearsDuration>, right: Option<YearsDuration>| {
        let months = |years: YearsDuration| i128::from(years.months());
        let months = between(left.map(months), right.map(months), 1);
        i64::try_from(months).ok().map(YearsDuration::from_months)
    };
    sampled(cuts, more, middle, Value::YearsDuration)
}

/// Strings are compared for equality only: each literal, and one that is none of them.
pub(super) fn strings(cuts: &[Arc<str>], more: &[Point]) -> Vec<Value> {
    let more = more.iter().filter_map(|point| match point {
        Point::String(text) => Some(Arc::clone(text)),
        _ => None,
    });
    let mut all: Vec<Arc<str>> = cuts.iter().cloned().chain(more).collect();
    let mut other = "other".to_owned();
    while all.iter().any(|text| **text == *other) {
        other.push('\'');
    }
    all.push(other.into());
    all.sort();
    all.dedup();
    all.into_iter().map(Value::String).collect()
}

const DAY_NANOS: i128 = 86_400_000_000_000;

fn between(left: Option<i128>, right: Option<i128>, step: i128) -> i128 {
    match (left, right) {
        (None, Some(right)) => right.saturating_sub(step),
        (Some(left), None) => left.saturating_add(step),
        (Some(left), Some(right)) => left + (right - left) / 2,
        (None, None) => 0,
    }
}

fn sampled<K: Ord + Clone>(
    cuts: &[K],
    more: impl Iterator<Item = K>,
    middle: impl Fn(Option<K>, Option<K>) -> Option<K>,
    value: impl Fn(K) -> Value,
) -> Vec<Value> {
    let mut all: Vec<K> = cuts.iter().cloned().chain(more).collect();
    all.sort();
    all.dedup();
    let mut samples = Vec::with_capacity(2 * all.len() + 1);
    let mut before: Option<K> = None;
    for cut in all.iter().map(Some).chain([None]) {
        let is_inside = |found: &K| {
            before.as_ref().is_none_or(|before| before < found) && cut.is_none_or(|cut| found < cut)
        };
        samples.extend(middle(before.clone(), cut.cloned()).filter(is_inside));
        samples.extend(cut.cloned());
        before = cut.cloned();
    }
    samples.into_iter().map(value).collect()
}
