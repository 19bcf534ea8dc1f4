//! DMN models to compiled decisions with a trace. No I/O, no clock.
//!
//! [`compile`] reads a file and gives a [`Model`]; [`Model::evaluate`] gives the value of a decision
//! and, on request, a [`Trace`] that says which rule matched on which values.

mod assemble;
mod boxed;
mod definitions;
mod graph;
mod item;
mod model;
mod plan;
mod problem;
mod scope;
mod table;
pub mod tck;
mod trace;
pub mod tree;
pub mod verify;
mod xml;

pub use definitions::Outline;
pub use model::{
    DecisionInfo, EvaluateError, Evaluation, Model, compile, compile_lenient, compile_lenient_with,
    compile_with,
};
pub use plan::Arena;
pub use problem::Problem;
pub use trace::{
    DecisionKind, DecisionTrace, MatchedRule, Trace, TraceMode, TracedInput, TracedOutput,
    TracedWarning,
};
pub use tree::Tree;
