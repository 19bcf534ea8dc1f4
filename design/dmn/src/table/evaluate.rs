//! One evaluation of a table: read the inputs, intersect the columns, test what no index answered,
//! and let the hit policy decide.

use std::sync::Arc;

use feel::{Run, Value};

use super::{Column, Conclusion, HitPolicy, Table, bits::Bits, hit};
use crate::{
    boxed::conform,
    scope::Frame,
    trace::{MatchedRule, TracedInput, TracedOutput},
};

/// What a table says, and from what.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) value: Value,
    /// The values of the input columns.
    pub(crate) inputs: Vec<Value>,
    /// The matching rules from 0 with their outputs; of FIRST the one that counts.
    pub(crate) matched: Vec<(usize, Vec<Value>)>,
}

impl Table {
    /// The value for what is in the frame.
    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Outcome {
        let inputs = match self.inputs(frame, run) {
            Ok(inputs) => inputs,
            Err(inputs) => return Outcome { inputs, ..Outcome::default() },
        };
        let matched = self.matching(&inputs, frame, run);
        let value = match (matched.is_empty(), &self.default) {
            (true, Some(default)) => {
                let outputs = self.conclude(default, frame, run);
                hit::compose(&self.outputs, &outputs)
            }
            (true, None) => Value::Null,
            (false, _) => {
                hit::decide(self.hit_policy, &self.outputs, &matched).unwrap_or_else(|remark| {
                    frame.remarks.push(remark);
                    Value::Null
                })
            }
        };
        Outcome { value, inputs, matched }
    }

    /// The values of the input columns; as an error, with a remark, where one is not allowed.
    fn inputs(&self, frame: &mut Frame, run: &mut Run) -> Result<Vec<Value>, Vec<Value>> {
        let mut inputs = Vec::with_capacity(self.columns.len());
        let mut all_allowed = true;
        for column in &self.columns {
            let value = match &column.expression {
                Some(expression) => expression.evaluate(frame, run),
                None => Value::Null,
            };
            let value = conform(value, &column.kind, &column.name, frame, run);
            let is_allowed = column
                .allowed
                .as_ref()
                .is_none_or(|allowed| value.is_null() || allowed.matches(&value, frame, run));
            if !is_allowed {
                let name = &column.name;
                frame.remarks.push(format!("the input `{name}` is none of the allowed values"));
                all_allowed = false;
            }
            inputs.push(value);
        }
        if all_allowed { Ok(inputs) } else { Err(inputs) }
    }

    /// The rules that match with their outputs, in the order of the table; of FIRST only the first.
    fn matching(
        &self,
        inputs: &[Value],
        frame: &mut Frame,
        run: &mut Run,
    ) -> Vec<(usize, Vec<Value>)> {
        let mut alive = Bits::all(self.rules.len());
        // The columns whose cells must be asked one by one.
        let mut to_ask: Vec<(&Column, &Value, Ask)> = Vec::new();
        for (column, value) in self.columns.iter().zip(inputs) {
            if value.is_null() {
                alive.intersect(&column.on_null);
            } else if !column.index.intersect(value, &mut alive) {
                to_ask.push((column, value, Ask::All));
                continue;
            }
            if !column.residual.is_empty() {
                to_ask.push((column, value, Ask::Residual));
            }
        }
        let mut matched = Vec::new();
        let mut from = 0;
        while let Some(number) = alive.next(from) {
            from = number + 1;
            let mut asked = to_ask.iter();
            if !asked.all(|(column, value, ask)| column.passes(number, value, *ask, frame, run)) {
                continue;
            }
            let conclusions = self.rules.get(number).map(|rule| &rule.conclusions[..]);
            let outputs = self.conclude(conclusions.unwrap_or_default(), frame, run);
            matched.push((number, outputs));
            if self.hit_policy == HitPolicy::First {
                break;
            }
        }
        matched
    }

    fn conclude(&self, conclusions: &[Conclusion], frame: &mut Frame, run: &mut Run) -> Vec<Value> {
        let mut outputs = Vec::with_capacity(conclusions.len());
        for (output, conclusion) in self.outputs.iter().zip(conclusions) {
            let value = match conclusion {
                Conclusion::Constant(value) => value.clone(),
                Conclusion::Computed(expression) => expression.evaluate(frame, run),
            };
            outputs.push(conform(value, &output.kind, &output.name, frame, run));
        }
        outputs
    }

    /// The inputs of an outcome as the trace shows them.
    pub(crate) fn trace_inputs(&self, outcome: &Outcome) -> Vec<TracedInput> {
        let pairs = self.columns.iter().zip(&outcome.inputs);
        let inputs = pairs.map(|(column, value)| TracedInput {
            id: Arc::clone(&column.id),
            name: Arc::clone(&column.name),
            expression: column.expression.as_ref().map_or("", |it| it.source()).into(),
            value: value.clone(),
        });
        inputs.collect()
    }

    /// The matched rules of an outcome as the trace shows them; `decision` names outputs without a
    /// name of their own.
    pub(crate) fn trace_matched(&self, outcome: &Outcome, decision: &Arc<str>) -> Vec<MatchedRule> {
        let rules = outcome.matched.iter().map(|(number, values)| MatchedRule {
            index: u32::try_from(number + 1).unwrap_or(u32::MAX),
            id: self.rules.get(*number).map_or_else(|| "".into(), |rule| Arc::clone(&rule.id)),
            outputs: self
                .outputs
                .iter()
                .zip(values)
                .map(|(output, value)| {
                    let or_decision = |text: &Arc<str>| {
                        if text.is_empty() { Arc::clone(decision) } else { Arc::clone(text) }
                    };
                    let (id, name) = (or_decision(&output.id), or_decision(&output.name));
                    TracedOutput { id, name, value: value.clone() }
                })
                .collect(),
        });
        rules.collect()
    }
}

/// Which cells of a column must be asked one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// All: the index does not know values of this kind.
    All,
    /// Those that the index did not answer.
    Residual,
}

impl Column {
    /// Whether the rule's cell lets the value through, as far as it must be asked.
    fn passes(
        &self,
        rule: usize,
        value: &Value,
        ask: Ask,
        frame: &mut Frame,
        run: &mut Run,
    ) -> bool {
        let is_residual = self.residual.contains(rule);
        if ask == Ask::Residual && !is_residual {
            return true;
        }
        let Some(Some(number)) = self.cells.get(rule) else {
            // Without a test: `-`, or a cell that did not compile and so is residual.
            return !is_residual;
        };
        let test = usize::try_from(*number).ok().and_then(|number| self.tests.get(number));
        test.is_some_and(|test| test.matches(value, frame, run))
    }
}
