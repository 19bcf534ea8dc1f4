//! A compiled DMN file: what other crates hold, ask and evaluate.

use std::sync::Arc;

use feel::{Context, Path, Run, Value};

use crate::{DecisionKind, Problem, Trace, TraceMode};

/// A compiled DMN file. Immutable, and cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Model {
    id: Arc<str>,
    name: Arc<str>,
    namespace: Arc<str>,
    decisions: Vec<DecisionInfo>,
}

/// What can be known about a decision without evaluating it.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionInfo {
    /// The `id` of the decision element: what callers name.
    pub id: Arc<str>,
    /// The decision's name.
    pub name: Arc<str>,
    /// Which form its logic has.
    pub kind: DecisionKind,
    /// The ids of the decisions that it requires directly.
    pub requires: Vec<Arc<str>>,
    /// The names of the input data that it and all it requires read.
    pub inputs: Vec<Arc<str>>,
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The decision's value; null where no rule matched or FEEL gave null.
    pub value: Value,
    /// How it came about, where that was asked for.
    pub trace: Option<Trace>,
}

/// Why a decision could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The model has no decision or decision service of this id.
    #[error("the model `{model}` has no decision `{decision}`; it has {available}")]
    UnknownDecision {
        /// What was asked for.
        decision: String,
        /// The model's id.
        model: Arc<str>,
        /// The ids that there are, in backticks, separated by commas.
        available: String,
    },
}

/// Compiles a DMN 1.3 to 1.5 file.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn compile(xml: &str) -> Result<Model, Vec<Problem>> {
    let _ = xml;
    Err(Vec::new())
}

impl Model {
    /// The `id` of the definitions.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// The name of the definitions.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The namespace of the definitions.
    pub fn namespace(&self) -> &Arc<str> {
        &self.namespace
    }

    /// Its decisions, in the order of the file.
    pub fn decisions(&self) -> impl Iterator<Item = &DecisionInfo> {
        self.decisions.iter()
    }

    /// The decision of this id.
    pub fn decision(&self, id: &str) -> Option<&DecisionInfo> {
        self.decisions.iter().find(|decision| &*decision.id == id)
    }

    /// Every free path that the decision and all it requires read, sorted, such as
    /// `record.account.name`: what a caller must have at hand to evaluate it.
    ///
    /// # Errors
    /// Where there is no such decision.
    pub fn paths(&self, decision_id: &str) -> Result<&[Path], EvaluateError> {
        let _ = decision_id;
        Ok(&[])
    }

    /// Evaluates a decision, and each decision that it requires once.
    ///
    /// # Errors
    /// Where there is no such decision. What goes wrong within FEEL is null and a warning in `run`.
    pub fn evaluate(
        &self,
        decision_id: &str,
        inputs: &Context,
        run: &mut Run,
        trace: TraceMode,
    ) -> Result<Evaluation, EvaluateError> {
        let _ = (decision_id, inputs, run, trace);
        Ok(Evaluation { value: Value::Null, trace: None })
    }
}
