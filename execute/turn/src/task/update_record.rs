//! `rondo:update-record`: {`fields`, `object`?, `key`?} -> {`key`, `version`}. Without `key` the bound
//! record changes.

use feel::Value;

use super::Task;
use crate::TurnError;
use crate::turn::Turn;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let (object, key) = task.target(turn)?;
    let input = task.fields(&object, "fields")?;
    let version = turn.update(&object, key, None, &input, &task.author)?;
    let key = Value::string(key.to_string());
    Ok(Value::context([("key", key), ("version", Value::number(version))]))
}
