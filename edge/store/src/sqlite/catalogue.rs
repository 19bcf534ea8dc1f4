//! Objects with the tables of their records, models and the files they came from.

use std::sync::Arc;

use base::Key;
use records::ObjectDef;
use runtime::port::{
    CatalogueRows, CatalogueWrite, ModelKind, ModelRow, ObjectRow, ReadModels, ResourceRow,
    StoreError,
};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, instant, key, run, scalar, word};
use super::failure::{Failure, Outcome, is_constraint};
use super::reader::Snapshot;
use super::{counter, title_search};
use crate::record_table::{self, Spelling, Step};
use crate::title;

pub(super) const SPELLING: Spelling = Spelling {
    integer: "INTEGER",
    text: "TEXT",
    primary_key: "INTEGER PRIMARY KEY",
    end: " STRICT",
    index_nulls: "",
    index_tie: "",
};

/// The name of the catalogue's version.
pub(super) const VERSION: &str = "catalogue_version";

/// Writes in the given order: objects before what refers to them.
pub(super) fn write(connection: &Connection, rows: &[CatalogueWrite]) -> Outcome<()> {
    for row in rows {
        match row {
            CatalogueWrite::Object { before, object } => {
                define(connection, before.as_deref(), object)?;
            }
            CatalogueWrite::Resource(resource) => put_resource(connection, resource)?,
            CatalogueWrite::Model(model) => put_model(connection, model)?,
        }
    }
    if !rows.is_empty() {
        counter::raise(connection, VERSION)?;
    }
    Ok(())
}

fn define(connection: &Connection, before: Option<&ObjectDef>, object: &ObjectDef) -> Outcome<()> {
    let steps = match before {
        Some(before) => record_table::alter(before, object, SPELLING),
        None => record_table::create(object, SPELLING),
    };
    for step in steps {
        take(connection, step)?;
    }
    if before.is_some_and(|before| title::words_change(before, object)) {
        title_search::rebuild(connection, object)?;
    }
    run(
        connection,
        "INSERT INTO object (name, definition) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        params![object.name, object.to_json().to_string()],
    )?;
    Ok(())
}

pub(super) fn take(connection: &Connection, step: Step) -> Outcome<()> {
    match step {
        Step::Run(sql) => Ok(connection.execute_batch(&sql)?),
        Step::Refuse { found_by, message } => match scalar::<i64>(connection, &found_by, [])? {
            Some(_) => Err(StoreError::Constraint(message).into()),
            None => Ok(()),
        },
        Step::Constrain { sql, message } => match connection.execute_batch(&sql) {
            Err(error) if is_constraint(&error) => Err(StoreError::Constraint(message).into()),
            other => other.map_err(Failure::from),
        },
    }
}

fn put_resource(connection: &Connection, row: &ResourceRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO resource (key, deployment, name, text) VALUES (?1, ?2, ?3, ?4)",
        params![row.key.0, row.deployment.0, row.name, row.text],
    )?;
    Ok(())
}

fn put_model(connection: &Connection, row: &ModelRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO model (key, kind, id, name, version, version_tag, resource, deployment,
         deployed_at, record_object) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            row.key.0,
            row.kind.as_str(),
            row.id,
            row.name,
            row.version,
            row.version_tag,
            row.resource.0,
            row.deployment.0,
            row.deployed_at.0,
            row.record_object,
        ],
    )?;
    Ok(())
}

/// The whole catalogue, of one moment where the caller has a transaction.
pub(super) fn load(connection: &Connection) -> Outcome<CatalogueRows> {
    let objects = "SELECT name, definition FROM object ORDER BY position";
    Ok(CatalogueRows {
        version: counter::platform(connection, VERSION)?,
        objects: all(connection, objects, [], |row| {
            Ok(ObjectRow { name: row.get("name")?, definition: row.get("definition")? })
        })?,
        models: all(connection, "SELECT * FROM model ORDER BY key", [], model)?,
        resources: all(connection, "SELECT * FROM resource ORDER BY key", [], resource)?,
    })
}

/// The last version of the model with this id; 0 where there is none.
pub(super) fn last_version(connection: &Connection, kind: ModelKind, id: &str) -> Outcome<i32> {
    let sql = "SELECT COALESCE(max(version), 0) FROM model WHERE kind = ?1 AND id = ?2";
    Ok(scalar(connection, sql, [kind.as_str(), id])?.unwrap_or(0))
}

pub(super) fn resource_by_key(connection: &Connection, key: Key) -> Outcome<Option<ResourceRow>> {
    first(connection, "SELECT * FROM resource WHERE key = ?1", [key.0], resource)
}

/// Every file by key and name, the newest first.
pub(super) fn resource_names(connection: &Connection) -> Outcome<Vec<(Key, Arc<str>)>> {
    let sql = "SELECT key, name FROM resource ORDER BY key DESC";
    all(connection, sql, [], |row| Ok((key(row, "key")?, row.get("name")?)))
}

fn model(row: &Row<'_>) -> Read<ModelRow> {
    Ok(ModelRow {
        key: key(row, "key")?,
        kind: word(row, "kind")?,
        id: row.get("id")?,
        name: row.get("name")?,
        version: row.get("version")?,
        version_tag: row.get("version_tag")?,
        resource: key(row, "resource")?,
        deployment: key(row, "deployment")?,
        deployed_at: instant(row, "deployed_at")?,
        record_object: row.get("record_object")?,
    })
}

fn resource(row: &Row<'_>) -> Read<ResourceRow> {
    Ok(ResourceRow {
        key: key(row, "key")?,
        deployment: key(row, "deployment")?,
        name: row.get("name")?,
        text: row.get("text")?,
    })
}

impl ReadModels for Snapshot<'_> {
    fn models(&self, kind: ModelKind) -> Result<Vec<ModelRow>, StoreError> {
        let sql = "SELECT * FROM model WHERE kind = ?1 ORDER BY id, version DESC";
        Ok(all(self.connection(), sql, [kind.as_str()], model)?)
    }

    fn model(&self, key: Key) -> Result<Option<ModelRow>, StoreError> {
        Ok(first(self.connection(), "SELECT * FROM model WHERE key = ?1", [key.0], model)?)
    }

    fn resource(&self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        Ok(resource_by_key(self.connection(), key)?)
    }

    fn resource_names(&self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        Ok(resource_names(self.connection())?)
    }
}
