//! Records as the columns of a statement and back, by the object's definition.

use std::borrow::Cow;
use std::sync::Arc;

use base::{Key, Money, Timestamp};
use postgres::Row;
use records::{FieldDef, FieldKind, FieldValue, ObjectDef, Record};

use super::bulk::{Bulk, Column};
use super::failure::{Failure, Outcome, damaged};
use crate::column::{ROW_COLUMNS, currency_column, field_column, field_columns, table};

/// `SELECT .. FROM ..` with every column of the object in the order in which [`record`] reads them.
pub(super) fn select(object: &ObjectDef) -> String {
    let mut columns = vec![ROW_COLUMNS.to_owned()];
    columns.extend(field_columns(object));
    format!("SELECT {} FROM {}", columns.join(", "), table(&object.name))
}

/// Adds the columns of the wanted fields, in their order. `record` finds the record of a row.
pub(super) fn add_fields<'a, T>(
    mut bulk: Bulk<'a, T>,
    object: &ObjectDef,
    wanted: impl Fn(&FieldDef) -> bool,
    record: impl Fn(&'a T) -> &'a Record,
) -> Outcome<Bulk<'a, T>> {
    for (position, field) in object.fields.iter().enumerate().filter(|(_, field)| wanted(field)) {
        let records = bulk.rows().iter().map(|row| record(row));
        let records: Vec<&'a Record> = records.collect();
        let name = field_column(&field.name);
        if field.kind.is_text() {
            bulk = bulk.column(name, texts(object, field, position, &records)?);
            continue;
        }
        if matches!(field.kind, FieldKind::Money { .. }) {
            let currencies = records.iter().map(|record| match record.at(position) {
                FieldValue::Money(money) => Some(Cow::Owned(money.currency.code().to_owned())),
                _ => None,
            });
            let currencies = Column::Texts(currencies.collect());
            bulk = bulk.column(currency_column(&field.name), currencies);
        }
        bulk = bulk.column(name, integers(object, field, position, &records)?);
    }
    Ok(bulk)
}

fn texts<'a>(
    object: &ObjectDef,
    field: &FieldDef,
    position: usize,
    records: &[&'a Record],
) -> Outcome<Column<'a>> {
    let values = records.iter().map(|record| match record.at(position) {
        FieldValue::Null => Ok(None),
        FieldValue::Text(text) => Ok(Some(Cow::Borrowed(&**text))),
        value => Err(cannot_hold(object, field, record, value)),
    });
    Ok(Column::Texts(values.collect::<Outcome<_>>()?))
}

fn integers<'a>(
    object: &ObjectDef,
    field: &FieldDef,
    position: usize,
    records: &[&'a Record],
) -> Outcome<Column<'a>> {
    let values = records.iter().map(|record| {
        let value = record.at(position);
        let integer = match (&field.kind, value) {
            (_, FieldValue::Null) => return Ok(None),
            (FieldKind::Number { .. } | FieldKind::Percent { .. }, FieldValue::Number(number)) => {
                *number
            }
            (FieldKind::Money { .. }, FieldValue::Money(money)) => money.minor,
            (FieldKind::Date, FieldValue::Date(days)) => i64::from(*days),
            (FieldKind::DateTime, FieldValue::DateTime(at)) => at.0,
            (FieldKind::Boolean, FieldValue::Boolean(flag)) => i64::from(*flag),
            (FieldKind::Reference { .. }, FieldValue::Reference(key)) => key.0,
            _ => return Err(cannot_hold(object, field, record, value)),
        };
        Ok(Some(integer))
    });
    Ok(Column::Integers(values.collect::<Outcome<_>>()?))
}

fn cannot_hold(
    object: &ObjectDef,
    field: &FieldDef,
    record: &Record,
    value: &FieldValue,
) -> Failure {
    damaged(format!(
        "`{}` of `{} {}` is a {} field and cannot hold {value:?}",
        field.name,
        object.name,
        record.key,
        field.kind.type_name()
    ))
}

/// Reads a row of [`select`].
pub(super) fn record(object: &ObjectDef, row: &Row) -> Outcome<Record> {
    let mut values = Vec::with_capacity(object.fields.len());
    let mut index = 6;
    for field in &object.fields {
        values.push(value(field, row, index)?);
        index += if matches!(field.kind, FieldKind::Money { .. }) { 2 } else { 1 };
    }
    Ok(Record {
        key: Key(row.try_get(0)?),
        version: row.try_get(1)?,
        created_at: Timestamp(row.try_get(2)?),
        created_by: Key(row.try_get(3)?),
        updated_at: Timestamp(row.try_get(4)?),
        updated_by: Key(row.try_get(5)?),
        values,
    })
}

fn value(field: &FieldDef, row: &Row, index: usize) -> Outcome<FieldValue> {
    if field.kind.is_text() {
        let text: Option<&str> = row.try_get(index)?;
        return Ok(text.map_or(FieldValue::Null, |text| FieldValue::Text(Arc::from(text))));
    }
    let number: Option<i64> = row.try_get(index)?;
    let Some(number) = number else { return Ok(FieldValue::Null) };
    Ok(match field.kind {
        FieldKind::Number { .. } | FieldKind::Percent { .. } => FieldValue::Number(number),
        FieldKind::Money { .. } => {
            let code: &str = row.try_get(index + 1)?;
            let currency = code.parse().map_err(|error| unreadable(field, &error))?;
            FieldValue::Money(Money { minor: number, currency })
        }
        FieldKind::Date => {
            FieldValue::Date(i32::try_from(number).map_err(|error| unreadable(field, &error))?)
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

fn unreadable(field: &FieldDef, error: &dyn std::fmt::Display) -> Failure {
    damaged(format!("the column of `{}`: {error}", field.name))
}
