//! Variables, one row per scope and name.

use base::Key;
use postgres::Row;
use runtime::port::{ReadVariables, StoreError, VariableRow};

use super::bulk::Bulk;
use super::cell::{all, first, get, key, latest, text};
use super::connection::Connection;
use super::failure::Outcome;
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

impl ReadVariables for Snapshot<'_> {
    fn variables(&self, instance: Key) -> Result<Vec<VariableRow>, StoreError> {
        let sql = "SELECT * FROM variable WHERE instance = $1 ORDER BY scope, name";
        Ok(all(self.connection(), sql, &[&instance.0], variable)?)
    }

    fn variable(&self, key: Key) -> Result<Option<VariableRow>, StoreError> {
        let sql = "SELECT * FROM variable WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], variable)?)
    }
}
