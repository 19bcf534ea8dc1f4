//! Records and their history.

use std::sync::Arc;

use records::{FieldChange, ObjectDef, view};
use serde::Serialize;
use serde_json::Value;
use turn::{Change, RecordDelta, RecordHistory};

use crate::port::{Cause, ChangeKind, RecordHistoryRow, RecordOperation, RecordWrite};

/// What is written for a record; nothing where it came and went in the same batch.
pub(super) fn write(delta: &RecordDelta) -> Option<RecordWrite> {
    let operation = match (&delta.before, &delta.after) {
        (None, None) => return None,
        (None, Some(after)) => RecordOperation::Insert(after.as_ref().clone()),
        (Some(before), Some(after)) => {
            RecordOperation::Update { from_version: before.version, record: after.as_ref().clone() }
        }
        (Some(before), None) => {
            RecordOperation::Delete { from_version: before.version, key: delta.key }
        }
    };
    Some(RecordWrite { object: Arc::clone(&delta.object), operation })
}

pub(super) fn history(change: &RecordHistory) -> RecordHistoryRow {
    let fields: Vec<FieldFace<'_>> =
        change.fields.iter().map(|field| of_field(&change.object, field)).collect();
    RecordHistoryRow {
        key: change.key,
        object: Arc::clone(&change.object.name),
        record: change.record,
        version: change.version,
        at: change.at,
        by: change.by,
        cause: change
            .cause
            .as_ref()
            .map(|cause| Cause { instance: cause.instance, element: Arc::clone(&cause.element) }),
        change: match change.change {
            Change::Created => ChangeKind::Created,
            Change::Updated => ChangeKind::Updated,
            Change::Deleted => ChangeKind::Deleted,
        },
        fields: serde_json::to_string(&fields).unwrap_or_default(),
    }
}

/// What the JSON of a changed field looks like.
#[derive(Serialize)]
struct FieldFace<'a> {
    field: &'a str,
    old: Value,
    new: Value,
}

fn of_field<'a>(object: &ObjectDef, change: &'a FieldChange) -> FieldFace<'a> {
    let face = |value| match object.field(&change.field) {
        Some(field) => view::field_to_json(&field.kind, value),
        None => Value::Null,
    };
    FieldFace { field: &change.field, old: face(&change.old), new: face(&change.new) }
}
