//! A user task: work for a person, with everything the model says about who, when and with what form.

use std::sync::Arc;

use base::{Key, Timestamp};
use bpmn::{Text, UserTask};
use feel::Value;

use super::{Progress, job::pairs};
use crate::{
    Event, FormRef, IncidentKind, UserTaskCreated,
    evaluate::{self, Wanted},
    machine::{At, Failure, Machine},
    schedule,
};

/// Where the model says nothing (Camunda 8).
const DEFAULT_PRIORITY: u8 = 50;
const MAX_PRIORITY: u8 = 100;

pub(super) fn begin(
    machine: &mut Machine<'_>,
    at: At<'_>,
    task: &UserTask,
) -> Result<Progress, Failure> {
    let key = machine.next_key();
    let reader = Reader { machine, scope: at.key };
    let created = UserTaskCreated {
        key,
        element_instance: at.key,
        element: at.index,
        assignee: reader.one(task.assignee.as_ref(), "the assignee")?,
        candidate_groups: reader.many(task.candidate_groups.as_ref(), "the candidate groups")?,
        candidate_users: reader.many(task.candidate_users.as_ref(), "the candidate users")?,
        form: form(machine, task)?,
        external_form_reference: reader
            .one(task.external_form_reference.as_ref(), "the reference of the form")?,
        due_at: reader.instant(task.due_date.as_ref(), "the due date")?,
        follow_up_at: reader.instant(task.follow_up_date.as_ref(), "the follow-up date")?,
        priority: reader.priority(task.priority.as_ref())?,
        headers: pairs(&task.headers),
        at: machine.now(),
    };
    machine.emit(Event::UserTaskCreated(created));
    Ok(Progress::Waits)
}

fn form(machine: &Machine<'_>, task: &UserTask) -> Result<Option<FormRef>, Failure> {
    let Some(id) = &task.form_id else { return Ok(None) };
    match machine.world().models.form(id) {
        Some(key) => Ok(Some(FormRef { id: Arc::clone(id), key })),
        None => Err(Failure::incident(
            IncidentKind::FormNotFound,
            format!(
                "form `{id}` is not deployed; deploy a form with this id, then resolve the incident"
            ),
        )),
    }
}

/// Reads what the model may say or leave out.
struct Reader<'m, 'w> {
    machine: &'m Machine<'w>,
    scope: Key,
}

impl Reader<'_, '_> {
    /// One name; an empty one, or null, is none.
    fn one(&self, text: Option<&Text>, purpose: &str) -> Result<Option<Arc<str>>, Failure> {
        let convert = |value: &Value| match value {
            Value::Null => Some(None),
            Value::String(text) => {
                Some(Some(text.trim()).filter(|text| !text.is_empty()).map(Arc::from))
            }
            _ => None,
        };
        self.read(text, Wanted { purpose, needed: "a string" }, convert).map(Option::flatten)
    }

    /// Names: a list of them, or one string with commas between them.
    fn many(&self, text: Option<&Text>, purpose: &str) -> Result<Vec<Arc<str>>, Failure> {
        let split = |text: &str| -> Vec<Arc<str>> {
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Arc::from).collect()
        };
        let convert = |value: &Value| match value {
            Value::Null => Some(Vec::new()),
            Value::String(text) => Some(split(text)),
            Value::List(items) => items.iter().map(|item| item.as_str().map(Arc::from)).collect(),
            _ => None,
        };
        let wanted = Wanted { purpose, needed: "a list of strings" };
        self.read(text, wanted, convert).map(Option::unwrap_or_default)
    }

    fn priority(&self, text: Option<&Text>) -> Result<u8, Failure> {
        let convert = |value: &Value| {
            let number = match value {
                Value::Null => Some(i64::from(DEFAULT_PRIORITY)),
                Value::Number(number) => number.to_i64(),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            };
            u8::try_from(number?).ok().filter(|priority| *priority <= MAX_PRIORITY)
        };
        let wanted = Wanted { purpose: "the priority", needed: "a whole number from 0 to 100" };
        self.read(text, wanted, convert).map(|priority| priority.unwrap_or(DEFAULT_PRIORITY))
    }

    fn instant(&self, text: Option<&Text>, purpose: &str) -> Result<Option<Timestamp>, Failure> {
        schedule::optional_instant(self.machine, text, self.scope, purpose)
    }

    fn read<T>(
        &self,
        text: Option<&Text>,
        wanted: Wanted<'_>,
        convert: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        text.map(|text| evaluate::text(self.machine, text, self.scope, wanted, convert)).transpose()
    }
}
