//! The search by titles: every word of a title is a row, so that a beginning is found by an index however
//! many records there are.

use std::sync::Arc;

use base::Key;
use records::{FieldDef, ObjectDef, Record};
use runtime::port::TitleRow;
use rusqlite::{Connection, params, params_from_iter};

use super::cell::{all, run, scalar};
use super::failure::Outcome;
use crate::column::{field_column, table};
use crate::naming;
use crate::sql::{Dialect, Param, Sql, after_prefix};
use crate::title::{fold, is_searched, words};

/// Rows of one object that are looked at before the best are chosen.
const CANDIDATES_MAX: i64 = 500;
/// Keys that one statement asks for.
const KEYS_MAX: usize = 500;

/// The title field, where it holds text.
pub(super) fn title_field(object: &ObjectDef) -> Option<&FieldDef> {
    object.field(&object.title).filter(|field| field.kind.is_text())
}

/// Adds the words of a new record's title.
pub(super) fn remember(
    connection: &Connection,
    object: &ObjectDef,
    record: &Record,
) -> Outcome<()> {
    if !is_searched(object) {
        return Ok(());
    }
    match record.title(object) {
        Some(title) => add(connection, object, record.key, title),
        None => Ok(()),
    }
}

/// Replaces the words where the title is about to change; called before the row is written.
pub(super) fn replace(connection: &Connection, object: &ObjectDef, record: &Record) -> Outcome<()> {
    if !is_searched(object) {
        return Ok(());
    }
    let before = stored(connection, object, record.key)?;
    if before.as_deref() == record.title(object) {
        return Ok(());
    }
    if let Some(before) = before {
        remove(connection, object, record.key, &before)?;
    }
    remember(connection, object, record)
}

/// Removes the words of a record that is about to go.
pub(super) fn forget(connection: &Connection, object: &ObjectDef, key: Key) -> Outcome<()> {
    if !is_searched(object) {
        return Ok(());
    }
    match stored(connection, object, key)? {
        Some(title) => remove(connection, object, key, &title),
        None => Ok(()),
    }
}

/// Writes the words of every record of an object whose title is another field now, or which is searched now
/// and was not, or the other way round.
pub(super) fn rebuild(connection: &Connection, object: &ObjectDef) -> Outcome<()> {
    run(connection, "DELETE FROM title_word WHERE object = ?1", [&object.name])?;
    let Some(field) = title_field(object).filter(|_| is_searched(object)) else { return Ok(()) };
    let (table, column) = (table(&object.name), field_column(&field.name));
    let sql = format!("SELECT key, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY key");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let title: String = row.get(1)?;
        add(connection, object, Key(row.get(0)?), &title)?;
    }
    Ok(())
}

fn stored(connection: &Connection, object: &ObjectDef, key: Key) -> Outcome<Option<String>> {
    let Some(field) = title_field(object) else { return Ok(None) };
    let (table, column) = (table(&object.name), field_column(&field.name));
    let sql = format!("SELECT {column} FROM {table} WHERE key = ?1");
    Ok(scalar::<Option<String>>(connection, &sql, [key.0])?.flatten())
}

fn add(connection: &Connection, object: &ObjectDef, key: Key, title: &str) -> Outcome<()> {
    let sql = "INSERT OR IGNORE INTO title_word (object, word, record) VALUES (?1, ?2, ?3)";
    let mut insert = connection.prepare_cached(sql)?;
    for word in words(title) {
        insert.execute(params![object.name, word, key.0])?;
    }
    Ok(())
}

fn remove(connection: &Connection, object: &ObjectDef, key: Key, title: &str) -> Outcome<()> {
    for word in words(title) {
        let sql = "DELETE FROM title_word WHERE object = ?1 AND word = ?2 AND record = ?3";
        run(connection, sql, params![object.name, word, key.0])?;
    }
    Ok(())
}

/// The titles of these records, in the order of the keys; a record without a text in its title field goes
/// by its key.
pub(super) fn titles(
    connection: &Connection,
    object: &ObjectDef,
    keys: &[Key],
) -> Outcome<Vec<TitleRow>> {
    let column = title_field(object).map_or("NULL".to_owned(), |field| field_column(&field.name));
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(KEYS_MAX) {
        let mut sql = Sql::new(format!("SELECT key, {column} FROM {}", table(&object.name)));
        sql.push(" WHERE key IN (");
        sql.bind_list(keys.iter().map(|key| Param::Integer(key.0))).push(") ORDER BY key");
        found.extend(all(connection, &sql.text, params_from_iter(sql.params.iter()), |row| {
            let key = Key(row.get(0)?);
            let title: Option<String> = row.get(1)?;
            let title = title.unwrap_or_else(|| key.to_string());
            Ok(TitleRow { object: Arc::clone(&object.name), key, title })
        })?);
    }
    Ok(found)
}

/// The records whose title has, for each word of `text`, a word that begins with it, and those that the text
/// begins to name otherwise. Titles that begin with the text and records that it names come first, then
/// shorter titles.
pub(super) fn search<'a>(
    connection: &Connection,
    objects: impl Iterator<Item = &'a ObjectDef>,
    text: &str,
    limit: u32,
) -> Outcome<Vec<TitleRow>> {
    let wanted = words(text);
    let Some(longest) = wanted.iter().max_by_key(|word| word.chars().count()) else {
        return Ok(Vec::new());
    };
    let begins = fold(text.trim());
    let mut found = Vec::new();
    for object in objects {
        let named = named(connection, object, text)?;
        let mut keys = candidates(connection, object, longest)?;
        keys.extend(&named);
        keys.sort_unstable();
        keys.dedup();
        found.extend(titles(connection, object, &keys)?.into_iter().filter_map(|row| {
            if named.contains(&row.key) {
                return Some(((false, row.title.chars().count(), row.key), row));
            }
            let has = words(&row.title);
            let all = wanted.iter().all(|word| has.iter().any(|own| own.starts_with(word)));
            let later = !fold(&row.title).starts_with(&begins);
            all.then(|| ((later, row.title.chars().count(), row.key), row))
        }));
    }
    found.sort_by_key(|(rank, _)| *rank);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(found.into_iter().map(|(_, row)| row).take(limit).collect())
}

fn named(connection: &Connection, object: &ObjectDef, text: &str) -> Outcome<Vec<Key>> {
    let Some(sql) = naming::named(object, text, Dialect::Sqlite) else { return Ok(Vec::new()) };
    all(connection, &sql.text, params_from_iter(sql.params.iter()), |row| row.get(0).map(Key))
}

fn candidates(connection: &Connection, object: &ObjectDef, word: &str) -> Outcome<Vec<Key>> {
    let mut sql = Sql::new("SELECT DISTINCT record FROM title_word WHERE object = ");
    sql.bind(Param::Text(Arc::clone(&object.name)));
    sql.push(" AND word >= ").bind(Param::Text(word.into()));
    if let Some(end) = after_prefix(word) {
        sql.push(" AND word < ").bind(Param::Text(end.into()));
    }
    sql.push(" LIMIT ").bind(Param::Integer(CANDIDATES_MAX));
    all(connection, &sql.text, params_from_iter(sql.params.iter()), |row| row.get(0).map(Key))
}
