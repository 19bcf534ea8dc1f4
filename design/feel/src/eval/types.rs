//! `instance of` and the types of parameters.

use crate::{
    builtin::signatures,
    calendar::{DateTime, Time, Zone},
    function::{Function, Kind},
    ir::{self, Definition},
    problem::Span,
    range::end_value,
    run::{Run, WarningKind},
    syntax::tree::Type,
    value::Value,
};

/// The argument as a value of the parameter's type: as it is, or converted (DMN 1.5, 10.3.2.9.4); `None` where it is not one.
pub(super) fn converted(argument: &Value, of: &Type, span: Span, run: &mut Run) -> Option<Value> {
    if !run.sees(argument.extent().parts, span) {
        return None;
    }
    let is = |value: &Value, of: &Type| is_instance(value, of) == Some(true);
    if argument.is_null() || is_instance(argument, of) != Some(false) {
        return Some(argument.clone());
    }
    match (of, argument) {
        (Type::List(Some(item)), value) if is(value, item) => {
            Some(Value::list(vec![value.clone()]))
        }
        (Type::DateTime, Value::Date(date)) => {
            let midnight = Time::new(0, 0, 0, 0, Some(Zone::utc()))?;
            Some(DateTime::new(*date, midnight).into())
        }
        (_, Value::List(items)) => match &**items {
            [only] if is(only, of) => Some(only.clone()),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn instance_of(value: &Value, of: &Type, span: Span, run: &mut Run) -> Value {
    if !run.sees(value.extent().parts, span) {
        return Value::Null;
    }
    let answer = is_instance(value, of);
    if answer.is_none() {
        run.warn(WarningKind::InvalidType, span, || "the type is not known".into());
    }
    answer.into()
}

/// Whether the value is of the type; `None` where the type is not known.
pub(crate) fn is_instance(value: &Value, of: &Type) -> Option<bool> {
    let answer = match (value, of) {
        (_, Type::Unknown(_)) => return None,
        (Value::Null, Type::Null) => true,
        (Value::Null, _) => false,
        (_, Type::Any) => true,
        (Value::Boolean(_), Type::Boolean)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String)
        | (Value::Date(_), Type::Date)
        | (Value::Time(_), Type::Time)
        | (Value::DateTime(_), Type::DateTime)
        | (Value::DaysDuration(_), Type::DaysDuration)
        | (Value::YearsDuration(_), Type::YearsDuration)
        | (Value::List(_), Type::List(None))
        | (Value::Range(_), Type::Range(None))
        | (Value::Context(_), Type::Context(None))
        | (Value::Function(_), Type::Function(None)) => true,
        (Value::List(items), Type::List(Some(of))) => {
            items.iter().all(|item| is_instance(item, of) == Some(true))
        }
        (Value::Range(range), Type::Range(Some(of))) => {
            let ends = [end_value(range.start()), end_value(range.end())];
            ends.into_iter().flatten().all(|end| is_instance(end, of) == Some(true))
        }
        (Value::Context(context), Type::Context(Some(entries))) => {
            entries.iter().all(|(name, of)| {
                context
                    .get(name)
                    .is_some_and(|entry| entry.is_null() || is_instance(entry, of) == Some(true))
            })
        }
        (Value::Function(function), Type::Function(Some((parameters, result)))) => {
            function_conforms(function, parameters, result)
        }
        _ => false,
    };
    Some(answer)
}

/// Whether a function takes all that the type wants it to take, and gives what the type wants (DMN 1.5, 10.3.2.9.2), as far
/// as both are known: a built-in function has signatures, of which one suffices; a parameter without a type takes anything;
/// the result of a function that is written in FEEL is known only where it is a constant.
fn function_conforms(function: &Function, wanted: &[Type], result: &Type) -> bool {
    let lambda = match &function.0 {
        Kind::Lambda(lambda) => lambda,
        Kind::Builtin(builtin) => {
            return signatures(builtin.name()).iter().any(|it| {
                let takes = it.parameters(wanted.len()).is_some_and(|mut own| {
                    wanted.iter().all(|wanted| own.next().is_some_and(|own| conforms(wanted, own)))
                });
                takes && conforms(&it.result, result)
            });
        }
        Kind::Native { parameters, .. } => return parameters.len() == wanted.len(),
    };
    let Definition { parameters, body, .. } = lambda.definition();
    let takes = |((_, own), wanted): (&(_, Option<Type>), &Type)| {
        own.as_ref().is_none_or(|own| conforms(wanted, own))
    };
    let gives = match &body.kind {
        ir::Kind::Constant(value) => value.is_null() || is_instance(value, result) == Some(true),
        _ => true,
    };
    parameters.len() == wanted.len() && parameters.iter().zip(wanted).all(takes) && gives
}

/// Whether each value of a type is also one of another type.
fn conforms(own: &Type, other: &Type) -> bool {
    match (own, other) {
        (_, Type::Any) | (Type::Null, _) => true,
        (Type::List(_), Type::List(None))
        | (Type::Range(_), Type::Range(None))
        | (Type::Context(_), Type::Context(None))
        | (Type::Function(_), Type::Function(None)) => true,
        // A list of anything.
        (Type::List(None), Type::List(Some(other)))
        | (Type::Range(None), Type::Range(Some(other))) => **other == Type::Any,
        (Type::List(Some(own)), Type::List(Some(other)))
        | (Type::Range(Some(own)), Type::Range(Some(other))) => conforms(own, other),
        (Type::Context(Some(own)), Type::Context(Some(other))) => {
            other.iter().all(|(name, other)| {
                own.iter().any(|(same, own)| same == name && conforms(own, other))
            })
        }
        (Type::Function(Some((own, gives))), Type::Function(Some((other, wanted)))) => {
            own.len() == other.len()
                && own.iter().zip(other).all(|(own, other)| conforms(other, own))
                && conforms(gives, wanted)
        }
        _ => own == other,
    }
}
