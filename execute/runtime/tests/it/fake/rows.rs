//! What the database in memory does with the rows of a batch. It refuses what a real one could not store.

use std::sync::Arc;

use runtime::past;
use runtime::port::{CatalogueWrite, ObjectRow, RecordOperation, Rows, StoreError};

use super::{Db, at};

pub(super) fn write_definitions(db: &mut Db, rows: &Rows) {
    for write in &rows.catalogue {
        match write {
            CatalogueWrite::Object { object, .. } => {
                let definition = object.to_json().to_string();
                let row = ObjectRow { name: Arc::clone(&object.name), definition };
                db.catalogue.objects.retain(|known| known.name != row.name);
                db.catalogue.objects.push(row);
            }
            CatalogueWrite::Resource(row) => db.catalogue.resources.push(row.clone()),
            CatalogueWrite::Model(row) => db.catalogue.models.push(row.clone()),
        }
    }
    if !rows.catalogue.is_empty() {
        db.catalogue.version += 1;
    }
}

pub(super) fn write_records(db: &mut Db, rows: &Rows) {
    for write in &rows.records {
        match &write.operation {
            RecordOperation::Insert(record) => {
                let before = db.records.insert(at(&write.object, record.key), record.clone());
                assert!(before.is_none(), "{} {} is inserted twice", write.object.name, record.key);
            }
            RecordOperation::Update { from_version, record } => {
                let before = db.records.insert(at(&write.object, record.key), record.clone());
                assert_eq!(before.map(|before| before.version), Some(*from_version));
            }
            RecordOperation::Delete { from_version, key } => {
                let before = db.records.remove(&at(&write.object, *key));
                assert_eq!(before.map(|before| before.version), Some(*from_version));
            }
        }
    }
    db.record_history.extend(rows.record_history.iter().cloned());
    db.counters.extend(rows.counters.iter().map(|row| (Arc::clone(&row.name), row.value)));
}

pub(super) fn write_instances(db: &mut Db, rows: &Rows) -> Result<(), StoreError> {
    for row in &rows.instances {
        let stored = db.instances.get(&row.key).map_or(0, |stored| stored.version);
        if stored + 1 != row.version {
            return Err(StoreError::Retry(format!("instance {} is at {stored}", row.key)));
        }
        db.instances.insert(row.key, row.clone());
    }
    let history = rows.history.iter().map(|row| ((row.instance, row.version), row.clone()));
    db.history.extend(history);
    for row in &rows.history {
        let passed = past::elements(row).expect("what was written is read");
        db.elements.extend(passed.into_iter().map(|row| (row.key, row)));
    }
    db.elements.extend(rows.element_instances.iter().map(|row| (row.key, row.clone())));
    for row in &rows.flows {
        *db.flows.entry((row.definition, Arc::clone(&row.flow_id))).or_default() += row.count;
    }
    let variables = rows.variables.iter();
    db.variables.extend(variables.map(|row| ((row.scope, Arc::clone(&row.name)), row.clone())));
    Ok(())
}

pub(super) fn write_work(db: &mut Db, rows: &Rows) {
    db.jobs.extend(rows.jobs.iter().map(|row| (row.key, row.clone())));
    db.timers.extend(rows.timers.iter().map(|row| (row.key, row.clone())));
    for key in &rows.removed_jobs {
        assert!(db.jobs.remove(key).is_some(), "job {key} is not there to be removed");
    }
    for key in &rows.removed_timers {
        assert!(db.timers.remove(key).is_some(), "timer {key} is not there to be removed");
    }
    db.user_tasks.extend(rows.user_tasks.iter().map(|row| (row.key, row.clone())));
    db.incidents.extend(rows.incidents.iter().map(|row| (row.key, row.clone())));
    db.decisions.extend(rows.decisions.iter().map(|row| (row.key, row.clone())));
    db.outbox.extend(rows.outbox.iter().map(|row| (row.key, row.clone())));
    for update in &rows.outbox_updates {
        let row = db.outbox.get_mut(&update.key).expect("the entry exists");
        row.state = update.state;
        row.attempts = update.attempts;
        row.unsettled = update.unsettled;
        row.next_at = update.next_at;
        row.error.clone_from(&update.error);
    }
    db.notifications.extend(rows.notifications.iter().map(|row| (row.key, row.clone())));
    for read in &rows.notification_reads {
        let own = db.notifications.values_mut().filter(|row| row.user == read.user);
        for row in own.filter(|row| read.key.is_none_or(|key| key == row.key)) {
            row.read_at = row.read_at.or(Some(read.at));
        }
    }
    let answers = rows.idempotency.iter();
    db.idempotency.extend(answers.map(|row| (row.key.clone(), row.answer.clone())));
    db.identity.extend(rows.identity.iter().cloned());
}
