//! A compiled table as what its verification looks at: for every column the regions that its rules
//! tell apart, each with a value in it, taken from the same index that evaluates the table.

use std::sync::Arc;

use feel::{Run, Timestamp, Value};

use super::{Conclusion, Rule, Table, bits::Bits, hit};
use crate::scope::Tests;

/// An input column.
#[derive(Debug)]
pub(crate) struct Axis {
    pub(crate) name: Arc<str>,
    /// What the rules tell apart; null comes last.
    pub(crate) regions: Vec<Region>,
    /// The regions in which gaps are looked for: without null, which is told apart.
    pub(crate) there: Bits,
    /// The rules whose cell reads more than its input; they count as matching everywhere.
    pub(crate) open: Bits,
    /// The rules whose cell is more than literals: what it says is known of the witnesses only.
    pub(crate) sampled: Bits,
    /// No rule says anything about this input.
    pub(crate) is_unused: bool,
    /// What could not be looked at as a whole.
    pub(crate) unread: Vec<Unread>,
}

/// Values that no rule tells apart.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) witness: Value,
    /// The rules that match here.
    pub(crate) rules: Bits,
    /// The input may be the witness. Where not, only other values of the region may be allowed.
    pub(crate) is_allowed: bool,
}

/// A text that only an evaluation can answer, with the rules whose cell it is; none where it is the allowed
/// values.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) text: Arc<str>,
    pub(crate) rules: Vec<usize>,
}

impl Table {
    pub(crate) fn rule_count(&self) -> usize {
        self.rules.len()
    }

    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some()
    }

    /// The rules whose outputs are literals, by priority and then in the order of the table: what a
    /// rule with a computed output hides is only known with its inputs.
    pub(crate) fn by_priority(&self) -> Vec<usize> {
        let outputs = |rule: &Rule| -> Option<Vec<Value>> {
            let values = rule.conclusions.iter().map(|conclusion| match conclusion {
                Conclusion::Constant(value) => Some(value.clone()),
                Conclusion::Computed(_) => None,
            });
            values.collect()
        };
        let mut known: Vec<(usize, Vec<Value>)> = self
            .rules
            .iter()
            .enumerate()
            .filter_map(|(number, rule)| Some((number, outputs(rule)?)))
            .collect();
        known.sort_by(|left, right| hit::by_priority(&self.outputs, &left.1, &right.1));
        known.into_iter().map(|(number, _)| number).collect()
    }

    /// The columns as regions.
    pub(crate) fn axes(&self) -> Vec<Axis> {
        self.columns.iter().map(|column| column.axis(self.rules.len())).collect()
    }

    /// Whether two rules have the same outputs, as written.
    pub(crate) fn say_the_same(&self, left: usize, right: usize) -> bool {
        match (self.rules.get(left), self.rules.get(right)) {
            (Some(left), Some(right)) => {
                left.conclusions.len() == right.conclusions.len()
                    && left.conclusions.iter().zip(&right.conclusions).all(is_same)
            }
            _ => false,
        }
    }

    /// The text of a rule's cell.
    pub(crate) fn cell(&self, column: usize, rule: usize) -> Arc<str> {
        let test = self.columns.get(column).and_then(|column| column.test(rule));
        test.map_or("-", Tests::source).into()
    }

    /// Whether two rules have the same cells in a column.
    pub(crate) fn ask_the_same(&self, column: usize, left: usize, right: usize) -> bool {
        self.columns.get(column).is_some_and(|column| {
            column.cells.get(left).is_some() && column.cells.get(left) == column.cells.get(right)
        })
    }

    /// The outputs that are not of the column's type, nor of what the type of the whole table asks of it, or not among its
    /// allowed values: the rule, the column and the value.
    pub(crate) fn wrong_outputs(&self) -> Vec<(usize, Arc<str>, Value)> {
        let mut run = Run::new(Timestamp(0));
        let mut found = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            for (conclusion, output) in rule.conclusions.iter().zip(&self.outputs) {
                let Conclusion::Constant(value) = conclusion else { continue };
                let is_listed = output.priorities.is_empty()
                    || output.priorities.iter().any(|it| it.feel_equals(value) == Some(true));
                let is_allowed = is_listed
                    && output.kind.admits(value, &mut run)
                    && output.asked.coerce(value.clone(), &mut run).is_some();
                if !is_allowed && !value.is_null() {
                    found.push((number, Arc::clone(&output.name), value.clone()));
                }
            }
        }
        found
    }
}

fn is_same((left, right): (&Conclusion, &Conclusion)) -> bool {
    match (left, right) {
        (Conclusion::Constant(left), Conclusion::Constant(right)) => left == right,
        (Conclusion::Computed(left), Conclusion::Computed(right)) => {
            left.source() == right.source()
        }
        _ => false,
    }
}
