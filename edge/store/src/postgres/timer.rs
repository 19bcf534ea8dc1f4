//! Timers. Whoever runs one removes it in the same transaction, so claiming only locks.

use base::{Key, Timestamp};
use postgres::Row;
use runtime::port::{TimerKind, TimerRow};

use super::bulk::Bulk;
use super::cell::{all, get, instant, key, latest, maybe_narrow, numbers, scalar, text};
use super::connection::Connection;
use super::failure::{Outcome, damaged};

const INSTANCE: &str = "instance";
const START: &str = "start";
const CONTINUATION: &str = "continuation";

/// The cells of a timer's kind.
#[derive(Debug, Default)]
struct Cells<'a> {
    kind: &'static str,
    instance: Option<i64>,
    definition: Option<i64>,
    element_id: Option<&'a str>,
    repetitions: Option<i64>,
    work: Option<&'a [u8]>,
}

fn cells(kind: &TimerKind) -> Cells<'_> {
    match kind {
        TimerKind::Instance { instance } => {
            Cells { kind: INSTANCE, instance: Some(instance.0), ..Cells::default() }
        }
        TimerKind::Start { definition, element, repetitions } => Cells {
            kind: START,
            definition: Some(definition.0),
            element_id: Some(element),
            repetitions: repetitions.map(i64::from),
            ..Cells::default()
        },
        TimerKind::Continuation { work } => {
            Cells { kind: CONTINUATION, work: Some(work), ..Cells::default() }
        }
    }
}

pub(super) fn write(connection: &Connection, rows: &[TimerRow], removed: &[Key]) -> Outcome<()> {
    if !removed.is_empty() {
        let keys = numbers(removed.iter().copied());
        connection.execute("DELETE FROM timer WHERE key = ANY($1)", &[&keys])?;
    }
    Bulk::new(latest(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer("due", |row| row.due.0)
        .text("kind", |row| cells(&row.kind).kind)
        .maybe_integer("instance", |row| cells(&row.kind).instance)
        .maybe_integer("definition", |row| cells(&row.kind).definition)
        .maybe_text("element_id", |row| cells(&row.kind).element_id)
        .maybe_integer("repetitions", |row| cells(&row.kind).repetitions)
        .maybe_bytes("work", |row| cells(&row.kind).work)
        .insert(
            connection,
            "timer",
            "ON CONFLICT (key) DO UPDATE SET due = excluded.due, kind = excluded.kind,
             instance = excluded.instance, definition = excluded.definition,
             element_id = excluded.element_id, repetitions = excluded.repetitions,
             work = excluded.work",
        )
}

/// Locks timers that are due. What another lane runs at this moment is passed over.
pub(super) fn claim(connection: &Connection, now: Timestamp, limit: u32) -> Outcome<Vec<TimerRow>> {
    let sql = "SELECT * FROM timer WHERE due <= $1 ORDER BY due, key LIMIT $2
               FOR UPDATE SKIP LOCKED";
    all(connection, sql, &[&now.0, &i64::from(limit)], timer)
}

/// When the next timer is due that nobody runs at this moment. One that a lane has claimed is not told:
/// whoever is told of a timer that is due wakes up at once, and would find nothing to claim.
pub(super) fn next(connection: &Connection) -> Outcome<Option<Timestamp>> {
    // Given up rather than committed: a lock alone is nothing to wait for the disk for.
    let sql = format!("BEGIN; {NEXT}; ROLLBACK");
    let rows = connection.texts(&sql)?;
    let due = rows.first().and_then(|row| row.get(0));
    let due = due.map(|due| due.parse().map(Timestamp)).transpose();
    due.map_err(|error| damaged(format!("`timer.due`: {error}")))
}

/// The same, on the running transaction.
pub(super) fn next_inside(connection: &Connection) -> Outcome<Option<Timestamp>> {
    Ok(scalar(connection, NEXT, &[])?.map(Timestamp))
}

const NEXT: &str = "SELECT due FROM timer ORDER BY due, key LIMIT 1 FOR UPDATE SKIP LOCKED";

pub(super) fn start_timers(connection: &Connection) -> Outcome<Vec<TimerRow>> {
    all(connection, "SELECT * FROM timer WHERE kind = $1 ORDER BY key", &[&START], timer)
}

fn timer(row: &Row) -> Outcome<TimerRow> {
    let kind: String = get(row, "kind")?;
    let kind = match kind.as_str() {
        INSTANCE => TimerKind::Instance { instance: key(row, "instance")? },
        START => TimerKind::Start {
            definition: key(row, "definition")?,
            element: text(row, "element_id")?,
            repetitions: maybe_narrow(row, "repetitions")?,
        },
        CONTINUATION => TimerKind::Continuation { work: get(row, "work")? },
        _ => return Err(damaged(format!("`{kind}` is not a kind of timer"))),
    };
    Ok(TimerRow { key: key(row, "key")?, due: instant(row, "due")?, kind })
}
