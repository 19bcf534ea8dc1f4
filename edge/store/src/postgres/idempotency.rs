//! Kept answers.

use base::Timestamp;
use runtime::port::IdempotencyRow;

use super::bulk::Bulk;
use super::cell::{in_order, scalar};
use super::connection::Connection;
use super::failure::Outcome;

pub(super) fn write(connection: &Connection, rows: &[IdempotencyRow]) -> Outcome<()> {
    Bulk::new(in_order(rows, |row| &*row.key))
        .text("key", |row| &row.key)
        .integer("at", |row| row.at.0)
        .bytes("answer", |row| &row.answer)
        .insert(connection, "idempotency", "")
}

pub(super) fn get(connection: &Connection, key: &str) -> Outcome<Option<Vec<u8>>> {
    scalar(connection, "SELECT answer FROM idempotency WHERE key = $1", &[&key])
}

/// Removes so many answers from before an instant, and says how many there were. What another node is removing
/// at this moment is left to it.
pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Outcome<u64> {
    let sql = "DELETE FROM idempotency WHERE key IN
               (SELECT key FROM idempotency WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";
    connection.execute(sql, &[&before.0, &i64::from(limit)])
}
