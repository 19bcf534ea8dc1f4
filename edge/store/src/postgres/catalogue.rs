//! Objects with the tables of their records, models and the files they came from.

use std::sync::Arc;

use base::Key;
use postgres::Row;
use records::ObjectDef;
use runtime::port::{
    CatalogueRows, CatalogueWrite, ModelKind, ModelRow, ObjectRow, ReadModels, ResourceRow,
    StoreError,
};

use super::cell::{all, first, get, instant, key, maybe_text, narrow, text, word};
use super::connection::Connection;
use super::failure::{Failure, Outcome, is_constraint};
use super::reader::Snapshot;
use super::{counter, title_search};
use crate::record_table::{self, Spelling, Step};
use crate::title;

pub(super) const SPELLING: Spelling = Spelling {
    integer: "BIGINT",
    text: "TEXT COLLATE \"C\"",
    primary_key: "BIGINT NOT NULL PRIMARY KEY",
    end: " WITH (fillfactor = 70)",
    index_nulls: " NULLS FIRST",
    index_tie: ", key",
};

/// The name of the catalogue's version.
pub(super) const VERSION: &str = "catalogue_version";

/// Waits until no other lane's batch runs and lets none begin until the commit: every batch holds the
/// version's row shared. Two lanes that do this at once end as a deadlock, of which one is tried again.
pub(super) fn lock(connection: &Connection) -> Outcome<()> {
    // The lock of the row would suffice, were it fair: lanes that share it let each other pass while this
    // one waits, for as long as they are busy. The lock of a table has a queue.
    connection.batch("LOCK TABLE platform IN EXCLUSIVE MODE")
}

/// Writes in the given order: objects before what refers to them.
pub(super) fn write(connection: &Connection, rows: &[CatalogueWrite]) -> Outcome<()> {
    if rows.is_empty() {
        return Ok(());
    }
    lock(connection)?;
    counter::raise(connection, VERSION)?;
    for row in rows {
        match row {
            CatalogueWrite::Object { before, object } => {
                define(connection, before.as_deref(), object)?;
            }
            CatalogueWrite::Resource(resource) => put_resource(connection, resource)?,
            CatalogueWrite::Model(model) => put_model(connection, model)?,
        }
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
    connection.forget_statements();
    if before.is_some_and(|before| title::words_change(before, object)) {
        title_search::rebuild(connection, object)?;
    }
    connection.execute(
        "INSERT INTO object (position, name, definition)
         SELECT COALESCE(max(position), 0) + 1, $1, $2 FROM object
         ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        &[&&*object.name, &object.to_json().to_string()],
    )?;
    Ok(())
}

pub(super) fn take(connection: &Connection, step: Step) -> Outcome<()> {
    match step {
        Step::Run(sql) => connection.batch(&sql),
        Step::Refuse { found_by, message } => match connection.texts(&found_by)?.first() {
            None => Ok(()),
            Some(_) => Err(StoreError::Constraint(message).into()),
        },
        Step::Constrain { sql, message } => match connection.batch(&sql) {
            Err(Failure::Postgres(error)) if error.code().is_some_and(is_constraint) => {
                Err(StoreError::Constraint(message).into())
            }
            other => other,
        },
    }
}

fn put_resource(connection: &Connection, row: &ResourceRow) -> Outcome<()> {
    connection.execute(
        "INSERT INTO resource (key, deployment, name, text) VALUES ($1, $2, $3, $4)",
        &[&row.key.0, &row.deployment.0, &&*row.name, &&*row.text],
    )?;
    Ok(())
}

fn put_model(connection: &Connection, row: &ModelRow) -> Outcome<()> {
    connection.execute(
        "INSERT INTO model (key, kind, id, name, version, version_tag, resource, deployment,
         deployed_at, record_object) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &row.key.0,
            &row.kind.as_str(),
            &&*row.id,
            &&*row.name,
            &i64::from(row.version),
            &row.version_tag.as_deref(),
            &row.resource.0,
            &row.deployment.0,
            &row.deployed_at.0,
            &row.record_object.as_deref(),
        ],
    )?;
    Ok(())
}

/// The whole catalogue, of one moment where the caller has a transaction.
pub(super) fn load(connection: &Connection) -> Outcome<CatalogueRows> {
    let objects = "SELECT name, definition FROM object ORDER BY position";
    Ok(CatalogueRows {
        version: counter::platform(connection, VERSION)?,
        objects: all(connection, objects, &[], |row| {
            Ok(ObjectRow { name: text(row, "name")?, definition: get(row, "definition")? })
        })?,
        models: all(connection, "SELECT * FROM model ORDER BY key", &[], model)?,
        resources: all(connection, "SELECT * FROM resource ORDER BY key", &[], resource)?,
    })
}

/// The last version of the model with this id; 0 where there is none.
pub(super) fn last_version(connection: &Connection, kind: ModelKind, id: &str) -> Outcome<i32> {
    let sql = "SELECT COALESCE(max(version), 0) AS version FROM model WHERE kind = $1 AND id = $2";
    let found = first(connection, sql, &[&kind.as_str(), &id], |row| narrow(row, "version"))?;
    Ok(found.unwrap_or(0))
}

pub(super) fn resource_by_key(connection: &Connection, key: Key) -> Outcome<Option<ResourceRow>> {
    first(connection, "SELECT * FROM resource WHERE key = $1", &[&key.0], resource)
}

/// Every file by key and name, the newest first.
pub(super) fn resource_names(connection: &Connection) -> Outcome<Vec<(Key, Arc<str>)>> {
    let sql = "SELECT key, name FROM resource ORDER BY key DESC";
    all(connection, sql, &[], |row| Ok((key(row, "key")?, text(row, "name")?)))
}

fn model(row: &Row) -> Outcome<ModelRow> {
    Ok(ModelRow {
        key: key(row, "key")?,
        kind: word(row, "kind")?,
        id: text(row, "id")?,
        name: text(row, "name")?,
        version: narrow(row, "version")?,
        version_tag: maybe_text(row, "version_tag")?,
        resource: key(row, "resource")?,
        deployment: key(row, "deployment")?,
        deployed_at: instant(row, "deployed_at")?,
        record_object: maybe_text(row, "record_object")?,
    })
}

fn resource(row: &Row) -> Outcome<ResourceRow> {
    Ok(ResourceRow {
        key: key(row, "key")?,
        deployment: key(row, "deployment")?,
        name: text(row, "name")?,
        text: text(row, "text")?,
    })
}

impl ReadModels for Snapshot<'_> {
    fn newer_catalogue(&self, known: i64) -> Result<Option<CatalogueRows>, StoreError> {
        let is_newer = self.catalogue_version() > known;
        Ok(if is_newer { Some(load(self.connection())?) } else { None })
    }

    fn models(&self, kind: ModelKind) -> Result<Vec<ModelRow>, StoreError> {
        let sql = "SELECT * FROM model WHERE kind = $1 ORDER BY id, version DESC";
        Ok(all(self.connection(), sql, &[&kind.as_str()], model)?)
    }

    fn model(&self, key: Key) -> Result<Option<ModelRow>, StoreError> {
        let sql = "SELECT * FROM model WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], model)?)
    }

    fn resource(&self, key: Key) -> Result<Option<ResourceRow>, StoreError> {
        Ok(resource_by_key(self.connection(), key)?)
    }

    fn resource_names(&self) -> Result<Vec<(Key, Arc<str>)>, StoreError> {
        Ok(resource_names(self.connection())?)
    }
}
