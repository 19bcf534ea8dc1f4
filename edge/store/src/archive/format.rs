//! The lines of an archive: the header, rows, and what closes a table and the whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::{Cell, Column, Kind};

/// The format that this program writes, and the highest it reads.
pub const FORMAT: u64 = 1;

/// Where an archive comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The version of the program that wrote it.
    pub product: String,
    /// When, in UTC milliseconds.
    pub written_at: i64,
    /// The same as people write it.
    pub date: String,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The format of the archive; what tells it from other files.
    pub rondo_archive: u64,
    /// The version of the tables that it was read from.
    pub schema: i64,
    /// The database that it was read from.
    pub database: String,
    /// Who wrote it, and when.
    #[serde(flatten)]
    pub origin: Origin,
    /// What follows, in this order.
    pub tables: Vec<Heading>,
}

/// A table of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its name.
    pub name: String,
    /// How many rows follow.
    pub rows: u64,
    /// The columns, in the order of every row.
    pub columns: Vec<Column>,
}

/// The line behind the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableEnd {
    /// Its name.
    pub(super) end_of: String,
    /// How many rows there were.
    pub(super) rows: u64,
    /// The SHA-256 of their lines.
    pub(super) sha256: String,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    /// The rows of all tables.
    pub(super) end_of_archive: u64,
    /// The SHA-256 of every line before this one.
    pub(super) sha256: String,
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
        }
    }
}

/// A row as a line without its end.
pub(super) fn row(cells: &[Cell]) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(128);
    let mut serializer = serde_json::Serializer::new(&mut line);
    let mut row = (&mut serializer).serialize_seq(Some(cells.len()))?;
    for cell in cells {
        row.serialize_element(cell)?;
    }
    row.end()?;
    Ok(line)
}

/// Reads a row of these columns; what is wrong with it otherwise.
pub(super) fn parse_row(line: &[u8], columns: &[Column]) -> Result<Vec<Cell>, String> {
    let values: Vec<Value> =
        serde_json::from_slice(line).map_err(|error| format!("no row stands there ({error})"))?;
    if values.len() != columns.len() {
        return Err(format!("the row has {} cells of {}", values.len(), columns.len()));
    }
    values.into_iter().zip(columns).map(|(value, column)| cell(value, column)).collect()
}

fn cell(value: Value, column: &Column) -> Result<Cell, String> {
    let wrong = || format!("`{}` holds something else than its type says", column.name);
    match (value, column.kind) {
        (Value::Null, _) => Ok(Cell::Null),
        (Value::Number(number), Kind::Integer) => {
            number.as_i64().map(Cell::Integer).ok_or_else(wrong)
        }
        (Value::String(text), Kind::Text) => Ok(Cell::Text(text)),
        (Value::String(text), Kind::Bytes) => {
            STANDARD.decode(text).map(Cell::Bytes).ok().ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        let columns = [Kind::Integer, Kind::Text, Kind::Bytes, Kind::Text]
            .map(|kind| Column { name: "a".into(), kind });
        for number in [0, -1, i64::MIN, i64::MAX, 1 << 53] {
            for text in ["", "北京", "a\"\\\n\u{1}\u{2028}", "\u{0}"] {
                for bytes in [vec![], vec![0, 255, 10], vec![7; 1000]] {
                    let cells = [
                        Cell::Integer(number),
                        Cell::Text(text.into()),
                        Cell::Bytes(bytes.clone()),
                        Cell::Null,
                    ];
                    let line = row(&cells).unwrap();
                    assert!(!line.contains(&b'\n'), "a row is one line");
                    assert_eq!(parse_row(&line, &columns).unwrap(), cells);
                }
            }
        }
    }

    #[test]
    fn a_row_that_is_none_is_refused() {
        let columns = [Kind::Integer, Kind::Bytes].map(|kind| Column { name: "a".into(), kind });
        for line in [
            "",
            "[1]",
            "[1,null,2]",
            "[1.5,null]",
            "[99999999999999999999,null]",
            "[\"1\",null]",
            "[1,\"!\"]",
            "[1,2]",
            "{}",
        ] {
            assert!(parse_row(line.as_bytes(), &columns).is_err(), "{line}");
        }
    }
}
