//! Days and instants in ISO 8601, years 1 to 9999, an instant in UTC.

use base::Timestamp;
use feel::{Date, DateTime, Time};
use serde_json::Value as Json;

use super::{Refusal, describe};
use crate::{FieldValue, ProblemCode};

const MS_PER_DAY: i64 = 86_400_000;

/// `2026-11-22`.
pub(super) fn date(json: &Json) -> Result<FieldValue, Refusal> {
    let refuse = || match json.as_str().map(str::parse::<Date>) {
        Some(Ok(date)) if !is_held(date) => beyond(json),
        _ => Refusal::wrong_type("a date such as `2026-11-22`", json),
    };
    let date = json.as_str().and_then(parse_date).ok_or_else(refuse)?;
    let days = i32::try_from(date.epoch_days()).ok();
    days.map(FieldValue::Date).ok_or_else(refuse)
}

/// `2026-11-22T15:20:18.000Z`, or with an offset such as `+01:00` (RFC 3339).
pub(super) fn date_time(json: &Json) -> Result<FieldValue, Refusal> {
    let takes = "an instant such as `2026-11-22T15:20:18Z` or `2026-11-22T16:20:18+01:00`";
    let refuse = || match json.as_str().map(str::parse::<DateTime>) {
        Some(Ok(moment)) if moment.zone().is_some() && !is_held(moment.date()) => beyond(json),
        _ => Refusal::wrong_type(takes, json),
    };
    let (date, clock) = json.as_str().and_then(|text| text.split_once('T')).ok_or_else(refuse)?;
    let date = parse_date(date).ok_or_else(refuse)?;
    let (clock, offset_minutes) = split_offset(clock).ok_or_else(refuse)?;
    let (clock, fraction) = clock.split_once('.').map_or((clock, "0"), |(a, b)| (a, b));
    let second_of_day = parse_clock(clock).ok_or_else(refuse)?;
    let all_digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.is_empty() || fraction.len() > 9 || !all_digits {
        return Err(refuse());
    }
    let fraction_ms = fraction_ms(fraction).ok_or_else(|| {
        let rest = "keeps milliseconds; write at most 3 digits after the seconds";
        Refusal::new(ProblemCode::Scale, rest)
    })?;
    let clock_ms = second_of_day * 1000 + fraction_ms - offset_minutes * 60_000;
    let ms = date.epoch_days() * MS_PER_DAY + clock_ms;
    // In UTC it may be a day earlier or later than it was written.
    let day = Date::from_epoch_days(ms.div_euclid(MS_PER_DAY));
    if !day.is_some_and(is_held) {
        return Err(beyond(json));
    }
    Ok(FieldValue::DateTime(Timestamp(ms)))
}

/// Whether a field can hold the day: as every reader of RFC 3339 understands it.
fn is_held(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}

fn beyond(json: &Json) -> Refusal {
    let rest = format!("takes the years 1 to 9999 in UTC, which {} lies outside", describe(json));
    Refusal::new(ProblemCode::Range, rest)
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() || year == 0 {
        return None;
    }
    Date::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// `15:20:18` in seconds since midnight.
fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hour = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let minute = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let second = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0, None)?;
    Some(i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second))
}

/// Milliseconds of the digits after the point; `None` where they say more than milliseconds.
fn fraction_ms(digits: &str) -> Option<i64> {
    let kept = digits.trim_end_matches('0');
    if kept.len() <= 3 { format!("{kept:0<3}").parse().ok() } else { None }
}

/// The clock and the offset in minutes: `15:20:18Z` or `16:20:18+01:00`.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (clock, offset) = text.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset.trim_start_matches(['+', '-']).split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some((clock, sign * (hours * 60 + minutes)))
}

/// A number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}
