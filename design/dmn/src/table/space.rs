//! A compiled table as what its verification looks at: for every column the regions that its rules
//! tell apart, each with a value in it, taken from the same index that evaluates the table.

use std::{collections::BTreeMap, sync::Arc};

use feel::{Run, Timestamp, Value};

use super::{
    Column, Conclusion, Rule, Table,
    bits::Bits,
    condition::{Condition, Point},
    hit,
    index::points,
};
use crate::{
    item::Type,
    scope::{Frame, Tests},
};

/// An input column.
#[derive(Debug)]
pub(crate) struct Axis {
    pub(crate) name: Arc<str>,
    pub(crate) regions: Vec<Region>,
    /// The rules whose cell only an evaluation can answer; they count as matching everywhere.
    pub(crate) open: Bits,
    /// No rule says anything about this input.
    pub(crate) is_unused: bool,
}

/// Values that no rule tells apart.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) witness: Value,
    /// The rules that match here.
    pub(crate) rules: Bits,
}

impl Table {
    pub(crate) fn rule_count(&self) -> usize {
        self.rules.len()
    }

    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some()
    }

    /// The columns in which null passes no rule.
    pub(crate) fn null_gaps(&self) -> Vec<Arc<str>> {
        let closed =
            self.columns.iter().filter(|it| !self.rules.is_empty() && it.on_null.is_empty());
        closed.map(|column| Arc::clone(&column.name)).collect()
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

    /// Whether two rules have the same cells in a column.
    pub(crate) fn ask_the_same(&self, column: usize, left: usize, right: usize) -> bool {
        self.columns.get(column).is_some_and(|column| {
            column.cells.get(left).is_some() && column.cells.get(left) == column.cells.get(right)
        })
    }

    /// The outputs that are not of the column's type or not among its allowed values: the rule, the
    /// column and the value.
    pub(crate) fn wrong_outputs(&self) -> Vec<(usize, Arc<str>, Value)> {
        let mut run = Run::new(Timestamp(0));
        let mut found = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            for (conclusion, output) in rule.conclusions.iter().zip(&self.outputs) {
                let Conclusion::Constant(value) = conclusion else { continue };
                let is_listed = output.priorities.is_empty()
                    || output.priorities.iter().any(|it| it.feel_equals(value) == Some(true));
                let is_allowed = is_listed && output.kind.admits(value, &mut run);
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

impl Column {
    fn axis(&self, rules: usize) -> Axis {
        let mut by_rules: BTreeMap<Bits, usize> = BTreeMap::new();
        let mut regions: Vec<Region> = Vec::new();
        for witness in self.domain() {
            let mut alive = Bits::all(rules);
            self.index.intersect(&witness, &mut alive);
            if !by_rules.contains_key(&alive) {
                by_rules.insert(alive.clone(), regions.len());
                regions.push(Region { witness, rules: alive });
            }
        }
        Axis {
            name: Arc::clone(&self.name),
            regions,
            open: self.residual.clone(),
            is_unused: rules > 0 && self.cells.iter().all(Option::is_none),
        }
    }

    /// A value for everything that the cells and the allowed values tell apart, as far as the input
    /// may have it. Null is left out.
    fn domain(&self) -> Vec<Value> {
        let texts = [self.allowed.as_ref().map(Tests::source), self.kind.allowed_values()];
        let cuts: Vec<Point> = texts.into_iter().flatten().flat_map(cut_points).collect();
        let mut all = self.index.samples(&cuts);
        if all.is_empty() {
            all = typical(&self.kind);
        }
        let (mut frame, mut run) = (Frame::default(), Run::new(Timestamp(0)));
        let mut allowed = all.clone();
        allowed.retain(|value| {
            let tests = self.allowed.as_ref();
            tests.is_none_or(|tests| tests.matches(value, &mut frame, &mut run))
                && self.kind.admits(value, &mut run)
        });
        // Allowed values that cannot be asked here restrict nothing.
        if allowed.is_empty() { all } else { allowed }
    }
}

fn cut_points(text: &str) -> Vec<Point> {
    match Condition::read(text, feel::Dialect::Standard) {
        Some(Condition::Intervals { intervals, .. }) => {
            intervals.iter().flat_map(points).cloned().collect()
        }
        Some(Condition::Any) | None => Vec::new(),
    }
}

/// Values of a column that has no literal.
fn typical(kind: &Type) -> Vec<Value> {
    match kind.unrestricted() {
        Type::Number => vec![Value::number(0)],
        Type::String => vec![Value::string("other")],
        Type::Boolean => vec![Value::Boolean(false), Value::Boolean(true)],
        _ => vec![Value::Null],
    }
}
