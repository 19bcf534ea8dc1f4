//! A user task: work that a person does, with or without a form.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::index;

/// Work for a person that is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTask {
    /// Its key.
    pub key: Key,
    /// The active element it belongs to.
    pub element_instance: Key,
    /// Which element of the process that is.
    #[serde(with = "index::element")]
    pub element: ElementIndex,
    /// The login of the person who has it.
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
    /// When it was created.
    pub created_at: Timestamp,
}

/// A form in the version that was the latest when the task was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRef {
    /// The id that the model names.
    pub id: Arc<str>,
    /// The key of the deployed form.
    pub key: Key,
}
