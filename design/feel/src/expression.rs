//! The public face of a compiled expression: compile once, evaluate as often as needed, from any thread.

use std::sync::Arc;

use crate::{context::Context, path::Path, problem::CompileError, run::Run, value::Value};

/// Which FEEL is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As DMN 1.5 writes it: names may hold spaces and operators.
    Standard,
    /// As Camunda 8 writes it: names with blanks stand in backticks, more built-in functions.
    #[default]
    Camunda,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Which FEEL is spoken.
    pub dialect: Dialect,
    /// The names in scope; names with blanks or operators are recognised by them. May be empty where unknown.
    pub names: &'a [&'a str],
}

/// A compiled expression. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Expression(Arc<Program>);

/// Compiled unary tests, as a decision table's input cell holds them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct UnaryTests(Arc<Program>);

#[derive(Debug)]
struct Program {
    source: String,
    inputs: Vec<Arc<str>>,
    paths: Vec<Path>,
}

/// Compiles an expression.
pub fn compile(source: &str, options: &Options<'_>) -> Result<Expression, CompileError> {
    let _ = options;
    Ok(Expression(Arc::new(Program {
        source: source.to_owned(),
        inputs: Vec::new(),
        paths: Vec::new(),
    })))
}

/// Compiles unary tests.
pub fn compile_unary_tests(
    source: &str,
    options: &Options<'_>,
) -> Result<UnaryTests, CompileError> {
    let _ = options;
    Ok(UnaryTests(Arc::new(Program {
        source: source.to_owned(),
        inputs: Vec::new(),
        paths: Vec::new(),
    })))
}

impl Expression {
    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Free names, in slot order: `slots[i]` of [`Expression::evaluate`] is the value of `inputs()[i]`.
    pub fn inputs(&self) -> &[Arc<str>] {
        &self.0.inputs
    }

    /// Every free path it reads.
    pub fn paths(&self) -> &[Path] {
        &self.0.paths
    }

    /// Evaluates with the values of the inputs.
    pub fn evaluate(&self, slots: &[Value], run: &mut Run) -> Value {
        let _ = (slots, run);
        Value::Null
    }

    /// Evaluates with values by name.
    pub fn evaluate_in(&self, scope: &Context, run: &mut Run) -> Value {
        let _ = (scope, run);
        Value::Null
    }
}

impl UnaryTests {
    /// The text they were compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Free names, in slot order, without the input value.
    pub fn inputs(&self) -> &[Arc<str>] {
        &self.0.inputs
    }

    /// Every free path they read.
    pub fn paths(&self) -> &[Path] {
        &self.0.paths
    }

    /// True, false or null for an input value and the values of the inputs.
    pub fn matches(&self, input: &Value, slots: &[Value], run: &mut Run) -> Value {
        let _ = (input, slots, run);
        Value::Null
    }

    /// The same with values by name.
    pub fn matches_in(&self, input: &Value, scope: &Context, run: &mut Run) -> Value {
        let _ = (input, scope, run);
        Value::Null
    }
}
