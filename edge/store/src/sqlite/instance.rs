//! Instances with the engine's state and their events; totals for the diagram.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use records::RecordRef;
use runtime::port::{
    Before, DefinitionCount, ElementCount, ElementInstanceRow, FlowCount, HistoryRow,
    InstanceQuery, InstanceRow, InstanceState, Page, PassedElements, ReadInstances, StoreError,
};
use rusqlite::{Connection, Row, params, params_from_iter};
use turn::{InstanceLoad, StoredInstance};

use super::cell::{
    Read, all, count, first, in_order, instant, key, maybe_instant, maybe_key, record_columns,
    record_ref, run, scalar, word,
};
use super::element;
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use super::record::KEYS_MAX;
use crate::sql::{Param, Sql};
use crate::totals::{Delta, Totals};

/// Lists leave the state out: it is the largest part of the row.
const LISTED: &str = "SELECT key, definition, record_object, record, parent, state, started_at,
    ended_at, version, incidents, x'' AS snapshot FROM instance";

/// Writes instances under the check of their version.
pub(super) fn write(
    connection: &Connection,
    rows: &[InstanceRow],
    totals: &mut Totals,
) -> Outcome<()> {
    for row in in_order(rows, |row| row.key) {
        if row.version == 1 {
            insert(connection, row)?;
        } else {
            let before = first(
                connection,
                "SELECT state, incidents FROM instance WHERE key = ?1",
                [row.key.0],
                |row| Ok((word::<InstanceState>(row, "state")?, row.get("incidents")?)),
            )?;
            if let Some((state, incidents)) = before {
                totals.add_instance(row.definition, Delta::of_instance(state, incidents, -1));
            }
            update(connection, row)?;
        }
        totals.add_instance(row.definition, Delta::of_instance(row.state, row.incidents, 1));
    }
    Ok(())
}

fn insert(connection: &Connection, row: &InstanceRow) -> Outcome<()> {
    let (record_object, record) = record_columns(row.record.as_ref());
    run(
        connection,
        "INSERT INTO instance (key, definition, record_object, record, parent, state, started_at,
         ended_at, version, incidents, snapshot)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            row.key.0,
            row.definition.0,
            record_object,
            record,
            row.parent.map(|key| key.0),
            row.state.as_str(),
            row.started_at.0,
            row.ended_at.map(|at| at.0),
            row.version,
            row.incidents,
            row.snapshot,
        ],
    )?;
    Ok(())
}

fn update(connection: &Connection, row: &InstanceRow) -> Outcome<()> {
    let (record_object, record) = record_columns(row.record.as_ref());
    let changed = run(
        connection,
        "UPDATE instance SET record_object = ?3, record = ?4, state = ?5, ended_at = ?6,
         version = ?2, incidents = ?7, snapshot = ?8 WHERE key = ?1 AND version = ?2 - 1",
        params![
            row.key.0,
            row.version,
            record_object,
            record,
            row.state.as_str(),
            row.ended_at.map(|at| at.0),
            row.incidents,
            row.snapshot,
        ],
    )?;
    if changed == 0 {
        let message = format!("instance {} is not at version {}", row.key, row.version - 1);
        return Err(StoreError::Retry(message).into());
    }
    Ok(())
}

pub(super) fn write_history(connection: &Connection, rows: &[HistoryRow]) -> Outcome<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO history (instance, version, at, events, variables, elements_first,
         elements_last, elements) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for row in in_order(rows, |row| (row.instance, row.version)) {
        let elements = row.elements.as_ref();
        insert.execute(params![
            row.instance.0,
            row.version,
            row.at.0,
            row.events,
            row.variables.map(|key| key.0),
            elements.map(|it| it.first.0),
            elements.map(|it| it.last.0),
            elements.map(|it| &it.list),
        ])?;
    }
    Ok(())
}

/// The instance for the engine, unless the caller knows the stored version.
pub(super) fn load(connection: &Connection, key: Key, known: Option<i64>) -> Outcome<InstanceLoad> {
    let version: Option<i64> =
        scalar(connection, "SELECT version FROM instance WHERE key = ?1", [key.0])?;
    match version {
        None => Ok(InstanceLoad::Absent),
        Some(version) if known == Some(version) => Ok(InstanceLoad::Unchanged),
        Some(version) => {
            let state =
                scalar(connection, "SELECT snapshot FROM instance WHERE key = ?1", [key.0])?;
            Ok(state.map_or(InstanceLoad::Absent, |state| {
                InstanceLoad::Stored(StoredInstance { version, state })
            }))
        }
    }
}

/// The active instances bound to a record, by key order.
pub(super) fn active_of(connection: &Connection, object: &str, record: Key) -> Outcome<Vec<Key>> {
    all(
        connection,
        "SELECT key FROM instance WHERE record = ?1 AND record_object = ?2 AND state = 'active'
         ORDER BY key",
        params![record.0, object],
        |row| key(row, "key"),
    )
}

fn instance(row: &Row<'_>) -> Read<InstanceRow> {
    Ok(InstanceRow {
        key: key(row, "key")?,
        definition: key(row, "definition")?,
        record: record_ref(row)?,
        parent: maybe_key(row, "parent")?,
        state: word(row, "state")?,
        started_at: instant(row, "started_at")?,
        ended_at: maybe_instant(row, "ended_at")?,
        version: row.get("version")?,
        snapshot: row.get("snapshot")?,
        incidents: row.get("incidents")?,
    })
}

/// The events of a batch.
pub(super) fn batch(row: &Row<'_>) -> Read<HistoryRow> {
    Ok(HistoryRow {
        instance: key(row, "instance")?,
        version: row.get("version")?,
        at: instant(row, "at")?,
        events: row.get("events")?,
        variables: maybe_key(row, "variables")?,
        elements: passed_elements(row)?,
    })
}

fn passed_elements(row: &Row<'_>) -> Read<Option<PassedElements>> {
    let Some(first) = maybe_key(row, "elements_first")? else { return Ok(None) };
    let (last, list) = (key(row, "elements_last")?, row.get("elements")?);
    Ok(Some(PassedElements { first, last, list }))
}

fn flow_count(row: &Row<'_>) -> Read<FlowCount> {
    Ok(FlowCount { flow_id: row.get("flow_id")?, count: count(row, "count")? })
}

/// The page of a list of instances.
fn list(connection: &Connection, query: &InstanceQuery) -> Outcome<Page<InstanceRow>> {
    // Few instances have incidents, which the planner cannot know: it would walk all the others.
    let few = if query.with_incidents { " INDEXED BY instance_incidents" } else { "" };
    let mut list = List::new(&format!("{LISTED}{few}"));
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

/// Those of the records to which an active instance is bound.
fn in_process(
    connection: &Connection,
    object: &str,
    keys: &BTreeSet<Key>,
) -> Outcome<BTreeSet<Key>> {
    let mut found = BTreeSet::new();
    let keys: Vec<Key> = keys.iter().copied().collect();
    for keys in keys.chunks(KEYS_MAX) {
        let mut sql = Sql::new("SELECT record FROM instance WHERE record IN (");
        sql.bind_list(keys.iter().map(|key| Param::Integer(key.0)));
        sql.push(") AND state = 'active' AND record_object = ").bind(Param::Text(object.into()));
        let params = params_from_iter(sql.params.iter());
        found.extend(all(connection, &sql.text, params, |row| key(row, "record"))?);
    }
    Ok(found)
}

impl ReadInstances for Snapshot<'_> {
    fn instance(&self, key: Key) -> Result<Option<InstanceRow>, StoreError> {
        let sql = "SELECT * FROM instance WHERE key = ?1";
        Ok(first(self.connection(), sql, [key.0], instance)?)
    }

    fn instances(&self, query: &InstanceQuery) -> Result<Page<InstanceRow>, StoreError> {
        Ok(list(self.connection(), query)?)
    }

    fn records_in_process(
        &self,
        object: &str,
        keys: &BTreeSet<Key>,
    ) -> Result<BTreeSet<Key>, StoreError> {
        Ok(in_process(self.connection(), object, keys)?)
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
        let sql = "SELECT * FROM history WHERE instance = ?1 AND version > ?2
                   ORDER BY version LIMIT ?3";
        Ok(all(self.connection(), sql, params![instance.0, after_version, limit], batch)?)
    }

    fn definition_counts(&self) -> Result<Vec<DefinitionCount>, StoreError> {
        let sql = "SELECT * FROM definition_count ORDER BY definition";
        Ok(all(self.connection(), sql, [], |row| {
            Ok(DefinitionCount {
                definition: key(row, "definition")?,
                active: count(row, "active")?,
                completed: count(row, "completed")?,
                terminated: count(row, "terminated")?,
                incidents: count(row, "incidents")?,
            })
        })?)
    }

    fn element_counts(&self, definition: Key) -> Result<Vec<ElementCount>, StoreError> {
        let sql = "SELECT * FROM element_count WHERE definition = ?1 ORDER BY element_id";
        Ok(all(self.connection(), sql, [definition.0], |row| {
            Ok(ElementCount {
                element_id: row.get("element_id")?,
                active: count(row, "active")?,
                completed: count(row, "completed")?,
                terminated: count(row, "terminated")?,
                incidents: count(row, "incidents")?,
            })
        })?)
    }

    fn flow_counts(&self, definition: Key) -> Result<Vec<FlowCount>, StoreError> {
        let sql = "SELECT flow_id, count FROM flow_count WHERE definition = ?1 ORDER BY flow_id";
        Ok(all(self.connection(), sql, [definition.0], flow_count)?)
    }
}
