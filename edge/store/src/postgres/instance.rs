//! Instances with the engine's state and their events; totals for the diagram.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use postgres::Row;
use records::RecordRef;
use runtime::port::{
    Before, DefinitionCount, ElementCount, ElementInstanceRow, FlowCount, HistoryRow,
    InstanceQuery, InstanceRow, Page, PassedElements, ReadInstances, StoreError,
};
use turn::{InstanceLoad, StoredInstance};

use super::bulk::Bulk;
use super::cell::{
    all, first, get, in_order, instant, key, maybe_instant, maybe_key, narrow, record_ref, text,
    word,
};
use super::connection::Connection;
use super::element;
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use crate::sql::Param;
use crate::totals::{Delta, Totals};

/// Lists leave the state out: it is the largest part of the row.
const LISTED: &str = "SELECT key, definition, record_object, record, parent, state, started_at,
    ended_at, version, incidents, ''::bytea AS snapshot FROM instance";

/// Writes instances under the check of their version.
pub(super) fn write(
    connection: &Connection,
    rows: &[InstanceRow],
    totals: &mut Totals,
) -> Outcome<()> {
    let rows = in_order(rows, |row| row.key);
    for row in &rows {
        totals.add_instance(row.definition, Delta::of_instance(row.state, row.incidents, 1));
    }
    let (new, changed) = rows.into_iter().partition(|row| row.version == 1);
    insert(connection, new)?;
    update(connection, changed, totals)
}

fn insert(connection: &Connection, rows: Vec<&InstanceRow>) -> Outcome<()> {
    columns(rows)
        .integer("definition", |row| row.definition.0)
        .maybe_integer("parent", |row| row.parent.map(|key| key.0))
        .integer("started_at", |row| row.started_at.0)
        .insert(connection, "instance", "")
}

/// The columns that a batch may change, and the key.
fn columns(rows: Vec<&InstanceRow>) -> Bulk<'_, InstanceRow> {
    Bulk::new(rows)
        .integer("key", |row| row.key.0)
        .integer("version", |row| row.version)
        .maybe_text("record_object", |row| row.record.as_ref().map(|record| &*record.object))
        .maybe_integer("record", |row| row.record.as_ref().map(|record| record.key.0))
        .text("state", |row| row.state.as_str())
        .maybe_integer("ended_at", |row| row.ended_at.map(|at| at.0))
        .integer("incidents", |row| i64::from(row.incidents))
        .bytes("snapshot", |row| &row.snapshot)
}

/// Where another writer came first, a row is missing from the answer.
fn update(connection: &Connection, rows: Vec<&InstanceRow>, totals: &mut Totals) -> Outcome<()> {
    let bulk = columns(rows);
    if bulk.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "UPDATE instance SET version = new.version, record_object = new.record_object,
         record = new.record, state = new.state, ended_at = new.ended_at,
         incidents = new.incidents, snapshot = new.snapshot
         FROM {} JOIN instance AS old ON old.key = new.key
         WHERE instance.key = new.key AND instance.version = new.version - 1
         RETURNING old.definition, old.state, old.incidents",
        bulk.as_table()
    );
    let before = connection.query(&sql, &bulk.params())?;
    for row in &before {
        let delta = Delta::of_instance(word(row, "state")?, narrow(row, "incidents")?, -1);
        totals.add_instance(key(row, "definition")?, delta);
    }
    if before.len() < bulk.len() {
        let message = format!(
            "{} of {} instances are not at the version that was read",
            bulk.len() - before.len(),
            bulk.len()
        );
        return Err(StoreError::Retry(message).into());
    }
    Ok(())
}

pub(super) fn write_history(connection: &Connection, rows: &[HistoryRow]) -> Outcome<()> {
    Bulk::new(in_order(rows, |row| (row.instance, row.version)))
        .integer("instance", |row| row.instance.0)
        .integer("version", |row| row.version)
        .integer("at", |row| row.at.0)
        .bytes("events", |row| &row.events)
        .maybe_integer("variables", |row| row.variables.map(|key| key.0))
        .maybe_integer("elements_first", |row| row.elements.as_ref().map(|it| it.first.0))
        .maybe_integer("elements_last", |row| row.elements.as_ref().map(|it| it.last.0))
        .maybe_bytes("elements", |row| row.elements.as_ref().map(|it| it.list.as_slice()))
        .insert(connection, "history", "")
}

/// The instance for the engine, locked; without its state where the caller knows the stored version.
pub(super) fn lock(connection: &Connection, key: Key, known: Option<i64>) -> Outcome<InstanceLoad> {
    let sql = "SELECT version, CASE WHEN version IS DISTINCT FROM $2 THEN snapshot END AS snapshot
               FROM instance WHERE key = $1 FOR UPDATE";
    let found = first(connection, sql, &[&key.0, &known], |row| {
        Ok((get(row, "version")?, get::<Option<Vec<u8>>>(row, "snapshot")?))
    })?;
    Ok(match found {
        None => InstanceLoad::Absent,
        Some((_, None)) => InstanceLoad::Unchanged,
        Some((version, Some(state))) => InstanceLoad::Stored(StoredInstance { version, state }),
    })
}

/// The active instances bound to a record, by key order, locked.
pub(super) fn lock_active_of(
    connection: &Connection,
    object: &str,
    record: Key,
) -> Outcome<Vec<Key>> {
    let sql = "SELECT key FROM instance
               WHERE record = $1 AND record_object = $2 AND state = 'active'
               ORDER BY key FOR UPDATE";
    all(connection, sql, &[&record.0, &object], |row| key(row, "key"))
}

fn instance(row: &Row) -> Outcome<InstanceRow> {
    Ok(InstanceRow {
        key: key(row, "key")?,
        definition: key(row, "definition")?,
        record: record_ref(row)?,
        parent: maybe_key(row, "parent")?,
        state: word(row, "state")?,
        started_at: instant(row, "started_at")?,
        ended_at: maybe_instant(row, "ended_at")?,
        version: get(row, "version")?,
        snapshot: get(row, "snapshot")?,
        incidents: narrow(row, "incidents")?,
    })
}

/// The events of a batch.
pub(super) fn batch(row: &Row) -> Outcome<HistoryRow> {
    Ok(HistoryRow {
        instance: key(row, "instance")?,
        version: get(row, "version")?,
        at: instant(row, "at")?,
        events: get(row, "events")?,
        variables: maybe_key(row, "variables")?,
        elements: passed_elements(row)?,
    })
}

fn passed_elements(row: &Row) -> Outcome<Option<PassedElements>> {
    let Some(first) = maybe_key(row, "elements_first")? else { return Ok(None) };
    let (last, list) = (key(row, "elements_last")?, get(row, "elements")?);
    Ok(Some(PassedElements { first, last, list }))
}

fn flow_count(row: &Row) -> Outcome<FlowCount> {
    Ok(FlowCount { flow_id: text(row, "flow_id")?, count: narrow(row, "count")? })
}

/// The page of a list of instances.
fn list(connection: &Connection, query: &InstanceQuery) -> Outcome<Page<InstanceRow>> {
    let mut list = List::new(LISTED);
    let integer = |key: Key| Param::Integer(key.0);
    list.equal("definition", query.definition.map(integer));
    list.equal("state", query.state.map(|state| Param::Text(state.as_str().into())));
    if let Some(record) = &query.record {
        list.equal("record", Some(integer(record.key)));
        list.equal("record_object", Some(Param::Text(Arc::clone(&record.object))));
    }
    list.equal("parent", query.parent.map(integer));
    if query.with_incidents {
        list.condition().push("incidents > 0");
    }
    list.page(connection, &query.page, instance, |row| row.key)
}

impl ReadInstances for Snapshot<'_> {
    fn instance(&self, key: Key) -> Result<Option<InstanceRow>, StoreError> {
        let sql = "SELECT * FROM instance WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], instance)?)
    }

    fn instances(&self, query: &InstanceQuery) -> Result<Page<InstanceRow>, StoreError> {
        Ok(list(self.connection(), query)?)
    }

    fn records_in_process(
        &self,
        object: &str,
        keys: &BTreeSet<Key>,
    ) -> Result<BTreeSet<Key>, StoreError> {
        let sql = "SELECT DISTINCT record FROM instance
                   WHERE record = ANY($1) AND record_object = $2 AND state = 'active'";
        let keys: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let found = all(self.connection(), sql, &[&keys, &object], |row| key(row, "record"))?;
        Ok(found.into_iter().collect())
    }

    fn elements(&self, instance: Key) -> Result<Vec<ElementInstanceRow>, StoreError> {
        Ok(element::of_instance(self.connection(), instance)?)
    }

    fn element(&self, key: Key) -> Result<Option<ElementInstanceRow>, StoreError> {
        Ok(element::by_key(self.connection(), key)?)
    }

    fn elements_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<ElementInstanceRow>, StoreError> {
        Ok(element::of_record(self.connection(), record, before)?)
    }

    fn history(
        &self,
        instance: Key,
        after_version: i64,
        limit: u32,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let sql = "SELECT * FROM history WHERE instance = $1 AND version > $2
                   ORDER BY version LIMIT $3";
        let params: [&(dyn postgres::types::ToSql + Sync); 3] =
            [&instance.0, &after_version, &i64::from(limit)];
        Ok(all(self.connection(), sql, &params, batch)?)
    }

    fn definition_counts(&self) -> Result<Vec<DefinitionCount>, StoreError> {
        let sql = "SELECT definition, sum(active)::int8 AS active,
                   sum(completed)::int8 AS completed, sum(terminated)::int8 AS terminated,
                   sum(incidents)::int8 AS incidents
                   FROM definition_count GROUP BY definition ORDER BY definition";
        Ok(all(self.connection(), sql, &[], |row| {
            Ok(DefinitionCount {
                definition: key(row, "definition")?,
                active: narrow(row, "active")?,
                completed: narrow(row, "completed")?,
                terminated: narrow(row, "terminated")?,
                incidents: narrow(row, "incidents")?,
            })
        })?)
    }

    fn element_counts(&self, definition: Key) -> Result<Vec<ElementCount>, StoreError> {
        let sql = "SELECT element_id, sum(active)::int8 AS active,
                   sum(completed)::int8 AS completed, sum(terminated)::int8 AS terminated,
                   sum(incidents)::int8 AS incidents
                   FROM element_count WHERE definition = $1 GROUP BY element_id ORDER BY element_id";
        Ok(all(self.connection(), sql, &[&definition.0], |row| {
            Ok(ElementCount {
                element_id: text(row, "element_id")?,
                active: narrow(row, "active")?,
                completed: narrow(row, "completed")?,
                terminated: narrow(row, "terminated")?,
                incidents: narrow(row, "incidents")?,
            })
        })?)
    }

    fn flow_counts(&self, definition: Key) -> Result<Vec<FlowCount>, StoreError> {
        let sql = "SELECT flow_id, sum(count)::int8 AS count FROM flow_count
                   WHERE definition = $1 GROUP BY flow_id ORDER BY flow_id";
        Ok(all(self.connection(), sql, &[&definition.0], flow_count)?)
    }
}
