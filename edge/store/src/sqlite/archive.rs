//! A database file as archives see it: tables by what SQLite says of them, rows as cells.

use std::path::Path;

use records::ObjectDef;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::failure::Failure;
use super::{FILE, catalogue, connection, migration};
use crate::archive::{ArchiveError, Cell, Column, Keyed, Kind, NextRow, Source, Table, Target};
use crate::folder::{Folder, open_private};
use crate::record_table;
use crate::sql::quoted;

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<Failure> for ArchiveError {
    fn from(failure: Failure) -> Self {
        Self::Store(failure.into())
    }
}

/// One moment of a database file, whoever else works with it.
#[derive(Debug)]
pub struct ArchiveSource {
    connection: Connection,
    version: i64,
}

impl ArchiveSource {
    /// Opens the database in the folder, of this program's version or an older one, and keeps to what is
    /// committed by now.
    ///
    /// # Errors
    /// Where there is none, where it is newer, where SQLite fails.
    pub fn open(folder: &Path) -> Result<Self, ArchiveError> {
        let nothing = || ArchiveError::NoDatabase { place: folder.display().to_string() };
        let file = folder.join(FILE);
        if !file.exists() {
            return Err(nothing());
        }
        let connection = connection::reader(&file)?;
        connection.execute_batch("BEGIN")?;
        let found = migration::version(&connection)?.filter(|version| *version > 0);
        let version = found.ok_or_else(nothing)?;
        let known = migration::known();
        if version > known {
            return Err(ArchiveError::NewerDatabase { found: version, known });
        }
        Ok(Self { connection, version })
    }

    /// That the database has this program's version.
    pub(super) fn check_is_newest(&self) -> Result<(), ArchiveError> {
        self.version
            .eq(&migration::known())
            .then_some(())
            .ok_or(ArchiveError::OlderDatabase { found: self.version, known: migration::known() })
    }
}

impl Source for ArchiveSource {
    fn version(&self) -> i64 {
        self.version
    }

    fn kind(&self) -> &'static str {
        "sqlite"
    }

    fn tables(&mut self) -> Result<Vec<Table>, ArchiveError> {
        tables(&self.connection)
    }

    fn count(&mut self, table: &Table) -> Result<u64, ArchiveError> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(u64::try_from(rows).unwrap_or_default())
    }

    fn rows(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            names(&table.columns),
            quoted(&table.name),
            order(table)
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut cells = Vec::with_capacity(table.columns.len());
        while let Some(row) = rows.next()? {
            cells.clear();
            for place in 0..table.columns.len() {
                cells.push(cell(row, place)?);
            }
            each(&cells)?;
        }
        Ok(())
    }
}

/// A new database file on its way.
#[derive(Debug)]
pub struct ArchiveTarget {
    connection: Connection,
    version: i64,
    _folder: Folder,
}

impl ArchiveTarget {
    /// Takes the folder for this process; makes it where it is not there.
    ///
    /// # Errors
    /// Where another process holds the folder, where the disk refuses.
    pub fn open(folder: &Path) -> Result<Self, ArchiveError> {
        let folder = Folder::take(folder).map_err(|error| ArchiveError::Open(error.to_string()))?;
        let file = folder.path().join(FILE);
        open_private(&file)?;
        let connection = connection::writer(&file, super::Durability::Synced)?;
        Ok(Self { connection, version: 0, _folder: folder })
    }
}

impl Target for ArchiveTarget {
    fn known(&self) -> i64 {
        migration::known()
    }

    fn begin(&mut self, version: i64) -> Result<(), ArchiveError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        if !migration::is_empty(&self.connection)? {
            return Err(ArchiveError::NotEmpty);
        }
        migration::take_between(&self.connection, 0, version)?;
        self.version = version;
        Ok(())
    }

    fn tables(&mut self) -> Result<Vec<Table>, ArchiveError> {
        tables(&self.connection)
    }

    fn create_records(&mut self, object: &ObjectDef) -> Result<(), ArchiveError> {
        for step in record_table::create(object, catalogue::SPELLING) {
            catalogue::take(&self.connection, step)?;
        }
        Ok(())
    }

    fn load(&mut self, table: &Table, next: &mut NextRow<'_>) -> Result<u64, ArchiveError> {
        let name = quoted(&table.name);
        self.connection.execute(&format!("DELETE FROM {name}"), [])?;
        let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "INSERT INTO {name} ({}) VALUES ({})",
            names(&table.columns),
            places.join(", ")
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = 0;
        while let Some(cells) = next()? {
            statement.execute(params_from_iter(cells))?;
            rows += 1;
        }
        Ok(rows)
    }

    fn commit(&mut self) -> Result<(), ArchiveError> {
        migration::take_between(&self.connection, self.version, migration::known())?;
        self.connection.execute_batch("ANALYZE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(super) fn cell(row: &Row<'_>, place: usize) -> Result<Cell, ArchiveError> {
    Ok(match row.get_ref(place)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(_) => Cell::Text(row.get(place)?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Real(number) => {
            let message = format!("a cell holds {number} where a whole number is due");
            return Err(super::failure::damaged(message).into());
        }
    })
}

/// Every table with its columns.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, ArchiveError> {
    let sql =
        "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
               WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
               ORDER BY t.name, c.cid";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut columns: Vec<(String, Keyed)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (table, name, of): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let key: i64 = row.get(3)?;
        let kind = match of.as_str() {
            "INTEGER" => Kind::Integer,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            _ => return Err(ArchiveError::Type { table, column: name, of }),
        };
        columns.push((table, (Column { name, kind }, (key > 0).then_some(key))));
    }
    Ok(Table::gather(columns))
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

/// By the key, or by everything where there is none.
fn order(table: &Table) -> String {
    if table.key.is_empty() {
        return names(&table.columns);
    }
    table.key.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}
