//! Records: what a batch writes, and what is looked up by key, by a unique field, by a reference.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Selection};
use runtime::port::{RecordOperation, RecordWrite, StoreError};

use super::bulk::Bulk;
use super::cell::{all, all_once, first, key, numbers, text};
use super::connection::Connection;
use super::failure::Outcome;
use super::record_row::{add_fields, record, select};
use super::title_search::TitleWords;
use crate::column::{currency_column, field_column, field_columns, table};
use crate::predicate::selected;
use crate::sql::{Dialect, Param, Sql};

/// Whether rows that are read are held until the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locking {
    /// Readers hold nothing.
    None,
    /// Lanes hold what they decide on.
    Rows,
}

impl Locking {
    fn clause(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Rows => " FOR UPDATE",
        }
    }
}

/// What a batch does to the rows of one object, each part by key.
struct ObjectWrites<'a> {
    object: &'a Arc<ObjectDef>,
    removed: BTreeMap<Key, i64>,
    updated: BTreeMap<Key, (i64, &'a Record)>,
    inserted: BTreeMap<Key, &'a Record>,
}

/// Writes records, object by object in order of name. What goes makes room in unique indices first,
/// then what changes, then what is new.
pub(super) fn write(connection: &Connection, rows: &[RecordWrite]) -> Outcome<()> {
    let mut words = TitleWords::default();
    for writes in by_object(rows).values() {
        let changed = writes.removed.keys().chain(writes.updated.keys()).copied();
        words.before(connection, writes.object, changed)?;
        remove(connection, writes)?;
        update(connection, writes)?;
        insert(connection, writes)?;
        for record in writes.updated.values().map(|(_, record)| record) {
            words.after(writes.object, record);
        }
        for record in writes.inserted.values() {
            words.after(writes.object, record);
        }
    }
    words.write(connection)
}

fn by_object(rows: &[RecordWrite]) -> BTreeMap<&str, ObjectWrites<'_>> {
    let mut objects: BTreeMap<&str, ObjectWrites<'_>> = BTreeMap::new();
    for row in rows {
        let writes = objects.entry(&row.object.name).or_insert_with(|| ObjectWrites {
            object: &row.object,
            removed: BTreeMap::new(),
            updated: BTreeMap::new(),
            inserted: BTreeMap::new(),
        });
        match &row.operation {
            RecordOperation::Insert(record) => {
                writes.inserted.insert(record.key, record);
            }
            RecordOperation::Update { from_version, record } => {
                writes.updated.insert(record.key, (*from_version, record));
            }
            RecordOperation::Delete { from_version, key } => {
                writes.removed.insert(*key, *from_version);
            }
        }
    }
    objects
}

fn remove(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    if writes.removed.is_empty() {
        return Ok(());
    }
    let table = table(&writes.object.name);
    let rows: Vec<(Key, i64)> = writes.removed.iter().map(|(key, from)| (*key, *from)).collect();
    let bulk = Bulk::new(rows.iter().collect())
        .integer("key", |(key, _)| key.0)
        .integer("version", |(_, from_version)| *from_version);
    let sql = format!(
        "DELETE FROM {table} USING {} WHERE {table}.key = new.key AND {table}.version = new.version",
        bulk.as_table()
    );
    let changed = connection.execute(&sql, &bulk.params())?;
    at_version(writes.object, changed, bulk.len())
}

fn update(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    if writes.updated.is_empty() {
        return Ok(());
    }
    let object = writes.object;
    let rows: Vec<(i64, &Record)> = writes.updated.values().copied().collect();
    if rows.len() > 1 {
        give_up_unique_values(connection, object, &rows)?;
    }
    let bulk = Bulk::new(rows.iter().collect())
        .integer("key", |(_, record)| record.key.0)
        .integer("from_version", |(from_version, _)| *from_version)
        .integer("version", |(_, record)| record.version)
        .integer("updated_at", |(_, record)| record.updated_at.0)
        .integer("updated_by", |(_, record)| record.updated_by.0);
    let bulk = add_fields(bulk, object, |_| true, |(_, record)| record)?;
    let fields =
        field_columns(object).into_iter().map(|column| format!(", {column} = new.{column}"));
    let table = table(&object.name);
    let sql = format!(
        "UPDATE {table} SET version = new.version, updated_at = new.updated_at,
         updated_by = new.updated_by{} FROM {}
         WHERE {table}.key = new.key AND {table}.version = new.from_version",
        fields.collect::<String>(),
        bulk.as_table()
    );
    let changed = connection.execute(&sql, &bulk.params())?;
    at_version(object, changed, bulk.len())
}

/// Two rows may exchange the values of a unique field within a batch, and the index is checked row by row:
/// rows whose unique value changes give the old one up first. Mostly there is no such row.
fn give_up_unique_values(
    connection: &Connection,
    object: &ObjectDef,
    rows: &[(i64, &Record)],
) -> Outcome<()> {
    let unique: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.unique)
        .map(|field| field_column(&field.name))
        .collect();
    if unique.is_empty() {
        return Ok(());
    }
    let bulk = Bulk::new(rows.iter().collect()).integer("key", |(_, record)| record.key.0);
    let bulk = add_fields(bulk, object, |field| field.unique, |(_, record)| record)?;
    let table = table(&object.name);
    let emptied: Vec<String> = unique.iter().map(|column| format!("{column} = NULL")).collect();
    let differs: Vec<String> = unique
        .iter()
        .map(|column| format!("{table}.{column} IS DISTINCT FROM new.{column}"))
        .collect();
    let sql = format!(
        "UPDATE {table} SET {} FROM {} WHERE {table}.key = new.key AND ({})",
        emptied.join(", "),
        bulk.as_table(),
        differs.join(" OR ")
    );
    connection.execute(&sql, &bulk.params())?;
    Ok(())
}

fn insert(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    let rows: Vec<&Record> = writes.inserted.values().copied().collect();
    let bulk = Bulk::new(rows)
        .integer("key", |record| record.key.0)
        .integer("version", |record| record.version)
        .integer("created_at", |record| record.created_at.0)
        .integer("created_by", |record| record.created_by.0)
        .integer("updated_at", |record| record.updated_at.0)
        .integer("updated_by", |record| record.updated_by.0);
    let bulk = add_fields(bulk, writes.object, |_| true, |record| record)?;
    bulk.insert(connection, &table(&writes.object.name), "")
}

fn at_version(object: &ObjectDef, changed: u64, wanted: usize) -> Outcome<()> {
    if u64::try_from(wanted).is_ok_and(|wanted| changed < wanted) {
        let message = format!(
            "of {wanted} rows of `{}`, {changed} are at the version that was read",
            object.name
        );
        return Err(StoreError::Retry(message).into());
    }
    Ok(())
}

/// The record with this key.
pub(super) fn get(
    connection: &Connection,
    object: &ObjectDef,
    key: Key,
    locking: Locking,
) -> Outcome<Option<Record>> {
    let sql = format!("{} WHERE key = $1{}", select(object), locking.clause());
    first(connection, &sql, &[&key.0], |row| record(object, row))
}

/// Those of the records with these keys that exist, by key order; locked in that order, where they are.
pub(super) fn all_of(
    connection: &Connection,
    object: &ObjectDef,
    keys: &BTreeSet<Key>,
    locking: Locking,
) -> Outcome<Vec<Record>> {
    let keys = numbers(keys.iter().copied());
    let lock = locking.clause();
    let sql = format!("{} WHERE key = ANY($1) ORDER BY key{lock}", select(object));
    all(connection, &sql, &[&keys], |row| record(object, row))
}

/// Who holds which of these texts in the unique `field`, locked in the order of keys. No column can hold
/// a text with the character U+0000, so nobody holds it.
pub(super) fn keys_by(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    texts: &BTreeSet<Arc<str>>,
) -> Outcome<BTreeMap<Arc<str>, Key>> {
    let (table, column) = (table(&object.name), known_column(object, field)?);
    let texts: Vec<&str> =
        texts.iter().map(|text| &**text).filter(|text| !text.contains('\0')).collect();
    let lock = Locking::Rows.clause();
    let sql = format!(
        "SELECT {column} AS text, key FROM {table} WHERE {column} = ANY($1) ORDER BY key{lock}"
    );
    let found = all(connection, &sql, &[&texts], |row| Ok((text(row, "text")?, key(row, "key")?)))?;
    Ok(found.into_iter().collect())
}

/// The records whose reference `field` is `parent`, by key order.
pub(super) fn children(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    parent: Key,
    limit: i64,
    locking: Locking,
) -> Outcome<Vec<Record>> {
    let column = known_column(object, field)?;
    let sql =
        format!("{} WHERE {column} = $1 ORDER BY key LIMIT $2{}", select(object), locking.clause());
    all(connection, &sql, &[&parent.0, &limit], |row| record(object, row))
}

/// The first records by key order for which the condition is true, locked.
pub(super) fn find(
    connection: &Connection,
    object: &ObjectDef,
    selection: &Selection,
    limit: u32,
) -> Outcome<Vec<Record>> {
    let mut sql = Sql::of(Dialect::Postgres, select(object));
    selected(object, selection, &mut sql)
        .map_err(|error| StoreError::Constraint(error.to_string()))?;
    sql.push(" ORDER BY key LIMIT ").bind(Param::Integer(i64::from(limit)));
    // What a reference leads to may be missing, and what is missing cannot be locked.
    sql.push(Locking::Rows.clause()).push(" OF ").push(&table(&object.name));
    all_once(connection, &sql, |row| record(object, row))
}

/// The keys of the first rows whose reference `field` is `target`, locked.
pub(super) fn referring(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    target: Key,
    limit: u32,
) -> Outcome<Vec<Key>> {
    let (table, column) = (table(&object.name), known_column(object, field)?);
    let sql = format!(
        "SELECT key FROM {table} WHERE {column} = $1 ORDER BY key LIMIT $2{}",
        Locking::Rows.clause()
    );
    all(connection, &sql, &[&target.0, &i64::from(limit)], |row| key(row, "key"))
}

/// The key of the record whose unique `field` is `value`; null is nobody's value, nor is a text that no
/// column can hold.
pub(super) fn key_by(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    value: &FieldValue,
    locking: Locking,
) -> Outcome<Option<Key>> {
    let (table, column) = (table(&object.name), known_column(object, field)?);
    let select = format!("SELECT key FROM {table} WHERE {column} = ");
    let mut sql = Sql::of(Dialect::Postgres, select);
    match value {
        FieldValue::Null => return Ok(None),
        FieldValue::Text(text) if text.contains('\0') => return Ok(None),
        FieldValue::Text(text) => sql.bind(Param::Text(Arc::clone(text))),
        FieldValue::Number(number) => sql.bind(Param::Integer(*number)),
        FieldValue::Money(money) => {
            sql.bind(Param::Integer(money.minor)).push(" AND ").push(&currency_column(field));
            sql.push(" = ").bind(Param::Text(money.currency.code().into()))
        }
        FieldValue::Date(days) => sql.bind(Param::Integer(i64::from(*days))),
        FieldValue::DateTime(at) => sql.bind(Param::Integer(at.0)),
        FieldValue::Boolean(flag) => sql.bind(Param::Integer(i64::from(*flag))),
        FieldValue::Reference(key) => sql.bind(Param::Integer(key.0)),
    };
    sql.push(" ORDER BY key LIMIT 1").push(locking.clause());
    Ok(all_once(connection, &sql, |row| key(row, "key"))?.first().copied())
}

/// The column of a field that the object has; a name from outside never reaches SQL.
fn known_column(object: &ObjectDef, field: &str) -> Outcome<String> {
    match object.field(field) {
        Some(field) => Ok(field_column(&field.name)),
        None => Err(StoreError::Constraint(format!(
            "`{}` has no field `{field}`; name one of its fields",
            object.name
        ))
        .into()),
    }
}
