//! A condition that was looked at, with the values it read. It changes nothing but the history.

use std::sync::Arc;

use base::Key;
use bpmn::FlowIndex;
use feel::Value;
use serde::{Deserialize, Serialize};

use crate::index;

/// The condition of a flow was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConditionEvaluated {
    /// The gateway that asked.
    pub element_instance: Key,
    /// The flow that bears the condition.
    #[serde(with = "index::flow")]
    pub flow: FlowIndex,
    /// What it read, in the order of the paths in the expression.
    pub reads: Vec<Read>,
    /// Whether it holds; `None` where it gave neither true nor false.
    pub result: Option<bool>,
}

/// A value that an expression read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Where it was found, such as `record.account.name`.
    pub path: Arc<str>,
    /// The value.
    pub value: Value,
}
