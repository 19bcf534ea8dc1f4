//! FEEL, the one expression language: text is parsed and compiled once, checked, and evaluated on values without I/O,
//! clock or hidden state. Two dialects: the DMN 1.5 standard and Camunda's.

mod builtin;
mod calendar;
pub mod cases;
mod context;
mod decimal;
mod eval;
mod expression;
mod external;
mod function;
mod ir;
pub mod json;
mod path;
pub mod predicate;
mod problem;
mod range;
mod resolve;
mod run;
mod syntax;
mod types;
mod value;

pub use base::Timestamp;
pub use builtin::builtins;
pub use calendar::{Date, DateTime, DaysDuration, ParseTemporalError, Time, YearsDuration, Zone};
pub use context::{Context, Hint, Shape};
pub use decimal::{Decimal, ParseDecimalError, Rounding};
pub use expression::{
    Dialect, Expression, Options, UnaryTests, compile, compile_unary_tests,
    compile_unary_tests_with_types, compile_with_types,
};
pub use function::Function;
pub use path::Path;
pub use problem::{CompileError, Problem, Span};
pub use range::Range;
pub use run::{Budget, Run, Warning, WarningKind};
pub use types::Types;
pub use value::{List, Value};
