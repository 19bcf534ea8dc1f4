//! What a turn loads, on the transaction of its batch. Every record and every instance that is answered is
//! locked until the commit, in the order of keys within one answer.
//!
//! Which instance a job, a user task, an incident or an element instance belongs to never changes, so that
//! answer needs no lock: the caller goes on to lock the instance, and finds there whether the part still
//! exists. Locking the part first would invert the order of every writer, who holds the instance when it
//! writes the part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Selection};
use turn::{EndedUserTask, InstanceLoad, Load, LoadError};

use super::cell::scalar;
use super::connection::Connection;
use super::failure::Outcome;
use super::lane::Lane;
use super::record::{self, Locking};
use super::{counter, instance, user_task};

/// The instance that owns a row of the table; `table` is written here, never from outside.
fn owner(connection: &Connection, table: &str, key: Key) -> Outcome<Option<Key>> {
    let sql = format!("SELECT instance FROM {table} WHERE key = $1");
    Ok(scalar(connection, &sql, &[&key.0])?.map(Key))
}

impl Load for Lane {
    fn record(&mut self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, LoadError> {
        Ok(self.run(|connection| record::get(connection, object, key, Locking::Rows))?)
    }

    fn records(
        &mut self,
        object: &Arc<ObjectDef>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<Record>, LoadError> {
        Ok(self.run(|connection| record::all_of(connection, object, keys, Locking::Rows))?)
    }

    fn children(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
    ) -> Result<Vec<Record>, LoadError> {
        Ok(self.run(|connection| {
            record::children(connection, object, field, parent, i64::MAX, Locking::Rows)
        })?)
    }

    fn find(
        &mut self,
        object: &Arc<ObjectDef>,
        selection: &Selection,
        limit: u32,
    ) -> Result<Vec<Record>, LoadError> {
        Ok(self.run(|connection| record::find(connection, object, selection, limit))?)
    }

    fn find_unique(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Key>, LoadError> {
        Ok(self.run(|connection| record::key_by(connection, object, field, value, Locking::Rows))?)
    }

    fn find_unique_texts(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        texts: &BTreeSet<Arc<str>>,
    ) -> Result<BTreeMap<Arc<str>, Key>, LoadError> {
        Ok(self.run(|connection| record::keys_by(connection, object, field, texts))?)
    }

    fn referring(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        target: Key,
        limit: u32,
    ) -> Result<Vec<Key>, LoadError> {
        Ok(self.run(|connection| record::referring(connection, object, field, target, limit))?)
    }

    fn instance(&mut self, key: Key, known: Option<i64>) -> Result<InstanceLoad, LoadError> {
        Ok(self.run(|connection| instance::lock(connection, key, known))?)
    }

    fn job_instance(&mut self, job: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.run(|connection| owner(connection, "job", job))?)
    }

    fn user_task_instance(&mut self, task: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.run(|connection| owner(connection, "user_task", task))?)
    }

    fn ended_user_task(&mut self, task: Key) -> Result<Option<EndedUserTask>, LoadError> {
        let row = self.run(|connection| user_task::get(connection, task))?;
        Ok(row.and_then(|row| row.end()))
    }

    fn incident_instance(&mut self, incident: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.run(|connection| owner(connection, "incident", incident))?)
    }

    fn element_instance(&mut self, element: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.run(|connection| owner(connection, "element_instance", element))?)
    }

    fn active_instances_of(&mut self, object: &str, key: Key) -> Result<Vec<Key>, LoadError> {
        Ok(self.run(|connection| instance::lock_active_of(connection, object, key))?)
    }

    fn counter(&mut self, name: &str) -> Result<i64, LoadError> {
        Ok(self.run(|connection| counter::lock(connection, name))?)
    }
}
