//! Calls: built-in functions, functions written in FEEL, functions of the host; by position and by name.

use std::sync::Arc;

use super::{Frame, Inputs, eval, filter, types::converted};
use crate::{
    builtin::{self, Builtin},
    expression::Dialect,
    function::{Function, Kind as FunctionKind},
    ir::{Definition, Kind, Node},
    problem::Span,
    run::{Run, WarningKind},
    value::{Extent, Value},
};

/// Levels of nesting that a call counts for.
const CALL_LEVELS: u32 = 4;
/// The stack that a call of a host's function may take: of a decision model, several expressions deep.
const NATIVE_LEVELS: u32 = 12;

/// A function written in FEEL, with the values that it took along.
pub(crate) struct Lambda {
    definition: Arc<Definition>,
    captures: Vec<Value>,
    dialect: Dialect,
}

impl Lambda {
    pub(crate) fn extent(&self) -> Extent {
        Extent::all(&self.captures).inside()
    }

    pub(super) fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(crate) fn parameters(&self) -> Vec<Arc<str>> {
        self.definition.parameters.iter().map(|(name, _)| Arc::clone(name)).collect()
    }
}

pub(super) fn make_function(
    definition: &Arc<Definition>,
    frame: &mut Frame<'_>,
    run: &mut Run,
) -> Value {
    let captures = definition.captures.iter().map(|node| eval(node, frame, run)).collect();
    let lambda = Lambda { definition: Arc::clone(definition), captures, dialect: frame.dialect };
    Value::Function(Arc::new(Function(FunctionKind::Lambda(lambda))))
}

/// A node that calls.
pub(super) fn node(node: &Node, frame: &mut Frame<'_>, run: &mut Run) -> Value {
    match &node.kind {
        Kind::CallBuiltin { builtin, arguments, pattern, fold } => {
            let dialect = frame.dialect;
            if let (Some(fold), [only]) = (fold, arguments.as_slice()) {
                let mut fold = fold.clone();
                return match filter::filter_into(only, &mut fold, frame, run) {
                    None => builtin::fold_answer(builtin, fold, node.span, run),
                    Some(value) => builtin::call(builtin, &[value], dialect, node.span, run),
                };
            }
            let call = |arguments: &[Value], run: &mut Run| {
                let pattern = pattern.as_ref();
                builtin::call_prepared(builtin, arguments, pattern, dialect, node.span, run)
            };
            // Few arguments need no memory of their own.
            match arguments.as_slice() {
                [only] => call(&[eval(only, frame, run)], run),
                [first, second] => call(&[eval(first, frame, run), eval(second, frame, run)], run),
                many => call(&values(many, frame, run), run),
            }
        }
        Kind::Call { function, arguments } => {
            let function = eval(function, frame, run);
            let arguments = values(arguments, frame, run);
            callable(&function, node.span, run).map_or(Value::Null, |function| {
                call_shared(function, &arguments, frame.dialect, node.span, run)
            })
        }
        Kind::CallNamed { function, arguments } => {
            let function = eval(function, frame, run);
            let arguments: Vec<(&str, Value)> = arguments
                .iter()
                .map(|(name, node)| (name.as_ref(), eval(node, frame, run)))
                .collect();
            callable(&function, node.span, run).map_or(Value::Null, |function| {
                call_named(function, &arguments, frame.dialect, node.span, run)
            })
        }
        _ => Value::Null,
    }
}

fn values(nodes: &[Node], frame: &mut Frame<'_>, run: &mut Run) -> Vec<Value> {
    nodes.iter().map(|node| eval(node, frame, run)).collect()
}

fn callable<'v>(value: &'v Value, span: Span, run: &mut Run) -> Option<&'v Arc<Function>> {
    match value {
        Value::Function(function) => Some(function),
        other => {
            run.warn(WarningKind::NoFunctionFound, span, || {
                format!("{} cannot be called", other.type_name())
            });
            None
        }
    }
}

/// Calls a function from the host.
pub(crate) fn call(function: &Function, arguments: &[Value], span: Span, run: &mut Run) -> Value {
    match &function.0 {
        FunctionKind::Builtin(builtin) => {
            builtin::call(builtin, arguments, Dialect::Standard, span, run)
        }
        FunctionKind::Lambda(lambda) => call_lambda(lambda, None, arguments, span, run),
        FunctionKind::Native { parameters, body, .. } => {
            if !count_fits(parameters.len(), arguments.len(), span, run)
                || !run.enter_levels(NATIVE_LEVELS, span)
            {
                return Value::Null;
            }
            let value = body(arguments, run);
            run.leave_levels(NATIVE_LEVELS);
            value
        }
    }
}

/// Calls a shared function, which then knows itself.
pub(crate) fn call_shared(
    function: &Arc<Function>,
    arguments: &[Value],
    dialect: Dialect,
    span: Span,
    run: &mut Run,
) -> Value {
    match &function.0 {
        FunctionKind::Builtin(builtin) => builtin::call(builtin, arguments, dialect, span, run),
        FunctionKind::Lambda(lambda) => call_lambda(lambda, Some(function), arguments, span, run),
        FunctionKind::Native { .. } => call(function, arguments, span, run),
    }
}

fn call_named(
    function: &Arc<Function>,
    arguments: &[(&str, Value)],
    dialect: Dialect,
    span: Span,
    run: &mut Run,
) -> Value {
    if let FunctionKind::Builtin(builtin) = &function.0 {
        return call_builtin_named(builtin, arguments, dialect, span, run);
    }
    let parameters = function.parameters();
    let unknown =
        arguments.iter().find(|(name, _)| !parameters.iter().any(|own| own.as_ref() == *name));
    if let Some((name, _)) = unknown {
        run.warn(WarningKind::NoFunctionFound, span, || format!("no parameter `{name}`"));
        return Value::Null;
    }
    let by_position: Vec<Value> = parameters
        .iter()
        .map(|parameter| {
            let found = arguments.iter().find(|(name, _)| parameter.as_ref() == *name);
            found.map_or(Value::Null, |(_, value)| value.clone())
        })
        .collect();
    call_shared(function, &by_position, dialect, span, run)
}

fn call_builtin_named(
    builtin: &'static Builtin,
    arguments: &[(&str, Value)],
    dialect: Dialect,
    span: Span,
    run: &mut Run,
) -> Value {
    let names: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
    let builtin = builtin.named(&names);
    let Some(positions) = builtin.by_position(&names, dialect) else {
        run.warn(WarningKind::NoFunctionFound, span, || {
            format!("`{}` has no such parameters", builtin.name())
        });
        return Value::Null;
    };
    let at = |position: &Option<usize>| position.and_then(|at| arguments.get(at));
    let by_position: Vec<Value> =
        positions.iter().map(|own| at(own).map(|(_, value)| value.clone()).into()).collect();
    builtin::call(builtin, &by_position, dialect, span, run)
}

fn count_fits(parameters: usize, arguments: usize, span: Span, run: &mut Run) -> bool {
    if parameters != arguments {
        run.warn(WarningKind::NoFunctionFound, span, || {
            format!("the function takes {parameters} arguments, not {arguments}")
        });
    }
    parameters == arguments
}

fn call_lambda(
    lambda: &Lambda,
    this: Option<&Arc<Function>>,
    arguments: &[Value],
    span: Span,
    run: &mut Run,
) -> Value {
    let Lambda { definition, captures, dialect } = lambda;
    if !count_fits(definition.parameters.len(), arguments.len(), span, run)
        || !run.enter_levels(CALL_LEVELS, span)
    {
        return Value::Null;
    }
    let mut locals = run.take_locals();
    for ((name, of), argument) in definition.parameters.iter().zip(arguments) {
        let value = match of {
            Some(of) => converted(argument, of, span, run),
            None => Some(argument.clone()),
        };
        let Some(value) = value else {
            run.warn(WarningKind::InvalidType, span, || {
                format!("{} is of the wrong type for parameter `{name}`", argument.type_name())
            });
            run.leave_levels(CALL_LEVELS);
            run.keep_locals(locals);
            return Value::Null;
        };
        locals.push(value);
    }
    let mut frame = Frame { inputs: Inputs::Slots(&[]), captures, this, dialect: *dialect, locals };
    let value = eval(&definition.body, &mut frame, run);
    run.keep_locals(frame.locals);
    run.leave_levels(CALL_LEVELS);
    value
}
