//! Writing everything that a database holds to one file, with a line that shows how far it is: by `rondo
//! backup`, and before an older database is migrated.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use store::archive::{self, ArchiveFile, Carried, Origin, Progress, Source};

use crate::progress::ProgressLine;
use crate::workspace::now;

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    Stays,
    IsReplaced,
}

/// Writes the archive; the file has its name only once it is whole and on the disk.
pub(crate) fn write(source: &mut dyn Source, path: &Path, existing: Existing) -> Result<Carried> {
    let mut file = BufWriter::new(ArchiveFile::create(path, existing == Existing::IsReplaced)?);
    let now = now();
    let product = env!("CARGO_PKG_VERSION").to_owned();
    let origin = Origin { product, written_at: now.0, date: now.to_string() };
    let mut line = ProgressLine::on_terminal();
    let carried = archive::backup(source, origin, &mut file, &mut |progress| {
        show(&mut line, progress);
    });
    line.clear();
    let carried = carried.context("nothing was written")?;
    file.flush().context("nothing was written")?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
    Ok(carried)
}

/// Shows how far an archive is.
pub(crate) fn show(line: &mut ProgressLine, progress: &Progress) {
    if progress.rows.is_multiple_of(256) {
        line.show(progress.rows, progress.rows_total, &progress.table);
    }
}
