//! `not`, `is`, `all`, `any`.

use super::{Answer, Builtin, Call};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "not",
        forms: &[&["negand"]],
        call: |call| Ok(call.single(0).as_bool().map(|value| !value).into()),
    },
    Builtin { name: "is", forms: &[&["value1", "value2"]], call: is },
    Builtin { name: "all", forms: &[&["list"], &["b.."]], call: |call| decide(call, false) },
    Builtin { name: "and", forms: &[&["list"], &["b.."]], call: |call| decide(call, false) },
    Builtin { name: "any", forms: &[&["list"], &["b.."]], call: |call| decide(call, true) },
    Builtin { name: "or", forms: &[&["list"], &["b.."]], call: |call| decide(call, true) },
];

/// Same type and same value; unlike `=`, two times differ where their zones do.
pub(super) fn is(call: &mut Call<'_>) -> Answer {
    let (left, right) = (call.get(0), call.get(1));
    let same = match (left, right) {
        (Value::Null, _) | (_, Value::Null) => left.is_null() && right.is_null(),
        _ if left.type_name() != right.type_name() => false,
        (Value::Time(left), Value::Time(right)) => {
            left.day_nanos() == right.day_nanos() && left.zone() == right.zone()
        }
        (Value::DateTime(left), Value::DateTime(right)) => left == right,
        _ => left == right,
    };
    Ok(Value::Boolean(same))
}

fn decide(call: &mut Call<'_>, deciding: bool) -> Answer {
    let items = call.variadic()?;
    let mut answer = Value::Boolean(!deciding);
    for item in &items {
        match item {
            Value::Boolean(value) if *value == deciding => return Ok(Value::Boolean(deciding)),
            Value::Boolean(_) => {}
            _ => answer = Value::Null,
        }
    }
    Ok(answer)
}
