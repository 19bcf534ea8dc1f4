//! Who did user tasks, by the names people have: of the tasks themselves, of the steps that they were, and
//! of what their processes changed at once because of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Actor;
use base::{Key, Timestamp};
use records::Schema;
use runtime::port::{PageRequest, Read, UserTaskQuery, UserTaskRow, UserTaskState};

use crate::actor::USER;
use crate::problem::Problem;
use crate::record::{RecordTitle, Titles};

/// Completed tasks, and the names of those who did them.
#[derive(Debug, Default)]
pub(crate) struct Completions {
    /// By element instance.
    of_steps: BTreeMap<Key, Key>,
    /// By instance and the time of the batch, which everything in a batch shares.
    at_once: BTreeMap<(Key, Timestamp), BTreeSet<Key>>,
    titles: Titles,
}

impl Completions {
    /// Those of these tasks.
    pub(crate) fn of(
        schema: &Schema,
        tasks: &[UserTaskRow],
        read: &dyn Read,
    ) -> Result<Self, Problem> {
        let mut completions = Self::default();
        completions.add(tasks);
        completions.titles.load(schema, read)?;
        Ok(completions)
    }

    /// Those of all tasks of these instances, the latest of each where there are very many.
    pub(crate) fn of_instances(
        schema: &Schema,
        instances: impl IntoIterator<Item = Key>,
        read: &dyn Read,
    ) -> Result<Self, Problem> {
        let mut completions = Self::default();
        let instances: BTreeSet<Key> = instances.into_iter().collect();
        for instance in instances {
            let query = UserTaskQuery {
                state: Some(UserTaskState::Completed),
                instance: Some(instance),
                ..UserTaskQuery::all(PageRequest::first(PageRequest::MAX))
            };
            completions.add(&read.user_tasks(&query)?.items);
        }
        completions.titles.load(schema, read)?;
        Ok(completions)
    }

    fn add(&mut self, tasks: &[UserTaskRow]) {
        for task in tasks {
            let Some(user) = person(task) else { continue };
            self.titles.want_one(&USER.into(), user);
            self.of_steps.insert(task.element_instance, user);
            if let Some(at) = task.ended_at {
                self.at_once.entry((task.instance, at)).or_default().insert(user);
            }
        }
    }

    /// Who did this task.
    pub(crate) fn by(&self, task: &UserTaskRow) -> Option<RecordTitle> {
        person(task).map(|user| self.title(user))
    }

    /// Who did the task that this element instance was.
    pub(crate) fn of_step(&self, element_instance: Key) -> Option<RecordTitle> {
        self.of_steps.get(&element_instance).map(|user| self.title(*user))
    }

    /// Who made an instance go on at this time. Nobody is named where it may have been one of several.
    pub(crate) fn before(&self, instance: Key, at: Timestamp) -> Option<RecordTitle> {
        let people = self.at_once.get(&(instance, at))?;
        people.first().filter(|_| people.len() == 1).map(|user| self.title(*user))
    }

    fn title(&self, user: Key) -> RecordTitle {
        let object: Arc<str> = USER.into();
        self.titles.get(&object, user)
    }
}

/// The person who did a task; the system is none.
fn person(task: &UserTaskRow) -> Option<Key> {
    task.completed_by.filter(|user| *user != Actor::SYSTEM_USER)
}
