//! `rondo:create-task`: {`subject`, `owner`?, `due_date`?, `description`?} -> {`key`, `object`}. Creates
//! a record of `task` that is related to the bound record.

use std::collections::BTreeMap;

use feel::{Context, Value};

use super::Task;
use super::create_record::create;
use super::input::to_input;
use crate::TurnError;
use crate::turn::Turn;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let object = turn.object("task")?;
    let mut fields = Context::new();
    fields.insert("subject", Value::String(task.text("subject")?));
    for name in ["owner", "due_date", "description"] {
        if let Some(value) = task.optional(name) {
            fields.insert(name, value.clone());
        }
    }
    if let Some(record) = &task.record {
        fields.insert("related_object", Value::string(&*record.object));
        fields.insert("related_key", Value::string(record.key.to_string()));
    }
    let input = to_input(&object, &fields);
    create(turn, task, &object, input, BTreeMap::new())
}
