//! A decision that was made, with everything needed to explain it. It changes nothing but the
//! history; its outcome becomes a variable by an event of its own.

use std::sync::Arc;

use base::{Key, Timestamp};
use feel::Value;
use serde::{Deserialize, Serialize};

/// A decision was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionEvaluated {
    /// The key of this evaluation.
    pub key: Key,
    /// The business rule task that asked.
    pub element_instance: Key,
    /// The id of the decision.
    pub decision_id: Arc<str>,
    /// The key of the deployed version.
    pub decision: Key,
    /// The values it read, the rules that matched and what came out.
    pub trace: dmn::Trace,
    /// When.
    pub at: Timestamp,
}

impl DecisionEvaluated {
    /// The values that it keeps.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.trace.decisions.iter().flat_map(|decision| {
            let inputs = decision.inputs.iter().map(|input| &input.value);
            let outputs = decision.matched.iter().flat_map(|rule| &rule.outputs);
            let outputs = outputs.map(|output| &output.value);
            inputs.chain(outputs).chain([&decision.output])
        })
    }
}
