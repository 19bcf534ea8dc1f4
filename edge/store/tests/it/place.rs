//! Where a test has its database: SQLite in a temporary folder.

use std::path::Path;

use runtime::port::{Readers, Store};
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

    /// The folder without its database.
    pub(crate) fn closed(self) -> TempDir {
        self.folder
    }
}
