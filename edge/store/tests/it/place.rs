//! Where a test has its database: SQLite in a temporary folder.

use std::path::Path;
use std::time::Duration;

use runtime::port::{Readers, Store};
use rusqlite::Connection;
use store::Database;
use tempfile::TempDir;

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
