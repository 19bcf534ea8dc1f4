//! The number of FEEL: a decimal of 34 significant digits, rounded half to even, with the exponent range of IEEE 754
//! decimal128 (DMN 1.5, 10.3.2.3.1). The value is `coefficient / 10^scale`; nothing here touches binary floating point.

mod arithmetic;
mod functions;
mod rounding;
mod sum;

use std::{cmp::Ordering, fmt, hash, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::rounding::Rounding;
pub(crate) use self::sum::Sum;

/// Significant digits that a number keeps.
pub(crate) const DIGITS: u32 = 34;
/// The largest scale: digits after the point of the smallest numbers.
const MAX_SCALE: i32 = 6176;
/// The smallest scale: the largest numbers end in this many zeros.
const MIN_SCALE: i32 = -6111;

/// A decimal number of 34 significant digits.
///
/// Equality, order and hash go by the numeric value: `1.0` equals `1`.
///
/// ```
/// use feel::Decimal;
/// let price: Decimal = "19.99".parse().unwrap();
/// let total = price.checked_mul(Decimal::from_i64(3)).unwrap();
/// assert_eq!(total.to_string(), "59.97");
/// assert_eq!(total.to_scaled(1), Some(600));
/// ```
#[derive(Clone, Copy)]
pub struct Decimal {
    // The coefficient in two words: an `i128` would align every value to 16 bytes.
    high: i64,
    low: u64,
    // INVARIANT: MIN_SCALE..=MAX_SCALE, and the coefficient has at most 34 digits.
    scale: i32,
}

/// A text that is not a number, or one outside the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct ParseDecimalError;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { high: 0, low: 0, scale: 0 };
    /// One.
    pub const ONE: Self = Self { high: 0, low: 1, scale: 0 };

    /// The whole number `value`.
    pub fn from_i64(value: i64) -> Self {
        Self::raw(i128::from(value), 0)
    }

    /// `value / 10^scale`, as a money or number field stores it; scales above 6,176 give zero.
    pub fn from_scaled(value: i64, scale: u32) -> Self {
        let scale = i32::try_from(scale).unwrap_or(i32::MAX);
        if scale > MAX_SCALE { Self::ZERO } else { Self::raw(i128::from(value), scale) }
    }

    /// The value as a whole number, when it is one and fits.
    pub fn to_i64(self) -> Option<i64> {
        let whole = self.round(0, Rounding::Down)?;
        if whole != self {
            return None;
        }
        whole.coefficient_at(0).and_then(|value| i64::try_from(value).ok())
    }

    /// The value times `10^scale`, rounded half to even to a whole number; `None` where that does not fit.
    pub fn to_scaled(self, scale: u32) -> Option<i64> {
        let scale = i32::try_from(scale).ok()?;
        let rounded = self.round(scale, Rounding::HalfEven)?;
        rounded.coefficient_at(scale).and_then(|value| i64::try_from(value).ok())
    }

    /// The largest whole number that is not above the value, as near to it as 64 bits allow: it never falls where the
    /// value grows, so that what is sorted by values can be searched by it first.
    #[inline]
    pub fn floor_saturating(self) -> i64 {
        if let Some(coefficient) = self.small()
            && let Some(power) =
                usize::try_from(self.scale).ok().and_then(|scale| SMALL_POWERS.get(scale))
        {
            return if *power == 1 { coefficient } else { coefficient.div_euclid(*power) };
        }
        let floor = self.floor();
        let limit = if self.is_negative() { i64::MIN } else { i64::MAX };
        floor.coefficient_at(0).and_then(|whole| i64::try_from(whole).ok()).unwrap_or(limit)
    }

    /// The nearest 64-bit float, for charts and statistics only.
    pub fn to_f64(self) -> f64 {
        self.to_scientific().parse().unwrap_or(f64::NAN)
    }

    /// The shortest decimal that reads back as `value`; `None` for infinities and NaN.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_finite() { format!("{value:e}").parse().ok() } else { None }
    }

    /// Zeros in front of or behind its digits, at most, where it is written without an exponent.
    pub(crate) fn zeros(self) -> usize {
        usize::try_from(self.scale.unsigned_abs()).unwrap_or(usize::MAX)
    }

    /// Whether the value is zero.
    pub fn is_zero(self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.high < 0
    }

    /// Whether the value has no digits after the point.
    pub fn is_integer(self) -> bool {
        self.scale <= 0 || self.normalised().scale <= 0
    }

    /// The value without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { -self } else { self }
    }

    /// The same value with the fewest digits after the point: `1.50` becomes `1.5`, `100` stays.
    #[must_use]
    pub fn normalised(self) -> Self {
        let (mut coefficient, mut scale) = (self.coefficient(), self.scale);
        if coefficient == 0 {
            return Self::ZERO;
        }
        while scale > 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            scale -= 1;
        }
        Self::raw(coefficient, scale)
    }

    fn raw(coefficient: i128, scale: i32) -> Self {
        debug_assert!(digits(coefficient.unsigned_abs()) <= DIGITS);
        let (high, low) = words(coefficient);
        Self { high, low, scale }
    }

    fn coefficient(self) -> i128 {
        (i128::from(self.high) << 64) | i128::from(self.low)
    }

    /// The exact coefficient at another scale, where it is a whole number that fits.
    fn coefficient_at(self, scale: i32) -> Option<i128> {
        let coefficient = self.coefficient();
        if coefficient == 0 {
            return Some(0);
        }
        if scale >= self.scale {
            coefficient.checked_mul(power_of_ten(scale.abs_diff(self.scale))?)
        } else {
            let divisor = power_of_ten(scale.abs_diff(self.scale))?;
            (coefficient % divisor == 0).then(|| coefficient / divisor)
        }
    }

    /// The coefficient, where it is as small as usual.
    #[inline]
    fn small(self) -> Option<i64> {
        let low = self.low.cast_signed();
        (low >> 63 == self.high).then_some(low)
    }

    /// Both coefficients at the finer scale, which comes third; only where 64-bit words show that they fit.
    #[inline]
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let (left, right) = (i128::from(self.small()?), i128::from(other.small()?));
        let apart = self.scale.checked_sub(other.scale)?;
        let factor = i128::from(*SMALL_POWERS.get(usize::try_from(apart.unsigned_abs()).ok()?)?);
        Some(if apart >= 0 {
            (left, right * factor, self.scale)
        } else {
            (left * factor, right, other.scale)
        })
    }

    /// The power of ten of the leading digit; zero for zero.
    fn magnitude(self) -> i32 {
        let places = digits(self.coefficient().unsigned_abs());
        i32::try_from(places).unwrap_or(0) - 1 - self.scale
    }

    fn to_scientific(self) -> String {
        format!("{}e{}", self.coefficient(), -self.scale)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "splits into words on purpose"
)]
fn words(value: i128) -> (i64, u64) {
    ((value >> 64) as i64, value as u64)
}

/// Decimal digits of a whole number; one for zero.
fn digits(value: u128) -> u32 {
    value.checked_ilog10().map_or(1, |log| log + 1)
}

#[expect(clippy::indexing_slicing, reason = "a constant: an index out of bounds would not compile")]
const POWERS: [i128; 39] = {
    let mut powers = [1_i128; 39];
    let mut index = 1;
    while index < 39 {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// The powers of ten of 64 bits: a 64-bit coefficient times one of them fits 128 bits with room for a sum.
#[expect(clippy::indexing_slicing, reason = "a constant: an index out of bounds would not compile")]
const SMALL_POWERS: [i64; 19] = {
    let mut powers = [1_i64; 19];
    let mut index = 1;
    while index < 19 {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// `10^exponent` where it fits.
fn power_of_ten(exponent: u32) -> Option<i128> {
    POWERS.get(usize::try_from(exponent).ok()?).copied()
}

impl std::ops::Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self::raw(-self.coefficient(), self.scale)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.coefficient().cmp(&other.coefficient());
        }
        self.cmp_scaled(*other)
    }
}

impl Decimal {
    /// The order of numbers of different scales.
    fn cmp_scaled(self, other: Self) -> Ordering {
        if let Some((left, right, _)) = self.aligned(other) {
            return left.cmp(&right);
        }
        let (left, right) = (self.coefficient(), other.coefficient());
        if left.signum() != right.signum() || left == 0 {
            return left.signum().cmp(&right.signum());
        }
        let scale = self.scale.max(other.scale);
        if let (Some(left), Some(right)) = (self.coefficient_at(scale), other.coefficient_at(scale))
        {
            return left.cmp(&right);
        }
        // Where one cannot be aligned, it has more digits in front than the other can have.
        let by_size = self.magnitude().cmp(&other.magnitude());
        if left > 0 { by_size } else { by_size.reverse() }
    }
}

impl hash::Hash for Decimal {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        let mut value = self.normalised();
        while value.scale <= 0 && !value.is_zero() && value.coefficient() % 10 == 0 {
            value = Self::raw(value.coefficient() / 10, value.scale - 1);
        }
        value.coefficient().hash(state);
        value.scale.hash(state);
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Reads `-12.50`, `.5`, `1e3`; digits beyond the 34th are rounded half to even.
    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.parse::<i32>().ok().ok_or(ParseDecimalError)?)
            }
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let value = parse_unsigned(unsigned, exponent)?;
        Ok(if negative { -value } else { value })
    }
}

fn parse_unsigned(text: &str, exponent: i32) -> Result<Decimal, ParseDecimalError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(ParseDecimalError);
    }
    let (mut coefficient, mut scale, mut kept) = (0_i128, -i64::from(exponent), 0_u32);
    // Up to 37 digits are kept, so that the digits behind only matter as "something was there".
    let mut rest_is_zero = true;
    let places = whole.bytes().map(|byte| (byte, 0)).chain(fraction.bytes().map(|byte| (byte, 1)));
    for (byte, behind_point) in places {
        let digit =
            i128::from(byte.checked_sub(b'0').filter(|d| *d < 10).ok_or(ParseDecimalError)?);
        if kept < 37 {
            coefficient = coefficient * 10 + digit;
            kept += u32::from(coefficient != 0);
            scale += behind_point;
        } else {
            rest_is_zero &= digit == 0;
            scale += behind_point - 1;
        }
    }
    if !rest_is_zero && coefficient % 5 == 0 {
        coefficient += 1;
    }
    Decimal::finite(coefficient, scale).ok_or(ParseDecimalError)
}

impl fmt::Display for Decimal {
    /// Plain digits without an exponent and without trailing zeros behind the point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.normalised();
        let digits = value.coefficient().unsigned_abs().to_string();
        let mut text = String::new();
        match usize::try_from(value.scale) {
            Err(_) => {
                text.push_str(&digits);
                text.extend(std::iter::repeat_n('0', value.scale.unsigned_abs() as usize));
            }
            Ok(0) => text.push_str(&digits),
            Ok(scale) => {
                let padded = format!("{digits:0>width$}", width = scale + 1);
                let (whole, fraction) = padded.split_at(padded.len() - scale);
                text.push_str(whole);
                text.push('.');
                text.push_str(fraction);
            }
        }
        f.pad_integral(!value.is_negative(), "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::from_i64(value)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_scientific())
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
