//! Archives: everything that a database holds in one file that either database can be filled from. What is
//! carried follows from the tables that are there, not from a list: a table or column that a migration adds
//! is carried from that day on. What is left out is named in [`EXCLUDED`], with the reason.
//!
//! The file is a row of gzip members that hold lines of JSON; `docs/handbook/archive.md` describes it.

mod backup;
mod file;
mod format;
mod lines;
mod restore;
mod table;

pub use self::backup::backup;
pub use self::file::{ArchiveFile, FileError};
pub use self::format::{FORMAT, Header, Origin};
pub use self::restore::restore;
pub use self::table::{Cell, Column, EXCLUDED, Kind, Table};
pub(crate) use self::table::{Keyed, SHARD};

use std::io;

use records::ObjectDef;
use runtime::port::StoreError;

/// How far long work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are done.
    pub rows: u64,
    /// Rows that there are.
    pub rows_total: u64,
    /// The table in work.
    pub table: String,
}

/// What was carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The first line of the archive.
    pub header: Header,
    /// Rows of all tables.
    pub rows: u64,
}

/// Why an archive could not be written or read. Where a database was to be filled, nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is something else.
    #[error("this is not an archive of Rondo; name a file that `rondo backup` wrote")]
    NotAnArchive,
    /// A newer program has written the archive in another format.
    #[error(
        "the archive has format {found}, this program reads up to format {known}; use a newer program"
    )]
    NewerFormat {
        /// The format it has.
        found: u64,
        /// The highest format that this program reads.
        known: u64,
    },
    /// The archive comes from a database that a newer program has made.
    #[error(
        "the archive comes from a database of version {found}, this program knows version {known}; use a newer program"
    )]
    NewerSchema {
        /// The version of the database that it comes from.
        found: i64,
        /// The highest version that this program knows.
        known: i64,
    },
    /// What stands there is not what was written.
    #[error("the archive is damaged at line {line}: {what}; use another one")]
    Damaged {
        /// The line of the unpacked archive.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// The end is missing.
    #[error("the archive ends early, behind line {line}; copy it again, or use another one")]
    Truncated {
        /// The last line that is there.
        line: u64,
    },
    /// No archive of ours is packed so densely.
    #[error(
        "the archive unpacks to more than {times} times its size, which none of Rondo's does; use another one"
    )]
    Bomb {
        /// The most that one of ours can grow.
        times: u64,
    },
    /// A row is larger than an archive may hold.
    #[error("a row of `{table}` is larger than {most} bytes; shorten it")]
    RowTooLong {
        /// The table.
        table: String,
        /// The most that a row may have.
        most: usize,
    },
    /// The archive has a table that a database of its version has not.
    #[error(
        "the archive holds the table `{table}`, which a database of version {version} does not have; use the program that wrote it"
    )]
    UnknownTable {
        /// The table.
        table: String,
        /// The version of the database that the archive comes from.
        version: i64,
    },
    /// A table of the database is not in the archive.
    #[error("the archive lacks the table `{table}`; use another one")]
    MissingTable {
        /// The table.
        table: String,
    },
    /// A table has other columns than in the database.
    #[error("the table `{table}` has the columns {found} in the archive, and {expected} here")]
    Columns {
        /// The table.
        table: String,
        /// The columns in the archive.
        found: String,
        /// The columns in the database.
        expected: String,
    },
    /// The database that was to be filled is not empty.
    #[error(
        "the database holds data already; restore into a folder that is not there yet, or into an empty database"
    )]
    NotEmpty,
    /// There is no database of ours to read.
    #[error(
        "there is no database of Rondo in `{place}`; name where it is by --data or --database, or make one by `rondo serve`"
    )]
    NoDatabase {
        /// Where it should be.
        place: String,
    },
    /// A newer program has made the database.
    #[error(
        "the database has version {found}, this program knows version {known}; use a newer program"
    )]
    NewerDatabase {
        /// The version it has.
        found: i64,
        /// The highest version that this program knows.
        known: i64,
    },
    /// An older program has made the database, and only this program's version can be looked at.
    #[error(
        "the database has version {found}, this program knows version {known}; serve it once, which migrates it"
    )]
    OlderDatabase {
        /// The version it has.
        found: i64,
        /// The version that this program knows.
        known: i64,
    },
    /// The database has a column that an archive cannot hold.
    #[error(
        "the column `{column}` of `{table}` is of the type `{of}`, which an archive cannot hold"
    )]
    Type {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        of: String,
    },
    /// The folder or the server refused.
    #[error("{0}")]
    Open(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file system failed.
    #[error("the archive cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl ArchiveError {
    /// The same as an error of the ports.
    pub(crate) fn into_store_error(self) -> StoreError {
        match self {
            Self::Store(error) => error,
            other => StoreError::Broken(other.to_string()),
        }
    }
}

/// A database to read: one moment of it, however long the reading takes.
pub trait Source {
    /// The version of its tables.
    fn version(&self) -> i64;

    /// `sqlite` or `postgres`, for whoever reads the archive.
    fn kind(&self) -> &'static str;

    /// Every table, whatever made it.
    ///
    /// # Errors
    /// Where the database fails or has a column of an unknown type.
    fn tables(&mut self) -> Result<Vec<Table>, ArchiveError>;

    /// How many rows the table has.
    ///
    /// # Errors
    /// Where the database fails.
    fn count(&mut self, table: &Table) -> Result<u64, ArchiveError>;

    /// Gives each row of the table by the order of its key, one at a time.
    ///
    /// # Errors
    /// Where the database fails, or what `each` answers.
    fn rows(
        &mut self,
        table: &Table,
        each: &mut dyn FnMut(&[Cell]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError>;
}

/// Where rows for [`Target::load`] come from; none behind the last.
pub type NextRow<'a> = dyn FnMut() -> Result<Option<Vec<Cell>>, ArchiveError> + 'a;

/// An empty database to fill, in one transaction: dropped before its commit, nothing of it is kept.
pub trait Target {
    /// The highest version of tables that this program knows.
    fn known(&self) -> i64;

    /// Makes the tables of that version.
    ///
    /// # Errors
    /// Where the database is not empty, or fails.
    fn begin(&mut self, version: i64) -> Result<(), ArchiveError>;

    /// Every table, whatever made it.
    ///
    /// # Errors
    /// Where the database fails.
    fn tables(&mut self) -> Result<Vec<Table>, ArchiveError>;

    /// Makes the table of an object's records.
    ///
    /// # Errors
    /// Where the database fails.
    fn create_records(&mut self, object: &ObjectDef) -> Result<(), ArchiveError>;

    /// Replaces what is in the table by these rows; answers how many there were.
    ///
    /// # Errors
    /// Where the database fails, or what `next` answers.
    fn load(&mut self, table: &Table, next: &mut NextRow<'_>) -> Result<u64, ArchiveError>;

    /// Brings the database to this program's version and makes all of it durable.
    ///
    /// # Errors
    /// Where the database fails.
    fn commit(&mut self) -> Result<(), ArchiveError>;
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_version_means_the_same_tables_in_both_databases() {
        assert_eq!(crate::sqlite::migration::known(), crate::postgres::migration::newest());
    }
}
