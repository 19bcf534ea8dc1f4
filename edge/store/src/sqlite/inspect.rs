//! What the check of a whole database asks of a snapshot, beyond the ports.

use runtime::port::StoreError;
use rusqlite::params_from_iter;

use super::archive::{cell, tables};
use super::failure::{Failure, Outcome};
use super::reader::Snapshot;
use crate::archive::{ArchiveError, Cell, Table};
use crate::check::Inspect;
use crate::sql::{Dialect, Sql};

impl Inspect for Snapshot<'_> {
    fn be_patient(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn tables(&self) -> Result<Vec<Table>, StoreError> {
        tables(self.connection()).map_err(ArchiveError::into_store_error)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn ask_sql(&self, sql: &Sql) -> Result<Vec<Vec<Cell>>, StoreError> {
        let mut rows = Vec::new();
        let mut ask = || -> Outcome<()> {
            let mut statement = self.connection().prepare_cached(&sql.text)?;
            let columns = statement.column_count();
            let mut found = statement.query(params_from_iter(&sql.params))?;
            while let Some(row) = found.next()? {
                let cells = (0..columns).map(|place| cell(row, place));
                let cells: Result<Vec<Cell>, ArchiveError> = cells.collect();
                rows.push(cells.map_err(|error| Failure::Sorted(error.into_store_error()))?);
            }
            Ok(())
        };
        ask()?;
        Ok(rows)
    }
}
