//! The steps of a path: entries of contexts, projections of lists, and the properties of dates, times, durations and
//! ranges (DMN 1.5, table 65).

use std::ops::Bound;

use crate::{
    calendar::{Date, DateTime, DaysDuration, Time, YearsDuration, Zone},
    expression::Dialect,
    problem::Span,
    range::{Range, end_value},
    run::{Run, WarningKind},
    value::Value,
};

pub(super) fn property(
    value: &Value,
    name: &str,
    span: Span,
    dialect: Dialect,
    run: &mut Run,
) -> Value {
    if let Value::List(items) = value {
        if !run.allows_list(items.len(), span) {
            return Value::Null;
        }
        return Value::list(
            items.iter().map(|item| property_of(item, name, span, dialect, run)).collect(),
        );
    }
    property_of(value, name, span, dialect, run)
}

fn property_of(value: &Value, name: &str, span: Span, dialect: Dialect, run: &mut Run) -> Value {
    let found = match value {
        Value::Context(context) => context.get(name).cloned(),
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(time, name),
        Value::DateTime(moment) => of_moment(moment, name),
        Value::DaysDuration(duration) => of_days(*duration, name),
        Value::YearsDuration(duration) => of_years(*duration, name),
        Value::Range(range) => of_range(range, name),
        _ => None,
    };
    let _ = dialect;
    found.unwrap_or_else(|| {
        run.warn(WarningKind::NoEntryFound, span, || {
            format!("no `{name}` in {}", value.type_name())
        });
        Value::Null
    })
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    let number = match name {
        "year" => i64::from(date.year()),
        "month" => i64::from(date.month()),
        "day" => i64::from(date.day()),
        "weekday" => i64::from(date.weekday()),
        _ => return None,
    };
    Some(Value::number(number))
}

fn of_time(time: &Time, name: &str) -> Option<Value> {
    match name {
        "hour" => Some(Value::number(i64::from(time.hour()))),
        "minute" => Some(Value::number(i64::from(time.minute()))),
        "second" => Some(Value::number(i64::from(time.second()))),
        "time offset" => Some(offset(time.offset())),
        "timezone" => Some(time.zone().and_then(Zone::name).into()),
        _ => None,
    }
}

fn of_moment(moment: &DateTime, name: &str) -> Option<Value> {
    match name {
        "time offset" => Some(offset(moment.offset())),
        _ => of_date(moment.date(), name).or_else(|| of_time(moment.time(), name)),
    }
}

fn offset(seconds: Option<i32>) -> Value {
    seconds.map(|seconds| DaysDuration::from_seconds(i64::from(seconds))).into()
}

fn of_days(duration: DaysDuration, name: &str) -> Option<Value> {
    let parts = duration.parts();
    let number = match name {
        "days" => parts.days,
        "hours" => parts.hours,
        "minutes" => parts.minutes,
        "seconds" => parts.seconds,
        _ => return None,
    };
    Some(Value::number(parts.sign * i64::try_from(number).ok()?))
}

fn of_years(duration: YearsDuration, name: &str) -> Option<Value> {
    match name {
        "years" => Some(Value::number(duration.months() / 12)),
        "months" => Some(Value::number(duration.months() % 12)),
        _ => None,
    }
}

fn of_range(range: &Range, name: &str) -> Option<Value> {
    match name {
        "start" => Some(end_value(range.start()).cloned().unwrap_or_default()),
        "end" => Some(end_value(range.end()).cloned().unwrap_or_default()),
        "start included" => Some(Value::Boolean(matches!(range.start(), Bound::Included(_)))),
        "end included" => Some(Value::Boolean(matches!(range.end(), Bound::Included(_)))),
        _ => None,
    }
}
