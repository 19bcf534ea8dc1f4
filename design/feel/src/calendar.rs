//! Dates, times and durations over the whole range of the standard (years -999,999,999 to 999,999,999). The types are
//! our own; a library is asked for the rules of named time zones only.

mod date;
mod duration;
mod moment;
mod parse;
mod zone;

pub(crate) use self::parse::is_time_of_xml;
pub use self::{
    date::Date,
    duration::{DaysDuration, YearsDuration},
    moment::{DateTime, Time},
    zone::Zone,
};

/// A text that is not a date, time or duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date, time or duration of ISO 8601")]
pub struct ParseTemporalError;

/// Nanoseconds in one second.
pub(crate) const NANOS: i128 = 1_000_000_000;
/// Seconds in one day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Serialises through the ISO text, which is stable and exact.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    )*};
}

as_text!(Date, Time, DateTime, DaysDuration, YearsDuration);

#[cfg(test)]
mod tests;
