//! Powers, roots, exponential and logarithm. They are computed in decimals, so that every machine gives the same digits.

use super::arithmetic::{multiply_limbs, whole_root};
use super::{DIGITS, Decimal, Rounding, digits};

/// ln 10 to 34 digits.
const LN_10: &str = "2.302585092994045684017991454684364";

impl Decimal {
    /// `self` to the power of `exponent`; `None` on overflow and for roots of negative numbers.
    pub fn checked_pow(self, exponent: Self) -> Option<Self> {
        if let Some(whole) = exponent.to_i64() {
            return self.power(whole);
        }
        if self.is_zero() {
            return (!exponent.is_negative()).then_some(Self::ZERO);
        }
        if exponent == Self::from_scaled(5, 1) {
            return self.sqrt();
        }
        self.ln()?.checked_mul(exponent)?.exp()
    }

    fn power(self, exponent: i64) -> Option<Self> {
        let (mut result, mut base, mut left) = (Self::ONE, self, exponent.unsigned_abs());
        while left > 0 {
            if left % 2 == 1 {
                result = result.checked_mul(base)?;
            }
            left /= 2;
            if left > 0 {
                base = base.checked_mul(base)?;
            }
        }
        if exponent < 0 { Self::ONE.checked_div(result) } else { Some(result) }
    }

    /// The square root; `None` below zero.
    pub fn sqrt(self) -> Option<Self> {
        if self.is_negative() {
            return None;
        }
        if self.is_zero() {
            return Some(Self::ZERO);
        }
        // The exact root of a whole number of 69 or 70 digits has 35 digits: one more than a number keeps.
        let coefficient = self.coefficient().unsigned_abs();
        let lift = DIGITS.saturating_sub(digits(coefficient));
        let scale = i64::from(self.scale) + i64::from(lift);
        let shift = if scale.rem_euclid(2) == 0 { 36 } else { 35 };
        let lifted = coefficient * 10_u128.pow(lift);
        let (root, exact) = whole_root(multiply_limbs(lifted, 10_u128.pow(shift)));
        // Something is left of the square: move off a tie, so that rounding sees it.
        let sticky = u128::from(!exact && root.is_multiple_of(5));
        let root = Self::finite(
            i128::try_from(root + sticky).ok()?,
            i64::midpoint(scale, i64::from(shift)),
        )?;
        Some(if exact { root.normalised() } else { root })
    }

    /// e to the power of the value; `None` on overflow.
    pub fn exp(self) -> Option<Self> {
        if self > Self::from_i64(15_000) {
            return None;
        }
        if self < Self::from_i64(-15_000) {
            return Some(Self::ZERO);
        }
        // e^x = 10^n * e^r with a small r: no digits are lost to repeated squaring.
        let ln_10: Self = LN_10.parse().ok()?;
        let tens = self.checked_div(ln_10)?.round(0, Rounding::HalfEven)?;
        let rest = self.checked_sub(tens.checked_mul(ln_10)?)?;
        let (mut sum, mut term) = (Self::ONE, Self::ONE);
        for step in 1..100 {
            term = term.checked_mul(rest)?.checked_div(Self::from_i64(step))?;
            let next = sum.checked_add(term)?;
            if next == sum {
                break;
            }
            sum = next;
        }
        Self::finite(sum.coefficient(), i64::from(sum.scale) - tens.to_i64()?).map(Self::normalised)
    }

    /// The natural logarithm; `None` for zero and below.
    pub fn ln(self) -> Option<Self> {
        if self.is_negative() || self.is_zero() {
            return None;
        }
        // ln x = n * ln 10 + ln m with 1 <= m < 10; then Newton on e^y = m.
        let tens = self.magnitude();
        let mantissa = Self::finite(self.coefficient(), i64::from(self.scale) + i64::from(tens))?;
        let ln_10: Self = LN_10.parse().ok()?;
        let mut guess = Self::ONE;
        for _ in 0..60 {
            let power = guess.exp()?;
            let step = mantissa.checked_sub(power)?.checked_div(power)?;
            let next = guess.checked_add(step)?;
            if (next.checked_sub(guess)?).abs() < Self::from_scaled(1, 33) {
                guess = next;
                break;
            }
            guess = next;
        }
        let whole = ln_10.checked_mul(Self::from_i64(i64::from(tens)))?;
        // The last digit of the approximation is not to be trusted.
        whole.checked_add(guess.round(33, Rounding::HalfEven)?).map(Self::normalised)
    }
}
