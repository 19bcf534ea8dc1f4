//! What the check of a whole database asks of a snapshot, beyond the ports.

use postgres::types::Type;
use runtime::port::StoreError;

use super::archive::{cell, tables};
use super::reader::Snapshot;
use crate::archive::{ArchiveError, Cell, Kind, Table};
use crate::check::Inspect;
use crate::sql::{Dialect, Sql};

impl Inspect for Snapshot<'_> {
    fn be_patient(&self) -> Result<(), StoreError> {
        let settings =
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
        Ok(self.connection().batch(settings)?)
    }

    fn tables(&self) -> Result<Vec<Table>, StoreError> {
        tables(self.connection()).map_err(ArchiveError::into_store_error)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn ask_sql(&self, sql: &Sql) -> Result<Vec<Vec<Cell>>, StoreError> {
        let rows = self.connection().query_once(sql)?;
        let read = |row: &postgres::Row| {
            let columns = row.columns().iter().enumerate();
            let cells = columns.map(|(place, column)| cell(row, place, kind(column.type_())));
            cells.collect::<Result<Vec<Cell>, ArchiveError>>()
        };
        rows.iter().map(|row| read(row).map_err(ArchiveError::into_store_error)).collect()
    }
}

fn kind(of: &Type) -> Kind {
    match *of {
        Type::INT8 => Kind::Integer,
        Type::BYTEA => Kind::Bytes,
        _ => Kind::Text,
    }
}
