//! Evaluated decisions. Written once, never changed.

use std::collections::BTreeMap;

use base::Key;
use records::RecordRef;
use runtime::past;
use runtime::port::{Before, DecisionRow, ReadDecisions, StoreError};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, in_order, instant, key};
use super::failure::{Outcome, damaged};
use super::instance::batch;
use super::page::place;
use super::reader::Snapshot;
use crate::passed::made_in;

pub(super) fn write(connection: &Connection, rows: &[DecisionRow]) -> Outcome<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO decision (key, instance, element_instance, element_id, decision_id, name,
         definition, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for row in in_order(rows, |row| row.key) {
        insert.execute(params![
            row.key.0,
            row.instance.0,
            row.element_instance.0,
            row.element_id,
            row.decision_id,
            row.name,
            row.definition.0,
            row.at.0,
        ])?;
    }
    Ok(())
}

fn decision(row: &Row<'_>) -> Read<DecisionRow> {
    Ok(DecisionRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        element_instance: key(row, "element_instance")?,
        element_id: row.get("element_id")?,
        decision_id: row.get("decision_id")?,
        name: row.get("name")?,
        definition: key(row, "definition")?,
        at: instant(row, "at")?,
    })
}

fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<DecisionRow>> {
    let (at, before_key) = place(before);
    all(
        connection,
        "SELECT decision.* FROM decision JOIN instance ON instance.key = decision.instance
         WHERE instance.record = ?1 AND instance.record_object = ?2
         AND (decision.at, decision.key) < (?3, ?4)
         ORDER BY decision.at DESC, decision.key DESC LIMIT ?5",
        params![record.key.0, record.object, at, before_key, before.limit],
        decision,
    )
}

fn traces(connection: &Connection, decisions: &[DecisionRow]) -> Outcome<BTreeMap<Key, String>> {
    let mut traces = BTreeMap::new();
    for (instance, at) in made_in(decisions) {
        let sql = "SELECT * FROM history WHERE instance = ?1 AND at = ?2";
        for history in all(connection, sql, [instance.0, at.0], batch)? {
            let found = past::traces(&history)
                .map_err(|error| damaged(format!("the history of instance {instance}: {error}")))?;
            traces.extend(found);
        }
    }
    Ok(traces)
}

impl ReadDecisions for Snapshot<'_> {
    fn decision(&self, key: Key) -> Result<Option<DecisionRow>, StoreError> {
        Ok(first(self.connection(), "SELECT * FROM decision WHERE key = ?1", [key.0], decision)?)
    }

    fn decisions(&self, instance: Key) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = "SELECT * FROM decision WHERE instance = ?1 ORDER BY key";
        Ok(all(self.connection(), sql, [instance.0], decision)?)
    }

    fn decisions_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<DecisionRow>, StoreError> {
        Ok(of_record(self.connection(), record, before)?)
    }

    fn traces(&self, decisions: &[DecisionRow]) -> Result<BTreeMap<Key, String>, StoreError> {
        Ok(traces(self.connection(), decisions)?)
    }
}
