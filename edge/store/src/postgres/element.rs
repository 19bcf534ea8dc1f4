//! Element instances: one pass of an instance through one element.

use base::Key;
use postgres::Row;
use postgres::types::ToSql;
use records::RecordRef;
use runtime::port::{Before, ElementInstanceRow};

use super::bulk::Bulk;
use super::cell::{
    all, first, instant, key, latest, maybe_instant, maybe_key, numbers, text, word,
};
use super::connection::Connection;
use super::failure::Outcome;
use super::page::place;
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

pub(super) fn by_key(connection: &Connection, key: Key) -> Outcome<Option<ElementInstanceRow>> {
    first(connection, &format!("{ELEMENT} WHERE key = $1"), &[&key.0], element)
}

/// The element instances of an instance, by key order.
pub(super) fn of_instance(
    connection: &Connection,
    instance: Key,
) -> Outcome<Vec<ElementInstanceRow>> {
    let sql = format!("{ELEMENT} WHERE instance = $1 ORDER BY key");
    all(connection, &sql, &[&instance.0], element)
}

/// Element instances of every instance of a record, newest start first.
pub(super) fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<ElementInstanceRow>> {
    let (at, before_key) = place(before);
    all(
        connection,
        &format!(
            "{ELEMENT} JOIN instance ON instance.key = element_instance.instance
             WHERE instance.record = $1 AND instance.record_object = $2
             AND (element_instance.started_at, element_instance.key) < ($3, $4)
             ORDER BY element_instance.started_at DESC, element_instance.key DESC LIMIT $5"
        ),
        &[&record.key.0, &&*record.object, &at, &before_key, &i64::from(before.limit)],
        element,
    )
}
