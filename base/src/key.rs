//! The identity of everything that is stored: one time-sortable `i64`, unique over all lanes of all
//! nodes without coordination. Keys are strings in JSON, because a JavaScript number holds 53 bits.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Milliseconds from 1970 to 2025-01-01T00:00:00Z, the origin of the time part of a key.
const ORIGIN_MS: i64 = 1_735_689_600_000;
const LANE_BITS: u32 = 10;
const COUNTER_BITS: u32 = 12;
const COUNTER_MAX: i64 = (1 << COUNTER_BITS) - 1;
const MILLIS_MAX: i64 = (1 << 41) - 1;

/// The identity of a stored thing: 41 bits of milliseconds since 2025, 10 bits lane, 12 bits counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub i64);

impl Key {
    /// The instant whose millisecond the key was drawn in; at most a little ahead of the clock where
    /// a full counter borrowed the next millisecond.
    pub fn timestamp(self) -> Timestamp {
        Timestamp((self.0 >> (LANE_BITS + COUNTER_BITS)) + ORIGIN_MS)
    }

    /// The lane that has drawn the key, modulo [`KeyGenerator::LANES`].
    pub fn lane(self) -> i64 {
        (self.0 >> COUNTER_BITS) & (KeyGenerator::LANES - 1)
    }
}

impl Key {
    /// The least key of an instant so much earlier.
    #[must_use]
    pub fn earlier_by_ms(self, ms: i64) -> Self {
        let millis = (self.0 >> (LANE_BITS + COUNTER_BITS)).saturating_sub(ms).max(0);
        Self(millis << (LANE_BITS + COUNTER_BITS))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A text that is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a key; a key is a whole number such as `6755399441055744`")]
pub struct ParseKeyError {
    text: String,
    #[source]
    source: Option<ParseIntError>,
}

impl FromStr for Key {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<i64>() {
            Ok(number) if number > 0 => Ok(Self(number)),
            Ok(_) => Err(ParseKeyError { text: text.to_owned(), source: None }),
            Err(source) => Err(ParseKeyError { text: text.to_owned(), source: Some(source) }),
        }
    }
}

/// Draws keys for one lane. Never draws one at or below the last, whatever the clock does.
#[derive(Debug, Clone)]
pub struct KeyGenerator {
    lane: i64,
    // INVARIANT: `tick` is (millisecond << COUNTER_BITS) + counter of the last key drawn and only grows.
    tick: i64,
}

impl KeyGenerator {
    /// How many lanes can be told apart; the lane number is taken modulo this.
    pub const LANES: i64 = 1 << LANE_BITS;

    /// A generator for `lane`, which no living generator may share.
    pub fn new(lane: i64) -> Self {
        Self { lane: lane.rem_euclid(Self::LANES), tick: 0 }
    }

    /// Never draw a key at or below `key` from now on (the highest key found at a start).
    pub fn skip_to(&mut self, key: Key) {
        let millis = key.0 >> (LANE_BITS + COUNTER_BITS);
        let counter = key.0 & COUNTER_MAX;
        self.tick = self.tick.max((millis << COUNTER_BITS) + counter);
    }

    /// The next key at `now`. A full counter, or a clock that went back, borrows the next tick.
    pub fn next(&mut self, now: Timestamp) -> Key {
        let millis = now.0.saturating_sub(ORIGIN_MS).clamp(1, MILLIS_MAX);
        self.tick = (self.tick + 1).max(millis << COUNTER_BITS);
        self.last()
    }

    /// Draws `count` keys of which each is one above the one before, and answers the first; `None`
    /// where no run can be so long, or for none at all.
    pub fn next_run(&mut self, now: Timestamp, count: usize) -> Option<Key> {
        let more = i64::try_from(count).ok()?.checked_sub(1)?;
        if !(0..=COUNTER_MAX).contains(&more) {
            return None;
        }
        let mut first = self.next(now);
        if (first.0 & COUNTER_MAX) + more > COUNTER_MAX {
            // The rest of this millisecond is left out.
            self.tick |= COUNTER_MAX;
            first = self.next(now);
        }
        self.tick += more;
        Some(first)
    }

    /// The key of the present tick.
    fn last(&self) -> Key {
        let (millis, counter) = (self.tick >> COUNTER_BITS, self.tick & COUNTER_MAX);
        Key((millis << (LANE_BITS + COUNTER_BITS)) | (self.lane << COUNTER_BITS) | counter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_text() {
        for (text, expect) in [
            ("17", "Ok(Key(17))"),
            ("0", "`0` is not a key; a key is a whole number such as `6755399441055744`"),
            ("-4", "`-4` is not a key; a key is a whole number such as `6755399441055744`"),
            ("x", "`x` is not a key; a key is a whole number such as `6755399441055744`"),
        ] {
            let got = text.parse::<Key>();
            let got = got.map_err(|error| error.to_string());
            assert!(format!("{got:?}").contains(expect), "{text}: {got:?}");
        }
    }

    #[test]
    fn a_full_counter_borrows_the_next_millisecond() {
        let now = Timestamp(ORIGIN_MS + 50);
        let mut keys = KeyGenerator::new(3);
        let drawn: Vec<Key> = (0..=4096).map(|_| keys.next(now)).collect();
        assert_eq!(drawn.first().map(|key| key.timestamp()), Some(now));
        assert_eq!(drawn.last().map(|key| key.timestamp()), Some(Timestamp(now.0 + 1)));
        assert!(drawn.iter().all(|key| key.lane() == 3));
    }

    #[test]
    fn a_run_of_keys_has_no_gap_and_nobody_else_draws_from_it() {
        let now = Timestamp(ORIGIN_MS + 50);
        for (before, count, later_ms) in [
            (0, 1, Some(0)),
            (4000, 96, Some(0)),
            (4000, 97, Some(1)),
            (4096, 1, Some(1)),
            (1, 4096, Some(1)),
            (0, 4097, None),
            (0, 0, None),
        ] {
            let mut keys = KeyGenerator::new(3);
            let last = (0..before).map(|_| keys.next(now)).last().unwrap_or(Key(0));
            let run = keys.next_run(now, count);
            let later = run.map(|first| first.timestamp().ms_since(now));
            assert_eq!(later, later_ms, "{count} after {before}");
            let Some(first) = run else { continue };
            let end = Key(first.0 + i64::try_from(count).unwrap() - 1);
            assert_eq!(end.timestamp(), first.timestamp(), "{count} after {before}");
            assert!(last < first && end < keys.next(now), "{count} after {before}");
        }
    }

    proptest! {
        #[test]
        fn keys_grow_whatever_the_clock_does(times in prop::collection::vec(0i64..1000, 1..200)) {
            let mut keys = KeyGenerator::new(7);
            let mut last = Key(0);
            for time in times {
                let key = keys.next(Timestamp(ORIGIN_MS + time));
                prop_assert!(key > last);
                last = key;
            }
        }

        #[test]
        fn a_restarted_lane_stays_above_what_it_drew(time in 0i64..1000, back in 0i64..1000) {
            let mut first = KeyGenerator::new(7);
            let key = first.next(Timestamp(ORIGIN_MS + time));
            let mut second = KeyGenerator::new(8);
            second.skip_to(key);
            prop_assert!(second.next(Timestamp(ORIGIN_MS + time - back)) > key);
        }
    }
}
