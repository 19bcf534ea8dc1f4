//! A share between 0 and 1, kept as the two counts it came from so that it can be added up honestly.

use serde::{Deserialize, Serialize};

/// `part` of `whole`, where `whole` is not zero and `part` is not above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    part: u64,
    whole: u64,
}

impl Ratio {
    /// The ratio, or `None` where nothing was counted or the counts contradict each other.
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole != 0 && part <= whole).then_some(Self { part, whole })
    }

    /// The counted part.
    pub fn part(self) -> u64 {
        self.part
    }

    /// The whole it is a part of; never zero.
    pub fn whole(self) -> u64 {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_needs_counts_that_agree() {
        for (part, whole, holds) in [(0, 0, false), (1, 0, false), (2, 1, false), (1, 1, true)] {
            assert_eq!(Ratio::of(part, whole).is_some(), holds, "{part}/{whole}");
        }
    }
}
