//! Reading beside the lane: each snapshot is one read transaction on a connection of its own, taken from
//! a few that are kept open.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use runtime::port::{Read, Readers, StoreError};
use rusqlite::Connection;

use super::failure::Outcome;
use super::{ArchiveSource, FILE, connection};
use crate::archive::ArchiveError;
use crate::folder::Folder;

/// Connections that are kept open while nobody reads.
const IDLE_MAX: usize = 8;

/// Opens snapshots. How many there are at once is the caller's business.
pub struct Reader {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
    // A reader that stands beside a server does not hold the folder.
    _folder: Option<Arc<Folder>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(file: PathBuf, folder: Arc<Folder>) -> Self {
        Self { file, idle: Mutex::new(Vec::new()), _folder: Some(folder) }
    }

    /// Reads the database in a folder that another process may hold, of this program's version.
    ///
    /// # Errors
    /// Where there is none, or one of another version.
    pub fn beside(folder: &Path) -> Result<Self, ArchiveError> {
        ArchiveSource::open(folder)?.check_is_newest()?;
        Ok(Self { file: folder.join(FILE), idle: Mutex::new(Vec::new()), _folder: None })
    }

    /// What has been committed by now.
    ///
    /// # Errors
    /// Where the file cannot be opened or read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Ok(self.begin()?)
    }

    fn begin(&self) -> Outcome<Snapshot<'_>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| connection::reader(&self.file), Ok)?;
        // A transaction sees what is committed when it first reads, so it reads at once.
        connection.execute_batch("BEGIN; SELECT value FROM platform LIMIT 1")?;
        Ok(Snapshot { connection: Some(connection), reader: self })
    }
}

impl Readers for Reader {
    fn open(&self) -> Result<Box<dyn Read + '_>, StoreError> {
        Ok(Box::new(self.snapshot()?))
    }
}

/// One state of the database, unmoved by what is committed meanwhile.
pub struct Snapshot<'a> {
    // INVARIANT: present until the drop.
    connection: Option<Connection>,
    reader: &'a Reader,
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("file", &self.reader.file).finish_non_exhaustive()
    }
}

impl Snapshot<'_> {
    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("the connection is there until the drop")
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        let mut idle = self.reader.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}
