//! SQLite: one file, one writer, readers beside it. One file per noun holds that noun's statements; the
//! lane writes, a snapshot reads.

mod archive;
mod catalogue;
mod cell;
mod connection;
mod counter;
mod decision;
mod element;
mod failure;
mod idempotency;
mod identity;
mod incident;
mod inspect;
mod instance;
mod job;
mod lane;
mod load;
pub(crate) mod migration;
mod notification;
mod outbox;
mod page;
mod reader;
mod record;
mod record_history;
mod record_list;
mod record_row;
mod timer;
mod title_search;
mod totals;
mod user_task;
mod variable;
mod work;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::archive::{ArchiveSource, ArchiveTarget};
pub use self::lane::Lane;
pub use self::reader::{Reader, Snapshot};
use crate::folder::{Folder, FolderError, open_private};

/// The database file in the data folder.
const FILE: &str = "rondo.db";

/// What a commit has to wait for before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// For the disk (`synchronous=FULL`).
    #[default]
    Synced,
    /// For nothing (`synchronous=OFF`), so that the test of durability has something to find. Never
    /// for data that anybody wants to keep.
    UnsyncedForTests,
}

/// A data folder that is held, with its database at the version of this program.
#[derive(Debug)]
pub struct Database {
    folder: Arc<Folder>,
    file: PathBuf,
    copy: Option<PathBuf>,
    durability: Durability,
}

/// Why a database cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder is in use or not usable.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A newer program has written the file.
    #[error(
        "the database `{file}` has version {found}, this program knows version {known}; use a newer program, or restore a backup"
    )]
    Newer {
        /// The database file.
        file: PathBuf,
        /// The version it has.
        found: i32,
        /// The highest version that this program knows.
        known: i32,
    },
    /// Another program's database stands where ours should.
    #[error("`{file}` is not a Rondo database; name another data folder")]
    NotOurs {
        /// The database file.
        file: PathBuf,
    },
    /// The copy that precedes a migration could not be made.
    #[error("the copy `{file}` before the migration could not be made; make room and try again")]
    Backup {
        /// The copy.
        file: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// SQLite takes names as UTF-8 only.
    #[error("the path `{file}` is not UTF-8; name another data folder")]
    NotUnicode {
        /// The path.
        file: PathBuf,
    },
    /// SQLite failed.
    #[error("the database does not answer as it should: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl Database {
    /// Takes the folder for this process, creates or migrates the database in it.
    ///
    /// # Errors
    /// Where another process holds the folder, where the file is not ours or newer, where the
    /// disk refuses.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        Self::open_with(folder, Durability::Synced)
    }

    /// The same with another idea of when a commit counts.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_with(folder: &Path, durability: Durability) -> Result<Self, OpenError> {
        if durability == Durability::UnsyncedForTests {
            tracing::warn!("commits are not synced: a power failure loses what was answered");
        }
        let folder = Arc::new(Folder::take(folder)?);
        let file = folder.path().join(FILE);
        // SQLite gives its own files (WAL, index) the rights of this one.
        open_private(&file)
            .map_err(|source| FolderError::Io { path: folder.path().to_owned(), source })?;
        let mut connection = connection::writer(&file, durability)?;
        let copy = migration::migrate(&mut connection, &file, migration::MIGRATIONS)?;
        Ok(Self { folder, file, copy, durability })
    }

    /// The copy that was made because the database was of an older version.
    pub fn copy_before_migration(&self) -> Option<&Path> {
        self.copy.as_deref()
    }

    /// The database file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The writer. SQLite has one at a time: a second lane would wait for the first.
    ///
    /// # Errors
    /// Where SQLite cannot open the file.
    pub fn lane(&self) -> Result<Lane, OpenError> {
        Ok(Lane::open(&self.folder, self.durability)?)
    }

    /// Opens snapshots for reading, on connections of their own.
    pub fn reader(&self) -> Reader {
        Reader::new(self.file.clone(), Arc::clone(&self.folder))
    }
}
