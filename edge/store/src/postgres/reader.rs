//! Reading beside the lanes: each snapshot is one read transaction on a connection of its own, taken from
//! a few that are kept open.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use runtime::port::{Read, Readers, StoreError};

use super::ArchiveSource;
use super::address::Address;
use super::connection::{self, Connection};
use super::failure::Outcome;
use crate::archive::ArchiveError;

/// Connections that are kept open while nobody reads.
const IDLE_MAX: usize = 8;

/// A transaction sees what is committed when it first reads, so it reads at once.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT FROM platform LIMIT 1";

/// Opens snapshots. How many there are at once is the caller's business.
pub struct Reader {
    address: Address,
    idle: Mutex<Vec<Connection>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(address: Address) -> Self {
        Self { address, idle: Mutex::new(Vec::new()) }
    }

    /// Reads a database of this program's version, and leaves one of another as it is.
    ///
    /// # Errors
    /// Where the server cannot be reached, where the database has another version.
    pub fn beside(url: &str) -> Result<Self, ArchiveError> {
        ArchiveSource::open(url)?.check_is_newest()?;
        Ok(Self::new(Address::read(url).map_err(|error| ArchiveError::Open(error.to_string()))?))
    }

    /// What has been committed by now. Must not be called on a thread that drives async tasks.
    ///
    /// # Errors
    /// Where the server cannot be reached.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Ok(self.begin()?)
    }

    /// A connection that was kept may have been lost meanwhile; only a new one tells that the server is gone.
    fn begin(&self) -> Outcome<Snapshot<'_>> {
        while let Some(connection) = self.idle().pop() {
            if connection.batch(BEGIN).is_ok() {
                return Ok(Snapshot { connection: Some(connection), reader: self });
            }
        }
        let connection = Connection::open(&self.address, connection::READER)?;
        connection.batch(BEGIN)?;
        Ok(Snapshot { connection: Some(connection), reader: self })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
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
        f.debug_struct("Snapshot").finish_non_exhaustive()
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
        if connection.batch("ROLLBACK").is_err() {
            return;
        }
        let mut idle = self.reader.idle();
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}
