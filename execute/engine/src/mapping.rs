//! Input and output mappings, by the rules of Camunda 8: inputs make local variables of the element;
//! with outputs, only what they name leaves the element.

use std::sync::Arc;

use bpmn::Mapping;
use feel::{Context, Value};

use crate::{
    IncidentKind, Variables, evaluate, fit,
    machine::{At, Failure, Machine},
    variable,
};

/// Makes the local variables that the input mappings name.
pub(crate) fn apply_inputs(machine: &mut Machine<'_>, at: At<'_>) -> Result<(), Failure> {
    let values = map(machine, at, &at.element.inputs, Base::Empty)?;
    variable::set_local(machine, at.key, values);
    Ok(())
}

/// Hands outwards what the output mappings name.
pub(crate) fn apply_outputs(machine: &mut Machine<'_>, at: At<'_>) -> Result<(), Failure> {
    let values = map(machine, at, &at.element.outputs, Base::Visible)?;
    variable::merge(machine, at.scope, values);
    Ok(())
}

/// What a dotted target (`order.total`) is put into.
#[derive(Clone, Copy)]
enum Base {
    /// A new context.
    Empty,
    /// The context that is there, whose other entries stay.
    Visible,
}

/// Evaluates mappings in order; a later one sees what the earlier ones made.
fn map(
    machine: &Machine<'_>,
    at: At<'_>,
    mappings: &[Mapping],
    base: Base,
) -> Result<Variables, Failure> {
    let io_error = |failure: Failure| failure.with_kind(IncidentKind::IoMappingError);
    let mut values = Variables::new();
    for Mapping { source, target } in mappings {
        let value = evaluate::evaluate(machine, source, at.key, &values).map_err(io_error)?.value;
        let (name, rest) = match target.split_once('.') {
            Some((name, rest)) => (Arc::from(name), Some(rest)),
            None => (Arc::clone(target), None),
        };
        let value = match rest {
            None => value,
            Some(rest) => {
                let outer = values.get(&name).cloned().or_else(|| match base {
                    Base::Empty => None,
                    Base::Visible => machine.instance().variable(at.key, &name).cloned(),
                });
                put(outer.unwrap_or_default(), rest, value, fit::MAX_DEPTH)
                    .map_err(|obstacle| blocked(target, &obstacle))?
            }
        };
        values.insert(name, value);
    }
    variable::check(machine, &values)?;
    Ok(values)
}

fn blocked(target: &str, obstacle: &str) -> Failure {
    let message = format!(
        "mapping to `{target}` is not possible, because {obstacle}; correct the mapping or the \
         variable, then resolve the incident"
    );
    Failure::incident(IncidentKind::IoMappingError, message)
}

/// Puts a value into a context under a dotted path; fails with what is in the way.
fn put(outer: Value, path: &str, value: Value, depth: u32) -> Result<Value, String> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(format!("it has more than {} parts", fit::MAX_DEPTH));
    };
    let mut context = match outer {
        Value::Null => Context::new(),
        Value::Context(context) => Context::clone(&context),
        other => {
            return Err(format!("what `{path}` is put into is a {}", other.type_name()));
        }
    };
    match path.split_once('.') {
        None => context.insert(path, value),
        Some((name, rest)) => {
            let inner = context.get(name).cloned().unwrap_or_default();
            context.insert(name, put(inner, rest, value, depth)?)
        }
    };
    Ok(Value::from(context))
}
