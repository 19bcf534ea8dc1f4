//! The two durations of FEEL: days and time, and years and months. They do not mix, because a month has no fixed length.

use std::fmt;

use super::{DAY_SECONDS, NANOS};

/// A length in days, hours, minutes, seconds and nanoseconds; may be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DaysDuration {
    // INVARIANT: 0 <= nanos < 1,000,000,000; the length is seconds + nanos / 10^9.
    seconds: i64,
    nanos: u32,
}

impl DaysDuration {
    /// No time at all.
    pub const ZERO: Self = Self { seconds: 0, nanos: 0 };

    /// That many whole seconds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// That many nanoseconds; `None` outside the range of 64-bit seconds.
    pub fn from_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
        Some(Self { seconds, nanos: u32::try_from(nanos.rem_euclid(NANOS)).ok()? })
    }

    /// The length in nanoseconds.
    pub fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// The length in milliseconds, rounded towards zero.
    pub fn total_millis(self) -> i128 {
        self.total_nanos() / 1_000_000
    }

    /// Whether the length is below zero.
    pub fn is_negative(self) -> bool {
        self.seconds < 0
    }

    /// Sign, days, hours, minutes, seconds and nanoseconds.
    pub(crate) fn parts(self) -> Parts {
        let nanos = self.total_nanos();
        let absolute = nanos.unsigned_abs();
        let unit = NANOS.unsigned_abs();
        let seconds = u64::try_from(absolute / unit).unwrap_or(u64::MAX);
        Parts {
            sign: if nanos < 0 { -1 } else { 1 },
            days: seconds / DAY_SECONDS.unsigned_abs(),
            hours: seconds / 3_600 % 24,
            minutes: seconds / 60 % 60,
            seconds: seconds % 60,
            nanos: u32::try_from(absolute % unit).unwrap_or(0),
        }
    }
}

/// A days duration as it is read and shown.
pub(crate) struct Parts {
    pub(crate) sign: i64,
    pub(crate) days: u64,
    pub(crate) hours: u64,
    pub(crate) minutes: u64,
    pub(crate) seconds: u64,
    pub(crate) nanos: u32,
}

impl fmt::Display for DaysDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        if *self == Self::ZERO {
            return f.write_str("PT0S");
        }
        f.write_str(if parts.sign < 0 { "-P" } else { "P" })?;
        if parts.days > 0 {
            write!(f, "{}D", parts.days)?;
        }
        if parts.hours + parts.minutes + parts.seconds == 0 && parts.nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        if parts.hours > 0 {
            write!(f, "{}H", parts.hours)?;
        }
        if parts.minutes > 0 {
            write!(f, "{}M", parts.minutes)?;
        }
        if parts.seconds > 0 || parts.nanos > 0 {
            write!(f, "{}{}S", parts.seconds, fraction(parts.nanos))?;
        }
        Ok(())
    }
}

/// `.5` for half a second, nothing for a whole one.
pub(crate) fn fraction(nanos: u32) -> String {
    if nanos == 0 {
        return String::new();
    }
    let digits = format!("{nanos:09}");
    format!(".{}", digits.trim_end_matches('0'))
}

/// A length in years and months; may be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearsDuration {
    months: i64,
}

impl YearsDuration {
    /// That many months.
    pub fn from_months(months: i64) -> Self {
        Self { months }
    }

    /// The length in months.
    pub fn months(self) -> i64 {
        self.months
    }
}

impl fmt::Display for YearsDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let absolute = self.months.unsigned_abs();
        let (years, months) = (absolute / 12, absolute % 12);
        f.write_str(if self.months < 0 { "-P" } else { "P" })?;
        if years > 0 {
            write!(f, "{years}Y")?;
        }
        if months > 0 || years == 0 {
            write!(f, "{months}M")?;
        }
        Ok(())
    }
}
