//! The changes of records. The table is not called `record_history`: that is the table of an object named
//! `history`.

use base::Key;
use runtime::port::{Before, Cause, RecordHistoryRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, in_order, instant, key, maybe_key, word};
use super::failure::Outcome;
use super::page::place;

pub(super) fn write(connection: &Connection, rows: &[RecordHistoryRow]) -> Outcome<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO history_record (key, object, record, version, at, by, cause_instance,
         cause_element_id, change, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for row in in_order(rows, |row| row.key) {
        insert.execute(params![
            row.key.0,
            row.object,
            row.record.0,
            row.version,
            row.at.0,
            row.by.0,
            row.cause.as_ref().map(|cause| cause.instance.0),
            row.cause.as_ref().map(|cause| &cause.element),
            row.change.as_str(),
            row.fields,
        ])?;
    }
    Ok(())
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
        "SELECT * FROM history_record WHERE record = ?1 AND object = ?2 AND (at, key) < (?3, ?4)
         ORDER BY at DESC, key DESC LIMIT ?5",
        params![record.0, object, at, before_key, before.limit],
        change,
    )
}

fn change(row: &Row<'_>) -> Read<RecordHistoryRow> {
    let cause = match maybe_key(row, "cause_instance")? {
        Some(instance) => Some(Cause { instance, element: row.get("cause_element_id")? }),
        None => None,
    };
    Ok(RecordHistoryRow {
        key: key(row, "key")?,
        object: row.get("object")?,
        record: key(row, "record")?,
        version: row.get("version")?,
        at: instant(row, "at")?,
        by: key(row, "by")?,
        cause,
        change: word(row, "change")?,
        fields: row.get("fields")?,
    })
}
