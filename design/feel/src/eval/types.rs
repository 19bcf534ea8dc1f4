//! `instance of` and the types of parameters.

use crate::{
    problem::Span,
    range::end_value,
    run::{Run, WarningKind},
    syntax::tree::Type,
    value::Value,
};

pub(super) fn instance_of(value: &Value, of: &Type, span: Span, run: &mut Run) -> Value {
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
        (Value::Function(function), Type::Function(Some((parameters, _)))) => {
            function.parameters().len() == parameters.len()
        }
        _ => false,
    };
    Some(answer)
}
