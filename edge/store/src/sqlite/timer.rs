//! Timers. Whoever runs one removes it in the same transaction, so claiming only reads.

use base::{Key, Timestamp};
use runtime::port::{TimerKind, TimerRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, in_order, instant, key, not_readable, run, scalar};
use super::failure::Outcome;

const INSTANCE: &str = "instance";
const START: &str = "start";
const CONTINUATION: &str = "continuation";

pub(super) fn write(connection: &Connection, rows: &[TimerRow], removed: &[Key]) -> Outcome<()> {
    for key in in_order(removed, |key| *key) {
        run(connection, "DELETE FROM timer WHERE key = ?1", [key.0])?;
    }
    for row in in_order(rows, |row| row.key) {
        put(connection, row)?;
    }
    Ok(())
}

fn put(connection: &Connection, row: &TimerRow) -> Outcome<()> {
    let sql = "INSERT OR REPLACE INTO timer
               (key, due, kind, instance, definition, element_id, repetitions, work)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (key, due) = (row.key.0, row.due.0);
    let none = None::<i64>;
    match &row.kind {
        TimerKind::Instance { instance } => {
            run(connection, sql, params![key, due, INSTANCE, instance.0, none, none, none, none])
        }
        TimerKind::Start { definition, element, repetitions } => run(
            connection,
            sql,
            params![key, due, START, none, definition.0, element, repetitions, none],
        ),
        TimerKind::Continuation { work } => {
            run(connection, sql, params![key, due, CONTINUATION, none, none, none, none, work])
        }
    }?;
    Ok(())
}

pub(super) fn due(connection: &Connection, now: Timestamp, limit: u32) -> Outcome<Vec<TimerRow>> {
    let sql = "SELECT * FROM timer WHERE due <= ?1 ORDER BY due, key LIMIT ?2";
    all(connection, sql, params![now.0, limit], timer)
}

pub(super) fn next(connection: &Connection) -> Outcome<Option<Timestamp>> {
    let due: Option<Option<i64>> = scalar(connection, "SELECT min(due) FROM timer", [])?;
    Ok(due.flatten().map(Timestamp))
}

pub(super) fn start_timers(connection: &Connection) -> Outcome<Vec<TimerRow>> {
    all(connection, "SELECT * FROM timer WHERE kind = ?1 ORDER BY key", [START], timer)
}

fn timer(row: &Row<'_>) -> Read<TimerRow> {
    let kind: String = row.get("kind")?;
    let kind = match kind.as_str() {
        INSTANCE => TimerKind::Instance { instance: key(row, "instance")? },
        START => TimerKind::Start {
            definition: key(row, "definition")?,
            element: row.get("element_id")?,
            repetitions: row.get("repetitions")?,
        },
        CONTINUATION => TimerKind::Continuation { work: row.get("work")? },
        _ => {
            let index = row.as_ref().column_index("kind")?;
            return Err(not_readable(index, UnknownTimer(kind)));
        }
    };
    Ok(TimerRow { key: key(row, "key")?, due: instant(row, "due")?, kind })
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a kind of timer")]
struct UnknownTimer(String);
