//! Named counters: the auto numbers of records, and apart from them the store's own two.

use runtime::port::CounterRow;

use super::bulk::Bulk;
use super::cell::{latest, scalar};
use super::connection::Connection;
use super::failure::{Outcome, damaged};

pub(super) fn write(connection: &Connection, rows: &[CounterRow]) -> Outcome<()> {
    Bulk::new(latest(rows, |row| &*row.name))
        .text("name", |row| &row.name)
        .integer("value", |row| row.value)
        .insert(connection, "counter", "ON CONFLICT (name) DO UPDATE SET value = excluded.value")
}

/// The counter of that name, locked until the commit: whoever draws the next number waits for this one to
/// be taken or given back. A counter that was never written gets its row, since only a row can be locked.
pub(super) fn lock(connection: &Connection, name: &str) -> Outcome<i64> {
    let sql = "INSERT INTO counter (name, value) VALUES ($1, 0)
               ON CONFLICT (name) DO UPDATE SET value = counter.value RETURNING value";
    Ok(scalar(connection, sql, &[&name])?.unwrap_or(0))
}

/// One of the two numbers that every database has.
pub(super) fn platform(connection: &Connection, name: &str) -> Outcome<i64> {
    let value = scalar(connection, "SELECT value FROM platform WHERE name = $1", &[&name])?;
    value.ok_or_else(|| no_number(name))
}

/// Raises one of the two numbers and answers it.
pub(super) fn raise(connection: &Connection, name: &str) -> Outcome<i64> {
    let sql = "UPDATE platform SET value = value + 1 WHERE name = $1 RETURNING value";
    scalar(connection, sql, &[&name])?.ok_or_else(|| no_number(name))
}

pub(super) fn no_number(name: &str) -> super::failure::Failure {
    damaged(format!("the table `platform` has no `{name}`"))
}
