//! `rondo:delete-record`: {`object`, `key`} -> true. The bound record of an active instance cannot go.

use std::sync::Arc;

use feel::Value;

use super::Task;
use crate::turn::Turn;
use crate::{RecordChange, TurnError};

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let (object, key) = task.target(turn)?;
    let object = Arc::clone(&object.name);
    turn.change_record(&RecordChange::Delete { object, key, version: None }, &task.author)?;
    Ok(Value::Boolean(true))
}
