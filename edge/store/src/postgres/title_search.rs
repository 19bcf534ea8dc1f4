//! The search by titles: every word of a title is a row, so that a beginning is found by an index however
//! many records there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;
use records::{FieldDef, ObjectDef, Record};
use runtime::port::TitleRow;

use super::bulk::Bulk;
use super::cell::{all, all_once, key, maybe_text, numbers};
use super::connection::Connection;
use super::failure::Outcome;
use crate::column::{field_column, table};
use crate::naming;
use crate::sql::{Dialect, Param, Sql, after_prefix};
use crate::title::{fold, is_searched, words};

/// Rows of one object that are looked at before the best are chosen.
const CANDIDATES_MAX: i64 = 500;
/// Titles that are read at once when all of an object's are written anew.
const REBUILD_ROWS: i64 = 5_000;

/// The title field, where it holds text.
pub(super) fn title_field(object: &ObjectDef) -> Option<&FieldDef> {
    object.field(&object.title).filter(|field| field.kind.is_text())
}

/// A word of the title of one record.
type Word = (Arc<str>, String, Key);

/// What a batch changes about the words of titles.
#[derive(Debug, Default)]
pub(super) struct TitleWords {
    before: BTreeSet<Word>,
    after: BTreeSet<Word>,
}

impl TitleWords {
    /// Notes the stored titles of records that are about to change or to go.
    pub(super) fn before(
        &mut self,
        connection: &Connection,
        object: &ObjectDef,
        keys: impl Iterator<Item = Key>,
    ) -> Outcome<()> {
        let keys: Vec<Key> = keys.collect();
        if title_field(object).is_none() || !is_searched(object) || keys.is_empty() {
            return Ok(());
        }
        for (key, title) in stored(connection, object, &keys)? {
            add(&mut self.before, object, key, title.as_deref());
        }
        Ok(())
    }

    /// Notes the title that a record has now.
    pub(super) fn after(&mut self, object: &ObjectDef, record: &Record) {
        if is_searched(object) {
            add(&mut self.after, object, record.key, record.title(object));
        }
    }

    /// Writes the difference.
    pub(super) fn write(&self, connection: &Connection) -> Outcome<()> {
        let gone = columns(self.before.difference(&self.after).collect());
        if !gone.is_empty() {
            let sql = format!(
                "DELETE FROM title_word USING {} WHERE title_word.object = new.object
                 AND title_word.word = new.word AND title_word.record = new.record",
                gone.as_table()
            );
            connection.execute(&sql, &gone.params())?;
        }
        columns(self.after.difference(&self.before).collect()).insert(
            connection,
            "title_word",
            "ON CONFLICT DO NOTHING",
        )
    }
}

fn columns(rows: Vec<&Word>) -> Bulk<'_, Word> {
    Bulk::new(rows)
        .text("object", |(object, _, _)| object)
        .text("word", |(_, word, _)| word)
        .integer("record", |(_, _, record)| record.0)
}

fn add(set: &mut BTreeSet<Word>, object: &ObjectDef, key: Key, title: Option<&str>) {
    let words = title.into_iter().flat_map(words);
    set.extend(words.map(|word| (Arc::clone(&object.name), word, key)));
}

/// Writes the words of every record of an object whose title is another field now, or which is searched now
/// and was not, or the other way round.
pub(super) fn rebuild(connection: &Connection, object: &ObjectDef) -> Outcome<()> {
    connection.execute("DELETE FROM title_word WHERE object = $1", &[&&*object.name])?;
    let Some(field) = title_field(object).filter(|_| is_searched(object)) else { return Ok(()) };
    let (table, column) = (table(&object.name), field_column(&field.name));
    let mut last = Key(i64::MIN);
    loop {
        let mut sql = Sql::of(Dialect::Postgres, format!("SELECT key, {column} AS title"));
        sql.push(" FROM ").push(&table).push(" WHERE key > ").bind(Param::Integer(last.0));
        sql.push(" ORDER BY key LIMIT ").bind(Param::Integer(REBUILD_ROWS));
        let titles =
            all_once(connection, &sql, |row| Ok((key(row, "key")?, maybe_text(row, "title")?)))?;
        let Some((greatest, _)) = titles.last() else { return Ok(()) };
        last = *greatest;
        let mut words = TitleWords::default();
        for (key, title) in &titles {
            add(&mut words.after, object, *key, title.as_deref());
        }
        words.write(connection)?;
    }
}

fn stored(
    connection: &Connection,
    object: &ObjectDef,
    keys: &[Key],
) -> Outcome<Vec<(Key, Option<Arc<str>>)>> {
    let column = title_field(object).map_or("NULL::text".to_owned(), |f| field_column(&f.name));
    let table = table(&object.name);
    let sql =
        format!("SELECT key, {column} AS title FROM {table} WHERE key = ANY($1) ORDER BY key");
    let keys = numbers(keys.iter().copied());
    all(connection, &sql, &[&keys], |row| Ok((key(row, "key")?, maybe_text(row, "title")?)))
}

/// The titles of these records, in the order of the keys; a record without a text in its title field goes
/// by its key.
pub(super) fn titles(
    connection: &Connection,
    object: &ObjectDef,
    keys: &[Key],
) -> Outcome<Vec<TitleRow>> {
    let stored = stored(connection, object, keys)?;
    let rows = stored.into_iter().map(|(key, title)| TitleRow {
        object: Arc::clone(&object.name),
        key,
        title: title.map_or_else(|| key.to_string(), |title| title.to_string()),
    });
    Ok(rows.collect())
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
    let Some(sql) = naming::named(object, text, Dialect::Postgres) else { return Ok(Vec::new()) };
    all_once(connection, &sql, |row| key(row, "key"))
}

fn candidates(connection: &Connection, object: &ObjectDef, word: &str) -> Outcome<Vec<Key>> {
    let mut sql =
        Sql::of(Dialect::Postgres, "SELECT DISTINCT record FROM title_word WHERE object = ");
    sql.bind(Param::Text(Arc::clone(&object.name)));
    sql.push(" AND word >= ").bind(Param::Text(word.into()));
    if let Some(end) = after_prefix(word) {
        sql.push(" AND word < ").bind(Param::Text(end.into()));
    }
    sql.push(" LIMIT ").bind(Param::Integer(CANDIDATES_MAX));
    all_once(connection, &sql, |row| key(row, "record"))
}
