//! Conditions of filters that compare what is stored: they are answered without a copy, and a step into the items is
//! looked up once for all that share their names.

use super::{Frame, compare::compare_values, place};
use crate::{
    context::Spot,
    expression::Dialect,
    ir::{Kind, Node},
    syntax::tree::CompareOp,
    value::Value,
};

/// A condition on the item of a filter, made of comparisons of stored values only.
pub(super) enum Direct<'a> {
    Compare {
        op: CompareOp,
        left: Operand<'a>,
        right: Operand<'a>,
        dialect: Dialect,
    },
    /// The operands of `and` and `or`, and the answer of one that decides.
    Joined(Vec<Direct<'a>>, bool),
}

/// One side of a comparison.
pub(super) enum Operand<'a> {
    /// The same for all items.
    Fixed(&'a Value),
    /// An entry of the item.
    Entry { name: &'a str, finder: Finder<'a>, node: &'a Node, slot: usize },
    /// Something else that depends on the item.
    Stored(&'a Node, usize),
}

/// Finds entries of one name in items one after the other.
#[derive(Default)]
pub(super) struct Finder<'a>(Spot<'a>);

impl<'a> Finder<'a> {
    #[inline]
    pub(super) fn entry(&mut self, item: &'a Value, name: &str) -> Option<&'a Value> {
        match item {
            Value::Context(context) => context.get_at(name, &mut self.0),
            _ => None,
        }
    }
}

impl<'a> Direct<'a> {
    /// `None` where something that it compares with is not there. The item is the local at that slot.
    pub(super) fn new(condition: &'a Node, slot: usize, frame: &'a Frame<'_>) -> Option<Self> {
        let joined = |operands: &'a [Node], deciding: bool| {
            let operands: Option<Vec<_>> =
                operands.iter().map(|operand| Self::new(operand, slot, frame)).collect();
            operands.map(|operands| Self::Joined(operands, deciding))
        };
        match &condition.kind {
            Kind::Compare { op, left, right } => {
                let left = Operand::new(left, slot, frame)?;
                let right = Operand::new(right, slot, frame)?;
                Some(Self::Compare { op: *op, left, right, dialect: frame.dialect })
            }
            Kind::And(operands) => joined(operands, false),
            Kind::Or(operands) => joined(operands, true),
            _ => None,
        }
    }

    /// The answer for an item; `None` where it has none or warns, which evaluation then does.
    #[inline]
    pub(super) fn holds(&mut self, item: &'a Value, frame: &'a Frame<'_>) -> Option<bool> {
        match self {
            Self::Compare { op, left, right, dialect } => {
                let left = left.value(item, frame)?;
                let right = right.value(item, frame)?;
                if left.is_large() && right.is_large() {
                    return None;
                }
                compare_values(*op, left, right, *dialect)
            }
            Self::Joined(operands, deciding) => decided(operands, *deciding, item, frame),
        }
    }
}

fn decided<'a>(
    operands: &mut [Direct<'a>],
    deciding: bool,
    item: &'a Value,
    frame: &'a Frame<'_>,
) -> Option<bool> {
    for operand in operands {
        if operand.holds(item, frame)? == deciding {
            return Some(deciding);
        }
    }
    Some(!deciding)
}

impl<'a> Operand<'a> {
    fn new(node: &'a Node, slot: usize, frame: &'a Frame<'_>) -> Option<Self> {
        let is_item = |node: &Node| matches!(node.kind, Kind::Local(local) if local == slot);
        match &node.kind {
            Kind::Path { base: item, name, .. } | Kind::Member { item, name, .. }
                if is_item(item) =>
            {
                let finder = Finder::default();
                Some(Self::Entry { name, finder, node, slot })
            }
            _ if reads(node, slot) => Some(Self::Stored(node, slot)),
            _ => place(node, frame).map(Self::Fixed),
        }
    }

    #[inline]
    fn value(&mut self, item: &'a Value, frame: &'a Frame<'_>) -> Option<&'a Value> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Entry { name, finder, node, slot } => match finder.entry(item, name) {
                Some(value) => Some(value),
                None => stored(node, item, *slot, frame),
            },
            Self::Stored(node, slot) => stored(node, item, *slot, frame),
        }
    }
}

/// Whether a condition is made of comparisons of stored values only.
pub(super) fn is_direct(condition: &Node) -> bool {
    match &condition.kind {
        Kind::Compare { left, right, .. } => is_stored(left) && is_stored(right),
        Kind::And(operands) | Kind::Or(operands) => operands.iter().all(is_direct),
        _ => false,
    }
}

fn is_stored(node: &Node) -> bool {
    match &node.kind {
        Kind::Constant(_)
        | Kind::Input(_)
        | Kind::Local(_)
        | Kind::Capture(_)
        | Kind::Member { .. } => true,
        Kind::Path { base, .. } => is_stored(base),
        _ => false,
    }
}

/// Whether something stored is found by way of the item.
fn reads(node: &Node, slot: usize) -> bool {
    match &node.kind {
        Kind::Local(local) => *local == slot,
        Kind::Path { base, .. } => reads(base, slot),
        Kind::Member { item, otherwise, .. } => reads(item, slot) || reads(otherwise, slot),
        _ => false,
    }
}

/// As [`place`], with the item of the filter at hand.
#[cold]
fn stored<'v>(
    node: &'v Node,
    item: &'v Value,
    slot: usize,
    frame: &'v Frame<'_>,
) -> Option<&'v Value> {
    match &node.kind {
        Kind::Local(local) if *local == slot => Some(item),
        Kind::Path { base, name, hint } => stored(base, item, slot, frame)?.entry(name, hint),
        Kind::Member { item: of, name, hint, otherwise } => {
            match stored(of, item, slot, frame)?.entry(name, hint) {
                Some(value) => Some(value),
                None => stored(otherwise, item, slot, frame),
            }
        }
        _ => place(node, frame),
    }
}
