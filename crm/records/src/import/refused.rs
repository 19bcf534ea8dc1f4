//! Rows that were not taken, as CSV with the separator of the source: the columns as they came, then line, column and
//! reason. Whoever repairs such a file can import it as it is. A cell that a spreadsheet would run as a formula gets a
//! `'` before it, which the import takes away again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::{HeaderProblem, Reason, Row, RowProblem, Separator};

/// The columns that a file of refused rows has besides.
pub(super) const ADDED_COLUMNS: [&str; 3] = ["line", "column", "reason"];
/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What is written in quotes: every separator, so that the first line tells which one it is.
const QUOTED: [char; 6] = [',', ';', '\t', '"', '\n', '\r'];

/// The first line of a file of refused rows.
pub fn refused_header(columns: &[Arc<str>], separator: Separator) -> String {
    let names = columns.iter().map(|name| &**name).chain(ADDED_COLUMNS);
    line(names, separator)
}

/// The problems of a refused record, in the order of its rows. A row without a problem of its own shares
/// that of the first line that has one.
pub fn shared(rows: &[Row], mut problems: Vec<RowProblem>) -> Vec<RowProblem> {
    let guilty = problems.first().and_then(|problem| rows.get(problem.row));
    let line = guilty.map_or(0, |row| row.line);
    let innocent: Vec<usize> =
        (0..rows.len()).filter(|index| problems.iter().all(|it| it.row != *index)).collect();
    problems.extend(innocent.into_iter().map(|row| RowProblem {
        row,
        column: Arc::default(),
        reason: Reason::WithItsRecord { line },
    }));
    problems.sort_by_key(|problem| problem.row);
    problems
}

/// The rows of a refused record, each with what is wrong with it.
pub fn refused_rows(
    columns: &[Arc<str>],
    separator: Separator,
    rows: &[Row],
    problems: &[RowProblem],
) -> String {
    let mut of_row: BTreeMap<usize, Vec<&RowProblem>> = BTreeMap::new();
    for problem in problems {
        of_row.entry(problem.row).or_default().push(problem);
    }
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let problems = of_row.remove(&index).unwrap_or_default();
        let column = joined(problems.iter().map(|it| it.column.to_string()), ", ");
        let reason = joined(problems.iter().map(|it| it.reason.to_string()), "; ");
        let place = row.line.to_string();
        let cells = (0..columns.len()).map(|column| row.cell(column).unwrap_or_default());
        text.push_str(&line(cells.chain([place.as_str(), &column, &reason]), separator));
    }
    text
}

/// The problems of a header as a file of refused rows.
pub fn refused_problems(problems: &[HeaderProblem], separator: Separator) -> String {
    let mut text = line(ADDED_COLUMNS.into_iter(), separator);
    for problem in problems {
        text.push_str(&line(["1", &problem.column, &problem.message].into_iter(), separator));
    }
    text
}

/// The names or reasons once each, in their order.
fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !told.contains(&part) {
            told.push(part);
        }
    }
    told.join(between)
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, separator: Separator) -> String {
    let mut text = String::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(separator.char());
        }
        let cell = guarded(cell);
        if cell.contains(QUOTED) || cell.trim() != cell {
            // Writing to a text cannot fail.
            let _written = write!(text, "\"{}\"", cell.replace('"', "\"\""));
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
    text
}

fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it came.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_quoted_and_comes_back() {
        for (cell, written) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-5", "'-5"),
            ("@cmd", "'@cmd"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("a,b", "\"a,b\""),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            (" padded", "\" padded\""),
        ] {
            assert_eq!(line([cell].into_iter(), Separator::Comma), format!("{written}\r\n"));
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
    }
}
