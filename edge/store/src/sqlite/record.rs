//! Records: what a batch writes, and what is looked up by key, by a unique field, by a reference.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Selection};
use runtime::port::{RecordOperation, RecordWrite, StoreError};
use rusqlite::{Connection, params, params_from_iter};

use super::cell::{all, first, run, scalar};
use super::failure::{Failure, Outcome, is_constraint};
use super::record_row::{field_cells, integer, record, select};
use super::title_search;
use crate::column::{ROW_COLUMNS, field_column, field_columns, table};
use crate::predicate::selected;
use crate::sql::{Param, Sql};

/// Keys that one statement looks up at most.
pub(super) const KEYS_MAX: usize = 1_000;

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
    for writes in objects.values() {
        remove(connection, writes)?;
        update(connection, writes)?;
        insert(connection, writes)?;
    }
    Ok(())
}

fn remove(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    let object = writes.object;
    let sql = format!("DELETE FROM {} WHERE key = ?1 AND version = ?2", table(&object.name));
    for (key, from_version) in &writes.removed {
        title_search::forget(connection, object, *key)?;
        let changed = run(connection, &sql, [key.0, *from_version])?;
        at_version(changed, object, *key, *from_version)?;
    }
    Ok(())
}

/// Two rows may exchange the values of a unique field within a batch, and no order of writing suits
/// that: the rows that are refused give their unique values up and are written once more.
fn update(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    let sql = update_sql(writes.object);
    let mut refused = Vec::new();
    for (key, (from_version, record)) in &writes.updated {
        title_search::replace(connection, writes.object, record)?;
        match update_one(connection, &sql, writes.object, *from_version, record) {
            Err(Failure::Sqlite(error)) if is_constraint(&error) => refused.push(*key),
            other => other?,
        }
    }
    if let Some(clear) = clear_unique_sql(writes.object).filter(|_| !refused.is_empty()) {
        for key in &refused {
            run(connection, &clear, [key.0])?;
        }
    }
    for key in refused {
        if let Some((from_version, record)) = writes.updated.get(&key) {
            update_one(connection, &sql, writes.object, *from_version, record)?;
        }
    }
    Ok(())
}

fn update_one(
    connection: &Connection,
    sql: &str,
    object: &ObjectDef,
    from_version: i64,
    record: &Record,
) -> Outcome<()> {
    let head = [
        integer(record.key.0),
        integer(from_version),
        integer(record.version),
        integer(record.updated_at.0),
        integer(record.updated_by.0),
    ];
    let cells = head.into_iter().chain(field_cells(object, record)?);
    let changed = run(connection, sql, params_from_iter(cells))?;
    at_version(changed, object, record.key, from_version)
}

fn update_sql(object: &ObjectDef) -> String {
    let columns = field_columns(object).into_iter().enumerate();
    let fields: Vec<String> =
        columns.map(|(index, column)| format!(", {column} = ?{}", index + 6)).collect();
    format!(
        "UPDATE {} SET version = ?3, updated_at = ?4, updated_by = ?5{} WHERE key = ?1 AND version = ?2",
        table(&object.name),
        fields.concat()
    )
}

fn clear_unique_sql(object: &ObjectDef) -> Option<String> {
    let unique: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.unique)
        .map(|field| format!("{} = NULL", field_column(&field.name)))
        .collect();
    let table = table(&object.name);
    (!unique.is_empty()).then(|| format!("UPDATE {table} SET {} WHERE key = ?1", unique.join(", ")))
}

fn insert(connection: &Connection, writes: &ObjectWrites<'_>) -> Outcome<()> {
    let object = writes.object;
    let columns = field_columns(object);
    let places: Vec<String> = (1..=columns.len() + 6).map(|number| format!("?{number}")).collect();
    let names: Vec<String> = std::iter::once(ROW_COLUMNS.to_owned()).chain(columns).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table(&object.name),
        names.join(", "),
        places.join(", ")
    );
    let mut insert = connection.prepare_cached(&sql)?;
    for record in writes.inserted.values() {
        let head = [
            integer(record.key.0),
            integer(record.version),
            integer(record.created_at.0),
            integer(record.created_by.0),
            integer(record.updated_at.0),
            integer(record.updated_by.0),
        ];
        let cells = head.into_iter().chain(field_cells(object, record)?);
        insert.execute(params_from_iter(cells))?;
        title_search::remember(connection, object, record)?;
    }
    Ok(())
}

fn at_version(changed: usize, object: &ObjectDef, key: Key, version: i64) -> Outcome<()> {
    if changed == 0 {
        let message = format!("`{} {key}` is not at version {version}", object.name);
        return Err(StoreError::Retry(message).into());
    }
    Ok(())
}

/// The record with this key.
pub(super) fn get(
    connection: &Connection,
    object: &ObjectDef,
    key: Key,
) -> Outcome<Option<Record>> {
    let sql = format!("{} WHERE key = ?1", select(object));
    first(connection, &sql, [key.0], |row| record(object, row))
}

/// The records whose reference `field` is `parent`, by key order.
pub(super) fn children(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    parent: Key,
    limit: i64,
) -> Outcome<Vec<Record>> {
    let column = known_column(object, field)?;
    let sql = format!("{} WHERE {column} = ?1 ORDER BY key LIMIT ?2", select(object));
    all(connection, &sql, params![parent.0, limit], |row| record(object, row))
}

/// The first records by key order for which the condition is true.
pub(super) fn find(
    connection: &Connection,
    object: &ObjectDef,
    selection: &Selection,
    limit: u32,
) -> Outcome<Vec<Record>> {
    let mut sql = Sql::new(select(object));
    selected(object, selection, &mut sql)
        .map_err(|error| StoreError::Constraint(error.to_string()))?;
    sql.push(" ORDER BY key LIMIT ").bind(Param::Integer(i64::from(limit)));
    all(connection, &sql.text, params_from_iter(sql.params.iter()), |row| record(object, row))
}

/// Those of the records with these keys that exist, by key order.
pub(super) fn all_of(
    connection: &Connection,
    object: &ObjectDef,
    keys: &BTreeSet<Key>,
) -> Outcome<Vec<Record>> {
    let mut found = Vec::with_capacity(keys.len());
    let keys: Vec<Key> = keys.iter().copied().collect();
    for keys in keys.chunks(KEYS_MAX) {
        let mut sql = Sql::new(select(object));
        sql.push(" WHERE key IN (").bind_list(keys.iter().map(|key| Param::Integer(key.0)));
        sql.push(") ORDER BY key");
        let params = params_from_iter(sql.params.iter());
        found.extend(all(connection, &sql.text, params, |row| record(object, row))?);
    }
    Ok(found)
}

/// The keys of the first rows whose reference `field` is `target`.
pub(super) fn referring(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    target: Key,
    limit: u32,
) -> Outcome<Vec<Key>> {
    let (table, column) = (table(&object.name), known_column(object, field)?);
    let sql = format!("SELECT key FROM {table} WHERE {column} = ?1 ORDER BY key LIMIT ?2");
    all(connection, &sql, params![target.0, limit], |row| row.get(0).map(Key))
}

/// The key of the record whose unique `field` is `value`; null is nobody's value.
pub(super) fn key_by(
    connection: &Connection,
    object: &ObjectDef,
    field: &str,
    value: &FieldValue,
) -> Outcome<Option<Key>> {
    let (table, column) = (table(&object.name), known_column(object, field)?);
    let mut sql = Sql::new(format!("SELECT key FROM {table} WHERE {column} = "));
    match value {
        FieldValue::Null => return Ok(None),
        FieldValue::Text(text) => sql.bind(Param::Text(Arc::clone(text))),
        FieldValue::Number(number) => sql.bind(Param::Integer(*number)),
        FieldValue::Money(money) => {
            let currency = crate::column::currency_column(field);
            sql.bind(Param::Integer(money.minor)).push(" AND ").push(&currency).push(" = ");
            sql.bind(Param::Text(money.currency.code().into()))
        }
        FieldValue::Date(days) => sql.bind(Param::Integer(i64::from(*days))),
        FieldValue::DateTime(at) => sql.bind(Param::Integer(at.0)),
        FieldValue::Boolean(flag) => sql.bind(Param::Integer(i64::from(*flag))),
        FieldValue::Reference(key) => sql.bind(Param::Integer(key.0)),
    };
    sql.push(" ORDER BY key LIMIT 1");
    Ok(scalar(connection, &sql.text, params_from_iter(sql.params.iter()))?.map(Key))
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
