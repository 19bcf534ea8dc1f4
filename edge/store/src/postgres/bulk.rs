//! Many rows in one statement: each column travels as one array, `unnest` makes rows of them again. The
//! text of the statement does not depend on how many rows there are, so it is prepared once.

use std::borrow::Cow;

use postgres::types::ToSql;

use super::connection::Connection;
use super::failure::Outcome;

/// The values of one column.
#[derive(Debug)]
pub(super) enum Column<'a> {
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<Cow<'a, str>>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl Column<'_> {
    fn array_type(&self) -> &'static str {
        match self {
            Self::Integers(_) => "int8[]",
            Self::Texts(_) => "text[]",
            Self::Bytes(_) => "bytea[]",
        }
    }

    fn param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Integers(values) => values,
            Self::Texts(values) => values,
            Self::Bytes(values) => values,
        }
    }
}

/// Rows and what of them goes into which column.
#[derive(Debug)]
pub(super) struct Bulk<'a, T> {
    rows: Vec<&'a T>,
    columns: Vec<(Cow<'static, str>, Column<'a>)>,
}

impl<'a, T> Bulk<'a, T> {
    /// Rows in the order in which they are to be written.
    pub(super) fn new(rows: Vec<&'a T>) -> Self {
        Self { rows, columns: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows, in the order of every column's values.
    pub(super) fn rows(&self) -> &[&'a T] {
        &self.rows
    }

    /// A column of numbers, keys or instants.
    pub(super) fn integer(self, name: &'static str, value: impl Fn(&'a T) -> i64) -> Self {
        self.maybe_integer(name, |row| Some(value(row)))
    }

    /// The same, with nulls.
    pub(super) fn maybe_integer(
        self,
        name: &'static str,
        value: impl Fn(&'a T) -> Option<i64>,
    ) -> Self {
        let values = self.rows.iter().map(|row| value(row)).collect();
        self.column(name, Column::Integers(values))
    }

    /// A column of texts.
    pub(super) fn text(self, name: &'static str, value: impl Fn(&'a T) -> &'a str) -> Self {
        self.maybe_text(name, |row| Some(value(row)))
    }

    /// The same, with nulls.
    pub(super) fn maybe_text(
        self,
        name: &'static str,
        value: impl Fn(&'a T) -> Option<&'a str>,
    ) -> Self {
        let values = self.rows.iter().map(|row| value(row).map(Cow::Borrowed)).collect();
        self.column(name, Column::Texts(values))
    }

    /// A column of texts that are made for the statement.
    pub(super) fn made_text(self, name: &'static str, value: impl Fn(&'a T) -> String) -> Self {
        let values = self.rows.iter().map(|row| Some(Cow::Owned(value(row)))).collect();
        self.column(name, Column::Texts(values))
    }

    /// A column of bytes.
    pub(super) fn bytes(self, name: &'static str, value: impl Fn(&'a T) -> &'a [u8]) -> Self {
        self.maybe_bytes(name, |row| Some(value(row)))
    }

    /// The same, with nulls.
    pub(super) fn maybe_bytes(
        self,
        name: &'static str,
        value: impl Fn(&'a T) -> Option<&'a [u8]>,
    ) -> Self {
        let values = self.rows.iter().map(|row| value(row)).collect();
        self.column(name, Column::Bytes(values))
    }

    /// A column whose values are in the order of the rows already.
    pub(super) fn column(mut self, name: impl Into<Cow<'static, str>>, values: Column<'a>) -> Self {
        self.columns.push((name.into(), values));
        self
    }

    /// The names of the columns, separated by commas.
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| &**name).collect();
        names.join(", ")
    }

    /// `unnest($1::int8[], ..)`.
    fn arrays(&self) -> String {
        let arrays = self.columns.iter().enumerate();
        let arrays: Vec<String> = arrays
            .map(|(index, (_, column))| format!("${}::{}", index + 1, column.array_type()))
            .collect();
        format!("unnest({})", arrays.join(", "))
    }

    /// The rows as a table named `new` with columns of the same names, to stand behind `FROM`.
    pub(super) fn as_table(&self) -> String {
        format!("{} AS new ({})", self.arrays(), self.names())
    }

    /// `INSERT INTO .. ` and what stands behind it.
    pub(super) fn insert_sql(&self, table: &str, rest: &str) -> String {
        format!("INSERT INTO {table} ({}) SELECT * FROM {} {rest}", self.names(), self.arrays())
    }

    /// The arrays, in the order of the columns.
    pub(super) fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.columns.iter().map(|(_, column)| column.param()).collect()
    }

    /// Inserts the rows; `rest` may say what to do about rows that exist.
    pub(super) fn insert(self, connection: &Connection, table: &str, rest: &str) -> Outcome<()> {
        if !self.is_empty() {
            connection.execute(&self.insert_sql(table, rest), &self.params())?;
        }
        Ok(())
    }
}
