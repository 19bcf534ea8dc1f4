//! From a database to an archive, row by row.

use std::io::Write;

use serde::Serialize;

use super::format::{End, FORMAT, Header, Heading, Origin, TableEnd, row};
use super::lines::{LINE_MAX, LineWriter};
use super::table::Table;
use super::{ArchiveError, Carried, Progress, Source};

/// The table that says which tables of records there are. It comes first.
pub(super) const OBJECTS: &str = "object";

/// Writes everything that the database holds.
///
/// # Errors
/// Where the database or the file fails.
pub fn backup(
    source: &mut dyn Source,
    origin: Origin,
    out: impl Write,
    tell: &mut dyn FnMut(&Progress),
) -> Result<Carried, ArchiveError> {
    let mut tables = source.tables()?;
    tables.retain(|table| !table.is_excluded());
    tables.sort_by(|one, other| {
        (one.name != OBJECTS, &one.name).cmp(&(other.name != OBJECTS, &other.name))
    });
    let headings = tables.iter().map(|table| heading(source, table)).collect::<Result<_, _>>()?;
    let header = Header {
        rondo_archive: FORMAT,
        schema: source.version(),
        database: source.kind().to_owned(),
        origin,
        tables: headings,
    };
    let mut lines = LineWriter::new(out);
    push(&mut lines, &header)?;
    let mut progress = Progress {
        rows: 0,
        rows_total: header.tables.iter().map(|heading| heading.rows).sum(),
        table: String::new(),
    };
    for table in &tables {
        progress.table.clone_from(&table.name);
        write_table(source, table, &mut lines, &mut progress, tell)?;
    }
    let end = End { end_of_archive: progress.rows, sha256: lines.whole() };
    push(&mut lines, &end)?;
    lines.flush()?;
    Ok(Carried { header, rows: progress.rows })
}

fn heading(source: &mut dyn Source, table: &Table) -> Result<Heading, ArchiveError> {
    Ok(Heading {
        name: table.name.clone(),
        rows: source.count(table)?,
        columns: table.columns.clone(),
    })
}

fn write_table<W: Write>(
    source: &mut dyn Source,
    table: &Table,
    lines: &mut LineWriter<W>,
    progress: &mut Progress,
    tell: &mut dyn FnMut(&Progress),
) -> Result<(), ArchiveError> {
    lines.part();
    let before = progress.rows;
    source.rows(table, &mut |cells| {
        let line = row(cells).map_err(std::io::Error::from)?;
        if line.len() >= LINE_MAX {
            return Err(ArchiveError::RowTooLong { table: table.name.clone(), most: LINE_MAX });
        }
        lines.push(&line)?;
        progress.rows += 1;
        tell(progress);
        Ok(())
    })?;
    let sha256 = lines.part();
    push(lines, &TableEnd { end_of: table.name.clone(), rows: progress.rows - before, sha256 })
}

fn push<W: Write>(lines: &mut LineWriter<W>, line: &impl Serialize) -> Result<(), ArchiveError> {
    let line = serde_json::to_vec(line).map_err(std::io::Error::from)?;
    Ok(lines.push(&line)?)
}
