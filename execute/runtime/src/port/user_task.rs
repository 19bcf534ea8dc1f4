//! User tasks as the inbox shows them.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;
use turn::EndedUserTask;

use crate::port::{Page, PageRequest, StoreError};

words! {
    /// Where a user task is in its life.
    UserTaskState {
        /// It waits for a person.
        Created = "created",
        /// A person has done it.
        Completed = "completed",
        /// The process no longer needs it.
        Cancelled = "cancelled",
    }
}

/// A user task. Written whole: insert, or replace by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTaskRow {
    /// The task.
    pub key: Key,
    /// The instance.
    pub instance: Key,
    /// The version of the process.
    pub definition: Key,
    /// The element instance it belongs to.
    pub element_instance: Key,
    /// The BPMN id of that element.
    pub element_id: Arc<str>,
    /// The name of that element.
    pub name: Arc<str>,
    /// Where it is in its life.
    pub state: UserTaskState,
    /// The login of the user who has it.
    pub assignee: Option<Arc<str>>,
    /// Groups that may claim it.
    pub candidate_groups: Vec<Arc<str>>,
    /// Logins of users who may claim it.
    pub candidate_users: Vec<Arc<str>>,
    /// The form to fill in.
    pub form_id: Option<Arc<str>>,
    /// The version of that form, which the task keeps: the latest one when it was created.
    pub form_key: Option<Key>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When somebody should look at it.
    pub follow_up_at: Option<Timestamp>,
    /// 0 to 100.
    pub priority: i32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was done or cancelled.
    pub ended_at: Option<Timestamp>,
    /// The key of the user who did it; absent where it ended otherwise, and where it was done before this
    /// was kept.
    pub completed_by: Option<Key>,
    /// The record that the instance is bound to.
    pub record: Option<RecordRef>,
}

impl UserTaskRow {
    /// How it ended, if it has.
    pub fn end(&self) -> Option<EndedUserTask> {
        let at = self.ended_at?;
        match self.state {
            UserTaskState::Created => None,
            UserTaskState::Completed => {
                Some(EndedUserTask::Completed { by: self.completed_by, at })
            }
            UserTaskState::Cancelled => Some(EndedUserTask::Cancelled { at }),
        }
    }
}

/// A list of user tasks, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTaskQuery {
    /// Only in this state.
    pub state: Option<UserTaskState>,
    /// Only tasks of this instance.
    pub instance: Option<Key>,
    /// Only tasks of this version of a process.
    pub definition: Option<Key>,
    /// Only tasks with this BPMN element id.
    pub element_id: Option<Arc<str>>,
    /// Only tasks assigned to this login.
    pub assignee: Option<Arc<str>>,
    /// Only tasks that this user has or may claim.
    pub mine: Option<Mine>,
    /// Only tasks whose instance is bound to this record.
    pub record: Option<RecordRef>,
    /// Which page.
    pub page: PageRequest,
}

impl UserTaskQuery {
    /// Every task, a page of them; whoever wants less says by what.
    pub fn all(page: PageRequest) -> Self {
        Self {
            state: None,
            instance: None,
            definition: None,
            element_id: None,
            assignee: None,
            mine: None,
            record: None,
            page,
        }
    }
}

/// Whose inbox: tasks assigned to the login; unassigned ones that name the login or one of the
/// groups; and unassigned ones that name no candidate at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// The user's login.
    pub login: Arc<str>,
    /// The user's groups: the role's name and the user's teams.
    pub groups: Vec<Arc<str>>,
}

/// Queries over user tasks.
pub trait ReadUserTasks {
    /// The task with this key.
    fn user_task(&self, key: Key) -> Result<Option<UserTaskRow>, StoreError>;

    /// A page of tasks, newest first.
    fn user_tasks(&self, query: &UserTaskQuery) -> Result<Page<UserTaskRow>, StoreError>;
}
