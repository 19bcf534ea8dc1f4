//! Where a constant stands among the whole numbers of a column. A number field stores `value * 10^scale`;
//! a constant with more digits falls between two stored numbers, and rounding it would change the answer.

use std::cmp::Ordering;

use feel::Decimal;
use feel::predicate::Op;

/// Where a constant stands among the values that an integer column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Below all of them.
    Below,
    /// It is this one.
    At(i64),
    /// Above this one and below the next.
    After(i64),
    /// Above all of them.
    Above,
}

impl Position {
    /// The position of a decimal among whole numbers of `10^-scale`.
    pub(super) fn of_decimal(value: Decimal, scale: u32) -> Self {
        let Some(rounded) = value.to_scaled(scale) else {
            return if value.is_negative() { Self::Below } else { Self::Above };
        };
        match Decimal::from_scaled(rounded, scale).cmp(&value) {
            Ordering::Equal => Self::At(rounded),
            Ordering::Less => Self::After(rounded),
            Ordering::Greater => rounded.checked_sub(1).map_or(Self::Below, Self::After),
        }
    }

    /// The position of an instant, in nanoseconds since 1970, among whole milliseconds.
    pub(super) fn of_nanos(nanos: i128) -> Self {
        match i64::try_from(nanos.div_euclid(1_000_000)) {
            Ok(ms) if nanos.rem_euclid(1_000_000) == 0 => Self::At(ms),
            Ok(ms) => Self::After(ms),
            Err(_) if nanos < 0 => Self::Below,
            Err(_) => Self::Above,
        }
    }

    /// The same order relation with a whole number: `x < 1.5` is `x <= 1`.
    pub(super) fn order(self, op: Op) -> (&'static str, i64) {
        let less = matches!(op, Op::Less | Op::LessOrEqual);
        match (self, less) {
            (Self::At(number), _) => (symbol(op), number),
            (Self::After(number), true) => ("<=", number),
            (Self::After(number), false) => (">", number),
            // Always false, and null for null, as every order relation is.
            (Self::Below, true) => ("<", i64::MIN),
            (Self::Above, false) => (">", i64::MAX),
            // Always true, and null for null.
            (Self::Below, false) => (">=", i64::MIN),
            (Self::Above, true) => ("<=", i64::MAX),
        }
    }
}

/// The operator as SQL spells it.
pub(super) fn symbol(op: Op) -> &'static str {
    match op {
        Op::Equal => "=",
        Op::NotEqual => "<>",
        Op::Less => "<",
        Op::LessOrEqual => "<=",
        Op::Greater => ">",
        Op::GreaterOrEqual => ">=",
    }
}
