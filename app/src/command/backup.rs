//! `rondo backup FILE`: everything that the database holds, of one moment, while servers work with it.

use std::io::{BufWriter, Write as _};

use anyhow::{Context, Result};
use store::archive::{ArchiveFile, Origin, Progress, Source};
use store::{archive, postgres, sqlite};

use crate::cli::{Backup, Data};
use crate::progress::ProgressLine;
use crate::say;
use crate::workspace::now;

pub(crate) fn backup(options: &Backup) -> Result<()> {
    let mut source = source(&options.data)?;
    let mut file = BufWriter::new(ArchiveFile::create(&options.file, options.force)?);
    let now = now();
    let product = env!("CARGO_PKG_VERSION").to_owned();
    let origin = Origin { product, written_at: now.0, date: now.to_string() };
    let mut line = ProgressLine::on_terminal();
    let carried = archive::backup(source.as_mut(), origin, &mut file, &mut |progress| {
        show(&mut line, progress);
    });
    line.clear();
    let carried = carried.context("nothing was written")?;
    file.flush().context("nothing was written")?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
    say::line(format!(
        "{} rows of {} tables are in {}",
        carried.rows,
        carried.header.tables.len(),
        options.file.display()
    ));
    Ok(())
}

fn source(data: &Data) -> Result<Box<dyn Source>> {
    Ok(match &data.database {
        Some(url) => Box::new(postgres::ArchiveSource::open(url)?),
        None => Box::new(sqlite::ArchiveSource::open(&data.data)?),
    })
}

/// Shows how far an archive is.
pub(super) fn show(line: &mut ProgressLine, progress: &Progress) {
    if progress.rows.is_multiple_of(256) {
        line.show(progress.rows, progress.rows_total, &progress.table);
    }
}
