//! The operands of a comparison: what is stored, what is the same for every row, and what can be made of a stored value so
//! that the comparison can be turned into one of the value itself.

use std::sync::Arc;

use super::{
    NotPushable,
    derive::{Deriver, refused},
};
use crate::{
    builtin,
    decimal::Decimal,
    eval::{self, Inputs},
    expression::Options,
    path::Path,
    resolve,
    syntax::tree::{ArithmeticOp, Kind, Node},
    types::Types,
    value::Value,
};

/// Stored numbers have 19 digits. A constant below 10^18 with at most that many digits behind the point keeps the sum within
/// 34 digits, so that nothing is rounded.
const EXACT_DIGITS: i32 = 14;

const NANOS_PER_MS: i128 = 1_000_000;

/// An operand of a comparison.
pub(super) enum Operand {
    /// Stored in the row.
    Stored(Path),
    /// The same for every row.
    Constant(Value),
    /// The number of characters of a stored text.
    Length(Path),
    /// A stored value moved by a constant.
    Shifted(Shifted),
    /// A stored number times a constant, which is not zero.
    Scaled(Path, Decimal),
}

/// `offset + stored`, or `offset - stored` where it is mirrored.
pub(super) struct Shifted {
    pub(super) path: Path,
    pub(super) mirrored: bool,
    pub(super) offset: Value,
}

impl Deriver<'_> {
    pub(super) fn operand(&mut self, node: &Node) -> Result<Operand, NotPushable> {
        if let Some(path) = self.stored(node) {
            if !(self.readable)(&path) {
                return Err(refused(node.span, "it reads more than the row stores"));
            }
            return Ok(Operand::Stored(Path::new(path)));
        }
        if let Some(made) = self.made(node)? {
            return Ok(made);
        }
        self.constant(node).map(Operand::Constant)
    }

    /// The path of a free name that has no value.
    fn stored(&self, node: &Node) -> Option<Vec<Arc<str>>> {
        let path = steps(node)?;
        let root = path.first()?;
        (self.bound.get(root).is_none() && root.as_ref() != "?").then_some(path)
    }

    fn made(&mut self, node: &Node) -> Result<Option<Operand>, NotPushable> {
        match &node.kind {
            Kind::Call { function, arguments } => {
                let (Kind::Name(name), [text]) = (&function.kind, arguments.as_slice()) else {
                    return Ok(None);
                };
                if name.as_ref() != "string length" || self.stored(text).is_none() {
                    return Ok(None);
                }
                match self.operand(text)? {
                    Operand::Stored(path) => Ok(Some(Operand::Length(path))),
                    _ => Ok(None),
                }
            }
            Kind::Arithmetic { first, rest } => match rest.as_slice() {
                [(ArithmeticOp::Multiply, right)] => self.product(first, right),
                _ => self.sum(first, rest),
            },
            _ => Ok(None),
        }
    }

    /// A stored value with constants added to it or taken from it.
    fn sum(
        &mut self,
        first: &Node,
        rest: &[(ArithmeticOp, Node)],
    ) -> Result<Option<Operand>, NotPushable> {
        let (op, right) = match rest {
            [(op @ (ArithmeticOp::Add | ArithmeticOp::Subtract), right)] => (*op, right),
            _ => return Ok(None),
        };
        match (self.stored(first), self.stored(right)) {
            (Some(_), None) => {
                let Operand::Stored(path) = self.operand(first)? else { return Ok(None) };
                let constant = self.constant(right)?;
                let offset = match op {
                    ArithmeticOp::Subtract => negated(&constant),
                    _ => Some(constant),
                };
                let shifted = |offset| Operand::Shifted(Shifted { path, mirrored: false, offset });
                Ok(offset.map(shifted))
            }
            (None, Some(_)) => {
                let Operand::Stored(path) = self.operand(right)? else { return Ok(None) };
                let offset = self.constant(first)?;
                let mirrored = op == ArithmeticOp::Subtract;
                Ok(Some(Operand::Shifted(Shifted { path, mirrored, offset })))
            }
            _ => Ok(None),
        }
    }

    /// A stored number times a constant of so few digits that the product is never rounded.
    fn product(&mut self, left: &Node, right: &Node) -> Result<Option<Operand>, NotPushable> {
        let (stored, factor) = match (self.stored(left), self.stored(right)) {
            (Some(_), None) => (left, right),
            (None, Some(_)) => (right, left),
            _ => return Ok(None),
        };
        let Operand::Stored(path) = self.operand(stored)? else { return Ok(None) };
        Ok(match self.constant(factor)? {
            Value::Number(factor) if is_factor(factor) => Some(Operand::Scaled(path, factor)),
            _ => None,
        })
    }

    fn constant(&mut self, node: &Node) -> Result<Value, NotPushable> {
        let names: Vec<&str> = self.bound.names().map(AsRef::as_ref).collect();
        let options = Options { dialect: self.dialect, names: &names };
        let Ok(resolved) = resolve::expression(node, &options, &Types::new()) else {
            return Err(refused(node.span, "it is not complete"));
        };
        if let Some(name) = resolved.inputs.iter().find(|name| self.bound.get(name).is_none()) {
            let message = if builtin::is_name(name) {
                format!("`{name}` is the name of a function, too; call the field otherwise")
            } else {
                format!("`{name}` is used in a way that a database does not know")
            };
            return Err(refused(node.span, &message));
        }
        let inputs = Inputs::Scope(self.bound, &resolved.inputs);
        Ok(eval::expression(&resolved.code, inputs, self.dialect, self.run))
    }
}

/// The steps of a path from a free name.
fn steps(node: &Node) -> Option<Vec<Arc<str>>> {
    match &node.kind {
        Kind::Name(name) => Some(vec![Arc::clone(name)]),
        Kind::Path { base, name } => {
            let mut steps = steps(base)?;
            steps.push(Arc::clone(name));
            Some(steps)
        }
        _ => None,
    }
}

fn negated(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Some(Value::Number(-*number)),
        Value::DaysDuration(duration) => {
            let opposite = crate::DaysDuration::from_nanos(-duration.total_nanos());
            Some(opposite?.into())
        }
        _ => None,
    }
}

/// The stored value of which `offset + stored = value`, or `offset - stored = value` where it is mirrored; only where no
/// rounding can come between. Dates move by whole days; what is stored are days of 32 bits, and milliseconds of 64.
pub(super) fn moved(value: &Value, offset: &Value, mirrored: bool) -> Option<Value> {
    match (value, offset) {
        (Value::Number(value), Value::Number(offset)) if is_small(*value) && is_small(*offset) => {
            let stored =
                if mirrored { offset.checked_sub(*value) } else { value.checked_sub(*offset) };
            stored.map(Value::Number)
        }
        (Value::Date(date), Value::DaysDuration(offset)) if !mirrored => {
            const DAY_NANOS: i128 = 86_400_000_000_000;
            let nanos = offset.total_nanos();
            if nanos % DAY_NANOS != 0 {
                return None;
            }
            let offset = i64::try_from(nanos / DAY_NANOS).ok()?;
            // No stored date leaves the calendar, where evaluation would answer null.
            for stored in [i64::from(i32::MIN), i64::from(i32::MAX)] {
                crate::Date::from_epoch_days(stored.checked_add(offset)?)?;
            }
            crate::Date::from_epoch_days(date.epoch_days().checked_sub(offset)?).map(Value::Date)
        }
        // What is stored is an instant; with a zone the constant is one, too.
        (Value::DateTime(moment), Value::DaysDuration(offset)) if !mirrored => {
            moment.zone()?;
            for stored in [i64::MIN, i64::MAX] {
                let nanos = i128::from(stored) * NANOS_PER_MS;
                let sum = nanos.checked_add(offset.total_nanos())?;
                crate::DateTime::from_instant(sum, &crate::Zone::utc())?;
            }
            let nanos = moment.instant_nanos().checked_sub(offset.total_nanos())?;
            crate::DateTime::from_instant(nanos, &crate::Zone::utc()).map(Value::DateTime)
        }
        _ => None,
    }
}

/// The stored number of which `factor * stored = value`; only where it is exact.
pub(super) fn divided(value: &Value, factor: Decimal) -> Option<Value> {
    let Value::Number(value) = value else { return None };
    let quotient = value.checked_div(factor).filter(|quotient| is_small(*quotient))?;
    (quotient.checked_mul(factor) == Some(*value)).then_some(Value::Number(quotient))
}

/// At most seven digits before and eight behind the point: with the 19 of a stored number they make 34.
fn is_factor(number: Decimal) -> bool {
    !number.is_zero()
        && number.abs() < Decimal::from_i64(10_000_000)
        && number.round(8, crate::Rounding::Down) == Some(number)
}

fn is_small(number: Decimal) -> bool {
    let limit = Decimal::from_i64(1_000_000_000_000_000_000);
    number.abs() < limit
        && number.round(EXACT_DIGITS, crate::Rounding::Down).is_some_and(|cut| cut == number)
}
