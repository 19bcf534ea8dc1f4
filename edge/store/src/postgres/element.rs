//! Element instances: one pass of an instance through one element, as a row of its own or, where it
//! began and ended within one batch, in the list beside the events of that batch.

use base::Key;
use postgres::Row;
use postgres::types::ToSql;
use records::RecordRef;
use runtime::past;
use runtime::port::{Before, ElementInstanceRow, HistoryRow};

use super::bulk::Bulk;
use super::cell::{
    all, first, instant, key, latest, maybe_instant, maybe_key, numbers, text, word,
};
use super::connection::Connection;
use super::failure::{Outcome, damaged};
use super::instance::batch;
use super::page::place;
use crate::passed::{BATCH_KEYS_MS, newest_of};
use crate::totals::{Delta, Totals};

const ELEMENT: &str = "SELECT element_instance.* FROM element_instance";

/// Writes and reads back, in one statement, what the rows were before: the totals need it.
pub(super) fn write(
    connection: &Connection,
    rows: &[ElementInstanceRow],
    totals: &mut Totals,
) -> Outcome<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = latest(rows, |row| row.key);
    let keys = numbers(rows.iter().map(|row| row.key));
    for row in &rows {
        let delta = Delta::of_element(row.state, row.incident.is_some(), 1);
        totals.add_element(row.definition, &row.element_id, delta);
    }
    let bulk = Bulk::new(rows)
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("definition", |row| row.definition.0)
        .text("element_id", |row| &row.element_id)
        .text("kind", |row| &row.kind)
        .text("state", |row| row.state.as_str())
        .integer("scope", |row| row.scope.0)
        .integer("started_at", |row| row.started_at.0)
        .maybe_integer("ended_at", |row| row.ended_at.map(|at| at.0))
        .maybe_integer("incident", |row| row.incident.map(|key| key.0));
    let mut params: Vec<&(dyn ToSql + Sync)> = bulk.params();
    params.push(&keys);
    let sql = format!(
        "WITH old AS (
             SELECT definition, element_id, state, incident FROM element_instance
             WHERE key = ANY(${})
         ), written AS ({})
         SELECT * FROM old",
        params.len(),
        bulk.insert_sql(
            "element_instance",
            "ON CONFLICT (key) DO UPDATE SET state = excluded.state,
             ended_at = excluded.ended_at, incident = excluded.incident"
        )
    );
    for row in &connection.query(&sql, &params)? {
        let has_incident = maybe_key(row, "incident")?.is_some();
        let delta = Delta::of_element(word(row, "state")?, has_incident, -1);
        totals.add_element(key(row, "definition")?, &text(row, "element_id")?, delta);
    }
    Ok(())
}

fn element(row: &Row) -> Outcome<ElementInstanceRow> {
    Ok(ElementInstanceRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_id: text(row, "element_id")?,
        kind: text(row, "kind")?,
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
    let sql = format!("{ELEMENT} WHERE instance = $1");
    let mut rows = all(connection, &sql, &[&instance.0], element)?;
    let sql = "SELECT * FROM history WHERE instance = $1 AND elements_first IS NOT NULL";
    rows.extend(passed(&all(connection, sql, &[&instance.0], batch)?)?);
    rows.sort_by_key(|row| row.key);
    Ok(rows)
}

pub(super) fn by_key(connection: &Connection, key: Key) -> Outcome<Option<ElementInstanceRow>> {
    let sql = format!("{ELEMENT} WHERE key = $1");
    if let Some(row) = first(connection, &sql, &[&key.0], element)? {
        return Ok(Some(row));
    }
    let sql = "SELECT * FROM history WHERE elements_first BETWEEN $1 AND $2 AND elements_last >= $2
               ORDER BY elements_first DESC";
    let least = key.earlier_by_ms(BATCH_KEYS_MS);
    let batches = all(connection, sql, &[&least.0, &key.0], batch)?;
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
         WHERE instance.record = $1 AND instance.record_object = $2
         AND (element_instance.started_at, element_instance.key) < ($3, $4)
         ORDER BY element_instance.started_at DESC, element_instance.key DESC LIMIT $5"
    );
    let (object, limit) = (&*record.object, i64::from(before.limit));
    let rows = all(connection, &sql, &[&record.key.0, &object, &at, &before_key, &limit], element)?;
    let batches = |condition: &str| {
        let sql = format!(
            "SELECT history.* FROM history JOIN instance ON instance.key = history.instance
             WHERE instance.record = $1 AND instance.record_object = $2
             AND history.elements_first IS NOT NULL AND history.at {condition} $3
             ORDER BY history.at DESC LIMIT $4"
        );
        // Every batch lists at least one; those of the very instant are all looked at.
        let limit = (condition == "<").then_some(limit);
        all(connection, &sql, &[&record.key.0, &object, &at, &limit], batch)
    };
    let mut listed = passed(&batches("=")?)?;
    listed.extend(passed(&batches("<")?)?);
    Ok(newest_of(rows, listed, (at, before_key), before.limit))
}
