//! The tables inside logic, each with where it stands.

use std::sync::Arc;

use super::Logic;
use crate::{table::Table, tree::WalkStep};

/// A table and where it stands.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    /// The id of the decision or business knowledge model.
    pub(crate) id: &'a Arc<str>,
    pub(crate) name: &'a Arc<str>,
    /// Where within it, such as `entry a, item 2`; empty where it is the logic itself.
    pub(crate) within: String,
    pub(crate) table: &'a Table,
}

impl Logic {
    /// Adds all tables in the order in which they are written.
    pub(crate) fn tables<'a>(
        &'a self,
        owner: (&'a Arc<str>, &'a Arc<str>),
        within: &str,
        placed: &mut Vec<Placed<'a>>,
    ) {
        let mut go = |logic: &'a Self, part: &str| {
            let comma = if within.is_empty() || part.is_empty() { "" } else { ", " };
            logic.tables(owner, &format!("{within}{comma}{part}"), placed);
        };
        match self {
            Self::Nothing | Self::Literal(_) => {}
            Self::Table(table) => {
                let (id, name) = owner;
                placed.push(Placed { id, name, within: within.to_owned(), table });
            }
            Self::Tree(tree) => {
                for node in &tree.nodes {
                    if let WalkStep::Ask { table, .. } = &node.step {
                        let (id, name) = owner;
                        let within = format!("node {}", node.number);
                        placed.push(Placed { id, name, within, table });
                    }
                }
            }
            Self::Context { entries, result, .. } => {
                for entry in entries {
                    go(&entry.value, &format!("entry {}", entry.name));
                }
                if let Some(result) = result {
                    go(result, "result");
                }
            }
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    go(item, &format!("item {}", at + 1));
                }
            }
            Self::Relation { columns, rows } => {
                for (at, row) in rows.iter().enumerate() {
                    for (name, cell) in columns.iter().zip(row) {
                        go(cell, &format!("row {}, {name}", at + 1));
                    }
                }
            }
            Self::Invocation { callee, arguments, .. } => {
                go(callee, "function");
                for (name, argument) in arguments {
                    go(argument, &format!("argument {name}"));
                }
            }
            Self::Function(closure) => go(&closure.body, "function"),
            Self::Conditional { condition, then, otherwise } => {
                go(condition, "if");
                go(then, "then");
                go(otherwise, "else");
            }
            Self::Filter { list, .. } => go(list, "list"),
            Self::Select { list, condition, .. } => {
                go(list, "list");
                go(condition, "condition");
            }
            Self::Iterator(iterated) => {
                go(&iterated.over, "list");
                go(&iterated.each, "each");
            }
            Self::Typed { logic, .. } => go(logic, ""),
        }
    }
}
