//! Reading beside the lanes: each snapshot is one read transaction on a connection of its own, taken from
//! a few that are kept open.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use runtime::port::{Read, Readers, StoreError};

use super::ArchiveSource;
use super::address::Address;
use super::catalogue;
use super::connection::{self, Connection};
use super::counter::no_number;
use super::failure::Outcome;
use crate::archive::ArchiveError;

/// Connections that are kept open while nobody reads.
const IDLE_MAX: usize = 8;

/// A transaction sees what is committed when it first reads, so it reads at once: what every transaction
/// has to know.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SELECT value FROM platform WHERE name = 'catalogue_version'";

/// Opens snapshots. How many there are at once is the caller's business.
pub struct Reader {
    address: Address,
    /// Each with the version of the catalogue that it saw last.
    idle: Mutex<Vec<(Connection, i64)>>,
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
        while let Some((connection, seen)) = self.idle().pop() {
            if let Ok(catalogue_version) = begin(&connection) {
                if seen != catalogue_version {
                    // What was prepared for a table of records does not fit once it has other columns.
                    connection.forget_statements();
                }
                let connection = Some(connection);
                return Ok(Snapshot { connection, catalogue_version, reader: self });
            }
        }
        let connection = Connection::open(&self.address, connection::READER)?;
        let catalogue_version = begin(&connection)?;
        Ok(Snapshot { connection: Some(connection), catalogue_version, reader: self })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, i64)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins a transaction and answers the version of the catalogue that it sees.
fn begin(connection: &Connection) -> Outcome<i64> {
    let rows = connection.texts(BEGIN)?;
    let version = rows.first().and_then(|row| row.get(0)).and_then(|text| text.parse().ok());
    version.ok_or_else(|| no_number(catalogue::VERSION))
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
    catalogue_version: i64,
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

    /// The version of the catalogue that it sees.
    pub(super) fn catalogue_version(&self) -> i64 {
        self.catalogue_version
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
            idle.push((connection, self.catalogue_version));
        }
    }
}
