//! The evaluator.
use crate::{function::Function, problem::Span, run::Run, value::Value};
use std::sync::Arc;
pub(crate) struct Lambda;
impl Lambda {
    pub(crate) fn parameters(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
}
pub(crate) fn call(_f: &Function, _a: &[Value], _s: Span, _r: &mut Run) -> Value {
    Value::Null
}
