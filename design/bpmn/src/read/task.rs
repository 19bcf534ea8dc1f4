//! What the tasks ask for: jobs, scripts, decisions, people.

use std::sync::Arc;

use crate::{
    read::{
        Reading,
        extension::{headers, zeebe},
        iso8601::date_time_fault,
        scan::Found,
        words::{is_variable, with_article},
    },
    task::{DecisionCall, JobDefinition, Script, UserTask},
    text::Text,
    xml::Node,
};

/// The job of a task that a worker does; `None` where it is refused.
pub(crate) fn job(reading: &mut Reading<'_>, found: Found<'_>) -> Option<JobDefinition> {
    let Some(definition) = zeebe(found.node, "taskDefinition") else {
        let message = format!(
            "is {} without a job type; add `zeebe:taskDefinition` (Modeler: Task definition, Type)",
            with_article(&found.node.name.local)
        );
        reading.error(found.id, found.node, message);
        return None;
    };
    let job_type = required_text(reading, found, definition, "type")?;
    let retries = match definition.attribute("retries").map(str::trim) {
        None | Some("") => Text::Static("3".into()),
        Some(_) => reading.text(found.id, definition, "retries")?,
    };
    if let Text::Static(text) = &retries
        && text.parse::<u16>().is_err()
    {
        let message =
            format!("has `{text}` retries; write a number from 0 to 65535, or FEEL after `=`");
        reading.error(found.id, definition, message);
    }
    Some(JobDefinition { job_type, retries, headers: headers(found.node) })
}

/// What a script task runs; `None` where it is refused.
pub(crate) fn script(reading: &mut Reading<'_>, found: Found<'_>) -> Option<Script> {
    let Some(script) = one_of(reading, found, "script")? else {
        return job(reading, found).map(Script::Job);
    };
    let source = script.attribute("expression").unwrap_or_default();
    let expression = reading.expression(found.id, script, "the script", source);
    let result_variable = result_variable(reading, found, script)?;
    Some(Script::Expression { expression: expression?, result_variable })
}

/// How a business rule task decides; `None` where it is refused.
pub(crate) fn decision(reading: &mut Reading<'_>, found: Found<'_>) -> Option<DecisionCall> {
    let Some(called) = one_of(reading, found, "calledDecision")? else {
        return job(reading, found).map(DecisionCall::Job);
    };
    refuse_binding(reading, found, called);
    let decision_id = required_text(reading, found, called, "decisionId");
    let result_variable = result_variable(reading, found, called)?;
    Some(DecisionCall::Decision { decision_id: decision_id?, result_variable })
}

/// Work for a person.
pub(crate) fn user_task(reading: &mut Reading<'_>, found: Found<'_>) -> UserTask {
    let mut text = |holder: &str, attribute: &str| {
        let holder = zeebe(found.node, holder)?;
        reading.text(found.id, holder, attribute)
    };
    let task = UserTask {
        form_id: None,
        external_form_reference: text("formDefinition", "externalReference"),
        assignee: text("assignmentDefinition", "assignee"),
        candidate_groups: text("assignmentDefinition", "candidateGroups"),
        candidate_users: text("assignmentDefinition", "candidateUsers"),
        due_date: text("taskSchedule", "dueDate"),
        follow_up_date: text("taskSchedule", "followUpDate"),
        priority: text("priorityDefinition", "priority"),
        headers: headers(found.node),
    };
    check_fixed_values(reading, found, &task);
    UserTask { form_id: form_id(reading, found), ..task }
}

fn check_fixed_values(reading: &mut Reading<'_>, found: Found<'_>, task: &UserTask) {
    let dates = [("due date", &task.due_date), ("follow-up date", &task.follow_up_date)];
    for (what, date) in dates {
        let fixed = date.as_ref().and_then(Text::as_static);
        if let Some((text, fault)) = fixed.and_then(|text| Some((text, date_time_fault(text)?))) {
            let message = format!("has the {what} `{text}`; it {fault}, or FEEL after `=`");
            reading.error(found.id, found.node, message);
        }
    }
    let priority = task.priority.as_ref().and_then(Text::as_static);
    if let Some(text) = priority.filter(|text| !text.parse::<u8>().is_ok_and(|level| level <= 100))
    {
        let message =
            format!("has the priority `{text}`; write a number from 0 to 100, or FEEL after `=`");
        reading.error(found.id, found.node, message);
    }
}

fn form_id(reading: &mut Reading<'_>, found: Found<'_>) -> Option<Arc<str>> {
    let definition = zeebe(found.node, "formDefinition")?;
    refuse_binding(reading, found, definition);
    let form_id = definition.attribute("formId").map(str::trim).filter(|id| !id.is_empty());
    if form_id.is_none() && definition.attribute("formKey").is_some() {
        let message = "has a form inside the model or by key; deploy the form as a file of its own \
                       and name it by `formId` (Modeler: Form, Camunda Form (linked))";
        reading.error(found.id, definition, message);
    }
    form_id.map(Arc::from)
}

/// Only the latest version can be called yet; another binding must not be mistaken for it.
fn refuse_binding(reading: &mut Reading<'_>, found: Found<'_>, at: &Node) {
    if let Some(binding) = at.attribute("bindingType").filter(|&binding| binding != "latest") {
        let message = format!("has the binding `{binding}`; supported is `latest`");
        reading.error(found.id, at, message);
    }
}

/// The extension `local`, `Some(None)` where the task is done by a job worker instead, `None` where
/// it says both or nothing.
#[expect(clippy::option_option, reason = "refused, worker and extension are three answers")]
fn one_of<'d>(
    reading: &mut Reading<'_>,
    found: Found<'d>,
    local: &str,
) -> Option<Option<&'d Node>> {
    let job = zeebe(found.node, "taskDefinition");
    match (zeebe(found.node, local), job) {
        (Some(extension), None) => Some(Some(extension)),
        (None, Some(_)) => Some(None),
        (Some(_), Some(definition)) => {
            let message =
                format!("has both `zeebe:{local}` and `zeebe:taskDefinition`; keep one of them");
            reading.error(found.id, definition, message);
            None
        }
        (None, None) => {
            let message = format!(
                "is {} that says neither what to evaluate (`zeebe:{local}`) nor who does it \
                 (`zeebe:taskDefinition`); add one of them",
                with_article(&found.node.name.local)
            );
            reading.error(found.id, found.node, message);
            None
        }
    }
}

fn required_text(
    reading: &mut Reading<'_>,
    found: Found<'_>,
    at: &Node,
    attribute: &str,
) -> Option<Text> {
    if at.attribute(attribute).unwrap_or_default().trim().is_empty() {
        let message = format!("needs `{attribute}` in `zeebe:{}`; enter it", at.name.local);
        reading.error(found.id, at, message);
        return None;
    }
    reading.text(found.id, at, attribute)
}

fn result_variable(reading: &mut Reading<'_>, found: Found<'_>, at: &Node) -> Option<Arc<str>> {
    let name = at.attribute("resultVariable").unwrap_or_default().trim();
    if is_variable(name) {
        return Some(name.into());
    }
    let message = format!(
        "needs a result variable; `{name}` is none: use letters, digits and `_`, a letter first"
    );
    reading.error(found.id, at, message);
    None
}
