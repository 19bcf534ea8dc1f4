//! From strings and parts to dates, times, durations and numbers, and from anything to a string.

use std::{str::FromStr, sync::Arc};

use super::{Answer, Builtin, Call, Refusal};
use crate::{
    calendar::{Date, DateTime, DaysDuration, Time, YearsDuration, Zone, is_time_of_xml},
    decimal::{Decimal, Rounding},
    expression::Dialect,
    value::{Value, text_within},
};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin { name: "date", forms: &[&["from"], &["year", "month", "day"]], call: date },
    Builtin {
        name: "time",
        forms: &[&["from"], &["hour", "minute", "second", "offset?"]],
        call: time,
    },
    Builtin {
        name: "date and time",
        forms: &[&["from"], &["date", "time"], &["date", "timezone"], &["from", "timezone"]],
        call: date_and_time,
    },
    Builtin { name: "duration", forms: &[&["from"]], call: duration },
    Builtin {
        name: "years and months duration",
        forms: &[&["from", "to"]],
        call: years_and_months,
    },
    Builtin {
        name: "number",
        forms: &[&["from", "grouping separator?", "decimal separator?"]],
        call: number,
    },
    Builtin { name: "string", forms: &[&["from"]], call: string },
];

/// The value of `@"..."`; `None` where the text is no date, time or duration.
pub(crate) fn at_literal(text: &str, dialect: Dialect) -> Option<Value> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date.into());
    }
    if let Some(moment) = timed::<DateTime>(text, dialect) {
        return Some(moment.into());
    }
    if let Some(time) = timed::<Time>(text, dialect) {
        return Some(time.into());
    }
    if let Ok(duration) = text.parse::<YearsDuration>() {
        return Some(duration.into());
    }
    text.parse::<DaysDuration>().ok().map(Value::from)
}

/// A time or a date and time. The standard's are those of XML Schema (DMN 1.5, 10.3.2.3.4), Camunda reads what Java does.
fn timed<T: FromStr>(text: &str, dialect: Dialect) -> Option<T> {
    let is_known = dialect == Dialect::Camunda || is_time_of_xml(text);
    if is_known { text.parse().ok() } else { None }
}

fn unreadable(text: &str, wanted: &str) -> Refusal {
    format!("`{text}` is no {wanted}").into()
}

fn date(call: &mut Call<'_>) -> Answer {
    if call.count() == 3 {
        let parts = (
            i32::try_from(call.integer(0)?),
            u8::try_from(call.integer(1)?),
            u8::try_from(call.integer(2)?),
        );
        let (Ok(year), Ok(month), Ok(day)) = parts else { return Err("no such day".into()) };
        return Date::new(year, month, day).map(Value::from).ok_or("no such day".into());
    }
    match call.single(0) {
        Value::String(text) => {
            text.parse::<Date>().ok().map(Value::from).ok_or_else(|| unreadable(text, "date"))
        }
        Value::Date(date) => Ok((*date).into()),
        Value::DateTime(moment) => Ok(moment.date().into()),
        _ => Err(call.wrong(0, "a string, date or date and time")),
    }
}

fn time(call: &mut Call<'_>) -> Answer {
    if call.count() > 1 {
        return time_of_parts(call);
    }
    match call.single(0) {
        Value::String(text) => {
            // Camunda also reads the `T` of ISO 8601.
            let bare = text.strip_prefix('T').filter(|_| call.dialect == Dialect::Camunda);
            let time = timed::<Time>(bare.unwrap_or(text), call.dialect);
            time.map(Value::from).ok_or_else(|| unreadable(text, "time"))
        }
        Value::Time(time) => Ok(time.clone().into()),
        Value::DateTime(moment) => Ok(moment.time().clone().into()),
        Value::Date(_) => Ok(Time::midnight().with_zone(Some(Zone::utc())).into()),
        _ => Err(call.wrong(0, "a string, time or date and time")),
    }
}

fn time_of_parts(call: &mut Call<'_>) -> Answer {
    let second = call.number(2)?;
    let whole = second.floor();
    let nanos = second
        .checked_sub(whole)
        .and_then(|rest| rest.checked_mul(Decimal::from_i64(1_000_000_000)))
        .and_then(|nanos| nanos.round(0, Rounding::Down)?.to_i64());
    let zone = match call.get(3) {
        Value::Null => None,
        Value::DaysDuration(offset) => {
            let seconds = i32::try_from(offset.total_millis() / 1_000).ok().and_then(Zone::offset);
            Some(seconds.ok_or(Refusal::from("the offset is out of range"))?)
        }
        _ => return Err(call.wrong(3, "a days and time duration")),
    };
    let small = |value: Option<i64>| value.and_then(|value| u8::try_from(value).ok());
    let parts =
        (small(Some(call.integer(0)?)), small(Some(call.integer(1)?)), small(whole.to_i64()));
    let (Some(hour), Some(minute), Some(second)) = parts else { return Err("no such time".into()) };
    let nanos = nanos.and_then(|nanos| u32::try_from(nanos).ok()).unwrap_or(0);
    Time::new(hour, minute, second, nanos, zone).map(Value::from).ok_or("no such time".into())
}

fn date_and_time(call: &mut Call<'_>) -> Answer {
    if call.count() == 1 {
        return match call.single(0) {
            Value::String(text) => {
                let moment = moment(text, call.dialect).map(Value::from);
                moment.ok_or_else(|| unreadable(text, "date and time"))
            }
            Value::DateTime(moment) => Ok(moment.clone().into()),
            Value::Date(date) => {
                Ok(DateTime::new(*date, Time::midnight().with_zone(Some(Zone::utc()))).into())
            }
            _ => Err(call.wrong(0, "a string or date and time")),
        };
    }
    match (call.single(0), call.single(1)) {
        (Value::Date(date), Value::Time(time)) => Ok(DateTime::new(*date, time.clone()).into()),
        (Value::DateTime(moment), Value::Time(time)) => {
            Ok(DateTime::new(moment.date(), time.clone()).into())
        }
        (Value::DateTime(moment), Value::String(name)) => {
            let zone = format!("00:00:00@{name}")
                .parse::<Time>()
                .ok()
                .and_then(|time| time.zone().cloned());
            let zone = zone.ok_or_else(|| unreadable(name, "time zone"))?;
            if moment.zone().is_none() {
                return Ok(moment.with_zone(Some(zone)).into());
            }
            Ok(DateTime::from_instant(moment.instant_nanos(), &zone).into())
        }
        _ => Err("a date and a time are needed".into()),
    }
}

/// A date and time, or a date, which is its midnight.
fn moment(text: &str, dialect: Dialect) -> Option<DateTime> {
    if let Some(moment) = timed::<DateTime>(text, dialect) {
        return Some(moment);
    }
    text.parse::<Date>().ok().map(|date| DateTime::new(date, Time::midnight()))
}

fn duration(call: &mut Call<'_>) -> Answer {
    match call.single(0) {
        Value::String(text) => {
            let signed =
                if call.dialect == Dialect::Camunda { signed_in_front(text) } else { None };
            let plain = signed.as_deref().unwrap_or(text);
            if let Ok(duration) = plain.parse::<YearsDuration>() {
                return Ok(duration.into());
            }
            plain
                .parse::<DaysDuration>()
                .ok()
                .map(Value::from)
                .ok_or_else(|| unreadable(text, "duration"))
        }
        Value::DaysDuration(duration) => Ok((*duration).into()),
        Value::YearsDuration(duration) => Ok((*duration).into()),
        _ => Err(call.wrong(0, "a string")),
    }
}

/// Java writes the sign before each part: `PT-3M-4S` is `-PT3M4S`.
fn signed_in_front(text: &str) -> Option<String> {
    let parts = text.strip_prefix('P').filter(|parts| parts.contains('-'))?;
    let all = parts
        .split_inclusive(|char: char| char.is_ascii_alphabetic())
        .all(|part| part == "T" || part.starts_with('-'));
    all.then(|| format!("-P{}", parts.replace('-', "")))
}

fn years_and_months(call: &mut Call<'_>) -> Answer {
    let local = |index: usize| match call.single(index) {
        Value::Date(date) => Ok(DateTime::new(*date, Time::midnight())),
        Value::DateTime(moment) => Ok(moment.with_zone(None)),
        _ => Err(call.wrong(index, "a date or date and time")),
    };
    let (from, to) = (local(0)?, local(1)?);
    let months =
        |moment: &DateTime| i64::from(moment.date().year()) * 12 + i64::from(moment.date().month());
    let of_month = |moment: &DateTime| moment.date().day();
    let mut apart = months(&to) - months(&from);
    // A month that is not full does not count.
    if apart > 0 && of_month(&to) < of_month(&from) {
        apart -= 1;
    } else if apart < 0 && of_month(&to) > of_month(&from) {
        apart += 1;
    }
    Ok(YearsDuration::from_months(apart).into())
}

fn number(call: &mut Call<'_>) -> Answer {
    if let (Value::Number(number), 1) = (call.single(0), call.count()) {
        return Ok((*number).into());
    }
    let text = call.text(0)?;
    let separator = |index: usize, allowed: &[&str]| match call.single(index) {
        Value::Null => Ok(None),
        Value::String(text) if allowed.contains(&text.as_ref()) => Ok(Some(text.as_ref())),
        _ => Err(call.wrong(index, "a separator")),
    };
    let grouping = separator(1, &[" ", ",", "."])?;
    let point = separator(2, &[",", "."])?;
    if grouping.is_some() && grouping == point {
        return Err("the separators are the same".into());
    }
    let mut plain = text.as_ref().to_owned();
    if let Some(grouping) = grouping {
        plain = plain.replace(grouping, "");
    }
    if let Some(point) = point {
        plain = plain.replace(point, ".");
    }
    plain.trim().parse::<Decimal>().ok().map(Value::from).ok_or_else(|| unreadable(text, "number"))
}

fn string(call: &mut Call<'_>) -> Answer {
    match call.get(0) {
        Value::Null => Ok(Value::Null),
        Value::String(text) => Ok(Value::String(Arc::clone(text))),
        other => {
            let text = text_within(other, call.dialect, call.string_limit());
            call.made_string(text)
        }
    }
}
