//! How large or how long something was, counted in buckets: a few atomic additions per observation, no lock.

use std::sync::atomic::{AtomicU64, Ordering};

/// Buckets for durations, in microseconds: from a tenth of a millisecond to ten seconds.
pub const DURATIONS_US: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 10_000_000,
];
/// Buckets for the number of commands in a batch.
pub(crate) const SIZES: &[u64] = &[1, 2, 5, 10, 20, 50, 100, 200, 500];

/// Counts per bucket since the start.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One per bound, and one for what is above all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// A histogram at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistogramNow {
    /// The largest value of each bucket, ascending.
    pub bounds: &'static [u64],
    /// How many fell into each bucket; the last is for what is above all bounds.
    pub counts: Vec<u64>,
    /// The sum of all values.
    pub sum: u64,
}

impl Histogram {
    /// An empty one with these bounds, which are ascending.
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Counts a value into the first bucket whose bound is not below it.
    pub fn observe(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
            self.sum.fetch_add(value, Ordering::Relaxed);
        }
    }

    /// Counts a duration in microseconds.
    pub fn observe_duration(&self, duration: std::time::Duration) {
        self.observe(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    /// What was counted so far.
    pub fn now(&self) -> HistogramNow {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        HistogramNow { bounds: self.bounds, counts, sum: self.sum.load(Ordering::Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_falls_into_the_first_bucket_that_holds_it() {
        let histogram = Histogram::new(&[1, 5, 10]);
        for value in [0, 1, 2, 5, 6, 10, 11, 1_000] {
            histogram.observe(value);
        }
        let expect = HistogramNow { bounds: &[1, 5, 10], counts: vec![2, 2, 2, 2], sum: 1_035 };
        assert_eq!(histogram.now(), expect);
    }
}
