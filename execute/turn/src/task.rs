//! The built-in tasks: service and send tasks whose job type begins with `rondo:`. They run inside the
//! turn of the instance that waits for them. A task changes everything it wants to change or nothing;
//! what it cannot do is an incident on its element, which says what to repair.

mod create_record;
mod create_task;
mod delete_record;
mod find_records;
mod guarded_update;
mod input;
mod notify;
mod send_mail;
mod update_record;

use std::sync::Arc;

use access::Actor;
use bpmn::ElementIndex;
use engine::Command;
use feel::{Context, Value};
use records::{Origin, RecordRef};

use crate::change::Cause;
use crate::record::{Author, Step};
use crate::turn::Turn;
use crate::work::{TaskCall, Work};
use crate::{ProcessVersion, TurnError};

/// A built-in task that runs.
struct Task<'a> {
    call: &'a TaskCall,
    /// What the task sees: its inputs, and the variables around it.
    inputs: Context,
    /// The record that the instance is bound to.
    record: Option<RecordRef>,
    author: Author,
    cause: Cause,
}

type Run = fn(&mut Turn<'_>, &Task<'_>) -> Result<Value, TurnError>;

/// Every built-in task by the name that follows `rondo:`.
const TASKS: [(&str, Run); 8] = [
    ("create-record", create_record::run),
    ("create-task", create_task::run),
    ("delete-record", delete_record::run),
    ("find-records", find_records::run),
    ("guarded-update", guarded_update::run),
    ("notify", notify::run),
    ("send-mail", send_mail::run),
    ("update-record", update_record::run),
];

/// The job types of all built-in tasks.
pub fn built_in_tasks() -> impl Iterator<Item = String> {
    TASKS.iter().map(|(name, _)| format!("{}{name}", engine::BUILT_IN_PREFIX))
}

impl Turn<'_> {
    /// Runs a built-in task and tells its instance how it went.
    pub(crate) fn run_task(&mut self, call: &TaskCall) -> Result<(), TurnError> {
        let Some(instance) = self.instance(call.instance)? else { return Ok(()) };
        if !instance.jobs.contains_key(&call.job) {
            return Ok(());
        }
        let version = self.process(instance.definition)?;
        let record = instance
            .record
            .as_ref()
            .map(|at| RecordRef { object: Arc::clone(&at.object), key: at.key });
        let task = Task::new(call, &version, record);
        let queued = self.queue.len();
        self.set.push();
        self.allow_changes();
        let failure = match self.attempt(&task, &version) {
            Ok(()) => {
                self.set.merge();
                return Ok(());
            }
            Err(fatal @ (TurnError::Load(_) | TurnError::Fault(_))) => return Err(fatal),
            Err(failure) => failure.to_string(),
        };
        self.set.discard();
        self.queue.truncate(queued);
        let command = Command::FailJob {
            job: call.job,
            retries: 0,
            message: failure.into(),
            retry_back_off_ms: 0,
        };
        let _gone = self.drive(call.instance, &command, &call.chain)?;
        Ok(())
    }

    /// Runs the task and completes its job, both in the layer that the caller has opened.
    fn attempt(&mut self, task: &Task<'_>, version: &ProcessVersion) -> Result<(), TurnError> {
        let value = self.run_by_name(task)?;
        if task.call.chain.is_full() {
            self.stop_the_chain(task)?;
        }
        self.take_triggers();
        let variables = result_variables(task.call, version, value);
        let command = Command::CompleteJob { job: task.call.job, variables };
        match self.drive(task.call.instance, &command, &task.call.chain)? {
            Ok(()) => Ok(()),
            Err(refusal) => Err(TurnError::rejected(refusal.code(), refusal.to_string())),
        }
    }

    fn run_by_name(&mut self, task: &Task<'_>) -> Result<Value, TurnError> {
        match TASKS.iter().find(|(name, _)| *name == task.call.name()) {
            Some((_, run)) => run(self, task),
            None => {
                let known: Vec<String> = built_in_tasks().map(|it| format!("`{it}`")).collect();
                Err(bad_input(format!(
                    "there is no built-in task `{}`; there are {}",
                    task.call.job_type,
                    known.join(", ")
                )))
            }
        }
    }

    /// At the end of a full chain nothing more may be set off.
    fn stop_the_chain(&mut self, task: &Task<'_>) -> Result<(), TurnError> {
        let triggers = std::mem::take(&mut self.set.top().triggers);
        for trigger in triggers {
            let Work::Trigger { object, before, after, chain } = trigger else { continue };
            if !self.fired(&object, before.as_ref(), &after)?.is_empty() {
                return Err(bad_input(format!(
                    "`{}` would start a process for the {}th time in a row: {}; \
                     change a start condition so that the chain ends, then resolve this incident",
                    task.cause.element,
                    crate::work::Chain::MAX + 1,
                    chain.tell()
                )));
            }
        }
        Ok(())
    }
}

impl<'a> Task<'a> {
    fn new(call: &'a TaskCall, version: &ProcessVersion, record: Option<RecordRef>) -> Self {
        let element = version.process.element(ElementIndex(call.element));
        let element = element.map_or_else(|| Arc::from("?"), |element| Arc::clone(&element.id));
        let cause = Cause { instance: call.instance, element };
        let author = Author {
            origin: Origin::Process,
            by: Actor::SYSTEM_USER,
            chain: call.chain.clone(),
            step: Some(Step { process: Arc::clone(&version.process.id), cause: cause.clone() }),
        };
        let inputs = call.variables.as_context().cloned().unwrap_or_default();
        Self { call, inputs, record, author, cause }
    }
}

/// The variables that a task hands to its instance: its value under the name in the header
/// `resultVariable`; without it under `result`, for output mappings only, so that nothing is left
/// behind in an instance that did not ask for it.
fn result_variables(call: &TaskCall, version: &ProcessVersion, value: Value) -> Context {
    let has_outputs = || {
        let element = version.process.element(ElementIndex(call.element));
        element.is_some_and(|element| !element.outputs.is_empty())
    };
    match call.header("resultVariable") {
        Some(name) => [(Arc::clone(name), value)].into_iter().collect(),
        None if has_outputs() => [("result", value)].into_iter().collect(),
        None => Context::new(),
    }
}

/// The input of a task is not what the task needs.
fn bad_input(message: impl Into<String>) -> TurnError {
    TurnError::rejected("bad_input", message)
}
