//! Kept answers.

use base::Timestamp;
use runtime::port::IdempotencyRow;
use rusqlite::{Connection, params};

use super::cell::{in_order, run, scalar};
use super::failure::Outcome;

pub(super) fn write(connection: &Connection, rows: &[IdempotencyRow]) -> Outcome<()> {
    for row in in_order(rows, |row| &row.key) {
        run(
            connection,
            "INSERT INTO idempotency (key, at, answer) VALUES (?1, ?2, ?3)",
            params![row.key, row.at.0, row.answer],
        )?;
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, key: &str) -> Outcome<Option<Vec<u8>>> {
    scalar(connection, "SELECT answer FROM idempotency WHERE key = ?1", [key])
}

/// Removes so many answers from before an instant, and says how many there were.
pub(super) fn expire(connection: &Connection, before: Timestamp, limit: u32) -> Outcome<usize> {
    let sql = "DELETE FROM idempotency WHERE key IN
               (SELECT key FROM idempotency WHERE at < ?1 LIMIT ?2)";
    run(connection, sql, params![before.0, limit])
}
