//! Sums of many numbers, one after the other.

use super::Decimal;

/// A sum that grows. As long as all numbers have one scale and 64 bits, they are far from 34 digits: nothing is rounded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    whole: i128,
    scale: i32,
    count: u32,
    /// The sum so far, once a number of another kind came.
    general: Option<Decimal>,
}

impl Sum {
    /// Adds a number; `None` on overflow.
    #[inline]
    pub(crate) fn add(&mut self, number: Decimal) -> Option<()> {
        if self.count == 0 && number.scale >= 0 {
            self.scale = number.scale;
        }
        match number.small() {
            Some(small)
                if self.general.is_none()
                    && number.scale == self.scale
                    && self.count < u32::MAX =>
            {
                self.whole += i128::from(small);
                self.count += 1;
                Some(())
            }
            _ => self.add_general(number),
        }
    }

    fn add_general(&mut self, number: Decimal) -> Option<()> {
        self.general = Some(self.value()?.checked_add(number)?);
        Some(())
    }

    /// The sum so far; zero of no numbers.
    pub(crate) fn value(&self) -> Option<Decimal> {
        self.general.or_else(|| Decimal::finite(self.whole, i64::from(self.scale)))
    }
}
