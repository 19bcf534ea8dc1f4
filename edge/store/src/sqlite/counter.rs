//! Named counters: the auto numbers of records, and apart from them the store's own two.

use runtime::port::CounterRow;
use rusqlite::{Connection, params};

use super::cell::{in_order, run, scalar};
use super::failure::{Outcome, damaged};

pub(super) fn write(connection: &Connection, rows: &[CounterRow]) -> Outcome<()> {
    for row in in_order(rows, |row| &row.name) {
        run(
            connection,
            "INSERT INTO counter (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![row.name, row.value],
        )?;
    }
    Ok(())
}

/// The counter of that name; 0 where it was never written.
pub(super) fn get(connection: &Connection, name: &str) -> Outcome<i64> {
    let value = scalar(connection, "SELECT value FROM counter WHERE name = ?1", [name])?;
    Ok(value.unwrap_or(0))
}

/// One of the two numbers that every database has.
pub(super) fn platform(connection: &Connection, name: &str) -> Outcome<i64> {
    let value = scalar(connection, "SELECT value FROM platform WHERE name = ?1", [name])?;
    value.ok_or_else(|| damaged(format!("the table `platform` has no `{name}`")))
}

/// Raises one of the two numbers and answers it.
pub(super) fn raise(connection: &Connection, name: &str) -> Outcome<i64> {
    let sql = "UPDATE platform SET value = value + 1 WHERE name = ?1 RETURNING value";
    let value = scalar(connection, sql, [name])?;
    value.ok_or_else(|| damaged(format!("the table `platform` has no `{name}`")))
}
