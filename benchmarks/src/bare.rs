//! What SQLite alone would do: the rows that a round has written, read back from the finished database
//! and sorted into the batches they came in, to be written again with plain prepared statements.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// As the store sets up its own connection for writing.
const PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA journal_size_limit = 67108864;
";

/// The tables that rows are added to, each with the instant of its batch.
pub(crate) const ADDED: [(&str, &str); 7] = [
    ("history_record", "at"),
    ("instance", "started_at"),
    ("history", "at"),
    ("element_instance", "started_at"),
    ("variable", "(SELECT started_at FROM instance WHERE key = it.instance)"),
    ("decision", "at"),
    ("outbox", "at"),
];

/// The totals that every batch rewrites; the columns of their keys.
pub(crate) const TOTALS: [(&str, &str); 3] = [
    ("definition_count", "definition"),
    ("element_count", "definition, element_id"),
    ("flow_count", "definition, flow_id"),
];

/// The database before a round.
#[derive(Debug)]
pub(crate) struct Before {
    /// The instant of its last change.
    last: i64,
    pub(crate) bytes: i64,
}

/// The rows of a round.
#[derive(Debug, Default)]
pub(crate) struct Written {
    statements: Vec<String>,
    by_batch: BTreeMap<i64, Vec<(usize, Vec<Value>)>>,
    pub(crate) batches: usize,
    pub(crate) rows: usize,
    pub(crate) tables: BTreeMap<String, usize>,
}

/// Copies the database as it is now.
pub(crate) fn copy(file: &Path, copy: &Path) -> Result<Before> {
    let connection = Connection::open(file)?;
    let path = copy.to_str().context("the path is UTF-8")?;
    connection.execute("VACUUM INTO ?1", [path])?;
    let last = connection.query_row("SELECT max(at) FROM history_record", [], |row| row.get(0))?;
    Ok(Before { last, bytes: size(&connection)? })
}

/// The pages in use, in bytes.
pub(crate) fn size(connection: &Connection) -> Result<i64> {
    let sql = "SELECT (page_count - freelist_count) * page_size
               FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Opens a database for writing as the store does.
pub(crate) fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(PRAGMAS)?;
    connection.set_prepared_statement_cache_capacity(512);
    Ok(connection)
}

/// Reads back everything that was written since.
pub(crate) fn read_back(finished: &Connection, before: &Before) -> Result<Written> {
    let mut written = Written::default();
    let objects = texts(finished, "SELECT name FROM object ORDER BY name")?;
    for object in &objects {
        let table = format!("record_{object}");
        written.add(finished, &table, "created_at", before)?;
        written.change(finished, object, before)?;
        let instant = format!(
            "(SELECT created_at FROM \"{table}\" WHERE key = it.record AND it.object = '{object}')"
        );
        written.add(finished, "title_word", &instant, before)?;
    }
    for (table, instant) in ADDED {
        written.add(finished, table, instant, before)?;
    }
    written.batches = written.by_batch.len();
    for (table, key) in TOTALS {
        written.repeat(finished, table, key)?;
    }
    written.repeat(finished, "counter", "name")?;
    Ok(written)
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    texts(connection, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))
}

fn list(names: &[String], each: impl Fn(usize, &str) -> String) -> String {
    let parts = names.iter().enumerate().map(|(place, name)| each(place + 1, name));
    parts.collect::<Vec<_>>().join(", ")
}

impl Written {
    fn statement(&mut self, sql: String) -> usize {
        self.statements.push(sql);
        self.statements.len() - 1
    }

    /// Takes over each row that `select` finds: the batch's instant, then the statement's values.
    fn take(
        &mut self,
        finished: &Connection,
        table: &str,
        statement: usize,
        select: &str,
        before: &Before,
    ) -> Result<()> {
        let mut select = finished.prepare(select)?;
        let values = select.column_count();
        let mut rows = select.query([before.last])?;
        while let Some(row) = rows.next()? {
            let cells = (1..values).map(|place| row.get(place)).collect::<rusqlite::Result<_>>()?;
            self.by_batch.entry(row.get(0)?).or_default().push((statement, cells));
            self.rows += 1;
            *self.tables.entry(table.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// The rows that were added to a table.
    fn add(
        &mut self,
        finished: &Connection,
        table: &str,
        instant: &str,
        before: &Before,
    ) -> Result<()> {
        let columns = columns(finished, table)?;
        let places = list(&columns, |place, _| format!("?{place}"));
        let statement = self.statement(format!("INSERT INTO \"{table}\" VALUES ({places})"));
        let select =
            format!("SELECT {instant} AS instant, it.* FROM \"{table}\" it WHERE instant > ?1");
        self.take(finished, table, statement, &select, before)
    }

    /// The rows of records that were there before and that a batch has changed, as they are at the
    /// end.
    fn change(&mut self, finished: &Connection, object: &str, before: &Before) -> Result<()> {
        let table = format!("record_{object}");
        let columns = columns(finished, &table)?;
        let sets = list(&columns, |place, name| format!("\"{name}\" = ?{place}"));
        let statement = self.statement(format!("UPDATE \"{table}\" SET {sets} WHERE key = ?1"));
        let select = format!(
            "SELECT DISTINCT changed.at, it.* FROM history_record changed
             JOIN \"{table}\" it ON it.key = changed.record AND changed.object = '{object}'
             WHERE changed.at > ?1 AND it.created_at < changed.at"
        );
        self.take(finished, &format!("{table} (changed)"), statement, &select, before)
    }

    /// Rows that every batch writes again.
    fn repeat(&mut self, finished: &Connection, table: &str, key: &str) -> Result<()> {
        let columns = columns(finished, table)?;
        let places = list(&columns, |place, _| format!("?{place}"));
        let keys: Vec<&str> = key.split(", ").collect();
        let rest: Vec<String> =
            columns.iter().filter(|name| !keys.contains(&name.as_str())).cloned().collect();
        let sets = list(&rest, |_, name| format!("{name} = excluded.{name}"));
        let statement = self.statement(format!(
            "INSERT INTO {table} VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {sets}"
        ));
        let mut select = finished.prepare(&format!("SELECT * FROM {table} ORDER BY {key}"))?;
        let rows = select.query_map([], |row| {
            (0..columns.len()).map(|place| row.get(place)).collect::<rusqlite::Result<Vec<Value>>>()
        })?;
        let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        for batch in self.by_batch.values_mut() {
            batch.extend(rows.iter().map(|cells| (statement, cells.clone())));
        }
        let count = rows.len() * self.by_batch.len();
        self.rows += count;
        *self.tables.entry(table.to_owned()).or_default() += count;
        Ok(())
    }

    /// Writes every batch in a transaction of its own.
    pub(crate) fn write(&self, connection: &mut Connection) -> Result<()> {
        for batch in self.by_batch.values() {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for (statement, cells) in batch {
                let sql = self.statements.get(*statement).context("a known statement")?;
                connection.prepare_cached(sql)?.execute(params_from_iter(cells))?;
            }
            connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }
}
