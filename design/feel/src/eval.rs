//! The evaluator. It never fails: what has no answer is null and a warning; only `assert` and the budget stop it.

mod arithmetic;
mod call;
mod compare;
mod direct;
mod filter;
mod iterate;
mod local;
mod property;
mod types;

use std::sync::Arc;

use self::property::Step;
pub(crate) use self::{
    arithmetic::combine,
    call::{Lambda, call, call_shared},
    compare::compare_values,
    local::Locals,
};
use crate::{
    context::{Context, Shape},
    expression::Dialect,
    function::Function,
    ir::{Kind, Node},
    problem::Span,
    range::Range,
    resolve::CellTests,
    run::{Run, WarningKind},
    value::Value,
};

/// Where the free names get their values from.
#[derive(Clone, Copy)]
pub(crate) enum Inputs<'a> {
    Slots(&'a [Value]),
    Scope(&'a Context, &'a [Arc<str>]),
}

impl<'a> Inputs<'a> {
    fn get(self, slot: usize) -> Option<&'a Value> {
        match self {
            Self::Slots(slots) => slots.get(slot),
            Self::Scope(scope, names) => scope.get(names.get(slot)?),
        }
    }
}

/// What one expression or function call sees.
pub(crate) struct Frame<'a> {
    inputs: Inputs<'a>,
    captures: &'a [Value],
    this: Option<&'a Arc<Function>>,
    dialect: Dialect,
    locals: Locals,
}

impl<'a> Frame<'a> {
    fn new(inputs: Inputs<'a>, dialect: Dialect, run: &mut Run) -> Self {
        Self { inputs, captures: &[], this: None, dialect, locals: run.take_locals() }
    }
}

pub(crate) fn expression(
    node: &Node,
    inputs: Inputs<'_>,
    dialect: Dialect,
    run: &mut Run,
) -> Value {
    let mut frame = Frame::new(inputs, dialect, run);
    let value = eval(node, &mut frame, run);
    run.keep_locals(frame.locals);
    if run.failure().is_some() { Value::Null } else { value }
}

/// The value of a node that reads nothing.
pub(crate) fn constant(node: &Node, dialect: Dialect, run: &mut Run) -> Value {
    expression(node, Inputs::Slots(&[]), dialect, run)
}

pub(crate) fn unary_tests(
    tests: &CellTests,
    input: &Value,
    inputs: Inputs<'_>,
    dialect: Dialect,
    run: &mut Run,
) -> Value {
    let mut frame = Frame::new(inputs, dialect, run);
    frame.locals.push(input.clone());
    let answer = match tests {
        CellTests::Any => Value::Boolean(true),
        CellTests::OneOf(tests) => compare::any_test(tests, 0, &mut frame, run),
        CellTests::NoneOf(tests) => match compare::any_test(tests, 0, &mut frame, run) {
            Value::Boolean(found) => Value::Boolean(!found),
            other => other,
        },
    };
    run.keep_locals(frame.locals);
    if run.failure().is_some() { Value::Null } else { answer }
}

/// Evaluates a node.
fn eval(node: &Node, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    if let Some(value) = place(node, frame) {
        return value.clone();
    }
    if !run.enter(node.span) {
        return Value::Null;
    }
    let value = operator(node, frame, run);
    run.leave();
    if run.allows_value(value.extent(), node.span) { value } else { Value::Null }
}

/// The value of a node that is stored somewhere, without a copy.
fn place<'v>(node: &'v Node, frame: &'v Frame<'_>) -> Option<&'v Value> {
    match &node.kind {
        Kind::Constant(value) => Some(value),
        Kind::Input(slot) => frame.inputs.get(*slot),
        Kind::Local(slot) => frame.locals.get(*slot),
        Kind::Capture(slot) => frame.captures.get(*slot),
        Kind::Path { base, name, hint } => place(base, frame)?.entry(name, hint),
        Kind::Member { item, name, hint, otherwise } => match place(item, frame)?.entry(name, hint)
        {
            Some(value) => Some(value),
            None => place(otherwise, frame),
        },
        _ => None,
    }
}

fn operator(node: &Node, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    let span = node.span;
    match &node.kind {
        Kind::Constant(value) => value.clone(),
        Kind::Input(slot) => missing_input(*slot, frame, span, run),
        Kind::InputOrFunction(slot, function) => match frame.inputs.get(*slot) {
            Some(Value::Null) | None => function.clone(),
            Some(value) => value.clone(),
        },
        Kind::Local(_) | Kind::Capture(_) => Value::Null,
        Kind::This => frame.this.map_or(Value::Null, |this| Value::Function(Arc::clone(this))),
        Kind::Member { otherwise, name, .. } => missing_member(otherwise, name, span, frame, run),
        Kind::List(items) => list(items, span, frame, run),
        Kind::Context { entries, shape: Some(shape) } => context(entries, shape, frame, run),
        Kind::Context { entries, shape: None } => repetitive_context(entries, span, frame, run),
        Kind::Range { start, end } => {
            let start = start.as_ref().map(|node| eval(node, frame, run));
            let end = end.as_ref().map(|node| eval(node, frame, run));
            compare::range(Range::new(start, end), span, run)
        }
        Kind::Passing { op, operand } => {
            let operand = eval(operand, frame, run);
            compare::passing(*op, operand, span, run)
        }
        Kind::Negate(operand) => {
            let operand = eval(operand, frame, run);
            arithmetic::negate(&operand, span, run)
        }
        Kind::Arithmetic { first, rest } => arithmetic::chain(first, rest, frame, run),
        Kind::Compare { op, left, right } => {
            compare::comparison(*op, left, right, span, frame, run)
        }
        Kind::And(operands) => logic(operands, false, frame, run),
        Kind::Or(operands) => logic(operands, true, frame, run),
        Kind::Between { value, low, high } => compare::between(value, low, high, span, frame, run),
        Kind::In { value, tests } => compare::membership(value, tests, frame, run),
        Kind::If { condition, then, otherwise } => match eval(condition, frame, run) {
            Value::Boolean(true) => eval(then, frame, run),
            other => {
                if other.as_bool().is_none() && !other.is_null() {
                    run.warn(WarningKind::InvalidType, span, || {
                        format!("expected a condition, found {}", other.type_name())
                    });
                }
                eval(otherwise, frame, run)
            }
        },
        Kind::For { sources, body, partial } => {
            iterate::for_each(sources, body, *partial, span, frame, run)
        }
        Kind::Quantified { quantifier, sources, condition } => {
            iterate::quantified(*quantifier, sources, condition, span, frame, run)
        }
        Kind::Path { base, name, hint } => path(base, Step { name, hint, span }, frame, run),
        Kind::Filter { base, condition } => filter::filter(base, condition, span, None, frame, run),
        Kind::CallBuiltin { .. } | Kind::Call { .. } | Kind::CallNamed { .. } => {
            call::node(node, frame, run)
        }
        Kind::IsDefined(operand) => Value::Boolean(is_defined(operand, frame, run)),
        Kind::Function(definition) => call::make_function(definition, frame, run),
        Kind::InstanceOf { value, of } => {
            let value = eval(value, frame, run);
            types::instance_of(&value, of, span, run)
        }
    }
}

/// The step of a path. A filter below it hands on only that entry of its items, without a list between.
fn path(base: &Node, step: Step<'_>, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    if let Kind::Filter { base: items, condition } = &base.kind {
        return filter::filter(items, condition, base.span, Some(step), frame, run);
    }
    let base = eval(base, frame, run);
    property::property(&base, step, run)
}

fn missing_input(slot: usize, frame: &Frame<'_>, span: Span, run: &mut Run) -> Value {
    run.warn(WarningKind::NoVariableFound, span, || match frame.inputs {
        Inputs::Scope(_, names) => {
            format!("no variable `{}`", names.get(slot).map_or("?", |name| name.as_ref()))
        }
        Inputs::Slots(_) => format!("no value for input {slot}"),
    });
    Value::Null
}

/// A name in a filter that the item lacks and that is stored nowhere outside either.
fn missing_member(
    otherwise: &Node,
    name: &str,
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    if matches!(otherwise.kind, Kind::Constant(Value::Null)) {
        run.warn(WarningKind::NoVariableFound, span, || format!("no variable `{name}`"));
        return Value::Null;
    }
    eval(otherwise, frame, run)
}

fn list(items: &[Node], span: Span, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    if !run.allows_list(items.len(), span) {
        return Value::Null;
    }
    Value::list(items.iter().map(|item| eval(item, frame, run)).collect())
}

fn context(
    entries: &[(Arc<str>, Node)],
    shape: &Shape,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let depth = frame.locals.len();
    let mut values = Vec::with_capacity(entries.len());
    for (_, node) in entries {
        let value = eval(node, frame, run);
        frame.locals.push(value.clone());
        values.push(value);
    }
    frame.locals.truncate(depth);
    shape.context(values).into()
}

/// A context with a name that comes twice is none; its entries are evaluated for what they warn of.
fn repetitive_context(
    entries: &[(Arc<str>, Node)],
    span: Span,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let depth = frame.locals.len();
    let mut seen: Vec<&Arc<str>> = Vec::new();
    let mut repeated = None;
    for (name, node) in entries {
        let value = eval(node, frame, run);
        frame.locals.push(value);
        if seen.contains(&name) {
            repeated = Some((name, node.span));
        }
        seen.push(name);
    }
    frame.locals.truncate(depth);
    let (name, span) = repeated.map_or(("", span), |(name, span)| (&**name, span));
    run.warn(WarningKind::FunctionFailure, span, || {
        format!("the context has two entries `{name}`")
    });
    Value::Null
}

/// `and` (deciding value false) and `or` (true): three-valued, and short where the first operands decide.
fn logic(operands: &[Node], deciding: bool, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    let mut answer = Value::Boolean(!deciding);
    for operand in operands {
        match eval(operand, frame, run) {
            Value::Boolean(value) if value == deciding => return Value::Boolean(deciding),
            Value::Boolean(_) => {}
            other => {
                if !other.is_null() {
                    let found = other.type_name();
                    run.warn(WarningKind::InvalidType, operand.span, || {
                        format!("expected a boolean, found {found}")
                    });
                }
                answer = Value::Null;
            }
        }
    }
    answer
}

/// Whether a variable, entry or property is there, even if it is null.
fn is_defined(node: &Node, frame: &mut Frame<'_>, run: &mut Run) -> bool {
    if place(node, frame).is_some() {
        return true;
    }
    match &node.kind {
        Kind::Input(_) | Kind::Member { .. } => false,
        Kind::Path { base, name, hint } => {
            if !is_defined(base, frame, run) {
                return false;
            }
            match eval(base, frame, run) {
                Value::Context(context) => context.get(name).is_some(),
                base => {
                    !property::property(&base, Step { name, hint, span: node.span }, run).is_null()
                }
            }
        }
        _ => true,
    }
}
