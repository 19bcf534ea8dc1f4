//! Reads the inputs of a built-in task, each with a message that says what to map.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::Key;
use feel::{Context, Value};
use records::{Input, ObjectDef, view};

use super::{Task, bad_input};
use crate::TurnError;
use crate::turn::Turn;

impl Task<'_> {
    /// The input, unless it is missing or null.
    pub(super) fn optional(&self, name: &str) -> Option<&Value> {
        self.inputs.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn required(&self, name: &str) -> Result<&Value, TurnError> {
        self.optional(name).ok_or_else(|| {
            bad_input(format!(
                "the input `{name}` of `{}` is missing or null; add an input mapping for it",
                self.call.job_type
            ))
        })
    }

    /// The input is of another type than the task needs.
    pub(super) fn mistyped(&self, name: &str, wanted: &str, got: &Value) -> TurnError {
        bad_input(format!(
            "the input `{name}` of `{}` has to be {wanted}, not a {}",
            self.call.job_type,
            got.type_name()
        ))
    }

    pub(super) fn text(&self, name: &str) -> Result<Arc<str>, TurnError> {
        match self.required(name)? {
            Value::String(text) => Ok(Arc::clone(text)),
            other => Err(self.mistyped(name, "a string", other)),
        }
    }

    pub(super) fn context(&self, name: &str) -> Result<&Context, TurnError> {
        let value = self.required(name)?;
        value.as_context().ok_or_else(|| self.mistyped(name, "a context", value))
    }

    /// The fields of a record as its object takes them in.
    pub(super) fn fields(&self, object: &ObjectDef, name: &str) -> Result<Input, TurnError> {
        Ok(to_input(object, self.context(name)?))
    }

    /// The rows of the input `parts`, by the name of their collection; nothing where it is left out.
    pub(super) fn parts(
        &self,
        turn: &Turn<'_>,
        object: &ObjectDef,
    ) -> Result<BTreeMap<Arc<str>, Vec<Input>>, TurnError> {
        let mut parts = BTreeMap::new();
        if self.optional("parts").is_none() {
            return Ok(parts);
        }
        for (collection, rows) in self.context("parts")?.iter() {
            let Some(part) = turn.catalogue.schema.collection(&object.name, collection) else {
                return Err(bad_input(format!("`{}` has no parts `{collection}`", object.name)));
            };
            let rows =
                rows.as_list().ok_or_else(|| self.mistyped("parts", "lists of contexts", rows))?;
            let inputs = rows.iter().map(|row| match row.as_context() {
                Some(fields) => Ok(to_input(part, fields)),
                None => Err(self.mistyped("parts", "lists of contexts", row)),
            });
            parts.insert(Arc::clone(collection), inputs.collect::<Result<_, _>>()?);
        }
        Ok(parts)
    }

    /// The record that the inputs `object` and `key` name; without them the bound one.
    pub(super) fn target(&self, turn: &Turn<'_>) -> Result<(Arc<ObjectDef>, Key), TurnError> {
        if let Some(key) = self.optional("key") {
            let key = self.key("key", key)?;
            let object = match (self.optional("object"), &self.record) {
                (None, Some(record)) => Arc::clone(&record.object),
                _ => self.text("object")?,
            };
            return Ok((turn.object(&object)?, key));
        }
        match &self.record {
            Some(record) => Ok((turn.object(&record.object)?, record.key)),
            None => Err(bad_input(format!(
                "`{}` needs the inputs `object` and `key`, for this instance is not bound to a \
                 record; add input mappings for them",
                self.call.job_type
            ))),
        }
    }

    /// A key: its text, or a record's context, which holds it.
    pub(super) fn key(&self, name: &str, value: &Value) -> Result<Key, TurnError> {
        let text = value.get("key").unwrap_or(value);
        let key = text.as_str().and_then(|text| text.parse().ok());
        key.ok_or_else(|| self.mistyped(name, "the key of a record", value))
    }
}

/// A context as the input of a record. Names the object does not have are passed on, so that they
/// are refused by name.
pub(super) fn to_input(object: &ObjectDef, fields: &Context) -> Input {
    let entry = |(name, value): (&Arc<str>, &Value)| {
        let json = match object.field(name) {
            Some(field) => view::feel_to_json_input(&field.kind, value),
            None => feel::json::to_json(value),
        };
        (Arc::clone(name), json)
    };
    fields.iter().map(entry).collect()
}
