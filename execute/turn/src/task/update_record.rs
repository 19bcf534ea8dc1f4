//! `rondo:update-record`: {`fields`, `parts`?, `object`?, `key`?} -> {`key`, `version`}. Without `key` the
//! bound record changes. `parts` is a context of lists of contexts, by the name of the collection: each
//! names a part of the record by its `key` and the fields that change.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use feel::Value;
use records::{FieldValue, Input, ObjectDef};

use super::{Task, bad_input};
use crate::TurnError;
use crate::turn::Turn;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let (object, key) = task.target(turn)?;
    let input = task.fields(&object, "fields")?;
    let parts = task.parts(turn, &object)?;
    let version = turn.update(&object, key, None, &input, &task.author)?;
    update_parts(turn, task, &object, key, parts)?;
    let key = Value::string(key.to_string());
    Ok(Value::context([("key", key), ("version", Value::number(version))]))
}

fn update_parts(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    object: &ObjectDef,
    key: Key,
    parts: BTreeMap<Arc<str>, Vec<Input>>,
) -> Result<(), TurnError> {
    for (collection, rows) in parts {
        let part = turn.catalogue.schema.collection(&object.name, &collection).map(Arc::clone);
        let Some(part) = part else { continue };
        for mut row in rows {
            let named = row.0.remove("key");
            let named = named.as_ref().and_then(|it| it.as_str()).and_then(|it| it.parse().ok());
            let Some(part_key) = named else {
                return Err(bad_input(format!(
                    "each of the `{collection}` needs the `key` of the part that changes"
                )));
            };
            let standing = turn.existing(&part, part_key, None)?;
            let parent = part.part_of.as_ref().map(|of| standing.value(&part, &of.field));
            if parent.and_then(FieldValue::as_reference) != Some(key) {
                return Err(bad_input(format!(
                    "{} {part_key} is not one of the `{collection}` of {} {key}",
                    part.name, object.name
                )));
            }
            turn.update(&part, part_key, None, &row, &task.author)?;
        }
    }
    Ok(())
}
