//! DMN models to compiled decisions with a trace. No I/O, no clock.
//!
//! The examples share a model, `examples/shipping.dmn`: the decision `fee` is a table over `weight` and `tier`, the decision
//! `total` adds it to the price of the `goods`.
//!
//! # Compile and evaluate
//! [`compile`] reads a file and says all that is wrong with it, each [`Problem`] with its line. A [`Model`] is immutable and
//! serves any thread. [`Model::evaluate`] takes inputs by name and evaluates each required decision once; the time and the
//! budget are those of a [`feel::Run`].
//!
//! ```
//! use dmn::TraceMode;
//! use feel::{Context, Run, Timestamp, Value};
//!
//! # let xml = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shipping.dmn"));
//! let model = dmn::compile(xml)?;
//! let names: Vec<&str> = model.decisions().map(|it| &*it.name).collect();
//! assert_eq!(names, ["fee", "total"]);
//!
//! let order: Context =
//!     [("weight", Value::number(30)), ("tier", "gold".into()), ("goods", Value::number(100))].into_iter().collect();
//! let evaluation = model.evaluate("total", &order, &mut Run::new(Timestamp(0)), TraceMode::Off).unwrap();
//! assert_eq!(evaluation.value, Value::number(120));
//!
//! let problems = dmn::compile(&xml.replace("goods + fee", "goods +")).unwrap_err();
//! assert!(problems[0].to_string().starts_with("line 36, column 5: `total`:"));
//! # Ok::<(), Vec<dmn::Problem>>(())
//! ```
//!
//! A decision never fails: what cannot be computed is null, [`Evaluation::warnings`] and the run's warnings say why. What a
//! caller must have at hand is known before, see [`Model::paths`]. Many evaluations one after the other may share an
//! [`Arena`] by [`Model::evaluate_in`].
//!
//! # Explain
//! With [`TraceMode::On`] the evaluation says which values every decision read and which rules matched. A [`Trace`] is
//! stored by `serde` and shown as JSON.
//!
//! ```
//! use dmn::TraceMode;
//! use feel::{Context, Run, Timestamp, Value};
//!
//! # let xml = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shipping.dmn"));
//! let model = dmn::compile(xml)?;
//! let order: Context =
//!     [("weight", Value::number(31)), ("tier", "new".into()), ("goods", Value::number(100))].into_iter().collect();
//! let evaluation = model.evaluate("total", &order, &mut Run::new(Timestamp(0)), TraceMode::On).unwrap();
//! let trace = evaluation.trace.unwrap();
//! let [fee, total] = &*trace.decisions else { panic!("two decisions were asked") };
//! assert_eq!((&*fee.matched[0].id, fee.matched[0].index), ("freight", 4));
//! assert_eq!((&*fee.inputs[0].name, &fee.inputs[0].value), ("weight", &Value::number(31)));
//! assert_eq!(total.output, Value::number(135));
//! # Ok::<(), Vec<dmn::Problem>>(())
//! ```
//!
//! # Verify
//! [`Model::verify`] finds gaps, overlaps, conflicts and rules that do nothing in every table, each with inputs that show it.
//!
//! ```
//! # let xml = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shipping.dmn"));
//! assert!(dmn::compile(xml)?.verify().iter().all(|report| report.findings.is_empty()));
//!
//! let careless = dmn::compile(&xml.replace("&gt;= 30", "&gt; 30"))?;
//! let findings = &careless.verify()[0].findings;
//! assert_eq!(findings[0].to_string(), r#"no rule matches weight = 30, tier = "gold""#);
//! # Ok::<(), Vec<dmn::Problem>>(())
//! ```
//!
//! # Trees
//! A [`Tree`] is a decision as questions, read from JSON or YAML. Tables of literals become trees and trees tables, and
//! [`Model::difference`] proves that two decisions say the same, or gives inputs about which they do not.
//!
//! ```
//! use dmn::Tree;
//!
//! # let xml = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shipping.dmn"));
//! let table = dmn::compile(xml)?;
//! let tree = Tree::of_table(&table, "fee").unwrap();
//! println!("{}", tree.to_mermaid());
//! let compiled = tree.compile()?;
//! assert_eq!(table.difference("fee", &compiled, "fee"), Ok(None));
//!
//! let dearer = dmn::compile(&xml.replace("<text>9</text>", "<text>10</text>"))?;
//! let difference = dearer.difference("fee", &compiled, "fee").unwrap().unwrap();
//! assert_eq!((&*difference.left, &*difference.right), ("10", "9"));
//! # Ok::<(), Vec<dmn::Problem>>(())
//! ```
//!
//! # More
//! - [`compile_with`]: files that import others. [`compile_lenient`]: what can be compiled of a file with problems.
//! - [`tree`]: the form of a tree's file.
//! - [`tck`]: cases of the compatibility kit's form, inputs and what is expected.

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
    DecisionKind, DecisionTrace, MatchedRule, RefusingCell, Trace, TraceMode, TracedInput,
    TracedOutput, TracedSource, TracedWarning, UnmatchedRule,
};
pub use tree::Tree;
