//! One value for every elementary interval of a column: each cut point, and one below, between and
//! above them where there is any.

use std::{cmp::Ordering, sync::Arc};

use feel::{Date, DateTime, DaysDuration, Decimal, Time, Value, YearsDuration, Zone};

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
            let samples = strings(all);
            samples.into_iter().find(|value| !all.iter().any(|point| is_at(point, value)))
        }
        Some(Point::Number(_)) => {
            numbers(&ends).into_iter().find(|it| !is_end(it) && is_between(it))
        }
        Some(Point::Date(_)) => dates(&ends).into_iter().find(|it| !is_end(it) && is_between(it)),
        Some(Point::Days(_)) => days(&ends).into_iter().find(|it| !is_end(it) && is_between(it)),
        Some(Point::Years(_)) => years(&ends).into_iter().find(|it| !is_end(it) && is_between(it)),
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

pub(super) fn numbers(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::Number(number) => Some(*number),
        _ => None,
    });
    let middle = |left: Option<Decimal>, right: Option<Decimal>| match (left, right) {
        (None, Some(right)) => right.checked_sub(Decimal::ONE),
        (Some(left), None) => left.checked_add(Decimal::ONE),
        (Some(left), Some(right)) => left.checked_add(right)?.checked_div(Decimal::from_i64(2)),
        (None, None) => Some(Decimal::ZERO),
    };
    sampled(cuts, middle, Value::Number)
}

pub(super) fn dates(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::Date(date) => Some(*date),
        _ => None,
    });
    let middle = |left: Option<Date>, right: Option<Date>| {
        let day = |date: Date| i128::from(date.epoch_days());
        let day = between(left.map(day), right.map(day), 1);
        Date::from_epoch_days(i64::try_from(day).ok()?)
    };
    sampled(cuts, middle, Value::Date)
}

pub(super) fn days(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::Days(days) => Some(*days),
        _ => None,
    });
    let middle = |left: Option<DaysDuration>, right: Option<DaysDuration>| {
        let nanos = DaysDuration::total_nanos;
        DaysDuration::from_nanos(between(left.map(nanos), right.map(nanos), DAY_NANOS))
    };
    sampled(cuts, middle, Value::DaysDuration)
}

pub(super) fn years(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::Years(years) => Some(*years),
        _ => None,
    });
    let middle = |left: Option<YearsDuration>, right: Option<YearsDuration>| {
        let months = |years: YearsDuration| i128::from(years.months());
        let months = between(left.map(months), right.map(months), 1);
        i64::try_from(months).ok().map(YearsDuration::from_months)
    };
    sampled(cuts, middle, Value::YearsDuration)
}

/// Strings are compared for equality only: each literal, and one that is none of them.
pub(super) fn strings(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::String(text) => Some(Arc::clone(text)),
        _ => None,
    });
    let mut all: Vec<Arc<str>> = cuts.collect();
    let mut other = "other".to_owned();
    while all.iter().any(|text| **text == *other) {
        other.push('\'');
    }
    all.push(other.into());
    all.sort();
    all.dedup();
    all.into_iter().map(Value::String).collect()
}

/// Numbers of things: whole, and not negative.
pub(super) fn counts(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::Number(number) => Some(*number),
        _ => None,
    });
    let first_above = |left: Option<Decimal>| match left {
        Some(left) if !left.is_negative() => {
            Decimal::from_i64(left.floor_saturating()).checked_add(Decimal::ONE)
        }
        Some(_) | None => Some(Decimal::ZERO),
    };
    sampled(cuts, |left, _| first_above(left), Value::Number)
}

/// Strings that are compared by order, too.
pub(super) fn ordered_strings(points: &[Point]) -> Vec<Value> {
    let cuts = points.iter().filter_map(|point| match point {
        Point::String(text) => Some(Arc::clone(text)),
        _ => None,
    });
    let middle = |left: Option<Arc<str>>, right: Option<Arc<str>>| {
        let start = left.as_deref().unwrap_or_default();
        let is_between = |text: &String| {
            left.as_deref().is_none_or(|left| left < &**text)
                && right.as_deref().is_none_or(|right| &**text < right)
        };
        // The last one is the next string that there is.
        let next = ["m", "a", "A", "0", " ", "\0"].into_iter().map(|end| format!("{start}{end}"));
        let empty = left.is_none().then(String::new);
        next.chain(empty).find(is_between).map(Arc::from)
    };
    sampled(cuts, middle, Value::String)
}

/// Times on the clock, local ones apart from those with a zone, by whole seconds.
pub(super) fn times(cuts: &[&Value]) -> Vec<Value> {
    let second = |time: &Time| {
        let seconds = time.hour() * 3600 + time.minute() * 60 + time.second();
        i64::from(seconds) - i64::from(time.offset().unwrap_or(0))
    };
    let mut samples = Vec::new();
    for is_zoned in [false, true] {
        let cuts = cuts.iter().filter_map(|value| match value {
            Value::Time(time) if time.zone().is_some() == is_zoned => Some(second(time)),
            _ => None,
        });
        let cuts: Vec<i64> = cuts.collect();
        if cuts.is_empty() {
            continue;
        }
        let zone = is_zoned.then(Zone::utc);
        let middle = |left: Option<i64>, right: Option<i64>| {
            Some(i64::midpoint(left.unwrap_or(-1), right.unwrap_or(DAY_SECONDS)))
        };
        let time = |second: i64| {
            let midnight = Time::midnight().with_zone(zone.clone());
            Value::Time(midnight.wrapping_add(DaysDuration::from_seconds(second)))
        };
        let is_on_the_clock = |second: &i64| (0..DAY_SECONDS).contains(second);
        let found = seconds_between(cuts, middle).into_iter().filter(is_on_the_clock);
        samples.extend(found.map(time));
    }
    samples
}

/// Dates with times, local ones apart from those with a zone.
pub(super) fn moments(cuts: &[&Value]) -> Vec<Value> {
    let mut samples = Vec::new();
    for is_zoned in [false, true] {
        let cuts = cuts.iter().filter_map(|value| match value {
            Value::DateTime(moment) if moment.zone().is_some() == is_zoned => {
                let seconds = moment.instant_nanos().div_euclid(1_000_000_000);
                i64::try_from(seconds).ok()
            }
            _ => None,
        });
        let cuts: Vec<i64> = cuts.collect();
        if cuts.is_empty() {
            continue;
        }
        let middle = |left: Option<i64>, right: Option<i64>| match (left, right) {
            (Some(left), Some(right)) => Some(i64::midpoint(left, right)),
            (None, Some(right)) => right.checked_sub(DAY_SECONDS),
            (Some(left), None) => left.checked_add(DAY_SECONDS),
            (None, None) => None,
        };
        let moment = |second: i64| {
            let moment = DateTime::from_instant(i128::from(second) * 1_000_000_000, &Zone::utc())?;
            Some(Value::DateTime(if is_zoned { moment } else { moment.with_zone(None) }))
        };
        samples.extend(seconds_between(cuts, middle).into_iter().filter_map(moment));
    }
    samples
}

const DAY_SECONDS: i64 = 86_400;

fn seconds_between(
    cuts: Vec<i64>,
    middle: impl Fn(Option<i64>, Option<i64>) -> Option<i64>,
) -> Vec<i64> {
    let found = sampled(cuts.into_iter(), middle, Value::number);
    found.iter().filter_map(|it| it.as_number()?.to_i64()).collect()
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
    cuts: impl Iterator<Item = K>,
    middle: impl Fn(Option<K>, Option<K>) -> Option<K>,
    value: impl Fn(K) -> Value,
) -> Vec<Value> {
    let mut all: Vec<K> = cuts.collect();
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
