//! Which expressions a flow node evaluates, whatever its kind: for checks that ask all of them the same.

use crate::{
    event::{BoundaryTrigger, EndResult, Message, StartTrigger, Timer},
    graph::{Element, ElementKind},
    task::{DecisionCall, JobDefinition, Script, UserTask},
    text::Text,
};

impl Element {
    /// All its expressions: those of its mappings and those of its kind.
    pub fn expressions(&self) -> Vec<&feel::Expression> {
        let mappings = self.inputs.iter().chain(&self.outputs);
        let mut expressions: Vec<_> = mappings.map(|mapping| &mapping.source).collect();
        match &self.kind {
            ElementKind::StartEvent(trigger) => start(trigger, &mut expressions),
            ElementKind::EndEvent(EndResult::Error { code }) => expressions.extend(of(code)),
            ElementKind::ServiceTask(job) | ElementKind::SendTask(job) => {
                expressions.extend(of_job(job));
            }
            ElementKind::ScriptTask(Script::Job(job))
            | ElementKind::BusinessRuleTask(DecisionCall::Job(job)) => {
                expressions.extend(of_job(job));
            }
            ElementKind::ScriptTask(Script::Expression { expression, .. }) => {
                expressions.push(expression);
            }
            ElementKind::BusinessRuleTask(DecisionCall::Decision { decision_id, .. }) => {
                expressions.extend(of(decision_id));
            }
            ElementKind::UserTask(task) => expressions.extend(of_user_task(task)),
            ElementKind::BoundaryEvent { trigger: BoundaryTrigger::Timer(timer), .. } => {
                expressions.extend(of_timer(timer));
            }
            ElementKind::BoundaryEvent { trigger: BoundaryTrigger::Error { .. }, .. }
            | ElementKind::EndEvent(EndResult::None | EndResult::Terminate)
            | ElementKind::ExclusiveGateway { .. }
            | ElementKind::ParallelGateway
            | ElementKind::ManualTask
            | ElementKind::SubProcess { .. } => {}
        }
        expressions
    }
}

fn start<'a>(trigger: &'a StartTrigger, expressions: &mut Vec<&'a feel::Expression>) {
    match trigger {
        StartTrigger::None => {}
        StartTrigger::Message(Message { name, correlation_key }) => {
            expressions.extend(of(name));
            expressions.extend(correlation_key);
        }
        StartTrigger::Timer(timer) => expressions.extend(of_timer(timer)),
        StartTrigger::Record(trigger) => expressions.extend(&trigger.condition),
    }
}

fn of(text: &Text) -> Option<&feel::Expression> {
    text.as_expression()
}

fn of_job(job: &JobDefinition) -> impl Iterator<Item = &feel::Expression> {
    [&job.job_type, &job.retries].into_iter().filter_map(of)
}

fn of_timer(timer: &Timer) -> Option<&feel::Expression> {
    match timer {
        Timer::Date(text) | Timer::Duration(text) | Timer::Cycle(text) => of(text),
    }
}

fn of_user_task(task: &UserTask) -> impl Iterator<Item = &feel::Expression> {
    let UserTask {
        form_id: _,
        external_form_reference,
        assignee,
        candidate_groups,
        candidate_users,
        due_date,
        follow_up_date,
        priority,
        headers: _,
    } = task;
    let texts = [
        external_form_reference,
        assignee,
        candidate_groups,
        candidate_users,
        due_date,
        follow_up_date,
        priority,
    ];
    texts.into_iter().flatten().filter_map(of)
}
