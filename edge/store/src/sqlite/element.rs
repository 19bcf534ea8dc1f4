//! Element instances: one pass of an instance through one element, as a row of its own or, where it
//! began and ended within one batch, in the list beside the events of that batch.

use base::Key;
use records::RecordRef;
use runtime::past;
use runtime::port::{Before, ElementInstanceRow, ElementState, HistoryRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, in_order, instant, key, maybe_instant, maybe_key, run, word};
use super::failure::{Outcome, damaged};
use super::instance::batch;
use super::page::place;
use crate::passed::{BATCH_KEYS_MS, newest_of};
use crate::totals::{Delta, Totals};

const ELEMENT: &str = "SELECT element_instance.* FROM element_instance";

/// Most element instances are new: those cost one statement each.
pub(super) fn write(
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

/// What the batches list.
fn passed(batches: &[HistoryRow]) -> Outcome<Vec<ElementInstanceRow>> {
    let mut found = Vec::new();
    for history in batches {
        found.extend(past::elements(history).map_err(|error| {
            damaged(format!("the history of instance {}: {error}", history.instance))
        })?);
    }
    Ok(found)
}

/// The element instances of an instance, by key order.
pub(super) fn of_instance(
    connection: &Connection,
    instance: Key,
) -> Outcome<Vec<ElementInstanceRow>> {
    let sql = format!("{ELEMENT} WHERE instance = ?1");
    let mut rows = all(connection, &sql, [instance.0], element)?;
    let sql = "SELECT * FROM history WHERE instance = ?1 AND elements_first IS NOT NULL";
    rows.extend(passed(&all(connection, sql, [instance.0], batch)?)?);
    rows.sort_by_key(|row| row.key);
    Ok(rows)
}

pub(super) fn by_key(connection: &Connection, key: Key) -> Outcome<Option<ElementInstanceRow>> {
    let sql = format!("{ELEMENT} WHERE key = ?1");
    if let Some(row) = first(connection, &sql, [key.0], element)? {
        return Ok(Some(row));
    }
    let sql = "SELECT * FROM history WHERE elements_first BETWEEN ?1 AND ?2 AND elements_last >= ?2
               ORDER BY elements_first DESC";
    let least = key.earlier_by_ms(BATCH_KEYS_MS);
    let batches = all(connection, sql, [least.0, key.0], batch)?;
    Ok(passed(&batches)?.into_iter().find(|row| row.key == key))
}

/// Element instances of every instance of a record, newest start first.
pub(super) fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<ElementInstanceRow>> {
    let (at, before_key) = place(before);
    let sql = format!(
        "{ELEMENT} JOIN instance ON instance.key = element_instance.instance
         WHERE instance.record = ?1 AND instance.record_object = ?2
         AND (element_instance.started_at, element_instance.key) < (?3, ?4)
         ORDER BY element_instance.started_at DESC, element_instance.key DESC LIMIT ?5"
    );
    let page = params![record.key.0, record.object, at, before_key, before.limit];
    let rows = all(connection, &sql, page, element)?;
    let batches = |condition: &str| {
        let sql = format!(
            "SELECT history.* FROM history JOIN instance ON instance.key = history.instance
             WHERE instance.record = ?1 AND instance.record_object = ?2
             AND history.elements_first IS NOT NULL AND history.at {condition} ?3
             ORDER BY history.at DESC LIMIT ?4"
        );
        // Every batch lists at least one; those of the very instant are all looked at.
        let limit = if condition == "=" { -1 } else { i64::from(before.limit) };
        all(connection, &sql, params![record.key.0, record.object, at, limit], batch)
    };
    let mut listed = passed(&batches("=")?)?;
    listed.extend(passed(&batches("<")?)?);
    Ok(newest_of(rows, listed, (at, before_key), before.limit))
}
