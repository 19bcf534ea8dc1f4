//! Seeded numbers: the same seed gives the same run of choices, so that a failure can be looked at again.

use std::time::{SystemTime, UNIX_EPOCH};

/// The number in a variable of the environment; `otherwise` where there is none.
pub fn environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A generator of numbers (`SplitMix64`, Steele et al. 2014).
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// Begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Begins at `CRASH_SEED`, or at the clock where that is not set; prints which.
    #[expect(clippy::print_stdout, reason = "the seed is what a failed run is repeated by")]
    pub fn from_environment() -> Self {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let seed = environment("CRASH_SEED", clock);
        println!("CRASH_SEED={seed}");
        Self::new(seed)
    }

    /// The next number below `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(bound).unwrap_or(0)
    }
}
