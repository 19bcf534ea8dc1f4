//! Addition, multiplication, division and remainder. The usual case stays within 128 bits; the rest goes by long
//! multiplication and chunked long division, still exact to the last rounded digit.

use super::{DIGITS, Decimal, MAX_SCALE, MIN_SCALE, Rounding, digits, power_of_ten};

/// The first coefficient that has too many digits.
const LIMIT: u128 = 10_u128.pow(DIGITS);

impl Decimal {
    /// The sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.scale == other.scale {
            return Self::finite(self.coefficient() + other.coefficient(), i64::from(self.scale));
        }
        if let Some((left, right, scale)) = self.aligned(other) {
            return Self::finite(left + right, i64::from(scale));
        }
        let (fine, coarse) = if self.scale > other.scale { (self, other) } else { (other, self) };
        if coarse.is_zero() {
            return Some(fine);
        }
        if let Some(aligned) = coarse.coefficient_at(fine.scale)
            && let Some(sum) = aligned.checked_add(fine.coefficient())
        {
            return Self::finite(sum, i64::from(fine.scale));
        }
        add_apart(coarse, fine)
    }

    /// The difference; `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The product; `None` on overflow.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let scale = i64::from(self.scale) + i64::from(other.scale);
        if let (Some(left), Some(right)) = (self.small(), other.small()) {
            return Self::finite(i128::from(left) * i128::from(right), scale);
        }
        if let Some(product) = self.coefficient().checked_mul(other.coefficient()) {
            return Self::finite(product, scale);
        }
        let negative = self.is_negative() != other.is_negative();
        let (left, right) = (self.coefficient().unsigned_abs(), other.coefficient().unsigned_abs());
        wide_product(left, right, scale, negative)
    }

    /// The quotient; `None` on division by zero or overflow.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let negative = self.is_negative() != other.is_negative();
        let (dividend, divisor) =
            (self.coefficient().unsigned_abs(), other.coefficient().unsigned_abs());
        let mut scale = i64::from(self.scale) - i64::from(other.scale);
        let mut quotient = dividend / divisor;
        let mut rest = dividend % divisor;
        // The rest is below the divisor: appending this many digits to it still fits 128 bits.
        let room = 38 - digits(divisor);
        while rest != 0 && digits(quotient) < DIGITS + 2 {
            let step = room.min(37 - digits(quotient));
            let shift = power_of_ten(step)?.unsigned_abs();
            let shifted = rest * shift;
            quotient = quotient * shift + shifted / divisor;
            rest = shifted % divisor;
            scale += i64::from(step);
        }
        if rest != 0 && quotient.is_multiple_of(5) {
            quotient += 1;
        }
        let signed = i128::try_from(quotient).ok()?;
        let result = Self::finite(if negative { -signed } else { signed }, scale)?;
        Some(result.normalised())
    }

    /// The remainder of the floored division: it has the sign of `other` (DMN `modulo`). `None` for zero.
    pub fn checked_modulo(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let scale = self.scale.max(other.scale);
        if let (Some(left), Some(right)) = (self.coefficient_at(scale), other.coefficient_at(scale))
        {
            let rest = left % right;
            let floored = if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest };
            return Self::finite(floored, i64::from(scale));
        }
        let quotient = self.checked_div(other)?.round(0, Rounding::Floor)?;
        self.checked_sub(quotient.checked_mul(other)?)
    }

    /// Rounds a coefficient of any size to 34 digits and checks the exponent range; `None` on overflow.
    #[inline]
    pub(super) fn finite(coefficient: i128, scale: i64) -> Option<Self> {
        match i32::try_from(scale) {
            Ok(scale) if coefficient.unsigned_abs() < LIMIT && (0..=MAX_SCALE).contains(&scale) => {
                Some(Self::raw(coefficient, scale))
            }
            _ => Self::shortened(coefficient, scale),
        }
    }

    fn shortened(mut coefficient: i128, mut scale: i64) -> Option<Self> {
        if coefficient == 0 {
            let scale = scale.clamp(0, i64::from(MAX_SCALE));
            return Some(Self::raw(0, i32::try_from(scale).ok()?));
        }
        let mut excess = i64::from(digits(coefficient.unsigned_abs()).saturating_sub(DIGITS));
        excess = excess.max(scale - i64::from(MAX_SCALE));
        if excess > 0 {
            let Some(divisor) = u32::try_from(excess).ok().and_then(power_of_ten) else {
                return Some(Self::ZERO);
            };
            coefficient = Rounding::HalfEven.divide(coefficient, divisor);
            scale -= excess;
            if digits(coefficient.unsigned_abs()) > DIGITS {
                coefficient /= 10;
                scale -= 1;
            }
        }
        while scale < i64::from(MIN_SCALE) {
            if digits(coefficient.unsigned_abs()) == DIGITS {
                return None;
            }
            coefficient *= 10;
            scale += 1;
        }
        Some(Self::raw(coefficient, i32::try_from(scale).ok()?))
    }
}

/// Adds numbers whose scales are too far apart for 128 bits: `coarse` gets guard digits, `fine` is cut there.
fn add_apart(coarse: Decimal, fine: Decimal) -> Option<Decimal> {
    let lift = 37_u32.checked_sub(digits(coarse.coefficient().unsigned_abs()))?;
    let big = coarse.coefficient().checked_mul(power_of_ten(lift)?)?;
    let scale = i64::from(coarse.scale) + i64::from(lift);
    let cut = u32::try_from(i64::from(fine.scale) - scale).ok()?;
    let small = fine.coefficient();
    let (kept, exact) = match power_of_ten(cut) {
        Some(divisor) => (small.div_euclid(divisor), small.rem_euclid(divisor) == 0),
        None => (if small < 0 { -1 } else { 0 }, small == 0),
    };
    let mut sum = big + kept;
    // Something small is left above the floor: move off a tie, so that rounding sees it.
    if !exact && sum.rem_euclid(5) == 0 {
        sum += 1;
    }
    Decimal::finite(sum, scale)
}

/// The product of two coefficients as four 64-bit limbs, least first, cut to 37 digits before the final rounding.
fn wide_product(left: u128, right: u128, scale: i64, negative: bool) -> Option<Decimal> {
    let mut limbs = multiply_limbs(left, right);
    let (mut scale, mut sticky) = (scale, false);
    // At most 68 digits: each step drops digits until the value fits well into 128 bits.
    while limbs.iter().rev().take(2).any(|limb| *limb != 0) || low_half(limbs) >= 10_u128.pow(37) {
        let by = if limbs.last().is_some_and(|limb| *limb != 0) { 10 } else { 1 };
        sticky |= divide_limbs(&mut limbs, 10_u64.pow(by)) != 0;
        scale -= i64::from(by);
    }
    let mut value = low_half(limbs);
    if sticky && value.is_multiple_of(5) {
        value += 1;
    }
    let signed = i128::try_from(value).ok()?;
    Decimal::finite(if negative { -signed } else { signed }, scale)
}

#[expect(clippy::cast_possible_truncation, reason = "splits into limbs on purpose")]
fn halves(value: u128) -> (u64, u64) {
    ((value >> 64) as u64, value as u64)
}

fn low_half([low, high, ..]: [u64; 4]) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

/// The exact product, least limb first.
pub(super) fn multiply_limbs(left: u128, right: u128) -> [u64; 4] {
    let ((left_high, left_low), (right_high, right_low)) = (halves(left), halves(right));
    let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
    let (carry, first) = halves(product(left_low, right_low));
    let cross = product(left_low, right_high) + u128::from(carry);
    let (cross_high, cross_low) = halves(cross);
    let (carry, second) = halves(product(left_high, right_low) + u128::from(cross_low));
    let top = product(left_high, right_high) + u128::from(cross_high) + u128::from(carry);
    let (fourth, third) = halves(top);
    [first, second, third, fourth]
}

/// Divides in place and returns the remainder.
fn divide_limbs(limbs: &mut [u64; 4], divisor: u64) -> u64 {
    let mut rest = 0_u64;
    for limb in limbs.iter_mut().rev() {
        let value = (u128::from(rest) << 64) | u128::from(*limb);
        (_, *limb) = halves(value / u128::from(divisor));
        (_, rest) = halves(value % u128::from(divisor));
    }
    rest
}

/// The whole root of a value below 2^254, rounded down, and whether it is the exact one. Bit by bit: a root is rare, a root
/// that is one off in its last digit is wrong for ever.
pub(super) fn whole_root(value: [u64; 4]) -> (u128, bool) {
    let order = |limbs: &[u64; 4]| limbs.iter().rev().cmp(value.iter().rev());
    let root = (0..127).rev().fold(0_u128, |root, bit| {
        let trial = root | (1 << bit);
        if order(&multiply_limbs(trial, trial)).is_gt() { root } else { trial }
    });
    (root, order(&multiply_limbs(root, root)).is_eq())
}
