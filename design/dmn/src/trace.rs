//! What an evaluation can say about itself: which values it read, which rules matched, what came out.
//! Shaped like a decision instance of the Camunda 8 REST API, and stored as it is in the history.

mod warning;

use std::sync::Arc;

use feel::Value;
use feel::json::AsJson;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub(crate) use warning::LEFT_OUT;
pub use warning::{TracedSource, TracedWarning};

/// Whether an evaluation records a [`Trace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TraceMode {
    /// Only the value; the fast way.
    #[default]
    Off,
    /// Value and trace.
    On,
}

/// The decisions that one call evaluated, in the order of evaluation; the called one is the last.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// One entry for each decision, required ones before those that require them.
    pub decisions: Vec<DecisionTrace>,
}

impl Trace {
    /// The trace as people and programs read it: values as plain JSON, `{"decisions": [..]}`.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(Face::of(self)).unwrap_or_default()
    }

    /// The text of that JSON.
    pub fn to_json_text(&self) -> String {
        serde_json::to_string(&Face::of(self)).unwrap_or_default()
    }
}

/// What the JSON of a trace looks like.
#[derive(Serialize)]
struct Face<'a> {
    decisions: Vec<DecisionFace<'a>>,
}

#[derive(Serialize)]
struct DecisionFace<'a> {
    decision_id: &'a str,
    name: &'a str,
    kind: DecisionKind,
    inputs: Vec<InputFace<'a>>,
    matched: Vec<RuleFace<'a>>,
    output: AsJson<'a>,
    warnings: Vec<WarningFace<'a>>,
}

#[derive(Serialize)]
struct WarningFace<'a> {
    code: &'a str,
    start: u32,
    end: u32,
    message: &'a str,
    source: Option<&'a TracedSource>,
}

#[derive(Serialize)]
struct InputFace<'a> {
    id: &'a str,
    name: &'a str,
    expression: &'a str,
    value: AsJson<'a>,
}

#[derive(Serialize)]
struct RuleFace<'a> {
    index: u32,
    id: &'a str,
    outputs: Vec<OutputFace<'a>>,
}

#[derive(Serialize)]
struct OutputFace<'a> {
    id: &'a str,
    name: &'a str,
    value: AsJson<'a>,
}

impl<'a> Face<'a> {
    fn of(trace: &'a Trace) -> Self {
        Self { decisions: trace.decisions.iter().map(DecisionFace::of).collect() }
    }
}

impl<'a> DecisionFace<'a> {
    fn of(decision: &'a DecisionTrace) -> Self {
        Self {
            decision_id: &decision.decision_id,
            name: &decision.name,
            kind: decision.kind,
            inputs: decision.inputs.iter().map(InputFace::of).collect(),
            matched: decision.matched.iter().map(RuleFace::of).collect(),
            output: AsJson(&decision.output),
            warnings: decision.warnings.iter().map(WarningFace::of).collect(),
        }
    }
}

impl<'a> InputFace<'a> {
    fn of(input: &'a TracedInput) -> Self {
        let TracedInput { id, name, expression, value } = input;
        Self { id, name, expression, value: AsJson(value) }
    }
}

impl<'a> RuleFace<'a> {
    fn of(rule: &'a MatchedRule) -> Self {
        let outputs = rule.outputs.iter();
        let outputs = outputs.map(|TracedOutput { id, name, value }| OutputFace {
            id,
            name,
            value: AsJson(value),
        });
        Self { index: rule.index, id: &rule.id, outputs: outputs.collect() }
    }
}

impl<'a> WarningFace<'a> {
    fn of(warning: &'a TracedWarning) -> Self {
        let TracedWarning { code, start, end, message, source } = warning;
        Self { code, start: *start, end: *end, message, source: source.as_ref() }
    }
}

/// How one decision came to its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionTrace {
    /// The `id` of the decision element.
    pub decision_id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Which form its logic has.
    pub kind: DecisionKind,
    /// The values it read: the input columns of a table, the questions of a tree on the way that was
    /// taken; of any other form the values that it requires and the undeclared names that it uses.
    pub inputs: Vec<TracedInput>,
    /// The rules of its table that matched, in table order; with FIRST only the one that counts. Of a
    /// tree the branches that were taken, each with its place at its node, the number of the node as
    /// id, and the node that it leads to as output.
    pub matched: Vec<MatchedRule>,
    /// The decision's value.
    pub output: Value,
    /// What FEEL and the logic itself had to say while it was evaluated, and about the inputs that it reads first.
    pub warnings: Vec<TracedWarning>,
}

/// The form of a decision's logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DecisionKind {
    /// A decision table.
    DecisionTable,
    /// A single FEEL expression.
    LiteralExpression,
    /// A boxed context.
    Context,
    /// A boxed invocation of a function.
    Invocation,
    /// A boxed list, relation, conditional, filter, iterator or function.
    Boxed,
    /// A decision service.
    DecisionService,
    /// A decision without logic; its value is null.
    Undefined,
    /// A decision tree.
    DecisionTree,
}

/// A value that a decision read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TracedInput {
    /// The `id` of the input column; the name where there is none.
    pub id: Arc<str>,
    /// The label of the input column, else its expression or name.
    pub name: Arc<str>,
    /// The FEEL text that was evaluated.
    pub expression: Arc<str>,
    /// Its value.
    pub value: Value,
}

/// A rule that matched, with what it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatchedRule {
    /// The rule's row, from 1.
    pub index: u32,
    /// The `id` of the rule element; the row number where there is none.
    pub id: Arc<str>,
    /// The values of its output cells.
    pub outputs: Vec<TracedOutput>,
}

/// The value of one output cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TracedOutput {
    /// The `id` of the output column; the name where there is none.
    pub id: Arc<str>,
    /// The name of the output column, else the decision's name.
    pub name: Arc<str>,
    /// The cell's value.
    pub value: Value,
}

/// A rule that did not match, and why: found afterwards by [`crate::Model::unmatched`], kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmatchedRule {
    /// The rule's row, from 1.
    pub index: u32,
    /// The `id` of the rule element; the row number where there is none.
    pub id: Arc<str>,
    /// The first cell that did not let its input through. None where that is not known from the inputs of the
    /// table alone, and where the rule was not asked or does not count, as behind the first match of FIRST.
    pub refused_by: Option<RefusingCell>,
}

/// An input cell that said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusingCell {
    /// The `id` of the input column, as in [`TracedInput::id`].
    pub input_id: Arc<str>,
    /// The label of the input column, else its expression.
    pub input_name: Arc<str>,
    /// The text of the cell.
    pub cell: Arc<str>,
}

impl DecisionTrace {
    /// Leaves out the values for which there is no room, of so many parts, and takes the others from it.
    pub(crate) fn fit(&mut self, room: &mut u32) {
        let read = self.inputs.iter_mut().map(|input| &mut input.value);
        let said = self.matched.iter_mut().flat_map(|rule| &mut rule.outputs);
        let said = said.map(|output| &mut output.value);
        let mut left_out = 0_u64;
        for value in read.chain(said).chain([&mut self.output]) {
            match room.checked_sub(value.parts()) {
                Some(left) => *room = left,
                None => {
                    *value = Value::Null;
                    left_out += 1;
                }
            }
        }
        if left_out > 0 {
            let are = if left_out == 1 { "value is" } else { "values are" };
            let message = format!("{left_out} {are} {LEFT_OUT}");
            self.warnings.push(TracedWarning::of_element(&self.decision_id, &message));
        }
    }

    /// The entry of a decision service, behind those of its decisions.
    pub(crate) fn of_service(
        id: &str,
        name: &Arc<str>,
        output: &Value,
        warnings: Vec<TracedWarning>,
    ) -> Self {
        Self {
            decision_id: id.into(),
            name: Arc::clone(name),
            kind: DecisionKind::DecisionService,
            inputs: Vec::new(),
            matched: Vec::new(),
            output: output.clone(),
            warnings,
        }
    }
}
