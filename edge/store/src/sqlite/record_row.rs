//! One record as the cells of its row and back, by the object's definition.

use std::sync::Arc;

use base::{Key, Money, Timestamp};
use records::{FieldKind, FieldValue, ObjectDef, Record};
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};

use super::cell::{Read, not_readable};
use super::failure::{Outcome, damaged};
use crate::column::{ROW_COLUMNS, field_columns, table};

/// `SELECT .. FROM ..` with every column of the object in the order in which [`record`] reads them.
pub(super) fn select(object: &ObjectDef) -> String {
    let mut columns = vec![ROW_COLUMNS.to_owned()];
    columns.extend(field_columns(object));
    format!("SELECT {} FROM {}", columns.join(", "), table(&object.name))
}

/// The cells of the fields, in the order of their columns.
pub(super) fn field_cells<'a>(
    object: &ObjectDef,
    record: &'a Record,
) -> Outcome<Vec<ToSqlOutput<'a>>> {
    let mut cells = Vec::with_capacity(object.fields.len() + 4);
    for (position, field) in object.fields.iter().enumerate() {
        match (&field.kind, record.at(position)) {
            (FieldKind::Money { .. }, FieldValue::Null) => cells.extend([NULL, NULL]),
            (FieldKind::Money { .. }, FieldValue::Money(money)) => {
                cells.extend([integer(money.minor), text(money.currency.code())]);
            }
            (_, FieldValue::Null) => cells.push(NULL),
            (kind, FieldValue::Text(value)) if kind.is_text() => cells.push(text(value)),
            (FieldKind::Number { .. } | FieldKind::Percent { .. }, FieldValue::Number(value)) => {
                cells.push(integer(*value));
            }
            (FieldKind::Date, FieldValue::Date(days)) => cells.push(integer(i64::from(*days))),
            (FieldKind::DateTime, FieldValue::DateTime(at)) => cells.push(integer(at.0)),
            (FieldKind::Boolean, FieldValue::Boolean(flag)) => cells.push(integer((*flag).into())),
            (FieldKind::Reference { .. }, FieldValue::Reference(key)) => cells.push(integer(key.0)),
            (kind, value) => {
                return Err(damaged(format!(
                    "`{}` of `{} {}` is a {} field and cannot hold {value:?}",
                    field.name,
                    object.name,
                    record.key,
                    kind.type_name()
                )));
            }
        }
    }
    Ok(cells)
}

const NULL: ToSqlOutput<'static> = ToSqlOutput::Borrowed(ValueRef::Null);

pub(super) fn integer(value: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Borrowed(ValueRef::Integer(value))
}

fn text(value: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
}

/// Reads a row of [`select`].
pub(super) fn record(object: &ObjectDef, row: &Row<'_>) -> Read<Record> {
    let mut values = Vec::with_capacity(object.fields.len());
    let mut index = 6;
    for field in &object.fields {
        values.push(value(&field.kind, row, index)?);
        index += if matches!(field.kind, FieldKind::Money { .. }) { 2 } else { 1 };
    }
    Ok(Record {
        key: Key(row.get(0)?),
        version: row.get(1)?,
        created_at: Timestamp(row.get(2)?),
        created_by: Key(row.get(3)?),
        updated_at: Timestamp(row.get(4)?),
        updated_by: Key(row.get(5)?),
        values,
    })
}

fn value(kind: &FieldKind, row: &Row<'_>, index: usize) -> Read<FieldValue> {
    let cell = row.get_ref(index)?;
    if matches!(cell, ValueRef::Null) {
        return Ok(FieldValue::Null);
    }
    if kind.is_text() {
        return Ok(FieldValue::Text(Arc::from(cell.as_str().map_err(|e| not_readable(index, e))?)));
    }
    let number = cell.as_i64().map_err(|error| not_readable(index, error))?;
    Ok(match kind {
        FieldKind::Number { .. } | FieldKind::Percent { .. } => FieldValue::Number(number),
        FieldKind::Money { .. } => {
            let code: String = row.get(index + 1)?;
            let currency = code.parse().map_err(|error| not_readable(index + 1, error))?;
            FieldValue::Money(Money { minor: number, currency })
        }
        FieldKind::Date => {
            let out_of_range = |_| not_readable(index, FromSqlError::OutOfRange(number));
            FieldValue::Date(i32::try_from(number).map_err(out_of_range)?)
        }
        FieldKind::DateTime => FieldValue::DateTime(Timestamp(number)),
        FieldKind::Boolean => FieldValue::Boolean(number != 0),
        FieldKind::Reference { .. } => FieldValue::Reference(Key(number)),
        FieldKind::Text { .. }
        | FieldKind::AutoNumber { .. }
        | FieldKind::LongText
        | FieldKind::Choice { .. }
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url => FieldValue::Null,
    })
}
