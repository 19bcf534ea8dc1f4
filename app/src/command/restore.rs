//! `rondo restore FILE`: an empty database, of either kind, from an archive; all of it or nothing.

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result};
use store::archive::Target;
use store::{archive, postgres, sqlite};

use crate::archive_file::show;
use crate::cli::{Data, Restore};
use crate::patience::await_database;
use crate::progress::ProgressLine;
use crate::say;

pub(crate) fn restore(options: &Restore) -> Result<()> {
    let file = File::open(&options.file)
        .with_context(|| format!("`{}` cannot be opened", options.file.display()))?;
    let mut target = target(&options.data)?;
    let mut line = ProgressLine::on_terminal();
    let input = BufReader::new(file);
    let carried = archive::restore(target.as_mut(), input, &mut |progress| {
        show(&mut line, progress);
    });
    line.clear();
    let carried = carried.context("nothing was restored")?;
    let header = carried.header;
    say::line(format!(
        "{} rows of {} tables are restored; they were backed up on {} by Rondo {}",
        carried.rows,
        header.tables.len(),
        header.origin.date,
        header.origin.product
    ));
    Ok(())
}

fn target(data: &Data) -> Result<Box<dyn Target>> {
    await_database(data)?;
    Ok(match &data.database {
        Some(url) => Box::new(postgres::ArchiveTarget::open(url)?),
        None => Box::new(sqlite::ArchiveTarget::open(&data.data)?),
    })
}
