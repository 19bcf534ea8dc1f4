//! The outbox, and the lease that gives its entries to the one deliverer.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;
use runtime::port::{Before, OutboxQuery, OutboxRow, OutboxUpdate, Page, ReadOutbox, StoreError};
use rusqlite::{Connection, Row, params, params_from_iter};

use super::cell::{
    Read, all, first, in_order, instant, key, maybe_key, record_columns, record_ref, run, word,
};
use super::failure::Outcome;
use super::page::{List, place};
use super::reader::Snapshot;
use crate::sql::{Param, Sql};

pub(super) fn write(
    connection: &Connection,
    rows: &[OutboxRow],
    updates: &[OutboxUpdate],
) -> Outcome<()> {
    for row in in_order(rows, |row| row.key) {
        insert(connection, row)?;
    }
    for row in in_order(updates, |row| row.key) {
        run(
            connection,
            "UPDATE outbox SET state = ?2, attempts = ?3, unsettled = ?4, next_at = ?5, error = ?6
             WHERE key = ?1",
            params![
                row.key.0,
                row.state.as_str(),
                row.attempts,
                row.unsettled,
                row.next_at.0,
                row.error,
            ],
        )?;
    }
    Ok(())
}

fn insert(connection: &Connection, row: &OutboxRow) -> Outcome<()> {
    let (record_object, record) = record_columns(row.record.as_ref());
    run(
        connection,
        "INSERT INTO outbox (key, kind, instance, element_id, record_object, record, at, state,
         message_id, payload, attempts, unsettled, next_at, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            row.key.0,
            row.kind,
            row.instance.map(|key| key.0),
            row.element_id,
            record_object,
            record,
            row.at.0,
            row.state.as_str(),
            row.message_id,
            row.payload,
            row.attempts,
            row.unsettled,
            row.next_at.0,
            row.error,
        ],
    )?;
    Ok(())
}

/// Leases entries that wait: those that may be tried longest first.
pub(super) fn claim(
    connection: &Connection,
    kinds: &[Arc<str>],
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Outcome<Vec<OutboxRow>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    // Left to itself the planner takes the index on `state` and sorts everything that waits.
    let mut sql = Sql::new("SELECT * FROM outbox INDEXED BY outbox_waiting WHERE ");
    sql.push("state = 'waiting' AND next_at <= ");
    sql.bind(Param::Integer(now.0)).push(" AND kind IN (");
    sql.bind_list(kinds.iter().cloned().map(Param::Text)).push(") ORDER BY next_at, key LIMIT ");
    sql.bind(Param::Integer(i64::from(limit)));
    let mut rows = all(connection, &sql.text, params_from_iter(sql.params.iter()), entry)?;
    for row in &mut rows {
        row.next_at = until;
        row.unsettled = row.unsettled.saturating_add(1);
    }
    for row in in_order(&rows, |row| row.key) {
        let sql = "UPDATE outbox SET next_at = ?2, unsettled = unsettled + 1 WHERE key = ?1";
        run(connection, sql, params![row.key.0, until.0])?;
    }
    Ok(rows)
}

/// The entry with this key.
pub(super) fn get(connection: &Connection, key: Key) -> Outcome<Option<OutboxRow>> {
    first(connection, "SELECT * FROM outbox WHERE key = ?1", [key.0], entry)
}

/// When the next of the entries that wait may be tried.
fn next(connection: &Connection, kinds: &[Arc<str>]) -> Outcome<Option<Timestamp>> {
    let mut sql = Sql::new("SELECT next_at FROM outbox INDEXED BY outbox_waiting WHERE ");
    sql.push("state = 'waiting' AND kind IN (");
    sql.bind_list(kinds.iter().cloned().map(Param::Text)).push(") ORDER BY next_at LIMIT 1");
    let params = params_from_iter(sql.params.iter());
    first(connection, &sql.text, params, |row| instant(row, "next_at"))
}

fn entry(row: &Row<'_>) -> Read<OutboxRow> {
    Ok(OutboxRow {
        key: key(row, "key")?,
        kind: row.get("kind")?,
        instance: maybe_key(row, "instance")?,
        element_id: row.get("element_id")?,
        record: record_ref(row)?,
        at: instant(row, "at")?,
        state: word(row, "state")?,
        message_id: row.get("message_id")?,
        payload: row.get("payload")?,
        attempts: row.get("attempts")?,
        unsettled: row.get("unsettled")?,
        next_at: instant(row, "next_at")?,
        error: row.get("error")?,
    })
}

impl ReadOutbox for Snapshot<'_> {
    fn outbox_entry(&self, key: Key) -> Result<Option<OutboxRow>, StoreError> {
        Ok(get(self.connection(), key)?)
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
        let (at, before_key) = place(before);
        let sql = "SELECT * FROM outbox WHERE record = ?1 AND record_object = ?2
                   AND (at, key) < (?3, ?4) ORDER BY at DESC, key DESC LIMIT ?5";
        let params = params![record.key.0, record.object, at, before_key, before.limit];
        Ok(all(self.connection(), sql, params, entry)?)
    }
}
