//! User tasks as the inbox shows them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use base::Key;
use engine::{Event, UserTask, UserTaskCreated};

use super::{Seen, instance};
use crate::port::{Rows, UserTaskRow, UserTaskState};

pub(super) fn add(seen: &Seen<'_>, rows: &mut Rows) {
    let mut touched: BTreeMap<Key, UserTaskRow> = BTreeMap::new();
    for event in seen.events() {
        match event {
            Event::UserTaskCreated(created) => {
                touched.insert(created.key, row(seen, &task(created)));
            }
            Event::UserTaskAssigned(assigned) => {
                if let Some(row) = stored(seen, &mut touched, assigned.key) {
                    row.assignee.clone_from(&assigned.assignee);
                }
            }
            Event::UserTaskCompleted(it) => {
                end(seen, &mut touched, it.key, UserTaskState::Completed);
            }
            Event::UserTaskCompletedBy(it) => {
                end(seen, &mut touched, it.key, UserTaskState::Completed);
                if let Some(row) = touched.get_mut(&it.key) {
                    row.completed_by = Some(it.by);
                }
            }
            Event::UserTaskCancelled(it) => {
                end(seen, &mut touched, it.key, UserTaskState::Cancelled);
            }
            _ => {}
        }
    }
    rows.user_tasks.extend(touched.into_values());
}

fn end(seen: &Seen<'_>, touched: &mut BTreeMap<Key, UserTaskRow>, key: Key, state: UserTaskState) {
    if let Some(row) = stored(seen, touched, key) {
        row.state = state;
        row.ended_at = Some(seen.now);
    }
}

/// The row of a task that was touched before, or stood before the batch.
fn stored<'t>(
    seen: &Seen<'_>,
    touched: &'t mut BTreeMap<Key, UserTaskRow>,
    key: Key,
) -> Option<&'t mut UserTaskRow> {
    match touched.entry(key) {
        Entry::Occupied(row) => Some(row.into_mut()),
        Entry::Vacant(place) => {
            let task = seen.before()?.user_tasks.get(&key)?;
            Some(place.insert(row(seen, task)))
        }
    }
}

fn task(created: &UserTaskCreated) -> UserTask {
    UserTask {
        key: created.key,
        element_instance: created.element_instance,
        element: created.element,
        assignee: created.assignee.clone(),
        candidate_groups: created.candidate_groups.clone(),
        candidate_users: created.candidate_users.clone(),
        form: created.form.clone(),
        external_form_reference: created.external_form_reference.clone(),
        due_at: created.due_at,
        follow_up_at: created.follow_up_at,
        priority: created.priority,
        created_at: created.at,
    }
}

fn row(seen: &Seen<'_>, task: &UserTask) -> UserTaskRow {
    let element = seen.element(task.element);
    let id = element.map_or_else(|| Arc::from(""), |element| Arc::clone(&element.id));
    let name = element.and_then(|element| element.name.clone());
    UserTaskRow {
        key: task.key,
        instance: seen.after().key,
        definition: seen.after().definition,
        element_instance: task.element_instance,
        name: name.unwrap_or_else(|| Arc::clone(&id)),
        element_id: id,
        state: UserTaskState::Created,
        assignee: task.assignee.clone(),
        candidate_groups: task.candidate_groups.clone(),
        candidate_users: task.candidate_users.clone(),
        form_id: task.form.as_ref().map(|form| Arc::clone(&form.id)),
        form_key: task.form.as_ref().map(|form| form.key),
        due_at: task.due_at,
        follow_up_at: task.follow_up_at,
        priority: i32::from(task.priority),
        created_at: task.created_at,
        ended_at: None,
        completed_by: None,
        record: instance::record(seen.after()),
    }
}
