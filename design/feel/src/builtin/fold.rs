//! Aggregations that need each item once only: what a filter lets through goes straight into them, without a list
//! between. The functions of lists use the same ones.

use std::cmp::Ordering;

use super::{Answer, Builtin, argument::Refusal};
use crate::{
    decimal::{Decimal, Sum},
    eval,
    ir::{Kind, Node},
    syntax::tree::ArithmeticOp,
    value::Value,
};

/// An aggregation on its way.
#[derive(Clone, Debug)]
pub(crate) enum Fold {
    Count(i64),
    Total(Total),
    /// The sum and the number of items.
    Mean(Total, i64),
    /// Which order of an item to the best so far makes it the better one, and that.
    Extreme(Ordering, Best),
}

/// A sum on its way.
#[derive(Clone, Debug, Default)]
pub(crate) enum Total {
    #[default]
    Nothing,
    Numbers(Sum),
    /// Numbers that have no sum.
    OutOfRange,
    /// Something cannot be added.
    Refused,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum Best {
    #[default]
    Nothing,
    Is(Value),
    Refused(&'static str),
}

impl Fold {
    /// The aggregation of that name.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count(0),
            "sum" => Self::Total(Total::default()),
            "mean" => Self::Mean(Total::default(), 0),
            "min" => Self::Extreme(Ordering::Less, Best::default()),
            "max" => Self::Extreme(Ordering::Greater, Best::default()),
            _ => return None,
        })
    }

    /// The aggregation that a call is whose only argument is a filter, or a step behind one.
    pub(crate) fn of(builtin: &Builtin, arguments: &[Node]) -> Option<Self> {
        let [only] = arguments else { return None };
        let is_filter = |node: &Node| matches!(node.kind, Kind::Filter { .. });
        match &only.kind {
            Kind::Filter { .. } => Self::named(builtin.name),
            Kind::Path { base, .. } if is_filter(base) => Self::named(builtin.name),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, item: &Value) {
        match self {
            Self::Count(count) => *count = count.saturating_add(1),
            Self::Total(total) => total.take(item),
            Self::Mean(total, count) => {
                total.take(item);
                *count = count.saturating_add(1);
            }
            Self::Extreme(wanted, best) => best.take(item, *wanted),
        }
    }

    pub(super) fn answer(self) -> Answer {
        match self {
            Self::Count(count) => Ok(Value::number(count)),
            Self::Total(total) => total.answer(),
            Self::Mean(total, count) => {
                let count = Decimal::from_i64(count).into();
                Ok(eval::combine(ArithmeticOp::Divide, &total.answer()?, &count))
            }
            Self::Extreme(_, Best::Nothing) => Ok(Value::Null),
            Self::Extreme(_, Best::Is(value)) => Ok(value),
            Self::Extreme(_, Best::Refused(why)) => Err(why.into()),
        }
    }
}

/// The aggregation of that name of a list.
pub(super) fn folded(name: &str, items: &[Value]) -> Answer {
    let mut fold = Fold::named(name).ok_or(Refusal::from("it is no aggregation"))?;
    for item in items {
        fold.take(item);
    }
    fold.answer()
}

impl Total {
    #[inline]
    fn take(&mut self, item: &Value) {
        if let (Self::Numbers(sum), Value::Number(number)) = (&mut *self, item) {
            if sum.add(*number).is_none() {
                *self = Self::OutOfRange;
            }
        } else {
            self.take_other(item);
        }
    }

    fn take_other(&mut self, item: &Value) {
        *self = match (std::mem::take(self), item) {
            (Self::Nothing, Value::Number(number)) => {
                let mut sum = Sum::default();
                if sum.add(*number).is_some() { Self::Numbers(sum) } else { Self::OutOfRange }
            }
            (Self::OutOfRange, Value::Number(_)) => Self::OutOfRange,
            (Self::Refused, _) => Self::Refused,
            _ => Self::Refused,
        };
    }

    fn answer(self) -> Answer {
        match self {
            Self::Nothing => Ok(Value::Null),
            Self::Numbers(sum) => {
                sum.value().map(Value::from).ok_or("the result is out of range".into())
            }
            Self::OutOfRange => Err("the result is out of range".into()),
            Self::Refused => Err("an item is no number".into()),
        }
    }
}

impl Best {
    fn take(&mut self, item: &Value, wanted: Ordering) {
        let order = match self {
            Self::Nothing if item.compare(item).is_none() => {
                *self = Self::Refused("an item has no order");
                return;
            }
            Self::Nothing => Some(wanted),
            Self::Is(best) => item.compare(best),
            Self::Refused(_) => return,
        };
        match order {
            Some(order) if order == wanted => *self = Self::Is(item.clone()),
            Some(_) => {}
            None => *self = Self::Refused("the items have no common order"),
        }
    }
}
