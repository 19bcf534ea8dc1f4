//! How measured times spread.

use std::time::Duration;

/// Measured times, sorted.
#[derive(Debug, Clone)]
pub(crate) struct Spread(Vec<Duration>);

impl Spread {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that so many of a hundred do not exceed (nearest rank), in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

/// The number in the middle.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let spread = Spread::new((1..=200).rev().map(Duration::from_millis).collect());
        for (percent, expect) in [(0, 1.0), (50, 100.0), (99, 198.0), (100, 200.0)] {
            assert!((spread.percentile_ms(percent) - expect).abs() < 1e-9, "{percent}");
        }
        assert!(Spread::new(Vec::new()).percentile_ms(99).abs() < 1e-9);
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
