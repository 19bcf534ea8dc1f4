//! The changes of records. The table is not called `record_history`: that is the table of an object named
//! `history`.

use base::Key;
use postgres::Row;
use runtime::port::{Before, Cause, RecordHistoryRow};

use super::bulk::Bulk;
use super::cell::{all, get, in_order, instant, key, maybe_key, text, word};
use super::connection::Connection;
use super::failure::Outcome;
use super::page::place;

pub(super) fn write(connection: &Connection, rows: &[RecordHistoryRow]) -> Outcome<()> {
    Bulk::new(in_order(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .text("object", |row| &row.object)
        .integer("record", |row| row.record.0)
        .integer("version", |row| row.version)
        .integer("at", |row| row.at.0)
        .integer("by", |row| row.by.0)
        .maybe_integer("cause_instance", |row| row.cause.as_ref().map(|cause| cause.instance.0))
        .maybe_text("cause_element_id", |row| row.cause.as_ref().map(|cause| &*cause.element))
        .text("change", |row| row.change.as_str())
        .text("fields", |row| &row.fields)
        .insert(connection, "history_record", "")
}

/// The changes of a record, newest first.
pub(super) fn of_record(
    connection: &Connection,
    object: &str,
    record: Key,
    before: Before,
) -> Outcome<Vec<RecordHistoryRow>> {
    let (at, before_key) = place(before);
    all(
        connection,
        "SELECT * FROM history_record WHERE record = $1 AND object = $2 AND (at, key) < ($3, $4)
         ORDER BY at DESC, key DESC LIMIT $5",
        &[&record.0, &object, &at, &before_key, &i64::from(before.limit)],
        change,
    )
}

fn change(row: &Row) -> Outcome<RecordHistoryRow> {
    let cause = match maybe_key(row, "cause_instance")? {
        Some(instance) => Some(Cause { instance, element: text(row, "cause_element_id")? }),
        None => None,
    };
    Ok(RecordHistoryRow {
        key: key(row, "key")?,
        object: text(row, "object")?,
        record: key(row, "record")?,
        version: get(row, "version")?,
        at: instant(row, "at")?,
        by: key(row, "by")?,
        cause,
        change: word(row, "change")?,
        fields: get(row, "fields")?,
    })
}
