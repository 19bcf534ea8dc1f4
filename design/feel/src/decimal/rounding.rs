//! Rounding to a scale in the modes that DMN's `decimal`, `floor`, `ceiling` and `round ..` functions ask for.

use super::{Decimal, MAX_SCALE, MIN_SCALE, digits, power_of_ten};

/// How a number between two neighbours is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest; a tie to the even neighbour.
    HalfEven,
    /// To the nearest; a tie away from zero.
    HalfUp,
    /// To the nearest; a tie towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl Rounding {
    /// `value / divisor` rounded to a whole number; the divisor is positive.
    pub(super) fn divide(self, value: i128, divisor: i128) -> i128 {
        let (quotient, rest) = (value / divisor, value % divisor);
        if rest == 0 {
            return quotient;
        }
        let away = if value < 0 { -1 } else { 1 };
        let half = rest.unsigned_abs().cmp(&(divisor.unsigned_abs() - rest.unsigned_abs()));
        let grows = match self {
            Self::HalfEven => half.is_gt() || (half.is_eq() && quotient % 2 != 0),
            Self::HalfUp => half.is_ge(),
            Self::HalfDown => half.is_gt(),
            Self::Up => true,
            Self::Down => false,
            Self::Floor => value < 0,
            Self::Ceiling => value > 0,
        };
        if grows { quotient + away } else { quotient }
    }
}

impl Decimal {
    /// Rounds to `scale` digits behind the point (before it, where negative); `None` outside -6,111..=6,176.
    #[must_use]
    pub fn round(self, scale: i32, rounding: Rounding) -> Option<Self> {
        if !(MIN_SCALE..=MAX_SCALE).contains(&scale) {
            return None;
        }
        if scale >= self.scale {
            return Some(self);
        }
        let coefficient = self.coefficient();
        let excess = self.scale.abs_diff(scale);
        let rounded = if excess > digits(coefficient.unsigned_abs()) + 1 {
            // Far below half of the last kept place: only the sign matters.
            rounding.divide(coefficient.signum(), 10)
        } else {
            rounding.divide(coefficient, power_of_ten(excess)?)
        };
        Self::finite(rounded, i64::from(scale))
    }

    /// The largest whole number that is not above the value.
    #[must_use]
    pub fn floor(self) -> Self {
        self.round(0, Rounding::Floor).unwrap_or(self)
    }

    /// The smallest whole number that is not below the value.
    #[must_use]
    pub fn ceiling(self) -> Self {
        self.round(0, Rounding::Ceiling).unwrap_or(self)
    }
}
