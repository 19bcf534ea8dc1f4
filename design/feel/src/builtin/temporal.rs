//! The calendar: now, today, and where a day lies in its week, month and year.

use super::{Answer, Builtin, Call, Refusal};
use crate::{calendar::Date, value::Value};

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin { name: "now", forms: &[&[]], call: |call| Ok(call.run.read_clock().into()) },
    Builtin {
        name: "today",
        forms: &[&[]],
        call: |call| Ok(call.run.read_clock().map(|now| now.date()).into()),
    },
    Builtin {
        name: "day of year",
        forms: &[&["date"]],
        call: |call| Ok(Value::number(i64::from(day(call)?.day_of_year()))),
    },
    Builtin {
        name: "day of week",
        forms: &[&["date"]],
        call: |call| named(&WEEKDAYS, day(call)?.weekday()),
    },
    Builtin {
        name: "month of year",
        forms: &[&["date"]],
        call: |call| named(&MONTHS, day(call)?.month()),
    },
    Builtin {
        name: "week of year",
        forms: &[&["date"]],
        call: |call| Ok(Value::number(i64::from(day(call)?.week_of_year()))),
    },
    Builtin { name: "last day of month", forms: &[&["date"]], call: last_day_of_month },
];

fn day(call: &Call<'_>) -> Result<Date, Refusal> {
    match call.single(0) {
        Value::Date(date) => Ok(*date),
        Value::DateTime(moment) => Ok(moment.date()),
        _ => Err(call.wrong(0, "a date or date and time")),
    }
}

fn named(names: &[&'static str], number: u8) -> Answer {
    Ok(names.get(usize::from(number) - 1).copied().into())
}

fn last_day_of_month(call: &mut Call<'_>) -> Answer {
    Ok(day(call)?.last_of_month().into())
}
