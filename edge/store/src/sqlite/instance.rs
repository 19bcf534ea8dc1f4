//! Instances with the engine's state, their events, their element instances; totals for the diagram.

use std::sync::Arc;

use base::Key;
use records::RecordRef;
use runtime::port::{
    Before, DefinitionCount, ElementCount, ElementInstanceRow, ElementState, FlowCount, HistoryRow,
    InstanceQuery, InstanceRow, InstanceState, Page, ReadInstances, StoreError,
};
use rusqlite::{Connection, Row, params};
use turn::{InstanceLoad, StoredInstance};

use super::cell::{
    Read, all, count, first, in_order, instant, key, maybe_instant, maybe_key, record_columns,
    record_ref, run, scalar, word,
};
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use crate::sql::Param;
use crate::totals::{Delta, Totals};

/// Lists leave the state out: it is the largest part of the row.
const LISTED: &str = "SELECT key, definition, record_object, record, parent, state, started_at,
    ended_at, version, incidents, x'' AS snapshot FROM instance";

const ELEMENT: &str = "SELECT element_instance.* FROM element_instance";

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
        "INSERT INTO history (instance, version, at, events, variables)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for row in in_order(rows, |row| (row.instance, row.version)) {
        let variables = row.variables.map(|key| key.0);
        insert.execute(params![row.instance.0, row.version, row.at.0, row.events, variables])?;
    }
    Ok(())
}

/// Most element instances are new: those cost one statement each.
pub(super) fn write_elements(
    connection: &Connection,
    rows: &[ElementInstanceRow],
    totals: &mut Totals,
) -> Outcome<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO element_instance (key, instance, definition, element_id, kind, state, scope,
         started_at, ended_at, incident) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (key) DO NOTHING",
    )?;
    for row in in_order(rows, |row| row.key) {
        let added = insert.execute(params![
            row.key.0,
            row.instance.0,
            row.definition.0,
            row.element_id,
            row.kind,
            row.state.as_str(),
            row.scope.0,
            row.started_at.0,
            row.ended_at.map(|at| at.0),
            row.incident.map(|key| key.0),
        ])?;
        if added == 0 {
            replace_element(connection, row, totals)?;
        }
        let delta = Delta::of_element(row.state, row.incident.is_some(), 1);
        totals.add_element(row.definition, &row.element_id, delta);
    }
    Ok(())
}

/// Writes an element instance that was there before, and takes what it was out of the totals.
fn replace_element(
    connection: &Connection,
    row: &ElementInstanceRow,
    totals: &mut Totals,
) -> Outcome<()> {
    let before = first(
        connection,
        "SELECT state, incident FROM element_instance WHERE key = ?1",
        [row.key.0],
        |row| Ok((word::<ElementState>(row, "state")?, maybe_key(row, "incident")?)),
    )?;
    if let Some((state, incident)) = before {
        let delta = Delta::of_element(state, incident.is_some(), -1);
        totals.add_element(row.definition, &row.element_id, delta);
    }
    run(
        connection,
        "UPDATE element_instance SET state = ?2, ended_at = ?3, incident = ?4 WHERE key = ?1",
        params![
            row.key.0,
            row.state.as_str(),
            row.ended_at.map(|at| at.0),
            row.incident.map(|key| key.0),
        ],
    )?;
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

fn element(row: &Row<'_>) -> Read<ElementInstanceRow> {
    Ok(ElementInstanceRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_id: row.get("element_id")?,
        kind: row.get("kind")?,
        state: word(row, "state")?,
        scope: key(row, "scope")?,
        started_at: instant(row, "started_at")?,
        ended_at: maybe_instant(row, "ended_at")?,
        incident: maybe_key(row, "incident")?,
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
    })
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

/// Element instances of every instance of a record, newest start first.
fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<ElementInstanceRow>> {
    let (at, before_key) = super::page::place(before);
    all(
        connection,
        &format!(
            "{ELEMENT} JOIN instance ON instance.key = element_instance.instance
             WHERE instance.record = ?1 AND instance.record_object = ?2
             AND (element_instance.started_at, element_instance.key) < (?3, ?4)
             ORDER BY element_instance.started_at DESC, element_instance.key DESC LIMIT ?5"
        ),
        params![record.key.0, record.object, at, before_key, before.limit],
        element,
    )
}

impl ReadInstances for Snapshot<'_> {
    fn instance(&self, key: Key) -> Result<Option<InstanceRow>, StoreError> {
        let sql = "SELECT * FROM instance WHERE key = ?1";
        Ok(first(self.connection(), sql, [key.0], instance)?)
    }

    fn instances(&self, query: &InstanceQuery) -> Result<Page<InstanceRow>, StoreError> {
        Ok(list(self.connection(), query)?)
    }

    fn elements(&self, instance: Key) -> Result<Vec<ElementInstanceRow>, StoreError> {
        let sql = &format!("{ELEMENT} WHERE instance = ?1 ORDER BY key");
        Ok(all(self.connection(), sql, [instance.0], element)?)
    }

    fn element(&self, key: Key) -> Result<Option<ElementInstanceRow>, StoreError> {
        let sql = &format!("{ELEMENT} WHERE key = ?1");
        Ok(first(self.connection(), sql, [key.0], element)?)
    }

    fn elements_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<ElementInstanceRow>, StoreError> {
        Ok(of_record(self.connection(), record, before)?)
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
