//! From the cells of a row to the port's words and back. A cell that is not what it should be is an error
//! that names the column.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use base::{Key, Timestamp};
use postgres::Row;
use postgres::types::{FromSqlOwned, ToSql};
use records::RecordRef;

use super::connection::Connection;
use super::failure::{Outcome, damaged};
use crate::sql::Sql;

pub(super) fn get<T: FromSqlOwned>(row: &Row, column: &str) -> Outcome<T> {
    Ok(row.try_get(column)?)
}

pub(super) fn key(row: &Row, column: &str) -> Outcome<Key> {
    get(row, column).map(Key)
}

pub(super) fn maybe_key(row: &Row, column: &str) -> Outcome<Option<Key>> {
    Ok(get::<Option<i64>>(row, column)?.map(Key))
}

pub(super) fn instant(row: &Row, column: &str) -> Outcome<Timestamp> {
    get(row, column).map(Timestamp)
}

pub(super) fn maybe_instant(row: &Row, column: &str) -> Outcome<Option<Timestamp>> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp))
}

pub(super) fn text(row: &Row, column: &str) -> Outcome<Arc<str>> {
    get::<String>(row, column).map(Arc::from)
}

pub(super) fn maybe_text(row: &Row, column: &str) -> Outcome<Option<Arc<str>>> {
    Ok(get::<Option<String>>(row, column)?.map(Arc::from))
}

/// A number that the port keeps in fewer bits than the column.
pub(super) fn narrow<T: TryFrom<i64>>(row: &Row, column: &str) -> Outcome<T> {
    let number: i64 = get(row, column)?;
    T::try_from(number)
        .ok()
        .ok_or_else(|| damaged(format!("`{column}` holds {number}, out of range")))
}

/// The same, where there is a number.
pub(super) fn maybe_narrow<T: TryFrom<i64>>(row: &Row, column: &str) -> Outcome<Option<T>> {
    match get::<Option<i64>>(row, column)? {
        Some(_) => narrow(row, column).map(Some),
        None => Ok(None),
    }
}

/// A word of a closed list, such as a state.
pub(super) fn word<T>(row: &Row, column: &str) -> Outcome<T>
where
    T: FromStr,
    T::Err: Display,
{
    let text: String = get(row, column)?;
    text.parse().map_err(|error| damaged(format!("`{column}`: {error}")))
}

/// The record that a row names in the columns `record_object` and `record`.
pub(super) fn record_ref(row: &Row) -> Outcome<Option<RecordRef>> {
    let object = maybe_text(row, "record_object")?;
    let key = maybe_key(row, "record")?;
    Ok(object.zip(key).map(|(object, key)| RecordRef { object, key }))
}

/// A list of texts that is stored as JSON.
pub(super) fn list(row: &Row, column: &str) -> Outcome<Vec<Arc<str>>> {
    let text: String = get(row, column)?;
    serde_json::from_str(&text).map_err(|error| damaged(format!("`{column}`: {error}")))
}

/// The JSON of a list of texts.
pub(super) fn list_text(list: &[Arc<str>]) -> String {
    list.iter().map(ToString::to_string).collect::<serde_json::Value>().to_string()
}

/// The rows of a statement that is prepared once per connection.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    connection.query(sql, params)?.iter().map(read).collect()
}

/// The first row of a statement that is prepared once per connection.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Outcome<T>,
) -> Outcome<Option<T>> {
    connection.query(sql, params)?.first().map(read).transpose()
}

/// The first cell of the first row.
pub(super) fn scalar<T: FromSqlOwned>(
    connection: &Connection,
    sql: &str,
    params: &[&(dyn ToSql + Sync)],
) -> Outcome<Option<T>> {
    first(connection, sql, params, |row| Ok(row.try_get(0)?))
}

/// The rows of a statement that was put together for this one call.
pub(super) fn all_once<T>(
    connection: &Connection,
    sql: &Sql,
    read: impl Fn(&Row) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    connection.query_once(sql)?.iter().map(read).collect()
}

/// The keys as the array that a statement takes.
pub(super) fn numbers(keys: impl IntoIterator<Item = Key>) -> Vec<i64> {
    keys.into_iter().map(|key| key.0).collect()
}

/// The rows by ascending key: the one order in which every writer touches a table.
pub(super) fn in_order<'a, T, K: Ord>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut ordered: Vec<&'a T> = rows.iter().collect();
    ordered.sort_by_key(|row| key(row));
    ordered
}

/// The same, and of several rows with one key the last: a statement that inserts or replaces may not meet a
/// row twice.
pub(super) fn latest<'a, T, K: Ord>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let ordered: BTreeMap<K, &T> = rows.iter().map(|row| (key(row), row)).collect();
    ordered.into_values().collect()
}
