//! Evaluated decisions. Written once, never changed.

use std::collections::BTreeMap;

use base::Key;
use postgres::Row;
use records::RecordRef;
use runtime::past;
use runtime::port::{Before, DecisionRow, ReadDecisions, StoreError};

use super::bulk::Bulk;
use super::cell::{all, first, in_order, instant, key, text};
use super::connection::Connection;
use super::failure::{Outcome, damaged};
use super::instance::batch;
use super::page::place;
use super::reader::Snapshot;
use crate::passed::made_in;

pub(super) fn write(connection: &Connection, rows: &[DecisionRow]) -> Outcome<()> {
    Bulk::new(in_order(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("element_instance", |row| row.element_instance.0)
        .text("element_id", |row| &row.element_id)
        .text("decision_id", |row| &row.decision_id)
        .text("name", |row| &row.name)
        .integer("definition", |row| row.definition.0)
        .integer("at", |row| row.at.0)
        .insert(connection, "decision", "")
}

fn decision(row: &Row) -> Outcome<DecisionRow> {
    Ok(DecisionRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        element_instance: key(row, "element_instance")?,
        element_id: text(row, "element_id")?,
        decision_id: text(row, "decision_id")?,
        name: text(row, "name")?,
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
         WHERE instance.record = $1 AND instance.record_object = $2
         AND (decision.at, decision.key) < ($3, $4)
         ORDER BY decision.at DESC, decision.key DESC LIMIT $5",
        &[&record.key.0, &&*record.object, &at, &before_key, &i64::from(before.limit)],
        decision,
    )
}

fn traces(connection: &Connection, decisions: &[DecisionRow]) -> Outcome<BTreeMap<Key, String>> {
    let mut traces = BTreeMap::new();
    for (instance, at) in made_in(decisions) {
        let sql = "SELECT * FROM history WHERE instance = $1 AND at = $2";
        for history in all(connection, sql, &[&instance.0, &at.0], batch)? {
            let found = past::traces(&history)
                .map_err(|error| damaged(format!("the history of instance {instance}: {error}")))?;
            traces.extend(found);
        }
    }
    Ok(traces)
}

impl ReadDecisions for Snapshot<'_> {
    fn decision(&self, key: Key) -> Result<Option<DecisionRow>, StoreError> {
        let sql = "SELECT * FROM decision WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], decision)?)
    }

    fn decisions(&self, instance: Key) -> Result<Vec<DecisionRow>, StoreError> {
        let sql = "SELECT * FROM decision WHERE instance = $1 ORDER BY key";
        Ok(all(self.connection(), sql, &[&instance.0], decision)?)
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
