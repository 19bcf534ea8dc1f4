//! How long to wait before a delivery is tried again, and when to give it up. The schedule is fixed and
//! without jitter: mails leave one by one with a bounded number of connections, so that there is no herd
//! to scatter, and a person can tell when the next try comes.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// The waits of a server that is away for a moment, for an hour, and for a long weekend: 13 tries over
/// more than four days, as RFC 5321, 4.5.4.1 asks.
const WAITS_S: [u64; 12] = [
    1,
    5,
    30,
    2 * MINUTE,
    10 * MINUTE,
    HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    24 * HOUR,
    24 * HOUR,
    24 * HOUR,
];

/// The waits between tries, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackOff(Vec<Duration>);

impl BackOff {
    /// A schedule of these waits: one try more than there are waits.
    pub fn new(waits: impl IntoIterator<Item = Duration>) -> Self {
        Self(waits.into_iter().collect())
    }

    /// How long to wait after so many failed tries; `None` gives up.
    pub(crate) fn wait_after(&self, failed_tries: u32) -> Option<Duration> {
        let index = usize::try_from(failed_tries.checked_sub(1)?).ok()?;
        self.0.get(index).copied()
    }
}

impl Default for BackOff {
    fn default() -> Self {
        Self::new(WAITS_S.map(Duration::from_secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_and_end_within_five_days() {
        let back_off = BackOff::default();
        let waits: Vec<u64> =
            (1..20).map_while(|tries| back_off.wait_after(tries)).map(|it| it.as_secs()).collect();
        assert_eq!(waits, WAITS_S);
        assert!(waits.is_sorted());
        let days = waits.iter().sum::<u64>() / (24 * HOUR);
        assert_eq!((days, back_off.wait_after(13)), (4, None));
        assert_eq!(BackOff::new([]).wait_after(1), None);
    }
}
