//! From the cells of a row to the port's words and back. A cell that is not what it should be is an error
//! that names the column.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;
use rusqlite::types::{FromSql, Type};
use rusqlite::{Connection, Row, ToSql};

use super::failure::Outcome;
use crate::sql::Param;

/// A row's reader by the name of the column.
pub(super) type Read<T> = rusqlite::Result<T>;

pub(super) fn key(row: &Row<'_>, column: &str) -> Read<Key> {
    row.get(column).map(Key)
}

pub(super) fn maybe_key(row: &Row<'_>, column: &str) -> Read<Option<Key>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Key))
}

pub(super) fn instant(row: &Row<'_>, column: &str) -> Read<Timestamp> {
    row.get(column).map(Timestamp)
}

pub(super) fn maybe_instant(row: &Row<'_>, column: &str) -> Read<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

/// A number that is never below zero.
pub(super) fn count(row: &Row<'_>, column: &str) -> Read<u64> {
    let index = row.as_ref().column_index(column)?;
    let number: i64 = row.get(index)?;
    u64::try_from(number).map_err(|error| not_readable(index, error))
}

/// A word of a closed list, such as a state.
pub(super) fn word<T>(row: &Row<'_>, column: &str) -> Read<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    let text: String = row.get(index)?;
    text.parse().map_err(|error| not_readable(index, error))
}

/// The record that a row names in the columns `record_object` and `record`.
pub(super) fn record_ref(row: &Row<'_>) -> Read<Option<RecordRef>> {
    let object: Option<Arc<str>> = row.get("record_object")?;
    let key = maybe_key(row, "record")?;
    Ok(object.zip(key).map(|(object, key)| RecordRef { object, key }))
}

/// A list of texts that is stored as JSON.
pub(super) fn list(row: &Row<'_>, column: &str) -> Read<Vec<Arc<str>>> {
    let index = row.as_ref().column_index(column)?;
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|error| not_readable(index, error))
}

/// The JSON of a list of texts.
pub(super) fn list_text(list: &[Arc<str>]) -> String {
    list.iter().map(|text| &**text).collect::<serde_json::Value>().to_string()
}

/// The two columns of a record that a row may name.
pub(super) fn record_columns(record: Option<&RecordRef>) -> (Option<&str>, Option<i64>) {
    (record.map(|record| &*record.object), record.map(|record| record.key.0))
}

pub(super) fn not_readable(
    index: usize,
    error: impl Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Integer(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

/// The rows of a statement that is prepared once per connection.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> Read<T>,
) -> Outcome<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first row of a statement that is prepared once per connection.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    mut read: impl FnMut(&Row<'_>) -> Read<T>,
) -> Outcome<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    Ok(rows.next()?.map(&mut read).transpose()?)
}

/// The first cell of the first row.
pub(super) fn scalar<T: FromSql>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Outcome<Option<T>> {
    first(connection, sql, params, |row| row.get(0))
}

/// Runs a statement that is prepared once per connection; answers how many rows it changed.
pub(super) fn run(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Outcome<usize> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

/// The rows by ascending key: the one order in which every writer touches a table.
pub(super) fn in_order<'a, T, K: Ord>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut ordered: Vec<&'a T> = rows.iter().collect();
    ordered.sort_by_key(|row| key(row));
    ordered
}
