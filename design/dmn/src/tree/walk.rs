//! A compiled decision tree. Every node that asks is a table of one column whose rules are its
//! branches, so that trees have the index, the checks and the verification of tables.

use std::sync::Arc;

use feel::{Run, Value};

use crate::{
    boxed::Compiler,
    definitions::{self, Cell, InputClause, OutputClause, Rule, TreeStep},
    problem::Place,
    scope::{Frame, Spot},
    table::{self, Conclusion, HitPolicy, Table},
    trace::{MatchedRule, TracedInput, TracedOutput},
};

/// A compiled tree; the first node is the root.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(crate) nodes: Vec<WalkNode>,
}

#[derive(Debug)]
pub(crate) struct WalkNode {
    /// Its number as text: what traces and findings call it.
    pub(crate) number: Arc<str>,
    pub(crate) step: WalkStep,
}

#[derive(Debug)]
pub(crate) enum WalkStep {
    /// One rule for each branch, and where each leads to.
    Ask {
        table: Box<Table>,
        targets: Vec<usize>,
    },
    Result(Conclusion),
}

impl Walk {
    pub(crate) fn new(tree: &definitions::Tree, compiler: &mut Compiler<'_, '_>) -> Self {
        let nodes = tree.nodes.iter().map(|node| WalkNode {
            number: node.number.to_string().into(),
            step: match &node.step {
                TreeStep::Ask { question, branches } => WalkStep::Ask {
                    table: Box::new(table::compile(
                        &as_table(question, branches, &node.place),
                        None,
                        compiler,
                    )),
                    targets: branches.iter().map(|(_, target)| *target).collect(),
                },
                TreeStep::Result(cell) => WalkStep::Result(table::conclusion(cell, compiler)),
            },
        });
        Self { nodes: nodes.collect() }
    }

    /// Its value; `note` gets each question with its answer, the branch that was taken, and the
    /// position of the node.
    pub(crate) fn evaluate(
        &self,
        frame: &mut Frame,
        run: &mut Run,
        mut note: impl FnMut(TracedInput, Option<MatchedRule>, usize),
    ) -> Value {
        let mut at = 0;
        // A tree has no cycle, so that no way is longer than it has nodes.
        for _ in 0..self.nodes.len() {
            let Some(node) = self.nodes.get(at) else { break };
            let (table, targets) = match &node.step {
                WalkStep::Result(conclusion) => return conclusion.evaluate(frame, run),
                WalkStep::Ask { table, targets } => (table, targets),
            };
            table.evaluate(frame, run);
            let (taken, is_none) = match frame.rows.as_deref().map(|rows| &*rows.matched) {
                Some([only]) => (Some(*only), false),
                Some([]) | None => (None, true),
                // The table has said so.
                Some(_) => (None, false),
            };
            let target = taken.and_then(|taken| targets.get(taken)).copied();
            for input in table.trace_inputs(frame) {
                let input = TracedInput { id: Arc::clone(&node.number), ..input };
                note(input, taken.zip(target).map(|it| self.branch(node, it)), at);
            }
            match target {
                Some(target) => at = target,
                None => {
                    if is_none {
                        let number = &node.number;
                        let spot = Spot { element: Some(number), ..table.question() };
                        spot.remark(run, || format!("no branch of node {number} takes the answer"));
                    }
                    break;
                }
            }
        }
        Value::Null
    }

    fn branch(&self, node: &WalkNode, (taken, target): (usize, usize)) -> MatchedRule {
        let number = self.nodes.get(target).map_or_else(|| "".into(), |it| Arc::clone(&it.number));
        let value = number.parse().map_or(Value::Null, Value::number);
        MatchedRule {
            index: u32::try_from(taken + 1).unwrap_or(u32::MAX),
            id: Arc::clone(&node.number),
            outputs: vec![TracedOutput { id: number, name: "then".into(), value }],
        }
    }
}

/// A node that asks as a table: its rules exclude each other.
fn as_table(question: &Cell, branches: &[(Cell, usize)], place: &Place) -> definitions::Table {
    let constant = |target: usize| Cell { text: target.to_string().into(), place: place.clone() };
    definitions::Table {
        hit_policy: HitPolicy::Unique,
        inputs: vec![InputClause {
            id: None,
            label: None,
            expression: question.clone(),
            type_ref: None,
            allowed_values: None,
        }],
        outputs: vec![OutputClause {
            id: None,
            name: None,
            type_ref: None,
            allowed_values: None,
            default: None,
        }],
        rules: branches
            .iter()
            .map(|(test, target)| Rule {
                id: None,
                conditions: vec![test.clone()],
                conclusions: vec![constant(*target)],
                place: place.clone(),
            })
            .collect(),
        place: place.clone(),
    }
}
