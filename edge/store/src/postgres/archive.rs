//! A PostgreSQL database as archives see it: tables by what the server says of them, rows as cells. What is
//! kept in shards is read as its sum and written as one shard.

use std::error::Error;

use postgres::Row;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use records::ObjectDef;

use super::address::Address;
use super::connection::Connection;
use super::failure::{Failure, Outcome, damaged};
use super::{catalogue, migration};
use crate::archive::{
    ArchiveError, Cell, Column, Keyed, Kind, NextRow, SHARD, Source, Table, Target,
};
use crate::record_table;
use crate::sql::quoted;

/// What an archive needs: patience, and an end to the transaction of a process that is frozen.
const SETTINGS: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SET lock_timeout = '60s';
    SET statement_timeout = 0;
    SET jit = off;
";

impl From<postgres::Error> for ArchiveError {
    fn from(error: postgres::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<Failure> for ArchiveError {
    fn from(failure: Failure) -> Self {
        Self::Store(failure.into())
    }
}

fn open(url: &str) -> Result<Connection, ArchiveError> {
    let failed = |error: super::OpenError| ArchiveError::Open(error.to_string());
    let address = Address::read(url).map_err(|error| failed(error.into()))?;
    super::check_server(&address).map_err(failed)?;
    Connection::open(&address, SETTINGS).map_err(|error| failed(error.into()))
}

/// One moment of a database, whoever else works with it.
#[derive(Debug)]
pub struct ArchiveSource {
    connection: Connection,
    version: i64,
}

impl ArchiveSource {
    /// Opens a database of this program's version or an older one, and keeps to what is committed by now.
    /// Objects can be defined again only when this is dropped.
    ///
    /// # Errors
    /// Where it is not ours, where it is newer, where the server fails.
    pub fn open(url: &str) -> Result<Self, ArchiveError> {
        let connection = open(url)?;
        connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let exists = connection.query(
            "SELECT FROM pg_class WHERE relname = 'rondo_version'
             AND relnamespace = current_schema()::regnamespace",
            &[],
        )?;
        let found = if exists.is_empty() {
            None
        } else {
            let rows = connection.query("SELECT version FROM rondo_version WHERE id = 1", &[])?;
            rows.first().map(|row| row.try_get::<_, i64>(0)).transpose()?
        };
        let nothing = || ArchiveError::NoDatabase { place: "that database".to_owned() };
        let version = found.filter(|version| *version > 0).ok_or_else(nothing)?;
        let known = migration::newest();
        if version > known {
            return Err(ArchiveError::NewerDatabase { found: version, known });
        }
        Ok(Self { connection, version })
    }

    /// That the database has this program's version.
    pub(super) fn check_is_newest(&self) -> Result<(), ArchiveError> {
        self.version
            .eq(&migration::newest())
            .then_some(())
            .ok_or(ArchiveError::OlderDatabase { found: self.version, known: migration::newest() })
    }
}

impl Source for ArchiveSource {
    fn version(&self) -> i64 {
        self.version
    }

    fn kind(&self) -> &'static str {
        "postgres"
    }

    fn tables(&mut self) -> Result<Vec<Table>, ArchiveError> {
        tables(&self.connection)
    }

    fn count(&mut self, table: &Table) -> Result<u64, ArchiveError> {
        let sql = format!("SELECT count(*) FROM ({}) AS counted", select(table));
        let rows = self.connection.query(&sql, &[])?;
        let row = rows.first().ok_or_else(|| damaged("a count without an answer"))?;
        Ok(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default())
    }

    fn rows(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let sql = format!("{} ORDER BY {}", select(table), order(table));
        let mut client = self.connection.client();
        let no_params: [&(dyn ToSql + Sync); 0] = [];
        let mut rows = client.query_raw(&sql, no_params)?;
        let mut cells = Vec::with_capacity(table.columns.len());
        while let Some(row) = rows.next()? {
            cells.clear();
            for (place, column) in table.columns.iter().enumerate() {
                cells.push(cell(&row, place, column.kind)?);
            }
            each(&cells)?;
        }
        Ok(())
    }
}

/// A new database on its way.
#[derive(Debug)]
pub struct ArchiveTarget {
    connection: Connection,
    version: i64,
}

impl ArchiveTarget {
    /// Connects to an empty database.
    ///
    /// # Errors
    /// Where the server cannot be reached.
    pub fn open(url: &str) -> Result<Self, ArchiveError> {
        Ok(Self { connection: open(url)?, version: 0 })
    }
}

impl Target for ArchiveTarget {
    fn known(&self) -> i64 {
        migration::newest()
    }

    fn begin(&mut self, version: i64) -> Result<(), ArchiveError> {
        self.connection.batch("BEGIN")?;
        match migration::locked_version(&self.connection)? {
            Some(0) => {}
            Some(_) | None => return Err(ArchiveError::NotEmpty),
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
        self.connection.batch(&format!("DELETE FROM {name}"))?;
        let shard = if table.is_summed { format!(", {SHARD}") } else { String::new() };
        let sql = format!("COPY {name} ({}{shard}) FROM STDIN BINARY", names(&table.columns));
        let mut types: Vec<Type> =
            table.columns.iter().map(|column| type_of(column.kind)).collect();
        types.extend(table.is_summed.then_some(Type::INT8));
        let mut client = self.connection.client();
        let mut copy = BinaryCopyInWriter::new(client.copy_in(&sql)?, &types);
        while let Some(mut cells) = next()? {
            cells.extend(table.is_summed.then_some(Cell::Integer(0)));
            let cells: Vec<&(dyn ToSql + Sync)> =
                cells.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect();
            copy.write(&cells)?;
        }
        Ok(copy.finish()?)
    }

    fn commit(&mut self) -> Result<(), ArchiveError> {
        let known = self.known();
        migration::take_between(&self.connection, self.version, known)?;
        // The planner is to know from the first query on how many rows there are.
        self.connection.batch("ANALYZE")?;
        Ok(self.connection.batch("COMMIT")?)
    }
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql(of, out),
            Self::Text(text) => text.to_sql(of, out),
            Self::Bytes(bytes) => bytes.to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(of)
    }

    to_sql_checked!();
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Integer => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}

pub(super) fn cell(row: &Row, place: usize, kind: Kind) -> Result<Cell, ArchiveError> {
    let cell = match kind {
        Kind::Integer => row.try_get::<_, Option<i64>>(place)?.map(Cell::Integer),
        Kind::Text => row.try_get::<_, Option<String>>(place)?.map(Cell::Text),
        Kind::Bytes => row.try_get::<_, Option<Vec<u8>>>(place)?.map(Cell::Bytes),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// Every table with its columns.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, ArchiveError> {
    let sql = "
        SELECT c.relname::text, a.attname::text, t.typname::text,
               array_position(i.indkey::int2[], a.attnum)::bigint
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = ''
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relnamespace = current_schema()::regnamespace
        ORDER BY c.relname COLLATE \"C\", a.attnum";
    let columns = connection.query(sql, &[])?;
    let columns = columns.iter().map(column).collect::<Result<_, _>>()?;
    Ok(Table::gather(columns))
}

/// A column with its table and its place in the key.
fn column(row: &Row) -> Result<(String, Keyed), ArchiveError> {
    let read = || -> Outcome<(String, String, String, Option<i64>)> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
    };
    let (table, name, of, key) = read()?;
    let kind = match of.as_str() {
        "int8" => Kind::Integer,
        "text" => Kind::Text,
        "bytea" => Kind::Bytes,
        _ => return Err(ArchiveError::Type { table, column: name, of }),
    };
    Ok((table, (Column { name, kind }, key)))
}

/// The rows, summed where they are kept in shards.
fn select(table: &Table) -> String {
    let from = quoted(&table.name);
    if !table.is_summed {
        return format!("SELECT {} FROM {from}", names(&table.columns));
    }
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            if table.key.contains(&column.name) {
                name
            } else {
                format!("sum({name})::bigint AS {name}")
            }
        })
        .collect();
    format!("SELECT {} FROM {from} GROUP BY {}", columns.join(", "), order(table))
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
