//! When a timer is due: ISO 8601 text, or the date, duration or string that an expression gives.

use base::{Key, Timestamp};
use bpmn::{Text, Timer};
use feel::{Date, DateTime, DaysDuration, Time, Value, YearsDuration};

use crate::{
    Interval, Repeat,
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

/// The first time that a timer is due, and how it goes on then; `None` for a cycle of no times.
pub(crate) fn first(
    machine: &Machine<'_>,
    timer: &Timer,
    scope: Key,
) -> Result<Option<(Timestamp, Option<Repeat>)>, Failure> {
    let now = machine.now();
    match timer {
        Timer::Date(text) => {
            evaluate::text(machine, text, scope, DATE, instant).map(|due| Some((due, None)))
        }
        Timer::Duration(text) => {
            let due = |value: &Value| interval(value)?.after(now);
            evaluate::text(machine, text, scope, DURATION, due).map(|due| Some((due, None)))
        }
        Timer::Cycle(text) => {
            evaluate::text(machine, text, scope, CYCLE, |value| cycle(value, now))
        }
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
    let due = |value: &Value| if value.is_null() { Some(None) } else { instant(value).map(Some) };
    evaluate::text(machine, text, scope, wanted, due)
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
#[expect(clippy::option_option, reason = "a wrong cycle and one of no times are different answers")]
fn cycle(value: &Value, now: Timestamp) -> Option<Option<(Timestamp, Option<Repeat>)>> {
    let (times, rest) = value.as_str()?.strip_prefix('R')?.split_once('/')?;
    let (start, every) = match rest.split_once('/') {
        Some((start, every)) => (Some(start), every),
        None => (None, rest),
    };
    let every = interval(&Value::string(every)).filter(|every| every.is_positive())?;
    let due = match start {
        Some(start) => instant(&Value::string(start))?,
        None => every.after(now)?,
    };
    let repeat = |remaining| Some((due, Some(Repeat { remaining, every })));
    Some(match times {
        "" => repeat(None),
        times => match times.parse::<u32>().ok()? {
            0 => None,
            1 => Some((due, None)),
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
                found.map(|(due, repeat)| {
                    (due.ms_since(NOW), repeat.map(|repeat| (repeat.remaining, repeat.every)))
                })
            });
            assert_eq!(got, expect, "{text}");
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
