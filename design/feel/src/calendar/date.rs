//! A day of the proleptic Gregorian calendar (FEEL `date`).

use std::fmt;

use super::YearsDuration;

/// The largest year, and its negative the smallest.
pub(crate) const MAX_YEAR: i32 = 999_999_999;

/// A calendar day without a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // INVARIANT: a day that exists, with -MAX_YEAR <= year <= MAX_YEAR.
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, where it exists (`2024-02-30` does not).
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let in_range = (-MAX_YEAR..=MAX_YEAR).contains(&year) && (1..=12).contains(&month);
        (in_range && day >= 1 && day <= month_length(year, month)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// The day that lies `days` after 1970-01-01.
    pub fn from_epoch_days(days: i64) -> Option<Self> {
        // Days are counted from 0000-03-01, so that the leap day is the last of its year.
        let days = days.checked_add(719_468)?;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Days since 1970-01-01.
    pub fn epoch_days(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5
            + i64::from(self.day)
            - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era * 146_097 + of_era - 719_468
    }

    /// The year; negative before the year 0.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week, Monday 1 to Sunday 7 (ISO 8601).
    pub fn weekday(self) -> u8 {
        u8::try_from((self.epoch_days() + 3).rem_euclid(7) + 1).unwrap_or(1)
    }

    /// The day of the year, from 1.
    pub fn day_of_year(self) -> u16 {
        let start = Self { month: 1, day: 1, ..self };
        u16::try_from(self.epoch_days() - start.epoch_days() + 1).unwrap_or(1)
    }

    /// The week of the year, 1 to 53 (ISO 8601: the week that holds the Thursday).
    pub fn week_of_year(self) -> u8 {
        let thursday = self.epoch_days() + 4 - i64::from(self.weekday());
        let day = Self::from_epoch_days(thursday).map_or(1, Self::day_of_year);
        u8::try_from((day - 1) / 7 + 1).unwrap_or(1)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_of_month(self) -> Self {
        Self { day: month_length(self.year, self.month), ..self }
    }

    /// The day `days` later.
    pub fn checked_add_days(self, days: i64) -> Option<Self> {
        Self::from_epoch_days(self.epoch_days().checked_add(days)?)
    }

    /// The same day some months later, or the last day of that month where it is shorter.
    pub fn checked_add_months(self, duration: YearsDuration) -> Option<Self> {
        let months = (i64::from(self.year) * 12 + i64::from(self.month) - 1)
            .checked_add(duration.months())?;
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        let month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
        Self::new(year, month, self.day.min(month_length(year, month)))
    }
}

fn month_length(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.year.unsigned_abs(), self.month, self.day)
    }
}
