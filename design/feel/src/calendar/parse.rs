//! Reads ISO 8601 text in the form that XML Schema and FEEL allow, strictly: no missing leading zeros, no spaces.

use std::str::FromStr;

use super::{
    DAY_SECONDS, Date, DateTime, DaysDuration, NANOS, ParseTemporalError, Time, YearsDuration, Zone,
};

/// A cursor over ASCII text; every step either takes what it asks for or fails.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn need(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    fn digits(&mut self) -> &'a [u8] {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        digits
    }

    fn two(&mut self) -> Option<u8> {
        let (digits, rest) = self.0.split_at_checked(2)?;
        self.0 = rest;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        number(digits).and_then(|value| u8::try_from(value).ok())
    }

    fn rest(&mut self) -> Option<&'a str> {
        let rest = std::str::from_utf8(self.0).ok();
        self.0 = &[];
        rest
    }

    fn done(&self) -> bool {
        self.0.is_empty()
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Digits behind a decimal point as nanoseconds; digits beyond the ninth are cut.
fn nanoseconds(digits: &[u8]) -> u32 {
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    padded.fold(0, |sum, digit| sum * 10 + u32::from(digit.saturating_sub(b'0')))
}

fn date(reader: &mut Reader<'_>) -> Option<Date> {
    let negative = reader.eat(b'-');
    let digits = reader.digits();
    let fits =
        (4..=9).contains(&digits.len()) && !(digits.len() > 4 && digits.first() == Some(&b'0'));
    if !fits {
        return None;
    }
    let year = i32::try_from(number(digits)?).ok()?;
    reader.need(b'-')?;
    let month = reader.two()?;
    reader.need(b'-')?;
    let day = reader.two()?;
    Date::new(if negative { -year } else { year }, month, day)
}

fn time(reader: &mut Reader<'_>) -> Option<Time> {
    let hour = reader.two()?;
    reader.need(b':')?;
    let minute = reader.two()?;
    let mut second = 0;
    let mut nanos = 0;
    if reader.eat(b':') {
        second = reader.two()?;
        if reader.eat(b'.') {
            let digits = reader.digits();
            if digits.is_empty() {
                return None;
            }
            nanos = nanoseconds(digits);
        }
    }
    let zone = zone(reader)?;
    Time::new(hour, minute, second, nanos, zone)
}

/// Whether a time, also of a date and time, that can be read is written as XML Schema wants it: with seconds, and where it
/// has an offset, one of hours and minutes and of at most 14 hours.
pub(crate) fn is_time_of_xml(text: &str) -> bool {
    let is_time_only = text.get(2..3) == Some(":");
    let time = if is_time_only { Some(text) } else { text.split_once('T').map(|(_, time)| time) };
    let Some((clock, rest)) = time.and_then(|time| time.split_at_checked(8)) else { return false };
    let zone = rest.trim_start_matches(|char: char| char == '.' || char.is_ascii_digit());
    let offset = zone.strip_prefix(['+', '-']).unwrap_or("00:00");
    clock.get(5..6) == Some(":") && !zone.ends_with(']') && offset.len() == 5 && offset <= "14:00"
}

/// The outer `None` is a failure, the inner one a local time.
#[expect(clippy::option_option, reason = "an absent zone and a wrong one are different answers")]
fn zone(reader: &mut Reader<'_>) -> Option<Option<Zone>> {
    if reader.done() {
        return Some(None);
    }
    if reader.eat(b'Z') || reader.eat(b'z') {
        // Java also writes the zone behind the offset: `Z[UTC]`.
        return if reader.done() { Some(Some(Zone::utc())) } else { bracketed(reader).map(Some) };
    }
    if reader.eat(b'@') {
        let name = reader.rest()?;
        return named(name).map(Some);
    }
    let negative = reader.eat(b'-');
    if !negative {
        reader.need(b'+')?;
    }
    let hours = i32::from(reader.two()?);
    reader.need(b':')?;
    let minutes = i32::from(reader.two()?);
    let seconds = if reader.eat(b':') { i32::from(reader.two()?) } else { 0 };
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let total = hours * 3_600 + minutes * 60 + seconds;
    if !reader.done() {
        return bracketed(reader).map(Some);
    }
    if total == 0 {
        return Some(Some(Zone::utc()));
    }
    Zone::offset(if negative { -total } else { total }).map(Some)
}

fn named(name: &str) -> Option<Zone> {
    match name {
        "Z" => Some(Zone::utc()),
        "UTC" => Zone::named("Etc/UTC"),
        _ => Zone::named(name),
    }
}

fn bracketed(reader: &mut Reader<'_>) -> Option<Zone> {
    let name = reader.rest()?.strip_prefix('[')?.strip_suffix(']')?;
    named(name)
}

fn whole<T>(
    text: &str,
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, ParseTemporalError> {
    let mut reader = Reader::new(text);
    let value = read(&mut reader).ok_or(ParseTemporalError)?;
    if reader.done() { Ok(value) } else { Err(ParseTemporalError) }
}

impl FromStr for Date {
    type Err = ParseTemporalError;

    fn from_str(text: &str) -> Result<Self, ParseTemporalError> {
        whole(text, date)
    }
}

impl FromStr for Time {
    type Err = ParseTemporalError;

    fn from_str(text: &str) -> Result<Self, ParseTemporalError> {
        whole(text, time)
    }
}

impl FromStr for DateTime {
    type Err = ParseTemporalError;

    fn from_str(text: &str) -> Result<Self, ParseTemporalError> {
        whole(text, |reader| {
            let date = date(reader)?;
            reader.need(b'T')?;
            // Midnight may be written as the end of the day before (XML Schema, 3.2.7.1).
            if let Some(rest) = reader.0.strip_prefix(b"24:00:00") {
                reader.0 = rest;
                let midnight = Time::midnight().with_zone(zone(reader)?);
                return Some(Self::new(date.checked_add_days(1)?, midnight));
            }
            Some(Self::new(date, time(reader)?))
        })
    }
}

impl FromStr for DaysDuration {
    type Err = ParseTemporalError;

    fn from_str(text: &str) -> Result<Self, ParseTemporalError> {
        whole(text, |reader| {
            let negative = reader.eat(b'-');
            reader.need(b'P')?;
            let nanos = days_parts(reader)?;
            Self::from_nanos(if negative { -nanos } else { nanos })
        })
    }
}

/// Reads `1DT2H3M4.5S`: units in falling order, at least one of them.
fn days_parts(reader: &mut Reader<'_>) -> Option<i128> {
    let mut total: i128 = 0;
    let mut units: &[(u8, i64)] =
        &[(b'D', DAY_SECONDS), (b'T', 0), (b'H', 3_600), (b'M', 60), (b'S', 1)];
    let (mut in_time, mut seen) = (false, false);
    while !reader.done() {
        if !in_time && reader.eat(b'T') {
            (in_time, seen) = (true, false);
            units = units.get(units.iter().position(|(unit, _)| *unit == b'T')? + 1..)?;
            continue;
        }
        let value = number(reader.digits())?;
        let fraction = if reader.eat(b'.') { Some(nanoseconds(reader.digits())) } else { None };
        let at = units.iter().position(|(unit, _)| reader.eat(*unit))?;
        let (unit, seconds) = *units.get(at)?;
        if unit == b'T' || (unit != b'D' && !in_time) || (fraction.is_some() && unit != b'S') {
            return None;
        }
        units = units.get(at + 1..)?;
        total = total
            .checked_add(i128::from(value).checked_mul(i128::from(seconds) * NANOS)?)?
            .checked_add(i128::from(fraction.unwrap_or(0)))?;
        seen = true;
    }
    seen.then_some(total)
}

impl FromStr for YearsDuration {
    type Err = ParseTemporalError;

    fn from_str(text: &str) -> Result<Self, ParseTemporalError> {
        whole(text, |reader| {
            let negative = reader.eat(b'-');
            reader.need(b'P')?;
            let (mut months, mut units): (i128, &[(u8, i128)]) = (0, &[(b'Y', 12), (b'M', 1)]);
            loop {
                let value = number(reader.digits())?;
                let at = units.iter().position(|(unit, _)| reader.eat(*unit))?;
                let (_, factor) = *units.get(at)?;
                units = units.get(at + 1..)?;
                months += i128::from(value) * factor;
                if reader.done() {
                    break;
                }
            }
            let months = i64::try_from(if negative { -months } else { months }).ok()?;
            Some(Self::from_months(months))
        })
    }
}
