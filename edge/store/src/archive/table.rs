//! What an archive knows of a table: its columns, of three types, and the key that gives its rows an order.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Tables that archives leave out, and why. Every other table is carried.
pub const EXCLUDED: &[(&str, &str)] = &[
    ("rondo_version", "the version stands in the first line of the archive"),
    ("session", "whoever was signed in signs in again where the archive is restored"),
];

/// The one column that databases do not share: PostgreSQL keeps a total in parts, so that lanes do not wait for
/// each other. An archive holds the sum, whose parts are nobody's business.
pub(crate) const SHARD: &str = "shard";

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns by name, for their order in the table tells how it grew and differs between databases.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// Whether its numbers are sums over the rows of one key.
    pub is_summed: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What is in it.
    #[serde(rename = "type")]
    pub kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whole numbers of 64 bits.
    Integer,
    /// Text.
    Text,
    /// Bytes, in Base64.
    Bytes,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A column, and its place in the key where it is part of it.
pub(crate) type Keyed = (Column, Option<i64>);

impl Table {
    /// The tables of these columns; those of one table stand together.
    pub(crate) fn gather(columns: Vec<(String, Keyed)>) -> Vec<Self> {
        let mut found: Vec<(String, Vec<Keyed>)> = Vec::new();
        for (table, column) in columns {
            match found.last_mut().filter(|(last, _)| *last == table) {
                Some((_, columns)) => columns.push(column),
                None => found.push((table, vec![column])),
            }
        }
        found.into_iter().map(|(name, columns)| Self::new(name, columns)).collect()
    }

    fn new(name: String, mut columns: Vec<Keyed>) -> Self {
        let all = columns.len();
        columns.retain(|(column, _)| column.name != SHARD);
        let is_summed = columns.len() < all;
        columns.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        let mut key: Vec<(i64, String)> = columns
            .iter()
            .filter_map(|(column, place)| Some(((*place)?, column.name.clone())))
            .collect();
        key.sort();
        let key = key.into_iter().map(|(_, name)| name).collect();
        let columns = columns.into_iter().map(|(column, _)| column).collect();
        Self { name, columns, key, is_summed }
    }

    /// Whether archives leave it out.
    pub fn is_excluded(&self) -> bool {
        EXCLUDED.iter().any(|(name, _)| *name == self.name)
    }

    /// The columns as words, for messages.
    pub(crate) fn describe(columns: &[Column]) -> String {
        let words = columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Integer => "integer",
                Kind::Text => "text",
                Kind::Bytes => "bytes",
            };
            Cow::Owned(format!("{} {kind}", column.name))
        });
        words.collect::<Vec<Cow<'_, str>>>().join(", ")
    }
}
