//! `rondo:create-record`: {`object`, `fields`, `parts`?} -> {`key`, `object`}. `parts` is a context of
//! lists of contexts, by the name of the collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::Value;
use records::{Input, ObjectDef};

use super::input::to_input;
use super::{Task, bad_input};
use crate::turn::Turn;
use crate::{RecordChange, TurnError};

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object(&task.text("object")?)?;
    let input = task.fields(&object, "fields")?;
    let parts = parts(turn, task, &object)?;
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

fn parts(
    turn: &Turn<'_>,
    task: &Task<'_>,
    object: &ObjectDef,
) -> Result<BTreeMap<Arc<str>, Vec<Input>>, TurnError> {
    let mut parts = BTreeMap::new();
    if task.optional("parts").is_none() {
        return Ok(parts);
    }
    for (collection, rows) in task.context("parts")?.iter() {
        let Some(part) = turn.catalogue.schema.collection(&object.name, collection) else {
            return Err(bad_input(format!("`{}` has no parts `{collection}`", object.name)));
        };
        let rows =
            rows.as_list().ok_or_else(|| task.mistyped("parts", "lists of contexts", rows))?;
        let inputs = rows.iter().map(|row| match row.as_context() {
            Some(fields) => Ok(to_input(part, fields)),
            None => Err(task.mistyped("parts", "lists of contexts", row)),
        });
        parts.insert(Arc::clone(collection), inputs.collect::<Result<_, _>>()?);
    }
    Ok(parts)
}
