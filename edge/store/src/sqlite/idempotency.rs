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

pub(super) fn expire(connection: &Connection, before: Timestamp) -> Outcome<()> {
    run(connection, "DELETE FROM idempotency WHERE at < ?1", [before.0])?;
    Ok(())
}
