//! How a connection to the database file is set up, for the one writer and for readers. Durability is
//! decided here: WAL with `synchronous=FULL`, so that a commit has reached the disk when it returns.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};

use super::Durability;
use crate::title::fold;

/// Prepared statements kept per connection; above what the lane's rows and record tables need.
const STATEMENT_CACHE: usize = 512;
/// How long a statement waits for the other side of the WAL (a checkpoint, a backup), not for a writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Foreign keys stay off: references are checked by the turn, which can say what refers to what.
/// The checkpoint runs in the writer at a commit, because one beside it may never catch up with it; after
/// 64 MB, so that a page that many batches write goes into the database once.
const WRITER: &str = "
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA journal_size_limit = 67108864;
";

const READER: &str = "
    PRAGMA query_only = ON;
    PRAGMA cache_size = -16384;
    PRAGMA mmap_size = 0;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
";

/// Opens the database for the lane and creates the file where it is missing.
pub(super) fn writer(file: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = set_up(Connection::open_with_flags(file, flags)?, WRITER)?;
    if durability == Durability::UnsyncedForTests {
        connection.pragma_update(None, "synchronous", "OFF")?;
    }
    Ok(connection)
}

/// Opens an existing database for reading only.
pub(super) fn reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    set_up(Connection::open_with_flags(file, flags)?, READER)
}

fn set_up(connection: Connection, pragmas: &str) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A quoted name that is no column would be read as a text: a table that has lost it would answer nonsense.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    connection.execute_batch(pragmas)?;
    connection.create_scalar_function(
        "fold",
        1,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC,
        |call| Ok(call.get::<Option<String>>(0)?.map(|text| fold(&text))),
    )?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_on_the_disk_when_it_returns() {
        let folder = tempfile::tempdir().unwrap();
        let connection = writer(&folder.path().join("a.db"), Durability::Synced).unwrap();
        let pragma = |name: &str| {
            connection.query_row(&format!("PRAGMA {name}"), [], |row| {
                Ok(match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    other => other.as_str()?.to_owned(),
                })
            })
        };
        for (name, expect) in [
            ("synchronous", "2"),
            ("journal_mode", "wal"),
            ("page_size", "4096"),
            ("mmap_size", "0"),
        ] {
            assert_eq!(pragma(name).unwrap(), expect, "{name}");
        }
    }

    #[test]
    fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        writer(&file, Durability::Synced).unwrap().execute_batch("create table t (a)").unwrap();
        assert!(reader(&file).unwrap().execute_batch("insert into t values (1)").is_err());
    }
}
