//! `rondo:find-records`: {`object`, `filter`, `limit`?} -> list of contexts, by key order. `filter` is
//! FEEL text over bare field names that a database can answer; `limit` is 100 unless given.

use std::sync::Arc;

use feel::Value;
use feel::predicate::{Predicate, predicate};
use records::{ObjectDef, view};

use super::{Task, bad_input};
use crate::TurnError;
use crate::turn::Turn;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1_000;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object(&task.text("object")?)?;
    let predicate = filter(turn, task, &object)?;
    let limit = limit(task)?;
    let found = turn.set.find(turn.load, &object, &predicate, limit)?;
    Ok(Value::list(found.iter().map(|record| view::to_feel(&object, record)).collect()))
}

fn filter(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    object: &ObjectDef,
) -> Result<Predicate, TurnError> {
    if task.optional("filter").is_none() {
        return Ok(Predicate::Always);
    }
    let text = task.text("filter")?;
    let expression = compile(turn, task, "filter", &text)?;
    let unknown = expression.inputs().iter().find(|name| !is_readable(object, name));
    if let Some(name) = unknown {
        return Err(bad_input(format!(
            "the filter reads `{name}`, which is no field of `{}`",
            object.name
        )));
    }
    predicate(&expression).map_err(|error| bad_input(format!("the filter `{text}`: {error}")))
}

/// Compiles FEEL text that came as an input.
pub(super) fn compile(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    name: &str,
    text: &Arc<str>,
) -> Result<Arc<feel::Expression>, TurnError> {
    turn.set.compiled.get(text).map_err(|error| {
        bad_input(format!("the input `{name}` of `{}` is no FEEL: {error}", task.call.job_type))
    })
}

fn is_readable(object: &ObjectDef, name: &str) -> bool {
    object.field(name).is_some() || matches!(name, "key" | "created at" | "updated at")
}

fn limit(task: &Task<'_>) -> Result<u32, TurnError> {
    let Some(value) = task.optional("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = value.as_number().and_then(feel::Decimal::to_i64);
    match limit.and_then(|limit| u32::try_from(limit).ok()) {
        Some(limit) => Ok(limit.min(MAX_LIMIT)),
        None => Err(task.mistyped("limit", "a whole number from 0", value)),
    }
}
