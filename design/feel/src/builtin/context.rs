//! Reading and building contexts.

use std::sync::Arc;

use super::{Answer, Builtin, Call, Refusal};
use crate::{context::Context, expression::Dialect, value::Value};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "get value",
        forms: &[&["m", "key"], &["context", "key"], &["context", "keys"]],
        call: get_value,
    },
    Builtin { name: "get entries", forms: &[&["m"], &["context"]], call: get_entries },
    Builtin { name: "context", forms: &[&["entries"]], call: context },
    Builtin {
        name: "context put",
        forms: &[&["context", "key", "value"], &["context", "keys", "value"]],
        call: context_put,
    },
    Builtin { name: "put", forms: &[&["context", "key", "value"]], call: context_put },
    Builtin {
        name: "context merge",
        forms: &[&["contexts"], &["contexts.."]],
        call: context_merge,
    },
    Builtin { name: "put all", forms: &[&["contexts.."]], call: context_merge },
];

fn get_value(call: &mut Call<'_>) -> Answer {
    let context = call.context(0)?;
    if let (Value::List(keys), Dialect::Camunda) = (call.get(1), call.dialect) {
        let mut value = &Value::Context(Arc::clone(context));
        for key in keys {
            let Some(next) = key.as_str().and_then(|key| value.get(key)) else {
                return Ok(Value::Null);
            };
            value = next;
        }
        return Ok(value.clone());
    }
    let key = call.text(1)?;
    context.get(key).cloned().ok_or_else(|| format!("no entry `{key}`").into())
}

fn get_entries(call: &mut Call<'_>) -> Answer {
    let context = call.context(0)?;
    let entry = |(name, value): (&Arc<str>, &Value)| {
        Value::context([("key", Value::String(Arc::clone(name))), ("value", value.clone())])
    };
    // Each entry becomes a context of two.
    call.run.makes(context.len().saturating_mul(4), call.span);
    call.made_list(context.iter().map(entry).collect())
}

fn context(call: &mut Call<'_>) -> Answer {
    let mut context = Context::new();
    for entry in &call.list(0)? {
        grow(call, context.len())?;
        let Some(Value::String(key)) = entry.get("key") else {
            return Err("an entry has no key".into());
        };
        let Some(value) = entry.get("value") else { return Err("an entry has no value".into()) };
        if context.insert(Arc::clone(key), value.clone()).is_some() {
            return Err(format!("two entries have the key `{key}`").into());
        }
    }
    Ok(context.into())
}

fn context_put(call: &mut Call<'_>) -> Answer {
    match call.get(1) {
        Value::List(_) => put_at_keys(call),
        _ => put_at_key(call),
    }
}

pub(super) fn put_at_key(call: &mut Call<'_>) -> Answer {
    let context = call.context(0)?;
    copy(call, context)?;
    let mut result = Context::clone(context);
    result.insert(Arc::clone(call.text(1)?), call.get(2).clone());
    Ok(result.into())
}

pub(super) fn put_at_keys(call: &mut Call<'_>) -> Answer {
    let context = call.context(0)?;
    let keys = call.list(1)?;
    let keys: Option<Vec<&Arc<str>>> = keys
        .iter()
        .map(|key| if let Value::String(key) = key { Some(key) } else { None })
        .collect();
    let keys = keys.ok_or(Refusal::from("a key is no string"))?;
    let Some((first, rest)) = keys.split_first() else {
        return Err("there are no keys".into());
    };
    put_deep(call, context, first, rest, call.get(2).clone()).map(Value::from)
}

/// Takes the steps of copying a context.
fn copy(call: &mut Call<'_>, context: &Context) -> Result<(), Refusal> {
    if call.run.makes(context.len().saturating_mul(2), call.span) {
        Ok(())
    } else {
        Err("too many steps".into())
    }
}

/// Takes the steps of adding an entry, which moves others in the index.
fn grow(call: &mut Call<'_>, length: usize) -> Result<(), Refusal> {
    let steps = 1 + u64::try_from(length / 1_024).unwrap_or(u64::MAX);
    if call.run.step(steps, call.span) { Ok(()) } else { Err("too many steps".into()) }
}

fn put_deep(
    call: &mut Call<'_>,
    context: &Context,
    first: &Arc<str>,
    rest: &[&Arc<str>],
    value: Value,
) -> Result<Context, Refusal> {
    copy(call, context)?;
    let mut result = context.clone();
    let inner = match rest.split_first() {
        None => value,
        Some((next, rest)) => {
            let empty = Context::new();
            let inner = match context.get(first) {
                Some(Value::Context(inner)) => inner,
                None | Some(Value::Null) => &empty,
                Some(_) if call.dialect == Dialect::Camunda => &empty,
                Some(_) => return Err(format!("`{first}` is no context").into()),
            };
            put_deep(call, inner, next, rest, value)?.into()
        }
    };
    result.insert(Arc::clone(first), inner);
    Ok(result)
}

fn context_merge(call: &mut Call<'_>) -> Answer {
    let mut result = Context::new();
    for item in &call.variadic()? {
        let Value::Context(context) = item else { return Err("an item is no context".into()) };
        for (name, value) in context.iter() {
            grow(call, result.len())?;
            result.insert(Arc::clone(name), value.clone());
        }
    }
    Ok(result.into())
}
