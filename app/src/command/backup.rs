//! `rondo backup FILE`: everything that the database holds, of one moment, while servers work with it.

use anyhow::Result;
use store::archive::Source;
use store::{postgres, sqlite};

use crate::archive_file::{self, Existing};
use crate::cli::{Backup, Data};
use crate::patience::await_database;
use crate::say;

pub(crate) fn backup(options: &Backup) -> Result<()> {
    let mut source = source(&options.data)?;
    let existing = if options.force { Existing::IsReplaced } else { Existing::Stays };
    let carried = archive_file::write(source.as_mut(), &options.file, existing)?;
    say::line(format!(
        "{} rows of {} tables are in {}",
        carried.rows,
        carried.header.tables.len(),
        options.file.display()
    ));
    Ok(())
}

/// Refuses where no database is: only `serve` and `restore` make one, for the others its place is mistyped.
pub(super) fn expect_database(data: &Data) -> Result<()> {
    source(data).map(drop)
}

/// The database that is there to be read; nothing is made where there is none.
fn source(data: &Data) -> Result<Box<dyn Source>> {
    await_database(data)?;
    Ok(match &data.database {
        Some(url) => Box::new(postgres::ArchiveSource::open(url)?),
        None => Box::new(sqlite::ArchiveSource::open(&data.data)?),
    })
}
