//! The outbox, and the lease that gives its entries to the one deliverer.

use std::sync::Arc;

use base::{Key, Timestamp};
use postgres::Row;
use records::RecordRef;
use runtime::port::{Before, OutboxQuery, OutboxRow, OutboxUpdate, Page, ReadOutbox, StoreError};

use super::bulk::Bulk;
use super::cell::{
    all, first, get, in_order, instant, key, latest, maybe_key, maybe_text, narrow, record_ref,
    text, word,
};
use super::connection::Connection;
use super::failure::Outcome;
use super::page::{List, place};
use super::reader::Snapshot;
use crate::sql::Param;

pub(super) fn write(
    connection: &Connection,
    rows: &[OutboxRow],
    updates: &[OutboxUpdate],
) -> Outcome<()> {
    insert(connection, rows)?;
    let updates = Bulk::new(latest(updates, |row| row.key))
        .integer("key", |row| row.key.0)
        .text("state", |row| row.state.as_str())
        .integer("attempts", |row| i64::from(row.attempts))
        .integer("unsettled", |row| i64::from(row.unsettled))
        .integer("next_at", |row| row.next_at.0)
        .maybe_text("error", |row| row.error.as_deref());
    if updates.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "UPDATE outbox SET state = new.state, attempts = new.attempts,
         unsettled = new.unsettled, next_at = new.next_at, error = new.error
         FROM {} WHERE outbox.key = new.key",
        updates.as_table()
    );
    connection.execute(&sql, &updates.params())?;
    Ok(())
}

fn insert(connection: &Connection, rows: &[OutboxRow]) -> Outcome<()> {
    Bulk::new(in_order(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .text("kind", |row| &row.kind)
        .maybe_integer("instance", |row| row.instance.map(|key| key.0))
        .maybe_text("element_id", |row| row.element_id.as_deref())
        .maybe_text("record_object", |row| row.record.as_ref().map(|record| &*record.object))
        .maybe_integer("record", |row| row.record.as_ref().map(|record| record.key.0))
        .integer("at", |row| row.at.0)
        .text("state", |row| row.state.as_str())
        .text("message_id", |row| &row.message_id)
        .text("payload", |row| &row.payload)
        .integer("attempts", |row| i64::from(row.attempts))
        .integer("unsettled", |row| i64::from(row.unsettled))
        .integer("next_at", |row| row.next_at.0)
        .maybe_text("error", |row| row.error.as_deref())
        .insert(connection, "outbox", "")
}

/// Leases entries that wait: those that may be tried longest first.
pub(super) fn claim(
    connection: &Connection,
    kinds: &[Arc<str>],
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Outcome<Vec<OutboxRow>> {
    let sql = "WITH claimed AS (
                   SELECT key, next_at FROM outbox
                   WHERE state = 'waiting' AND next_at <= $1 AND kind = ANY($2)
                   ORDER BY next_at, key LIMIT $3 FOR UPDATE SKIP LOCKED
               )
               UPDATE outbox SET next_at = $4, unsettled = unsettled + 1 FROM claimed
               WHERE outbox.key = claimed.key RETURNING outbox.*, claimed.next_at AS waited_since";
    let kinds: Vec<&str> = kinds.iter().map(|kind| &**kind).collect();
    let rows = connection.query(sql, &[&now.0, &kinds, &i64::from(limit), &until.0])?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        entries.push((instant(row, "waited_since")?, entry(row)?));
    }
    entries.sort_by_key(|(waited_since, entry)| (*waited_since, entry.key));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// The entry with this key, locked until the end of the transaction.
pub(super) fn lock(connection: &Connection, key: Key) -> Outcome<Option<OutboxRow>> {
    first(connection, "SELECT * FROM outbox WHERE key = $1 FOR UPDATE", &[&key.0], entry)
}

/// When the next of the entries that wait may be tried.
fn next(connection: &Connection, kinds: &[Arc<str>]) -> Outcome<Option<Timestamp>> {
    let sql = "SELECT next_at FROM outbox WHERE state = 'waiting' AND kind = ANY($1)
               ORDER BY next_at, key LIMIT 1";
    let kinds: Vec<&str> = kinds.iter().map(|kind| &**kind).collect();
    first(connection, sql, &[&kinds], |row| instant(row, "next_at"))
}

fn entry(row: &Row) -> Outcome<OutboxRow> {
    Ok(OutboxRow {
        key: key(row, "key")?,
        kind: text(row, "kind")?,
        instance: maybe_key(row, "instance")?,
        element_id: maybe_text(row, "element_id")?,
        record: record_ref(row)?,
        at: instant(row, "at")?,
        state: word(row, "state")?,
        message_id: text(row, "message_id")?,
        payload: get(row, "payload")?,
        attempts: narrow(row, "attempts")?,
        unsettled: narrow(row, "unsettled")?,
        next_at: instant(row, "next_at")?,
        error: get(row, "error")?,
    })
}

fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<OutboxRow>> {
    let (at, before_key) = place(before);
    all(
        connection,
        "SELECT * FROM outbox WHERE record = $1 AND record_object = $2
         AND (at, key) < ($3, $4) ORDER BY at DESC, key DESC LIMIT $5",
        &[&record.key.0, &&*record.object, &at, &before_key, &i64::from(before.limit)],
        entry,
    )
}

impl ReadOutbox for Snapshot<'_> {
    fn outbox_entry(&self, key: Key) -> Result<Option<OutboxRow>, StoreError> {
        let sql = "SELECT * FROM outbox WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], entry)?)
    }

    fn outbox(&self, query: &OutboxQuery) -> Result<Page<OutboxRow>, StoreError> {
        let mut list = List::new("SELECT * FROM outbox");
        list.equal("state", query.state.map(|state| Param::Text(state.as_str().into())));
        Ok(list.page(self.connection(), &query.page, entry, |row| row.key)?)
    }

    fn next_outbox(&self, kinds: &[Arc<str>]) -> Result<Option<Timestamp>, StoreError> {
        Ok(next(self.connection(), kinds)?)
    }

    fn outbox_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(of_record(self.connection(), record, before)?)
    }
}
