//! What is constant is computed once, when the expression is compiled.

use base::Timestamp;

use crate::{
    eval,
    expression::Dialect,
    ir::{Kind, Node},
    run::{Budget, Run},
};

use std::ops::Bound;

/// The node, or the constant that it always is. What warns is left alone, so that every run warns.
pub(super) fn folded(node: Node, dialect: Dialect) -> Node {
    if !is_constant(&node.kind) {
        return node;
    }
    let budget =
        Budget { steps: 10_000, list_length: 1_000, string_bytes: 10_000, ..Budget::default() };
    let mut run = Run::new(Timestamp(0)).budget(budget);
    let value = eval::constant(&node, dialect, &mut run);
    if run.warnings().is_empty() && run.failure().is_none() {
        Node { kind: Kind::Constant(value), span: node.span }
    } else {
        node
    }
}

fn is_constant(kind: &Kind) -> bool {
    match kind {
        Kind::Negate(operand) | Kind::Passing { operand, .. } => leaf(operand),
        Kind::List(items) => items.iter().all(leaf),
        Kind::Range { start, end } => end_leaf(start) && end_leaf(end),
        Kind::Arithmetic { first, rest } => {
            leaf(first) && rest.iter().all(|(_, operand)| leaf(operand))
        }
        Kind::Path { base, .. } => leaf(base),
        Kind::CallBuiltin { builtin, arguments, .. } => {
            builtin.is_pure() && arguments.iter().all(leaf)
        }
        _ => false,
    }
}

fn leaf(node: &Node) -> bool {
    matches!(node.kind, Kind::Constant(_))
}

fn end_leaf(end: &Bound<Box<Node>>) -> bool {
    match end {
        Bound::Included(node) | Bound::Excluded(node) => leaf(node),
        Bound::Unbounded => true,
    }
}
