//! Where a test has its database: SQLite in a temporary folder.

use std::path::Path;
use std::time::Duration;

use runtime::port::{Readers, Store};
use rusqlite::{Connection, params_from_iter};
use store::Database;
use store::sql::{Dialect, Param, Sql};
use tempfile::TempDir;

use crate::plan::Plan;

/// How statements are written here.
pub(crate) const DIALECT: Dialect = Dialect::Sqlite;

/// A database that goes with the value.
pub(crate) struct Place {
    // INVARIANT: empty only inside `reopen`.
    database: Option<Database>,
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { database: Some(Database::open(folder.path()).unwrap()), folder }
    }

    /// What the next start of the program does; nobody uses the database meanwhile.
    pub(crate) fn reopen(&mut self) {
        self.database = None;
        self.database = Some(Database::open(self.folder.path()).unwrap());
    }

    pub(crate) fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    pub(crate) fn lane(&self) -> Box<dyn Store> {
        Box::new(self.database().lane().unwrap())
    }

    pub(crate) fn readers(&self) -> Box<dyn Readers> {
        Box::new(self.database().reader())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Has the database refuse every note of this name when it is written.
    pub(crate) fn refuse_note(&self, name: &str) {
        let refuse = format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON record_note WHEN NEW.f_name = '{name}'
             BEGIN SELECT RAISE(ABORT, 'nobody may be called so'); END"
        );
        self.beside().execute_batch(&refuse).unwrap();
    }

    /// Has the database count what its tables hold.
    pub(crate) fn analyze(&self) {
        self.beside().execute_batch("ANALYZE").unwrap();
    }

    pub(crate) fn plan(&self, sql: &Sql) -> Plan {
        let connection = self.beside();
        let mut statement =
            connection.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).unwrap();
        let params = sql.params.iter().map(|param| match param {
            Param::Integer(number) => rusqlite::types::Value::Integer(*number),
            Param::Text(text) => rusqlite::types::Value::Text(text.to_string()),
        });
        let lines = statement.query_map(params_from_iter(params), |row| row.get(3)).unwrap();
        let lines: Vec<String> = lines.map(Result::unwrap).collect();
        let index = |line: &String| {
            let (_, rest) = line.split_once(" USING ")?;
            if rest.starts_with("INTEGER PRIMARY KEY") {
                return Some("PRIMARY".to_owned());
            }
            Some(rest.split_once("INDEX ")?.1.split(" (").next()?.to_owned())
        };
        let whole = |line: &String| Some(line.strip_prefix("SCAN ")?.to_owned());
        Plan {
            indices: lines.iter().filter_map(index).collect(),
            whole_tables: lines.iter().filter_map(whole).collect(),
            text: format!("{}\n{}", sql.text, lines.join("\n")),
        }
    }

    /// Keeps every lane from beginning a transaction until the answer is dropped.
    pub(crate) fn hold(&self) -> Connection {
        let connection = self.beside();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        connection
    }

    /// A connection beside the store.
    fn beside(&self) -> Connection {
        let connection = Connection::open(self.folder().join("rondo.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        connection
    }

    /// The folder without its database.
    pub(crate) fn closed(self) -> TempDir {
        self.folder
    }
}
