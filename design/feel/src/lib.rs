//! FEEL, the Friendly Enough Expression Language of DMN 1.5: text is parsed and compiled once, checked, and evaluated on
//! values without I/O, clock or hidden state. Two dialects: the DMN standard and Camunda's.
//!
//! # Evaluate an expression
//! [`compile`] reads the text and says what is wrong with it, and where; an [`Expression`] is cheap to clone, knows which
//! names it reads, and is evaluated as often as needed, from any thread. What an evaluation may use, the time, a seed, a
//! budget, is a [`Run`].
//!
//! ```
//! use feel::{Context, Options, Run, Timestamp, Value, compile};
//!
//! let rebate = compile("if sum(lines.price) > 100 then 0.1 else 0", &Options::default())?;
//! let line = |cents: i64| Value::context([("price", feel::Decimal::from_scaled(cents, 2))]);
//! let scope: Context = [("lines", vec![line(9_950), line(51)])].into_iter().collect();
//! let mut run = Run::new(Timestamp(0));
//! assert_eq!(rebate.evaluate_in(&scope, &mut run).to_string(), "0.1");
//!
//! let error = compile("1 +", &Options::default()).unwrap_err();
//! assert_eq!(error.problems()[0].span.start, 3);
//! # Ok::<(), feel::CompileError>(())
//! ```
//!
//! Nothing panics and nothing throws: what cannot be computed is [`Value::Null`], and the run keeps a [`Warning`] with the
//! part of the text. Only a failed `assert` and the budget stop an evaluation; [`Run::failure`] says why.
//!
//! ```
//! use feel::{Budget, Options, Run, Timestamp, WarningKind, compile};
//!
//! let endless = compile("{f: function(n) f(n + 1), r: f(0)}.r", &Options::default())?;
//! let mut run = Run::new(Timestamp(0)).budget(Budget { steps: 1_000, ..Budget::default() });
//! assert!(endless.evaluate(&[], &mut run).is_null());
//! assert_eq!(run.failure().unwrap().kind, WarningKind::BudgetExceeded);
//! # Ok::<(), feel::CompileError>(())
//! ```
//!
//! # Names
//! Names with blanks stand in backticks in Camunda's dialect; the standard's recognises those that are in scope, which
//! [`Options`] says. Where values are at hand by position, [`Expression::inputs`] gives the order.
//!
//! ```
//! use feel::{Dialect, Options, Run, Timestamp, Value, compile};
//!
//! let names = ["order total", "limit"];
//! let options = Options { dialect: Dialect::Standard, names: &names };
//! let over = compile("order total - limit > 0", &options)?;
//! assert_eq!(over.inputs().iter().map(|name| &**name).collect::<Vec<_>>(), names);
//! let slots = [Value::number(120), Value::number(100)];
//! assert_eq!(over.evaluate(&slots, &mut Run::new(Timestamp(0))), Value::Boolean(true));
//! # Ok::<(), feel::CompileError>(())
//! ```
//!
//! # Values
//! A [`Value`] is made by `From` and by constructors, taken apart by `as_..`, and printed as FEEL. [`json`] reads and writes
//! JSON without losing digits; `serde` keeps the types, too. [`Decimal`] has 34 digits and rounds half to even.
//!
//! ```
//! use feel::{Value, json};
//!
//! let order = json::from_json(&serde_json::json!({"total": 0.1, "lines": [1, 2]}));
//! assert_eq!(order.get("total").unwrap().to_string(), "0.1");
//! assert_eq!(json::to_json(&order).to_string(), r#"{"total":0.1,"lines":[1,2]}"#);
//! let day: feel::Date = "2026-11-22".parse().unwrap();
//! assert_eq!(Value::list(vec![day.into(), Value::Null]).to_string(), "[2026-11-22, null]");
//! ```
//!
//! # More
//! - [`compile_unary_tests`]: the cells of decision tables, `> 5, [1..3)`.
//! - [`Function::native`]: functions of the host. [`builtins`]: the names and parameters of the built-in ones.
//! - [`Types`]: item definitions of a model, for `instance of` and for parameters.
//! - [`predicate`]: the part of a condition that a database can answer.
//! - [`cases`]: test cases, one JSON object a line.

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
    Dialect, Expression, Options, UnaryTests, compile, compile_filter, compile_unary_tests,
    compile_unary_tests_with_types, compile_with_types,
};
pub use function::Function;
pub use path::Path;
pub use problem::{CompileError, Problem, Span};
pub use range::Range;
pub use run::{Budget, Run, Warning, WarningKind, WarningSource};
pub use types::Types;
pub use value::{List, Value};
