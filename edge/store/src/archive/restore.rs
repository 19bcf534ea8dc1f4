//! From an archive to an empty database, row by row and in one transaction. Every line is held against the
//! header, the sums and the tables of the version that the archive comes from.

use std::collections::BTreeMap;
use std::io::BufRead;

use records::ObjectDef;
use serde::de::DeserializeOwned;

use super::backup::OBJECTS;
use super::format::{End, FORMAT, Header, Heading, TableEnd, parse_row};
use super::lines::LineReader;
use super::table::{Cell, Column, Table};
use super::{ArchiveError, Carried, Progress, Target};

/// Fills the database. Where that fails, nothing is kept of it.
///
/// # Errors
/// Where the archive is not whole, is newer than this program, or does not fit the database; where the
/// database is not empty or fails.
pub fn restore(
    target: &mut dyn Target,
    input: impl BufRead,
    tell: &mut dyn FnMut(&Progress),
) -> Result<Carried, ArchiveError> {
    let mut lines = LineReader::new(input)?;
    let header = read_header(&mut lines, target.known())?;
    target.begin(header.schema)?;
    let mut progress = Progress {
        rows: 0,
        rows_total: header.tables.iter().map(|heading| heading.rows).sum(),
        table: String::new(),
    };
    let mut tables = tables_of(target)?;
    for (place, heading) in header.tables.iter().enumerate() {
        let table = table_for(&tables, heading, header.schema)?;
        progress.table.clone_from(&table.name);
        let mut load = Load { lines: &mut lines, table, objects: Vec::new(), end: None };
        let rows = target.load(table, &mut || {
            let row = load.next()?;
            progress.rows += u64::from(row.is_some());
            tell(&progress);
            Ok(row)
        })?;
        let objects = load.finish(heading, rows)?;
        for object in &objects {
            target.create_records(object)?;
        }
        if place == 0 {
            tables = tables_of(target)?;
            check_complete(&tables, &header)?;
        }
    }
    read_end(&mut lines, progress.rows)?;
    target.commit()?;
    Ok(Carried { header, rows: progress.rows })
}

fn read_header<R: BufRead>(lines: &mut LineReader<R>, known: i64) -> Result<Header, ArchiveError> {
    let line = lines.next()?.ok_or(ArchiveError::NotAnArchive)?;
    // The format is looked at first: what else stands there is the format's business.
    let value: serde_json::Value =
        serde_json::from_slice(line).map_err(|_not_json| ArchiveError::NotAnArchive)?;
    let format = value.get("rondo_archive").and_then(serde_json::Value::as_u64);
    let found = format.ok_or(ArchiveError::NotAnArchive)?;
    if found > FORMAT {
        return Err(ArchiveError::NewerFormat { found, known: FORMAT });
    }
    let header: Header =
        serde_json::from_value(value).map_err(|error| lines.damaged(error.to_string()))?;
    lines.count_in();
    lines.part();
    if header.schema > known {
        return Err(ArchiveError::NewerSchema { found: header.schema, known });
    }
    if header.tables.first().is_none_or(|heading| heading.name != OBJECTS) {
        return Err(lines.damaged(format!("`{OBJECTS}` is not the first table")));
    }
    Ok(header)
}

fn tables_of(target: &mut dyn Target) -> Result<BTreeMap<String, Table>, ArchiveError> {
    let carried = target.tables()?.into_iter().filter(|table| !table.is_excluded());
    Ok(carried.map(|table| (table.name.clone(), table)).collect())
}

/// The table that the rows under this heading belong to.
fn table_for<'a>(
    tables: &'a BTreeMap<String, Table>,
    heading: &Heading,
    version: i64,
) -> Result<&'a Table, ArchiveError> {
    let table = tables
        .get(&heading.name)
        .ok_or_else(|| ArchiveError::UnknownTable { table: heading.name.clone(), version })?;
    if table.columns != heading.columns {
        return Err(ArchiveError::Columns {
            table: heading.name.clone(),
            found: Table::describe(&heading.columns),
            expected: Table::describe(&table.columns),
        });
    }
    Ok(table)
}

/// That the archive names every table once.
fn check_complete(tables: &BTreeMap<String, Table>, header: &Header) -> Result<(), ArchiveError> {
    for name in tables.keys() {
        match header.tables.iter().filter(|heading| heading.name == *name).count() {
            1 => {}
            0 => return Err(ArchiveError::MissingTable { table: name.clone() }),
            _ => {
                let what = format!("the table `{name}` stands there twice");
                return Err(ArchiveError::Damaged { line: 1, what });
            }
        }
    }
    Ok(())
}

/// The rows of one table on their way.
struct Load<'a, R> {
    lines: &'a mut LineReader<R>,
    table: &'a Table,
    objects: Vec<ObjectDef>,
    end: Option<TableEnd>,
}

impl<R: BufRead> Load<'_, R> {
    fn next(&mut self) -> Result<Option<Vec<Cell>>, ArchiveError> {
        if self.end.is_some() {
            return Ok(None);
        }
        let Some(line) = self.lines.next()? else { return Err(self.lines.truncated()) };
        if line.starts_with(b"{") {
            let end = serde_json::from_slice(line).map_err(|error| error.to_string());
            self.end = Some(end.map_err(|what| self.lines.damaged(what))?);
            return Ok(None);
        }
        let parsed = parse_row(line, &self.table.columns);
        let cells = parsed.map_err(|what| self.lines.damaged(what))?;
        self.lines.count_in();
        if self.table.name == OBJECTS {
            let object = object(&cells, &self.table.columns);
            self.objects.push(object.map_err(|what| self.lines.damaged(what))?);
        }
        Ok(Some(cells))
    }

    /// Checks the rows against the heading and their sum; answers the objects that were defined by them.
    fn finish(self, heading: &Heading, rows: u64) -> Result<Vec<ObjectDef>, ArchiveError> {
        let Some(end) = self.end else { return Err(self.lines.truncated()) };
        let sha256 = self.lines.part();
        if end.end_of != heading.name || end.rows != rows || heading.rows != rows {
            let what = format!("`{}` has {rows} rows of {}", heading.name, heading.rows);
            return Err(self.lines.damaged(what));
        }
        if end.sha256 != sha256 {
            let what = format!("the rows of `{}` are not those that were written", heading.name);
            return Err(self.lines.damaged(what));
        }
        self.lines.count_in();
        self.lines.part();
        Ok(self.objects)
    }
}

fn object(cells: &[Cell], columns: &[Column]) -> Result<ObjectDef, String> {
    let place = columns.iter().position(|column| column.name == "definition");
    match place.and_then(|place| cells.get(place)) {
        Some(Cell::Text(text)) => ObjectDef::from_json(text).map_err(|error| error.to_string()),
        _ => Err("the object has no definition".to_owned()),
    }
}

fn read_end<R: BufRead>(lines: &mut LineReader<R>, rows: u64) -> Result<(), ArchiveError> {
    let Some(line) = lines.next()? else { return Err(lines.truncated()) };
    let end: End = parse(line).map_err(|what| lines.damaged(what))?;
    if (end.end_of_archive, end.sha256) != (rows, lines.whole()) {
        return Err(lines.damaged("the lines are not those that were written"));
    }
    match lines.next()? {
        None => Ok(()),
        Some(_) => Err(lines.damaged("something stands behind the end")),
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| error.to_string())
}
