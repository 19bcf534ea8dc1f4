//! The life of a user task.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::{FormRef, Instance, UserTask, index};

/// Work for a person arose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskCreated {
    /// Its key.
    pub key: Key,
    /// The active element it belongs to.
    pub element_instance: Key,
    /// Which element of the process that is.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The login of the person who gets it.
    pub assignee: Option<Arc<str>>,
    /// Groups whose members may take it.
    pub candidate_groups: Vec<Arc<str>>,
    /// Logins of people who may take it.
    pub candidate_users: Vec<Arc<str>>,
    /// The form to fill in.
    pub form: Option<FormRef>,
    /// A form outside, by a reference that only the task application understands.
    pub external_form_reference: Option<Arc<str>>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When somebody should look at it.
    pub follow_up_at: Option<Timestamp>,
    /// 0 to 100, 100 is most urgent.
    pub priority: u8,
    /// The fixed values of the model (`zeebe:taskHeaders`).
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// When.
    pub at: Timestamp,
}

impl UserTaskCreated {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let task = UserTask {
            key: self.key,
            element_instance: self.element_instance,
            element: self.element,
            assignee: self.assignee.clone(),
            candidate_groups: self.candidate_groups.clone(),
            candidate_users: self.candidate_users.clone(),
            form: self.form.clone(),
            external_form_reference: self.external_form_reference.clone(),
            due_at: self.due_at,
            follow_up_at: self.follow_up_at,
            priority: self.priority,
            created_at: self.at,
        };
        instance.user_tasks.insert(self.key, task);
    }
}

/// The task was given to a person, or back to its candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskAssigned {
    /// The task.
    pub key: Key,
    /// The person's login.
    pub assignee: Option<Arc<str>>,
}

impl UserTaskAssigned {
    pub(super) fn apply(&self, instance: &mut Instance) {
        if let Some(task) = instance.user_tasks.get_mut(&self.key) {
            task.assignee.clone_from(&self.assignee);
        }
    }
}

/// The work was done. What the first versions wrote; [`UserTaskCompletedBy`] took its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskCompleted {
    /// The task.
    pub key: Key,
}

impl UserTaskCompleted {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.user_tasks.remove(&self.key);
    }
}

/// A person did the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskCompletedBy {
    /// The task.
    pub key: Key,
    /// The key of the person's user. Not the login, which is a personal value and may change.
    pub by: Key,
}

impl UserTaskCompletedBy {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.user_tasks.remove(&self.key);
    }
}

/// The work is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskCancelled {
    /// The task.
    pub key: Key,
}

impl UserTaskCancelled {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.user_tasks.remove(&self.key);
    }
}
