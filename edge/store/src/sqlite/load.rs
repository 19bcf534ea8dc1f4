//! What a turn loads: on the transaction of its batch, or outside one, while the lane's second connection writes the
//! batch before. SQLite has one writer, so nothing needs a lock.

use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Selection};
use turn::{EndedUserTask, InstanceLoad, Load, LoadError};

use super::cell::scalar;
use super::failure::Outcome;
use super::lane::Lane;
use super::{counter, instance, record, user_task};

impl Lane {
    /// The instance that owns a row of the table; `table` is written here, never from outside.
    fn owner(&self, table: &str, key: Key) -> Outcome<Option<Key>> {
        let sql = format!("SELECT instance FROM {table} WHERE key = ?1");
        Ok(scalar(self.connection(), &sql, [key.0])?.map(Key))
    }
}

impl Load for Lane {
    fn record(&mut self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, LoadError> {
        Ok(record::get(self.connection(), object, key)?)
    }

    fn children(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
    ) -> Result<Vec<Record>, LoadError> {
        Ok(record::children(self.connection(), object, field, parent, i64::MAX)?)
    }

    fn find(
        &mut self,
        object: &Arc<ObjectDef>,
        selection: &Selection,
        limit: u32,
    ) -> Result<Vec<Record>, LoadError> {
        Ok(record::find(self.connection(), object, selection, limit)?)
    }

    fn find_unique(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Key>, LoadError> {
        Ok(record::key_by(self.connection(), object, field, value)?)
    }

    fn referring(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        target: Key,
        limit: u32,
    ) -> Result<Vec<Key>, LoadError> {
        Ok(record::referring(self.connection(), object, field, target, limit)?)
    }

    fn instance(&mut self, key: Key, known: Option<i64>) -> Result<InstanceLoad, LoadError> {
        Ok(instance::load(self.connection(), key, known)?)
    }

    fn job_instance(&mut self, job: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.owner("job", job)?)
    }

    fn user_task_instance(&mut self, task: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.owner("user_task", task)?)
    }

    fn ended_user_task(&mut self, task: Key) -> Result<Option<EndedUserTask>, LoadError> {
        Ok(user_task::get(self.connection(), task)?.and_then(|row| row.end()))
    }

    fn incident_instance(&mut self, incident: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.owner("incident", incident)?)
    }

    fn element_instance(&mut self, element: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.owner("element_instance", element)?)
    }

    fn active_instances_of(&mut self, object: &str, key: Key) -> Result<Vec<Key>, LoadError> {
        Ok(instance::active_of(self.connection(), object, key)?)
    }

    fn counter(&mut self, name: &str) -> Result<i64, LoadError> {
        Ok(counter::get(self.connection(), name)?)
    }
}
