//! Variables, one row per scope and name.

use base::Key;
use runtime::port::{ReadVariables, StoreError, VariableRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, in_order, key};
use super::failure::Outcome;
use super::reader::Snapshot;

pub(super) fn write(connection: &Connection, rows: &[VariableRow]) -> Outcome<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO variable (key, instance, scope, name, value) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value",
    )?;
    for row in in_order(rows, |row| (row.scope, &row.name)) {
        put.execute(params![row.key.0, row.instance.0, row.scope.0, row.name, row.value])?;
    }
    Ok(())
}

fn variable(row: &Row<'_>) -> Read<VariableRow> {
    Ok(VariableRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        scope: key(row, "scope")?,
        name: row.get("name")?,
        value: row.get("value")?,
    })
}

impl ReadVariables for Snapshot<'_> {
    fn variables(&self, instance: Key) -> Result<Vec<VariableRow>, StoreError> {
        let sql = "SELECT * FROM variable WHERE instance = ?1 ORDER BY scope, name";
        Ok(all(self.connection(), sql, [instance.0], variable)?)
    }

    fn variable(&self, key: Key) -> Result<Option<VariableRow>, StoreError> {
        let sql = "SELECT * FROM variable WHERE key = ?1";
        Ok(first(self.connection(), sql, [key.0], variable)?)
    }
}
