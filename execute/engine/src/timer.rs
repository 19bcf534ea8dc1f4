//! A timer: the moment at which a boundary event occurs.

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use feel::{DateTime, YearsDuration, Zone};
use serde::{Deserialize, Serialize};

use crate::index;

const NANOS_PER_MS: i128 = 1_000_000;
const LONGEST_MONTH_MS: i64 = 31 * 86_400_000;

/// Something that becomes due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Its key.
    pub key: Key,
    /// The active element whose life bounds the timer's.
    pub element_instance: Key,
    /// The event that occurs.
    #[serde(with = "index::element")]
    pub target: ElementIndex,
    /// When it is due.
    pub due_at: Timestamp,
    /// How it goes on after that.
    pub repeat: Option<Repeat>,
}

/// When something happens, and how it goes on then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The next time.
    pub at: Timestamp,
    /// What is left of a cycle after that.
    pub repeat: Option<Repeat>,
}

impl Due {
    /// The next time but one, seen at `now`; `None` where there is none. Times that were missed are
    /// skipped, so that a server that was down does not catch up in a burst.
    pub fn following(self, now: Timestamp) -> Option<Self> {
        let Repeat { remaining, every } = self.repeat?;
        let at = every.next(self.at, now)?;
        let repeat = match remaining {
            None => Some(Repeat { remaining: None, every }),
            Some(0) => return None,
            Some(1) => None,
            Some(more) => Some(Repeat { remaining: Some(more - 1), every }),
        };
        Some(Self { at, repeat })
    }
}

/// What is left of a cycle (`R3/PT10S`) after the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// How often it occurs after the next time; `None` without end.
    pub remaining: Option<u32>,
    /// Time between two occurrences.
    pub every: Interval,
}

/// A length of time, as FEEL knows two kinds of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interval {
    /// Calendar months; a year is twelve.
    Months(i64),
    /// Milliseconds; a day is 24 hours.
    Milliseconds(i64),
}

impl Interval {
    /// The instant this much later, months counted in UTC; `None` outside the range.
    pub fn after(self, instant: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Milliseconds(ms) => instant.0.checked_add(ms).map(Timestamp),
            Self::Months(months) => {
                let moment =
                    DateTime::from_instant(i128::from(instant.0) * NANOS_PER_MS, &Zone::utc())?;
                instant_of(&moment.checked_add_months(YearsDuration::from_months(months))?)
            }
        }
    }

    /// Whether time goes on by it.
    pub fn is_positive(self) -> bool {
        let (Self::Months(amount) | Self::Milliseconds(amount)) = self;
        amount > 0
    }

    /// The first instant after `now` in the row `due`, `due` + 1 interval, `due` + 2 intervals, ..;
    /// `None` outside the range.
    fn next(self, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let missed = match self {
            Self::Months(_) => now.ms_since(due) / LONGEST_MONTH_MS,
            Self::Milliseconds(ms) => now.ms_since(due) / ms.max(1),
        };
        let mut times = missed.max(0);
        loop {
            times += 1;
            let next = self.times(times)?.after(due)?;
            if next > now || !self.is_positive() {
                return Some(next);
            }
        }
    }

    fn times(self, times: i64) -> Option<Self> {
        Some(match self {
            Self::Months(months) => Self::Months(months.checked_mul(times)?),
            Self::Milliseconds(ms) => Self::Milliseconds(ms.checked_mul(times)?),
        })
    }
}

/// The stored form of a moment; a local one counts as UTC. `None` outside the range.
pub(crate) fn instant_of(moment: &DateTime) -> Option<Timestamp> {
    i64::try_from(moment.instant_nanos().div_euclid(NANOS_PER_MS)).ok().map(Timestamp)
}
