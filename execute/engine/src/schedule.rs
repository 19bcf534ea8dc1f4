//! When a timer is due: ISO 8601 text, or the date, duration or string that an expression gives.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::{Text, Timer};
use feel::{Context, Date, DateTime, DaysDuration, Run, Time, Value, YearsDuration};

use crate::{
    Due, Interval, Repeat,
    evaluate::{self, Wanted},
    machine::{Failure, Machine},
    timer::instant_of,
};

const DATE: Wanted<'_> = Wanted {
    purpose: "the date of a timer",
    needed: "a date and time such as `2026-01-31T08:00:00Z`",
};
const DURATION: Wanted<'_> =
    Wanted { purpose: "the duration of a timer", needed: "a duration such as `PT15M` or `P1M`" };
const CYCLE: Wanted<'_> =
    Wanted { purpose: "the cycle of a timer", needed: "a cycle such as `R3/PT10S`" };

/// The first time that a timer is due; `None` for a cycle of no times.
pub(crate) fn first(
    machine: &Machine<'_>,
    timer: &Timer,
    scope: Key,
) -> Result<Option<Due>, Failure> {
    let (text, wanted) = parts(timer);
    let now = machine.now();
    evaluate::text(machine, text, scope, wanted, |value| due(timer, value, now))
}

/// The first time that the timer of a start event is due, where no instance is there yet; `None`
/// for a cycle of no times. Go on with [`Due::following`].
///
/// # Errors
/// What is wrong with the timer, and what to do.
pub fn first_start(timer: &Timer, now: Timestamp) -> Result<Option<Due>, String> {
    let (text, Wanted { purpose, needed }) = parts(timer);
    let (source, value) = match text {
        Text::Static(text) => (&**text, Value::String(Arc::clone(text))),
        Text::Expression(expression) => {
            let value = expression.evaluate_in(&Context::new(), &mut Run::new(now));
            (expression.source(), value)
        }
    };
    due(timer, &value, now).ok_or_else(|| {
        format!("`{source}` cannot be {purpose}, {needed} is needed; correct the start event")
    })
}

fn parts(timer: &Timer) -> (&Text, Wanted<'static>) {
    match timer {
        Timer::Date(text) => (text, DATE),
        Timer::Duration(text) => (text, DURATION),
        Timer::Cycle(text) => (text, CYCLE),
    }
}

/// When a timer with this value is due. The outer `None`: the value does not fit; the inner one: a
/// cycle of no times.
#[expect(clippy::option_option, reason = "a wrong value and a cycle of no times are two answers")]
fn due(timer: &Timer, value: &Value, now: Timestamp) -> Option<Option<Due>> {
    let once = |at| Some(Due { at, repeat: None });
    match timer {
        Timer::Date(_) => instant(value).map(once),
        Timer::Duration(_) => interval(value)?.after(now).map(once),
        Timer::Cycle(_) => cycle(value, now),
    }
}

/// An instant that the model may give or leave out.
pub(crate) fn optional_instant(
    machine: &Machine<'_>,
    text: Option<&Text>,
    scope: Key,
    purpose: &str,
) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let wanted = Wanted { purpose, ..DATE };
    let convert =
        |value: &Value| if value.is_null() { Some(None) } else { instant(value).map(Some) };
    evaluate::text(machine, text, scope, wanted, convert)
}

/// A local date and time counts as UTC, a date as its first moment.
fn instant(value: &Value) -> Option<Timestamp> {
    let at_midnight = |date: Date| DateTime::new(date, Time::midnight());
    match value {
        Value::DateTime(moment) => instant_of(moment),
        Value::Date(date) => instant_of(&at_midnight(*date)),
        Value::String(text) => {
            let moment = text.parse::<DateTime>().ok();
            instant_of(&moment.or_else(|| text.parse().ok().map(at_midnight))?)
        }
        _ => None,
    }
}

fn interval(value: &Value) -> Option<Interval> {
    let days = |days: DaysDuration| i64::try_from(days.total_millis()).ok();
    match value {
        Value::DaysDuration(duration) => days(*duration).map(Interval::Milliseconds),
        Value::YearsDuration(duration) => Some(Interval::Months(duration.months())),
        Value::String(text) => {
            let calendar = text.parse::<YearsDuration>().ok();
            calendar
                .map(|duration| Interval::Months(duration.months()))
                .or_else(|| days(text.parse::<DaysDuration>().ok()?).map(Interval::Milliseconds))
        }
        _ => None,
    }
}

/// `R[times]/[start/]interval`. The outer `None`: it is no cycle; the inner one: it has no times.
#[expect(clippy::option_option, reason = "a wrong cycle and one of no times are two answers")]
fn cycle(value: &Value, now: Timestamp) -> Option<Option<Due>> {
    let (times, rest) = value.as_str()?.strip_prefix('R')?.split_once('/')?;
    let (start, every) = match rest.split_once('/') {
        Some((start, every)) => (Some(start), every),
        None => (None, rest),
    };
    let every = interval(&Value::string(every)).filter(|every| every.is_positive())?;
    let at = match start {
        Some(start) => instant(&Value::string(start))?,
        None => every.after(now)?,
    };
    let repeat = |remaining| Some(Due { at, repeat: Some(Repeat { remaining, every }) });
    Some(match times {
        "" => repeat(None),
        times => match times.parse::<u32>().ok()? {
            0 => None,
            1 => Some(Due { at, repeat: None }),
            times => repeat(Some(times - 1)),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_769_846_400_000); // 2026-01-31T08:00:00Z

    #[test]
    fn a_cycle_says_when_it_begins_and_how_it_goes_on() {
        let every_10s = Interval::Milliseconds(10_000);
        for (text, expect) in [
            ("R3/PT10S", Some(Some((10_000, Some((Some(2), every_10s)))))),
            ("R/PT10S", Some(Some((10_000, Some((None, every_10s)))))),
            ("R1/PT10S", Some(Some((10_000, None)))),
            ("R0/PT10S", Some(None)),
            ("R2/2026-01-31T08:00:05Z/PT10S", Some(Some((5_000, Some((Some(1), every_10s)))))),
            ("R2/P1M", Some(Some((28 * 86_400_000, Some((Some(1), Interval::Months(1))))))),
            ("R/PT0S", None),
            ("R/-PT1S", None),
            ("R-1/PT1S", None),
            ("R99999999999/PT1S", None),
            ("R/PT1H/PT1H", None),
            ("PT1S", None),
            ("", None),
        ] {
            let got = cycle(&Value::string(text), NOW).map(|found| {
                found.map(|Due { at, repeat }| {
                    (at.ms_since(NOW), repeat.map(|repeat| (repeat.remaining, repeat.every)))
                })
            });
            assert_eq!(got, expect, "{text}");
        }
    }

    #[test]
    fn missed_times_of_a_cycle_are_skipped() {
        let hour = 3_600_000;
        for (every, remaining, late, expect) in [
            (Interval::Milliseconds(hour), None, 0, Some((hour, None))),
            (Interval::Milliseconds(hour), Some(2), hour - 1, Some((hour, Some(1)))),
            (Interval::Milliseconds(hour), Some(2), hour, Some((2 * hour, Some(1)))),
            (Interval::Milliseconds(1), None, i64::MAX / 4, Some((i64::MAX / 4 + 1, None))),
            (Interval::Months(1), Some(1), 0, Some((28 * 24 * hour, None))),
            (Interval::Months(1), None, 60 * 24 * hour, Some((89 * 24 * hour, None))),
            (Interval::Months(1), Some(0), 0, None),
            (Interval::Milliseconds(i64::MAX), None, 0, None),
        ] {
            let due = Due { at: NOW, repeat: Some(Repeat { remaining, every }) };
            let got = due.following(NOW.plus_ms(late));
            let got = got
                .map(|due| (due.at.ms_since(NOW), due.repeat.and_then(|repeat| repeat.remaining)));
            assert_eq!(got, expect, "{every:?} {remaining:?} {late}");
        }
    }

    #[test]
    fn the_timer_of_a_start_event_needs_no_instance() {
        for (timer, expect) in [
            (Timer::Cycle(Text::Static("R/PT1H".into())), "Ok(Some(3600000))"),
            (Timer::Cycle(Text::Static("R0/PT1H".into())), "Ok(None)"),
            (Timer::Date(Text::parse("=now()").unwrap()), "Ok(Some(0))"),
            (
                Timer::Duration(Text::parse("=x").unwrap()),
                "Err(\"`x` cannot be the duration of a timer, a duration such as `PT15M` or `P1M` \
                 is needed; correct the start event\")",
            ),
        ] {
            let got = first_start(&timer, NOW).map(|due| due.map(|due| due.at.ms_since(NOW)));
            assert_eq!(format!("{got:?}"), expect);
        }
    }

    #[test]
    fn a_month_later_is_the_last_day_of_a_shorter_month() {
        for (value, expect) in [
            (Value::string("P1M"), "2026-02-28T08:00:00.000Z"),
            (Value::string("P1Y1M"), "2027-02-28T08:00:00.000Z"),
            (Value::string("P2D"), "2026-02-02T08:00:00.000Z"),
            (Value::DaysDuration(DaysDuration::from_seconds(60)), "2026-01-31T08:01:00.000Z"),
            (Value::YearsDuration(YearsDuration::from_months(-1)), "2025-12-31T08:00:00.000Z"),
        ] {
            let due = interval(&value).and_then(|interval| interval.after(NOW));
            assert_eq!(due.map(|due| due.to_string()).as_deref(), Some(expect), "{value}");
        }
    }

    #[test]
    fn an_instant_is_read_from_text_and_from_values() {
        for (text, expect) in [
            ("2026-01-31T08:00:00Z", Some(0)),
            ("2026-01-31T08:00:00", Some(0)),
            ("2026-01-31T16:00:00+08:00", Some(0)),
            ("2026-01-31T16:00:00@Asia/Shanghai", Some(0)),
            ("2026-01-31", Some(-8 * 3_600_000)),
            ("999999999-01-31T08:00:00Z", None),
            ("soon", None),
        ] {
            let got = instant(&Value::string(text)).map(|instant| instant.ms_since(NOW));
            assert_eq!(got, expect, "{text}");
        }
    }
}
