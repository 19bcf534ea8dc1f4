//! What the database in memory answers to a turn.

use std::sync::Arc;

use base::Key;
use records::{FieldValue, ObjectDef, Record, Selection};
use runtime::port::{InstanceRow, InstanceState, UserTaskRow};
use turn::{EndedUserTask, InstanceLoad, Load, LoadError, StoredInstance};

use super::{Db, FakeStore, at};

impl Load for FakeStore {
    fn record(&mut self, object: &Arc<ObjectDef>, key: Key) -> Result<Option<Record>, LoadError> {
        assert!(key != Key(13), "key 13 blows up");
        Ok(self.db().records.get(&at(object, key)).cloned())
    }

    fn children(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        parent: Key,
    ) -> Result<Vec<Record>, LoadError> {
        let is_child =
            |record: &&Record| record.value(object, field) == &FieldValue::Reference(parent);
        Ok(rows_of(self.db(), object).filter(is_child).cloned().collect())
    }

    fn find(
        &mut self,
        object: &Arc<ObjectDef>,
        selection: &Selection,
        limit: u32,
    ) -> Result<Vec<Record>, LoadError> {
        let db = self.db();
        let rows: Vec<&Record> = rows_of(db, object).collect();
        let referred = selection.follow(object, &rows, |object, keys| {
            let rows = rows_of(db, object).filter(|row| keys.contains(&row.key));
            Ok::<_, LoadError>(rows.cloned().map(Arc::new).collect())
        })?;
        let found = rows
            .into_iter()
            .filter(|record| selection.matches(object, record, &referred))
            .take(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found.cloned().collect())
    }

    fn find_unique(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        value: &FieldValue,
    ) -> Result<Option<Key>, LoadError> {
        let mut rows = rows_of(self.db(), object);
        Ok(rows.find(|record| record.value(object, field) == value).map(|record| record.key))
    }

    fn referring(
        &mut self,
        object: &Arc<ObjectDef>,
        field: &str,
        target: Key,
        limit: u32,
    ) -> Result<Vec<Key>, LoadError> {
        let refers = self.children(object, field, target)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(refers.iter().map(|record| record.key).take(limit).collect())
    }

    fn instance(&mut self, key: Key, known: Option<i64>) -> Result<InstanceLoad, LoadError> {
        Ok(match self.db().instances.get(&key) {
            None => InstanceLoad::Absent,
            Some(row) if Some(row.version) == known => InstanceLoad::Unchanged,
            Some(row) => InstanceLoad::Stored(StoredInstance {
                version: row.version,
                state: row.snapshot.clone(),
            }),
        })
    }

    fn job_instance(&mut self, job: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.db().jobs.get(&job).map(|job| job.instance))
    }

    fn user_task_instance(&mut self, task: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.db().user_tasks.get(&task).map(|task| task.instance))
    }

    fn ended_user_task(&mut self, task: Key) -> Result<Option<EndedUserTask>, LoadError> {
        Ok(self.db().user_tasks.get(&task).and_then(UserTaskRow::end))
    }

    fn incident_instance(&mut self, incident: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.db().incidents.get(&incident).map(|incident| incident.instance))
    }

    fn element_instance(&mut self, element: Key) -> Result<Option<Key>, LoadError> {
        Ok(self.db().elements.get(&element).map(|element| element.instance))
    }

    fn active_instances_of(&mut self, object: &str, key: Key) -> Result<Vec<Key>, LoadError> {
        let is_bound = |row: &&InstanceRow| {
            row.state == InstanceState::Active
                && row.record.as_ref().is_some_and(|at| *at.object == *object && at.key == key)
        };
        Ok(self.db().instances.values().filter(is_bound).map(|row| row.key).collect())
    }

    fn counter(&mut self, name: &str) -> Result<i64, LoadError> {
        Ok(self.db().counters.get(name).copied().unwrap_or_default())
    }
}

fn rows_of<'a>(db: &'a Db, object: &ObjectDef) -> impl Iterator<Item = &'a Record> + use<'a> {
    let name = Arc::clone(&object.name);
    db.records.iter().filter(move |(at, _)| at.object == name).map(|(_, record)| record)
}
