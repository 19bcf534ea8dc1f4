//! What live pages hear after a commit: which things have changed, and nothing about them. A page
//! that cares asks for them under its own rights.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::Key;

use crate::port::{RecordOperation, Rows};

/// Something that a commit has changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// What kind of thing.
    pub kind: ChangedKind,
    /// The object, for a record; the type, for jobs.
    pub object: Option<Arc<str>>,
    /// Its key; for the catalogue, for jobs and for everything 0.
    pub key: Key,
}

impl Changed {
    /// What these rows change, each thing once.
    pub fn by(rows: &Rows) -> BTreeSet<Self> {
        of(rows)
    }

    /// Everything may have changed.
    pub fn everything() -> Self {
        Self { kind: ChangedKind::Everything, object: None, key: Key(0) }
    }
}

/// What the lanes of other nodes have committed, as far as the database tells. A hint: whatever depends
/// on it looks for itself as well, only later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The number of the lane that has committed it; 0 is nobody's.
    pub lane: i64,
    /// What has changed.
    pub changed: Vec<Changed>,
}

words! {
    /// Kinds of things that live pages show.
    ChangedKind {
        /// A record.
        Record = "record",
        /// A process instance.
        Instance = "instance",
        /// A user task.
        UserTask = "user_task",
        /// An incident.
        Incident = "incident",
        /// An entry of the outbox.
        Outbox = "outbox",
        /// A notification, new or read. Key 0: all of somebody's were read.
        Notification = "notification",
        /// Objects or models.
        Catalogue = "catalogue",
        /// Jobs of one type that wait for a worker. For those who wait for work rather than for pages.
        Job = "job",
        /// More than can be told, here or on another node: everything has to be looked at.
        Everything = "everything",
    }
}

/// What these rows change, each thing once.
pub(crate) fn of(rows: &Rows) -> BTreeSet<Changed> {
    let plain = |kind, key| Changed { kind, object: None, key };
    let mut changed = BTreeSet::new();
    for write in &rows.records {
        let key = match &write.operation {
            RecordOperation::Insert(record) | RecordOperation::Update { record, .. } => record.key,
            RecordOperation::Delete { key, .. } => *key,
        };
        let object = Some(Arc::clone(&write.object.name));
        changed.insert(Changed { kind: ChangedKind::Record, object, key });
    }
    let instances = rows.instances.iter();
    changed.extend(instances.map(|row| plain(ChangedKind::Instance, row.key)));
    changed.extend(rows.user_tasks.iter().map(|row| plain(ChangedKind::UserTask, row.key)));
    changed.extend(rows.incidents.iter().map(|row| plain(ChangedKind::Incident, row.key)));
    changed.extend(rows.outbox.iter().map(|row| plain(ChangedKind::Outbox, row.key)));
    changed.extend(rows.outbox_updates.iter().map(|row| plain(ChangedKind::Outbox, row.key)));
    let notifications = rows.notifications.iter();
    changed.extend(notifications.map(|row| plain(ChangedKind::Notification, row.key)));
    let reads = rows.notification_reads.iter();
    changed.extend(reads.map(|read| plain(ChangedKind::Notification, read.key.unwrap_or(Key(0)))));
    for job in rows.jobs.iter().filter(|job| job.retries > 0) {
        let object = Some(Arc::clone(&job.job_type));
        changed.insert(Changed { kind: ChangedKind::Job, object, key: Key(0) });
    }
    if !rows.catalogue.is_empty() {
        changed.insert(plain(ChangedKind::Catalogue, Key(0)));
    }
    changed
}
