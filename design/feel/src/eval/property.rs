//! The steps of a path: entries of contexts, projections of lists, and the properties of dates, times, durations and
//! ranges (DMN 1.5, table 65).

use std::ops::Bound;

use crate::{
    calendar::{Date, DateTime, DaysDuration, Time, YearsDuration, Zone},
    context::Hint,
    problem::Span,
    range::{Range, end_value},
    run::{Run, WarningKind},
    value::Value,
};

/// One step of a path.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) name: &'a str,
    pub(super) hint: &'a Hint,
    pub(super) span: Span,
}

pub(super) fn property(value: &Value, step: Step<'_>, run: &mut Run) -> Value {
    if let Value::List(items) = value {
        if !run.allows_list(items.len(), step.span) {
            return Value::Null;
        }
        return Value::list(items.iter().map(|item| property_of(item, step, run)).collect());
    }
    property_of(value, step, run)
}

#[inline]
pub(super) fn property_of(value: &Value, step: Step<'_>, run: &mut Run) -> Value {
    let name = step.name;
    if let Value::Context(context) = value
        && let Some(entry) = context.get_near(name, step.hint)
    {
        return entry.clone();
    }
    other_property(value, step, run)
}

/// A property of something that is no context, or an entry that is not there.
fn other_property(value: &Value, step: Step<'_>, run: &mut Run) -> Value {
    let name = step.name;
    let found = match value {
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(time, name),
        Value::DateTime(moment) => of_moment(moment, name),
        Value::DaysDuration(duration) => of_days(*duration, name),
        Value::YearsDuration(duration) => of_years(*duration, name),
        Value::Range(range) => of_range(range, name),
        _ => None,
    };
    found.unwrap_or_else(|| {
        run.warn(WarningKind::NoEntryFound, step.span, || {
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
