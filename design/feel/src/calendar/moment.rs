//! A time of day, and a date with a time. Both may be local (no zone), at an offset or in a named zone.

use std::{cmp::Ordering, fmt};

use super::{DAY_SECONDS, Date, DaysDuration, NANOS, YearsDuration, Zone, duration::fraction};

/// A time of day (FEEL `time`).
#[derive(Clone, PartialEq, Eq)]
pub struct Time {
    // INVARIANT: seconds < 86,400, nanos < 1,000,000,000.
    seconds: u32,
    nanos: u32,
    zone: Option<Zone>,
}

impl Time {
    /// The time, where it exists (`24:00:00` does not).
    pub fn new(hour: u8, minute: u8, second: u8, nanos: u32, zone: Option<Zone>) -> Option<Self> {
        let valid = hour < 24 && minute < 60 && second < 60 && nanos < 1_000_000_000;
        let seconds = u32::from(hour) * 3_600 + u32::from(minute) * 60 + u32::from(second);
        valid.then_some(Self { seconds, nanos, zone })
    }

    /// Midnight, local.
    pub fn midnight() -> Self {
        Self { seconds: 0, nanos: 0, zone: None }
    }

    /// The time `nanos` after midnight, wrapped around at midnight.
    pub(crate) fn from_day_nanos(nanos: i128, zone: Option<Zone>) -> Self {
        let in_day = nanos.rem_euclid(NANOS * i128::from(DAY_SECONDS));
        let seconds = u32::try_from(in_day / NANOS).unwrap_or(0);
        Self { seconds, nanos: u32::try_from(in_day % NANOS).unwrap_or(0), zone }
    }

    /// Nanoseconds since midnight, local.
    pub(crate) fn day_nanos(&self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// The hour, 0 to 23.
    pub fn hour(&self) -> u32 {
        self.seconds / 3_600
    }

    /// The minute, 0 to 59.
    pub fn minute(&self) -> u32 {
        self.seconds / 60 % 60
    }

    /// The second, 0 to 59.
    pub fn second(&self) -> u32 {
        self.seconds % 60
    }

    /// Nanoseconds within the second.
    pub fn nanos(&self) -> u32 {
        self.nanos
    }

    /// The zone; `None` for a local time.
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The same clock time in another zone, or local.
    #[must_use]
    pub fn with_zone(&self, zone: Option<Zone>) -> Self {
        Self { zone, ..self.clone() }
    }

    /// The time without parts of a second.
    pub(crate) fn whole_seconds(&self) -> Self {
        Self { nanos: 0, ..self.clone() }
    }

    /// The offset from UTC in seconds; `None` for a local time.
    pub fn offset(&self) -> Option<i32> {
        self.zone.as_ref().map(Zone::standing_offset)
    }

    /// The time a duration later, around the clock.
    #[must_use]
    pub fn wrapping_add(&self, duration: DaysDuration) -> Self {
        Self::from_day_nanos(self.day_nanos() + duration.total_nanos(), self.zone.clone())
    }

    /// Nanoseconds since midnight UTC; a local time counts as UTC where the other one has a zone.
    pub(crate) fn utc_nanos(&self) -> i128 {
        self.day_nanos() - i128::from(self.offset().unwrap_or(0)) * NANOS
    }

    /// Order on the clock, zones taken into account; `None` between a local and a zoned time.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.zone.is_some() == other.zone.is_some())
            .then(|| self.utc_nanos().cmp(&other.utc_nanos()))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = fraction(self.nanos);
        write!(f, "{:02}:{:02}:{:02}{rest}", self.hour(), self.minute(), self.second())?;
        self.zone.as_ref().map_or(Ok(()), |zone| fmt::Display::fmt(zone, f))
    }
}

/// A date with a time (FEEL `date and time`).
#[derive(Clone, PartialEq, Eq)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl DateTime {
    /// The time on that day; its zone is the time's.
    pub fn new(date: Date, time: Time) -> Self {
        Self { date, time }
    }

    /// The instant in a zone; `None` outside the calendar.
    pub fn from_instant(nanos: i128, zone: &Zone) -> Option<Self> {
        let second = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
        let offset = i128::from(zone.offset_at(second));
        Self::from_local_nanos(nanos + offset * NANOS, Some(zone.clone()))
    }

    fn from_local_nanos(nanos: i128, zone: Option<Zone>) -> Option<Self> {
        let days = nanos.div_euclid(NANOS * i128::from(DAY_SECONDS));
        let date = Date::from_epoch_days(i64::try_from(days).ok()?)?;
        Some(Self { date, time: Time::from_day_nanos(nanos, zone) })
    }

    /// The local date.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The local time, with the zone.
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// The zone; `None` for a local date and time.
    pub fn zone(&self) -> Option<&Zone> {
        self.time.zone()
    }

    /// The moment without parts of a second.
    pub(crate) fn whole_seconds(&self) -> Self {
        Self { date: self.date, time: self.time.whole_seconds() }
    }

    /// The same local date and time in another zone, or local.
    #[must_use]
    pub fn with_zone(&self, zone: Option<Zone>) -> Self {
        Self { date: self.date, time: self.time.with_zone(zone) }
    }

    /// The offset from UTC in seconds at this moment; `None` where local.
    pub fn offset(&self) -> Option<i32> {
        let seconds = i64::from(self.time.seconds);
        self.zone().map(|zone| zone.offset_at_local(self.date, seconds))
    }

    /// Nanoseconds since 1970-01-01T00:00Z; a local one counts as UTC.
    pub fn instant_nanos(&self) -> i128 {
        self.local_nanos() - i128::from(self.offset().unwrap_or(0)) * NANOS
    }

    fn local_nanos(&self) -> i128 {
        i128::from(self.date.epoch_days()) * i128::from(DAY_SECONDS) * NANOS + self.time.day_nanos()
    }

    /// The moment a duration later, in the same zone.
    pub fn checked_add_days(&self, duration: DaysDuration) -> Option<Self> {
        match self.zone() {
            Some(zone) if zone.name().is_some() => {
                Self::from_instant(self.instant_nanos() + duration.total_nanos(), zone)
            }
            zone => {
                Self::from_local_nanos(self.local_nanos() + duration.total_nanos(), zone.cloned())
            }
        }
    }

    /// The same clock time some months later.
    pub fn checked_add_months(&self, duration: YearsDuration) -> Option<Self> {
        let date = self.date.checked_add_months(duration)?;
        Some(Self { date, time: self.time.clone() })
    }

    /// Order in time; `None` between a local and a zoned one.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let comparable = self.zone().is_some() == other.zone().is_some();
        comparable.then(|| self.instant_nanos().cmp(&other.instant_nanos()))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}
