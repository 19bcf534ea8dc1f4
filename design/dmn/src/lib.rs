//! DMN models to compiled decisions with a trace. No I/O, no clock.

mod model;
mod problem;
mod trace;

pub use model::{DecisionInfo, EvaluateError, Evaluation, Model, compile};
pub use problem::Problem;
pub use trace::{
    DecisionKind, DecisionTrace, MatchedRule, Trace, TraceMode, TracedInput, TracedOutput,
    TracedWarning,
};
