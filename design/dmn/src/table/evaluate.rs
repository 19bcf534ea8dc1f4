//! One evaluation of a table: read the inputs, intersect the columns, test what no index answered,
//! and let the hit policy decide.

use std::sync::Arc;

use feel::{Run, Value};

use super::{Column, Conclusion, HitPolicy, Table, bits::Bits, hit};
use crate::{
    boxed::conform,
    scope::{Expression, Frame, Spot},
    trace::{MatchedRule, TracedInput, TracedOutput},
};

/// What a table read and which of its rules matched. Kept from table to table for its memory.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The values of the input columns.
    inputs: Vec<Given>,
    /// The matching rules from 0; of FIRST the one that counts.
    pub(crate) matched: Vec<usize>,
    /// The outputs of the matching rules, one after the other.
    outputs: Vec<Value>,
    /// The output columns.
    width: usize,
    /// An input was none of the allowed values.
    is_refused: bool,
    alive: Bits,
    /// The columns whose cells must be asked one by one.
    to_ask: Vec<(usize, Ask)>,
}

/// The value of an input column.
#[derive(Debug)]
enum Given {
    /// What stands at this slot of the frame, as it is.
    Slot(usize),
    Own(Value),
}

impl Given {
    fn value<'a>(&'a self, slots: &'a [Value]) -> &'a Value {
        match self {
            Self::Slot(slot) => slots.get(*slot).unwrap_or(&Value::Null),
            Self::Own(value) => value,
        }
    }
}

impl Rows {
    /// Rules that match with their outputs, one after the other.
    pub(crate) fn of(width: usize, matched: Vec<usize>, outputs: Vec<Value>) -> Self {
        Self { matched, outputs, width, ..Self::default() }
    }

    /// The outputs of the matching rule at a position of `matched`.
    pub(crate) fn outputs(&self, position: usize) -> &[Value] {
        let from = position * self.width;
        self.outputs.get(from..from + self.width).unwrap_or_default()
    }

    pub(crate) fn clear(&mut self) {
        self.inputs.clear();
        self.matched.clear();
        self.outputs.clear();
        self.to_ask.clear();
    }
}

impl Table {
    /// What a remark about it as a whole is about.
    pub(crate) fn spot(&self) -> Spot<'_> {
        Spot::element(self.element.as_ref())
    }

    /// What a remark about its first input is about.
    pub(crate) fn question(&self) -> Spot<'_> {
        let expression = self.columns.first().and_then(|column| column.expression.as_ref());
        expression.map_or(self.spot(), Expression::spot)
    }

    /// The value for what is in the frame.
    pub(crate) fn evaluate(&self, frame: &mut Frame, run: &mut Run) -> Value {
        let mut rows = frame.rows.take().unwrap_or_default();
        let value = if self.match_all(&mut rows, frame, run) && self.is_only_output(&rows) {
            rows.outputs.pop().unwrap_or_default()
        } else {
            self.conclude_all(&rows, frame, run)
        };
        frame.rows = Some(rows);
        value
    }

    /// As [`Table::evaluate`]; the frame's rows say how it came about.
    pub(crate) fn evaluate_kept(&self, frame: &mut Frame, run: &mut Run) -> Value {
        let mut rows = frame.rows.take().unwrap_or_default();
        self.match_all(&mut rows, frame, run);
        let value = self.conclude_all(&rows, frame, run);
        frame.rows = Some(rows);
        value
    }

    /// Reads the inputs and finds the rules that match; `false` where none does.
    fn match_all(&self, rows: &mut Rows, frame: &mut Frame, run: &mut Run) -> bool {
        rows.clear();
        rows.width = self.outputs.len();
        rows.is_refused = !self.read_inputs(rows, frame, run);
        if !rows.is_refused && run.charge(self.steps()) {
            self.find_matching(rows, frame, run);
        }
        !rows.matched.is_empty()
    }

    /// The steps of intersecting the columns: a word of a set tells of 64 rules.
    fn steps(&self) -> u64 {
        let words = self.rules.len() / 64 * self.columns.len();
        u64::try_from(words / 64).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Whether one rule matched and its only output is the value of the table as it is.
    fn is_only_output(&self, rows: &Rows) -> bool {
        let takes_one = matches!(
            self.hit_policy,
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority
        );
        takes_one && rows.matched.len() == 1 && rows.outputs.len() == 1
    }

    fn conclude_all(&self, rows: &Rows, frame: &mut Frame, run: &mut Run) -> Value {
        if rows.is_refused {
            return Value::Null;
        }
        if let ([], Some(default)) = (&*rows.matched, &self.default) {
            let mut outputs = Vec::with_capacity(default.len());
            self.conclude(None, default, &mut outputs, frame, run);
            return hit::composed(self, &outputs, run);
        }
        if rows.matched.is_empty() {
            return Value::Null;
        }
        hit::decide(self, rows, run).unwrap_or_else(|remark| {
            self.spot().remark(run, || remark);
            Value::Null
        })
    }

    /// Puts the values of the input columns into the rows; `false`, with a remark, where one is not
    /// allowed.
    fn read_inputs(&self, rows: &mut Rows, frame: &mut Frame, run: &mut Run) -> bool {
        let mut all_allowed = true;
        for column in &self.columns {
            if let Some(slot) = column.plain_slot(frame).filter(|_| run.failure().is_none()) {
                rows.inputs.push(Given::Slot(slot));
                continue;
            }
            let mut value = match &column.expression {
                Some(expression) => expression.evaluate(frame, run),
                None => Value::Null,
            };
            let spot = column.expression.as_ref().map_or(self.spot(), Expression::spot);
            conform(&mut value, &column.kind, &column.name, spot, run);
            let is_allowed = column
                .allowed
                .as_ref()
                .is_none_or(|allowed| value.is_null() || allowed.matches(&value, frame, run));
            if !is_allowed {
                let name = &column.name;
                spot.remark(run, || format!("the input `{name}` is none of the allowed values"));
                all_allowed = false;
            }
            rows.inputs.push(Given::Own(value));
        }
        all_allowed
    }

    /// Finds the rules that match, with their outputs, in the order of the table; of FIRST only the
    /// first.
    fn find_matching(&self, rows: &mut Rows, frame: &mut Frame, run: &mut Run) {
        let Rows { inputs, matched, outputs, alive, to_ask, .. } = rows;
        alive.fill(self.rules.len());
        for (at, (column, given)) in self.columns.iter().zip(&*inputs).enumerate() {
            if column.is_open {
                continue;
            }
            let value = given.value(&frame.slots);
            if value.is_null() {
                alive.intersect(&column.on_null);
            } else if !column.index.intersect(value, alive) {
                to_ask.push((at, Ask::All));
                continue;
            }
            if !column.residual.is_empty() {
                to_ask.push((at, Ask::Residual));
            }
        }
        let mut from = 0;
        while let Some(number) = alive.next(from) {
            from = number + 1;
            if !run.charge(1) {
                break;
            }
            let passes =
                to_ask.iter().all(|(at, ask)| match (self.columns.get(*at), inputs.get(*at)) {
                    (Some(column), Some(given)) => {
                        self.passes(column, number, given, *ask, frame, run)
                    }
                    _ => false,
                });
            if !passes {
                continue;
            }
            let rule = self.rules.get(number).map(|rule| (&rule.id, &rule.conclusions[..]));
            let (id, conclusions) = rule.unzip();
            self.conclude(id, conclusions.unwrap_or_default(), outputs, frame, run);
            matched.push(number);
            if self.hit_policy == HitPolicy::First {
                break;
            }
        }
    }

    /// Adds the values of a rule's output cells, one for every output column.
    fn conclude(
        &self,
        rule: Option<&Arc<str>>,
        conclusions: &[Conclusion],
        outputs: &mut Vec<Value>,
        frame: &mut Frame,
        run: &mut Run,
    ) {
        for (at, output) in self.outputs.iter().enumerate() {
            let mut value = match conclusions.get(at) {
                // Copied to where it stays; it is read at once.
                Some(Conclusion::Constant(value)) if output.kind.takes(value) => {
                    outputs.extend_from_slice(std::slice::from_ref(value));
                    continue;
                }
                Some(Conclusion::Constant(value)) => value.clone(),
                Some(Conclusion::Computed(expression)) => match rule {
                    Some(_) => expression.evaluate_at(rule, frame, run),
                    None => expression.evaluate(frame, run),
                },
                // The missing cell is a problem already.
                None => Value::Null,
            };
            if !output.kind.takes(&value) {
                let text = match conclusions.get(at) {
                    Some(Conclusion::Computed(expression)) => expression.source(),
                    Some(Conclusion::Constant(_)) | None => "",
                };
                let spot = Spot { element: rule.or(self.element.as_ref()), text };
                conform(&mut value, &output.kind, &output.name, spot, run);
            }
            outputs.push(value);
        }
    }

    /// Whether the rule's cell lets the value through, as far as it must be asked.
    fn passes(
        &self,
        column: &Column,
        rule: usize,
        given: &Given,
        ask: Ask,
        frame: &mut Frame,
        run: &mut Run,
    ) -> bool {
        let is_residual = column.residual.contains(rule);
        if ask == Ask::Residual && !is_residual {
            return true;
        }
        let Some(Some(number)) = column.cells.get(rule) else {
            // Without a test: `-`, or a cell that did not compile and so is residual.
            return !is_residual;
        };
        let test = usize::try_from(*number).ok().and_then(|number| column.tests.get(number));
        let value = given.value(&frame.slots).clone();
        let id = self.rules.get(rule).map(|rule| &rule.id);
        test.is_some_and(|test| test.matches_at(id, &value, frame, run))
    }

    /// What was read, as the trace shows it.
    pub(crate) fn trace_inputs(&self, frame: &Frame) -> Vec<TracedInput> {
        let given = frame.rows.iter().flat_map(|rows| &rows.inputs);
        let values = given.map(|given| given.value(&frame.slots));
        let pairs = self.columns.iter().zip(values);
        let inputs = pairs.map(|(column, value)| TracedInput {
            id: Arc::clone(&column.id),
            name: Arc::clone(&column.name),
            expression: column.expression.as_ref().map_or("", |it| it.source()).into(),
            value: value.clone(),
        });
        inputs.collect()
    }

    /// The matched rules as the trace shows them; `decision` names outputs without a name of their own.
    pub(crate) fn trace_matched(&self, frame: &Frame, decision: &Arc<str>) -> Vec<MatchedRule> {
        let Some(rows) = frame.rows.as_deref() else { return Vec::new() };
        let rules = rows.matched.iter().enumerate().map(|(position, number)| MatchedRule {
            index: u32::try_from(number + 1).unwrap_or(u32::MAX),
            id: self.rules.get(*number).map_or_else(|| "".into(), |rule| Arc::clone(&rule.id)),
            outputs: self
                .outputs
                .iter()
                .zip(rows.outputs(position))
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
    /// The slot whose value the input is, where nothing is to be evaluated, converted or checked.
    fn plain_slot(&self, frame: &Frame) -> Option<usize> {
        let slot = self.expression.as_ref()?.slot()?;
        let is_plain = self.allowed.is_none() && self.kind.takes(frame.slots.get(slot)?);
        is_plain.then_some(slot)
    }
}
