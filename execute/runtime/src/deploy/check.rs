//! What only the catalogue can know about a model: whether the decisions, forms and objects that it
//! names are there, deployed before or in the same deployment; and, where objects change, whether the
//! processes that are deployed still fit them.

mod record;

use std::sync::Arc;

use bpmn::{DecisionCall, Element, ElementKind, Position, Process, StartTrigger};
use engine::BUILT_IN_PREFIX;
use turn::{Catalogue, Version};

use super::File;
use crate::compile::Compiled;
use crate::error::ResourceProblem;

/// The built-in tasks that name an object only to read it.
const READERS: [&str; 2] = ["rondo:find-records", "rondo:notify"];

/// Something that is wrong with an element, or with the process itself.
#[derive(PartialEq)]
pub(super) struct Finding {
    id: Arc<str>,
    at: Position,
    message: String,
    /// What to do about it in the model; empty where the message says so.
    advice: String,
}

impl Finding {
    fn new(id: &Arc<str>, at: Position, message: String) -> Self {
        Self { id: Arc::clone(id), at, message, advice: String::new() }
    }

    fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// As a problem of the file that is to be deployed.
    fn of_file(self, file: &Arc<str>) -> ResourceProblem {
        let Self { id, at, mut message, advice } = self;
        if !advice.is_empty() {
            message.push_str("; ");
            message.push_str(&advice);
        }
        let (line, column) = (at.line, at.column);
        ResourceProblem { resource: Arc::clone(file), element: Some(id), line, column, message }
    }

    /// As a problem that objects to come have with a process that is deployed.
    pub(super) fn of_deployed(self, file: &Arc<str>, version: &Version) -> ResourceProblem {
        let (id, number) = (&version.id, version.version);
        let advice = format!(
            "process `{id}` version {number} is deployed so: deploy a version that does not, before \
             the objects or with them by `rondo deploy`"
        );
        self.with_advice(advice).of_file(file)
    }
}

/// Checks the processes of the files against the catalogue that the deployment would make.
pub(super) fn check(files: &[File<'_>], draft: &Catalogue) -> Vec<ResourceProblem> {
    let mut problems = Vec::new();
    for file in files {
        let Compiled::Processes(processes) = &file.compiled else { continue };
        for process in processes {
            let found = findings(process, draft).into_iter();
            problems.extend(found.map(|finding| finding.of_file(&file.resource.name)));
        }
    }
    problems
}

/// What the latest versions of processes say of records that fitted the objects before and no longer does.
pub(super) fn unfit(before: &Catalogue, after: &Catalogue) -> Vec<(Version, Vec<Finding>)> {
    let mut unfit = Vec::new();
    for process in after.latest_processes() {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        record::check(&process.process, &after.schema, &mut new);
        if !new.is_empty() {
            record::check(&process.process, &before.schema, &mut old);
            new.retain(|finding| !old.contains(finding));
        }
        if !new.is_empty() {
            unfit.push((process.version.clone(), new));
        }
    }
    unfit
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
