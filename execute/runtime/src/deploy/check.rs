//! What only the catalogue can know about a model: whether the decisions, forms and objects that it
//! names are there, deployed before or in the same deployment.

mod record;

use std::sync::Arc;

use bpmn::{DecisionCall, Element, ElementKind, Position, Process, StartTrigger};
use engine::BUILT_IN_PREFIX;
use turn::Catalogue;

use super::File;
use crate::compile::Compiled;
use crate::error::ResourceProblem;

/// The built-in tasks that name an object only to read it.
const READERS: [&str; 2] = ["rondo:find-records", "rondo:notify"];

/// Something that is wrong with an element, or with the process itself.
struct Finding {
    id: Arc<str>,
    at: Position,
    message: String,
}

impl Finding {
    fn new(id: &Arc<str>, at: Position, message: String) -> Self {
        Self { id: Arc::clone(id), at, message }
    }
}

/// Checks the processes of the files against the catalogue that the deployment would make.
pub(super) fn check(files: &[File<'_>], draft: &Catalogue) -> Vec<ResourceProblem> {
    let mut problems = Vec::new();
    for file in files {
        let Compiled::Processes(processes) = &file.compiled else { continue };
        for process in processes {
            let found = findings(process, draft).into_iter();
            problems.extend(found.map(|Finding { id, at, message }| ResourceProblem {
                resource: Arc::clone(&file.resource.name),
                element: Some(id),
                line: at.line,
                column: at.column,
                message,
            }));
        }
    }
    problems
}

fn findings(process: &Process, draft: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(object) = &process.record_object
        && draft.schema.object(object).is_none()
    {
        let message = format!("is about records of `{object}`; define that object first");
        findings.push(Finding::new(&process.id, process.at, message));
    }
    for element in &process.elements {
        let found = problem_of(element, draft).or_else(|| forbidden_object(element));
        findings.extend(found.map(|message| Finding::new(&element.id, element.at, message)));
    }
    record::check(process, &draft.schema, &mut findings);
    findings
}

fn problem_of(element: &Element, draft: &Catalogue) -> Option<String> {
    match &element.kind {
        ElementKind::StartEvent(StartTrigger::Record(trigger)) => {
            let object = &trigger.object;
            let is_known = draft.schema.object(object).is_some();
            (!is_known).then(|| format!("watches records of `{object}`; define that object first"))
        }
        ElementKind::BusinessRuleTask(DecisionCall::Decision { decision_id, .. }) => {
            let id = decision_id.as_static()?;
            let is_known = draft.latest_decision(id).is_some();
            (!is_known).then(|| {
                format!("calls the decision `{id}`, which is not deployed; deploy it before or with this")
            })
        }
        ElementKind::UserTask(task) => {
            let id = task.form_id.as_ref()?;
            let is_known = draft.latest_form(id).is_some();
            (!is_known).then(|| {
                format!(
                    "names the form `{id}`, which is not deployed; deploy it before or with this"
                )
            })
        }
        ElementKind::ServiceTask(job) | ElementKind::SendTask(job) => {
            let job_type = job.job_type.as_static()?;
            let is_built_in = job_type.starts_with(BUILT_IN_PREFIX);
            let is_known = turn::built_in_tasks().any(|known| *known == **job_type);
            (is_built_in && !is_known).then(|| {
                let known: Vec<String> =
                    turn::built_in_tasks().map(|name| format!("`{name}`")).collect();
                format!("asks for the built-in task `{job_type}`; there are {}", known.join(", "))
            })
        }
        _ => None,
    }
}

/// A built-in task that always names an object that no process may write. What an expression makes of
/// a case is checked when it runs.
fn forbidden_object(element: &Element) -> Option<String> {
    built_in(element).filter(|name| !READERS.contains(name))?;
    let object = fixed_input(element, "object")?;
    let object = object.as_str().filter(|object| !access::is_open_to_processes(object))?;
    Some(format!(
        "would write records of `{object}`, which decide what people may do; \
         take another object, and let an administrator change these"
    ))
}

/// The built-in task that a service or send task always asks for.
fn built_in(element: &Element) -> Option<&str> {
    let (ElementKind::ServiceTask(job) | ElementKind::SendTask(job)) = &element.kind else {
        return None;
    };
    let job_type = job.job_type.as_static()?;
    job_type.starts_with(BUILT_IN_PREFIX).then_some(&**job_type)
}

/// The value of an input that is the same in every case.
fn fixed_input(element: &Element, name: &str) -> Option<feel::Value> {
    let mapping = element.inputs.iter().find(|mapping| *mapping.target == *name)?;
    if !mapping.source.inputs().is_empty() {
        return None;
    }
    let mut run = feel::Run::new(base::Timestamp::default());
    Some(mapping.source.evaluate_in(&feel::Context::new(), &mut run))
}
