//! From outside input to a row, and from two states of a row to what changed between them.

use std::sync::Arc;

use access::Actor;
use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::read::read;
use crate::{
    FieldDef, FieldDefault, FieldKind, FieldProblem, FieldValue, Input, Invalid, ObjectDef,
    ProblemCode, Record, currency, login,
};

/// Who writes. A person may not write what only processes write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A user by the page, the API or an import.
    Person,
    /// A task of a process.
    Process,
}

/// A new row of `object`. Fields that are not given take their default; auto numbers stay null, for
/// whoever draws them sets them.
///
/// # Errors
/// Every problem of the input at once.
pub fn create(
    object: &ObjectDef,
    key: Key,
    input: &Input,
    origin: Origin,
    by: Key,
    now: Timestamp,
) -> Result<Record, Invalid> {
    let values = check(object, Before::New { by }, input, origin)?;
    Ok(Record {
        key,
        version: 1,
        created_at: now,
        created_by: by,
        updated_at: now,
        updated_by: by,
        values,
    })
}

/// The row after the change, one version on. Fields that are not given stay.
///
/// # Errors
/// Every problem of the input at once.
pub fn update(
    object: &ObjectDef,
    before: &Record,
    input: &Input,
    origin: Origin,
    by: Key,
    now: Timestamp,
) -> Result<Record, Invalid> {
    let values = check(object, Before::Row(before), input, origin)?;
    let version = before.version.saturating_add(1);
    Ok(Record { version, updated_at: now, updated_by: by, values, ..*before })
}

/// What is there before a write.
#[derive(Clone, Copy)]
enum Before<'a> {
    /// Nothing: the row is new, created by this user.
    New { by: Key },
    /// A row.
    Row(&'a Record),
}

/// What a field of a new row holds where nothing is given. The engine is nobody: it has no record that a
/// field could refer to.
fn default_of(field: &FieldDef, origin: Origin, by: Key) -> FieldValue {
    match &field.default {
        None => FieldValue::Null,
        Some(FieldDefault::Value(value)) => value.clone(),
        Some(FieldDefault::Me) if origin == Origin::Person && by != Actor::SYSTEM_USER => {
            FieldValue::Reference(by)
        }
        Some(FieldDefault::Me) => FieldValue::Null,
    }
}

/// The values after the input was taken in.
fn check(
    object: &ObjectDef,
    before: Before<'_>,
    input: &Input,
    origin: Origin,
) -> Result<Vec<FieldValue>, Invalid> {
    let mut values = Vec::with_capacity(object.fields.len());
    let mut problems = Vec::new();
    for (position, field) in object.fields.iter().enumerate() {
        let (standing, is_new) = match before {
            Before::Row(record) => (record.at(position).clone(), false),
            Before::New { by } => (default_of(field, origin, by), true),
        };
        let leaves = Leaves::of(object, field, &standing);
        match check_field(field, &standing, leaves, is_new, input, origin) {
            Ok(value) => values.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(input.0.keys().filter(|name| object.field(name).is_none()).map(|name| {
        let object = &object.name;
        FieldProblem {
            field: Arc::clone(name),
            message: format!("`{object}` has no field `{name}`; remove it or define the field"),
            code: ProblemCode::UnknownField,
        }
    }));
    if problems.is_empty() {
        let row = match before {
            Before::Row(record) => Some(record),
            Before::New { .. } => None,
        };
        problems.extend(login::check(object, row, &values));
    }
    if problems.is_empty() { Ok(values) } else { Err(Invalid { problems }) }
}

/// Who may leave an option that only processes choose.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    /// Processes, as they chose it.
    Processes,
    /// Whoever may write the record: its stage locks it only while a process runs, and whether one does
    /// is asked where locks are.
    Anybody,
}

impl Leaves {
    fn of(object: &ObjectDef, field: &FieldDef, standing: &FieldValue) -> Self {
        let stages = object.stages.as_ref().filter(|stages| stages.field == field.name);
        let value = standing.as_text();
        let mut locks = stages.into_iter().flat_map(|stages| &stages.locked_while_running);
        if locks.any(|lock| Some(&*lock.value) == value) { Self::Anybody } else { Self::Processes }
    }
}

/// The field's value after the input; `standing` is what holds where nothing is given.
fn check_field(
    field: &FieldDef,
    standing: &FieldValue,
    leaves: Leaves,
    is_new: bool,
    input: &Input,
    origin: Origin,
) -> Result<FieldValue, FieldProblem> {
    let given = input.get(&field.name);
    let value = match given {
        Some(json) => read(field, json, standing)?,
        None => standing.clone(),
    };
    if value != *standing {
        check_writable(field, standing, leaves, &value, origin)?;
        if let Some(rest) = currency::refusal(&value) {
            let message = format!("`{}` {rest}", field.name);
            return Err(problem(field, ProblemCode::Currency, message));
        }
        if let Some((code, rest)) = field.bounds.refusal(&field.kind, &value) {
            return Err(problem(field, code, format!("`{}` {rest}", field.name)));
        }
    }
    let is_drawn = matches!(field.kind, FieldKind::AutoNumber { .. });
    // A row that was there before the field became required may stay as it is until someone writes
    // the field.
    if field.required && value.is_null() && !is_drawn && (is_new || given.is_some()) {
        let message = format!("`{}` is required; give it a value", field.name);
        return Err(problem(field, ProblemCode::Required, message));
    }
    Ok(value)
}

/// Whether `origin` may turn `standing` into `value`. Sending back what stands is not writing.
fn check_writable(
    field: &FieldDef,
    standing: &FieldValue,
    leaves: Leaves,
    value: &FieldValue,
    origin: Origin,
) -> Result<(), FieldProblem> {
    let name = &field.name;
    if matches!(field.kind, FieldKind::AutoNumber { .. }) {
        let message = format!("`{name}` is numbered automatically; leave it out");
        return Err(problem(field, ProblemCode::ReadOnly, message));
    }
    if origin == Origin::Process {
        return Ok(());
    }
    if field.read_only {
        let message = format!("`{name}` is written by processes only; leave it out");
        return Err(problem(field, ProblemCode::ReadOnly, message));
    }
    let left = (leaves == Leaves::Processes).then_some(standing);
    let mut reserved = left.into_iter().chain([value]).filter_map(|it| reserved_option(field, it));
    if let Some(option) = reserved.next() {
        let message = format!("`{name}` enters and leaves `{option}` by a process only");
        return Err(problem(field, ProblemCode::ReadOnly, message));
    }
    Ok(())
}

/// The option that the value is, where only processes choose it.
fn reserved_option<'a>(field: &FieldDef, value: &'a FieldValue) -> Option<&'a str> {
    let FieldKind::Choice { options } = &field.kind else { return None };
    let text = value.as_text()?;
    options.iter().any(|option| option.read_only && *option.value == *text).then_some(text)
}

fn problem(field: &FieldDef, code: ProblemCode, message: String) -> FieldProblem {
    FieldProblem { field: Arc::clone(&field.name), message, code }
}

/// One field before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The name of the field.
    pub field: Arc<str>,
    /// The value before; null where the row did not exist.
    pub old: FieldValue,
    /// The value after; null where the row no longer exists.
    pub new: FieldValue,
}

/// The fields that differ, in the order of the object's fields.
pub fn changes(
    object: &ObjectDef,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Vec<FieldChange> {
    let changed = object.fields.iter().enumerate().filter_map(|(position, field)| {
        let old = before.map_or(&FieldValue::Null, |record| record.at(position));
        let new = after.map_or(&FieldValue::Null, |record| record.at(position));
        (old != new).then(|| FieldChange {
            field: Arc::clone(&field.name),
            old: old.clone(),
            new: new.clone(),
        })
    });
    changed.collect()
}

#[cfg(test)]
mod tests;
