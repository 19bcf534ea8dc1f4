//! The public face of a compiled expression: compile once, evaluate as often as needed, from any thread.

use std::sync::Arc;

use crate::{
    context::Context,
    eval::{self, Inputs},
    ir::Node,
    path::Path,
    problem::CompileError,
    resolve::{self, CellTests, Resolved},
    run::Run,
    syntax::{parse_expression, parse_unary_tests, tree},
    types::Types,
    value::Value,
};

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
///
/// ```
/// use feel::{Context, Options, Run, Timestamp, Value, compile};
/// let options = Options::default();
/// let enough = compile("stock.available >= quantity", &options).unwrap();
/// assert_eq!(enough.inputs().iter().map(|name| &**name).collect::<Vec<_>>(), ["stock", "quantity"]);
/// assert_eq!(enough.paths()[1].to_string(), "stock.available");
///
/// let stock = Value::context([("available", Value::number(5))]);
/// let mut run = Run::new(Timestamp(0));
/// assert_eq!(enough.evaluate(&[stock, Value::number(5)], &mut run), Value::Boolean(true));
/// ```
#[derive(Clone, Debug)]
pub struct Expression(Arc<Program<Node, tree::Node>>);

/// Compiled unary tests, as a decision table's input cell holds them. Cheap to clone.
///
/// ```
/// use feel::{Options, Run, Timestamp, Value, compile_unary_tests};
/// let cell = compile_unary_tests("[10..20), > 100", &Options::default()).unwrap();
/// let mut run = Run::new(Timestamp(0));
/// assert_eq!(cell.matches(&Value::number(20), &[], &mut run), Value::Boolean(false));
/// assert_eq!(cell.matches(&Value::number(101), &[], &mut run), Value::Boolean(true));
/// ```
#[derive(Clone, Debug)]
pub struct UnaryTests(Arc<Program<CellTests, ()>>);

#[derive(Debug)]
struct Program<C, T> {
    source: String,
    dialect: Dialect,
    tree: T,
    resolved: Resolved<C>,
}

/// Compiles an expression.
///
/// # Errors
/// The text is not FEEL of that dialect, or is nested too deeply.
pub fn compile(source: &str, options: &Options<'_>) -> Result<Expression, CompileError> {
    compile_with_types(source, options, &Types::new())
}

/// Compiles an expression that may ask for the types of a model.
///
/// # Errors
/// As [`compile`].
pub fn compile_with_types(
    source: &str,
    options: &Options<'_>,
    types: &Types,
) -> Result<Expression, CompileError> {
    compiled(source, parse_expression(source, options)?, options, types)
}

fn compiled(
    source: &str,
    tree: tree::Node,
    options: &Options<'_>,
    types: &Types,
) -> Result<Expression, CompileError> {
    let resolved = resolve::expression(&tree, options, types)
        .map_err(|problems| CompileError::new(source, problems))?;
    Ok(Expression(Arc::new(Program {
        source: source.to_owned(),
        dialect: options.dialect,
        tree,
        resolved,
    })))
}

/// Compiles the condition of a filter: an expression that gives the filtered list. The list is the input of the name
/// `list`, which no text can mean where it is no name; the condition knows `item` and its entries, as between brackets.
///
/// ```
/// use feel::{Options, Run, Timestamp, Types, Value, compile_filter};
/// let options = Options::default();
/// let large = compile_filter("item > 1 // one", "[]", &options, &Types::new()).unwrap();
/// let list = Value::list(vec![1.into(), 2.into()]);
/// assert_eq!(large.evaluate(&[list], &mut Run::new(Timestamp(0))).to_string(), "[2]");
/// assert!(compile_filter("item > 1][1", "[]", &options, &Types::new()).is_err());
/// ```
///
/// # Errors
/// As [`compile`].
pub fn compile_filter(
    condition: &str,
    list: &str,
    options: &Options<'_>,
    types: &Types,
) -> Result<Expression, CompileError> {
    let tree = parse_expression(condition, options)?.filtering(list);
    compiled(condition, tree, options, types)
}

/// Compiles unary tests; the tested value is `?`.
///
/// # Errors
/// The text is not a list of unary tests of that dialect, or is nested too deeply.
pub fn compile_unary_tests(
    source: &str,
    options: &Options<'_>,
) -> Result<UnaryTests, CompileError> {
    compile_unary_tests_with_types(source, options, &Types::new())
}

/// Compiles unary tests that may ask for the types of a model.
///
/// # Errors
/// As [`compile_unary_tests`].
pub fn compile_unary_tests_with_types(
    source: &str,
    options: &Options<'_>,
    types: &Types,
) -> Result<UnaryTests, CompileError> {
    let tree = parse_unary_tests(source, options)?;
    let resolved = resolve::unary_tests(&tree, options, types)
        .map_err(|problems| CompileError::new(source, problems))?;
    Ok(UnaryTests(Arc::new(Program {
        source: source.to_owned(),
        dialect: options.dialect,
        tree: (),
        resolved,
    })))
}

impl Expression {
    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The dialect it was compiled in.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// Free names, in slot order: `slots[i]` of [`Expression::evaluate`] is the value of `inputs()[i]`.
    pub fn inputs(&self) -> &[Arc<str>] {
        &self.0.resolved.inputs
    }

    /// Every free path it reads, in its longest form; through filters, projections and iterators too.
    pub fn paths(&self) -> &[Path] {
        &self.0.resolved.paths
    }

    /// The names that it gives its entries where it is written as a context; `None` for everything else.
    ///
    /// ```
    /// let options = feel::Options::default();
    /// let fields = feel::compile("{status: \"new\", total: 1 + 2}", &options).unwrap();
    /// assert_eq!(fields.entry_names().unwrap().collect::<Vec<_>>(), ["status", "total"]);
    /// assert!(feel::compile("put(a, b)", &options).unwrap().entry_names().is_none());
    /// ```
    pub fn entry_names(&self) -> Option<impl Iterator<Item = &str>> {
        match &self.0.tree.kind {
            tree::Kind::Context(entries) => Some(entries.iter().map(|(name, _)| &**name)),
            _ => None,
        }
    }

    /// Evaluates with the values of the inputs.
    pub fn evaluate(&self, slots: &[Value], run: &mut Run) -> Value {
        eval::expression(&self.0.resolved.code, Inputs::Slots(slots), self.0.dialect, run)
    }

    /// Evaluates with values by name; a missing name is null and a warning.
    pub fn evaluate_in(&self, scope: &Context, run: &mut Run) -> Value {
        let inputs = Inputs::Scope(scope, &self.0.resolved.inputs);
        eval::expression(&self.0.resolved.code, inputs, self.0.dialect, run)
    }

    pub(crate) fn tree(&self) -> &tree::Node {
        &self.0.tree
    }
}

impl UnaryTests {
    /// The text they were compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The dialect they were compiled in.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// Free names, in slot order, without the tested value.
    pub fn inputs(&self) -> &[Arc<str>] {
        &self.0.resolved.inputs
    }

    /// Every free path they read.
    pub fn paths(&self) -> &[Path] {
        &self.0.resolved.paths
    }

    /// True, false or null for a tested value and the values of the inputs.
    pub fn matches(&self, input: &Value, slots: &[Value], run: &mut Run) -> Value {
        eval::unary_tests(&self.0.resolved.code, input, Inputs::Slots(slots), self.0.dialect, run)
    }

    /// The same with values by name.
    pub fn matches_in(&self, input: &Value, scope: &Context, run: &mut Run) -> Value {
        let inputs = Inputs::Scope(scope, &self.0.resolved.inputs);
        eval::unary_tests(&self.0.resolved.code, input, inputs, self.0.dialect, run)
    }
}
