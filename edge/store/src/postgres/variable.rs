//! Variables: one row per scope and name, or read out of the history where their scope is passed.

use base::Key;
use postgres::Row;
use runtime::past;
use runtime::port::{ReadVariables, StoreError, VariableRow};

use super::bulk::Bulk;
use super::cell::{all, first, get, key, latest, text};
use super::connection::Connection;
use super::failure::{Outcome, damaged};
use super::instance::batch;
use super::reader::Snapshot;

pub(super) fn write(connection: &Connection, rows: &[VariableRow]) -> Outcome<()> {
    Bulk::new(latest(rows, |row| (row.scope, &*row.name)))
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("scope", |row| row.scope.0)
        .text("name", |row| &row.name)
        .text("value", |row| &row.value)
        .insert(
            connection,
            "variable",
            "ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value",
        )
}

fn variable(row: &Row) -> Outcome<VariableRow> {
    Ok(VariableRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        scope: key(row, "scope")?,
        name: text(row, "name")?,
        value: get(row, "value")?,
    })
}

/// Rows that only the history holds, of the batches that `sql` selects.
fn passed(connection: &Connection, sql: &str, key: Key) -> Outcome<Vec<VariableRow>> {
    let mut rows = Vec::new();
    for history in all(connection, sql, &[&key.0], batch)? {
        let found = past::variables(&history).map_err(|error| {
            damaged(format!("the history of instance {}: {error}", history.instance))
        })?;
        rows.extend(found);
    }
    Ok(rows)
}

fn of_instance(connection: &Connection, instance: Key) -> Outcome<Vec<VariableRow>> {
    let sql = "SELECT * FROM variable WHERE instance = $1";
    let mut rows = all(connection, sql, &[&instance.0], variable)?;
    let sql = "SELECT * FROM history WHERE instance = $1 AND variables IS NOT NULL";
    rows.extend(passed(connection, sql, instance)?);
    rows.sort_by(|a, b| (a.scope, &a.name).cmp(&(b.scope, &b.name)));
    Ok(rows)
}

fn by_key(connection: &Connection, key: Key) -> Outcome<Option<VariableRow>> {
    let sql = "SELECT * FROM variable WHERE key = $1";
    if let Some(row) = first(connection, sql, &[&key.0], variable)? {
        return Ok(Some(row));
    }
    let sql = "SELECT * FROM history WHERE variables <= $1 ORDER BY variables DESC LIMIT 1";
    let rows = passed(connection, sql, key)?;
    Ok(rows.into_iter().find(|row| row.key == key))
}

impl ReadVariables for Snapshot<'_> {
    fn variables(&self, instance: Key) -> Result<Vec<VariableRow>, StoreError> {
        Ok(of_instance(self.connection(), instance)?)
    }

    fn variable(&self, key: Key) -> Result<Option<VariableRow>, StoreError> {
        Ok(by_key(self.connection(), key)?)
    }
}
