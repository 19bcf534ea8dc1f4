//! `rondo:create-record`: {`object`, `fields`, `parts`?} -> {`key`, `object`}. `parts` is a context of
//! lists of contexts, by the name of the collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::Value;
use records::{Input, ObjectDef};

use super::Task;
use crate::turn::Turn;
use crate::{RecordChange, TurnError};

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object(&task.text("object")?)?;
    let input = task.fields(&object, "fields")?;
    let parts = task.parts(turn, &object)?;
    create(turn, task, &object, input, parts)
}

/// Creates the record and answers which it is.
pub(super) fn create(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    object: &ObjectDef,
    input: Input,
    parts: BTreeMap<Arc<str>, Vec<Input>>,
) -> Result<Value, TurnError> {
    let change = RecordChange::Create { object: Arc::clone(&object.name), input, parts };
    let created = turn.change_record(&change, &task.author)?;
    let key = Value::string(created.key.to_string());
    Ok(Value::context([("key", key), ("object", Value::String(created.object))]))
}
