//! One flow node: what all kinds have in common, and which kind it is.

use crate::{
    graph::{Element, ElementKind},
    read::{
        BPMN, Reading, ZEEBE, event,
        extension::{check_known, mappings, properties},
        is_true,
        process::{NOWHERE, name},
        scan::{Found, Scan},
        task,
        words::{SUPPORTED, words},
    },
};

/// Reads a flow node. One that is refused becomes a manual task; the model is not deployed then.
pub(crate) fn read(reading: &mut Reading<'_>, scan: &Scan<'_>, found: Found<'_>) -> Element {
    let Found { id, node, parent } = found;
    refuse_markers(reading, found);
    check_known(reading, id, node, known_extensions(&node.name.local));
    let mappings = mappings(reading, id, node);
    Element {
        id: id.into(),
        name: name(node),
        parent,
        kind: kind(reading, scan, found).unwrap_or(ElementKind::ManualTask),
        incoming: Vec::new(),
        outgoing: Vec::new(),
        boundary: Vec::new(),
        inputs: mappings.inputs,
        outputs: mappings.outputs,
        properties: properties(node),
        at: node.position,
    }
}

fn kind(reading: &mut Reading<'_>, scan: &Scan<'_>, found: Found<'_>) -> Option<ElementKind> {
    Some(match &*found.node.name.local {
        "startEvent" => ElementKind::StartEvent(event::start(reading, found)?),
        "endEvent" => ElementKind::EndEvent(event::end(reading, found)?),
        "boundaryEvent" => event::boundary(reading, scan, found)?,
        "exclusiveGateway" => exclusive_gateway(reading, scan, found),
        "parallelGateway" => ElementKind::ParallelGateway,
        "serviceTask" => ElementKind::ServiceTask(task::job(reading, found)?),
        "sendTask" => ElementKind::SendTask(task::job(reading, found)?),
        "scriptTask" => ElementKind::ScriptTask(task::script(reading, found)?),
        "businessRuleTask" => ElementKind::BusinessRuleTask(task::decision(reading, found)?),
        "userTask" => ElementKind::UserTask(task::user_task(reading, found)),
        "subProcess" if found.is_supported() => ElementKind::SubProcess { start: NOWHERE },
        // A task of no type passes through as a manual task does; the rest has been refused.
        _ => ElementKind::ManualTask,
    })
}

fn exclusive_gateway(reading: &mut Reading<'_>, scan: &Scan<'_>, found: Found<'_>) -> ElementKind {
    let reference = found.node.attribute("default");
    let default = reference.and_then(|id| scan.flows_by_id.get(id.trim()).copied());
    if let (Some(reference), None) = (reference, default) {
        let message = format!("has the default flow `{reference}`, which does not exist");
        reading.error(found.id, found.node, message);
    }
    ElementKind::ExclusiveGateway { default }
}

/// Markers at the lower edge of an activity change what it does, so they are not ignored.
fn refuse_markers(reading: &mut Reading<'_>, found: Found<'_>) {
    let Found { id, node, .. } = found;
    for child in node.elements() {
        let is_loop = matches!(
            &*child.name.local,
            "standardLoopCharacteristics" | "multiInstanceLoopCharacteristics"
        ) && matches!(&*child.name.namespace, BPMN | ZEEBE);
        if is_loop {
            let message = format!(
                "is a {} with {}, which cannot be executed yet; {SUPPORTED}",
                words(&node.name.local),
                words(&child.name.local)
            );
            reading.error(id, child, message);
        }
    }
    if is_true(node.attribute("isForCompensation")) {
        let message =
            format!("is a compensation handler, which cannot be executed yet; {SUPPORTED}");
        reading.error(id, node, message);
    }
}

/// The `zeebe:` extensions that have an effect on an element.
fn known_extensions(local: &str) -> &'static [&'static str] {
    match local {
        "serviceTask" | "sendTask" => &["ioMapping", "taskDefinition", "taskHeaders"],
        "scriptTask" => &["ioMapping", "taskDefinition", "taskHeaders", "script"],
        "businessRuleTask" => &["ioMapping", "taskDefinition", "taskHeaders", "calledDecision"],
        "userTask" => &[
            "ioMapping",
            "taskHeaders",
            "userTask",
            "formDefinition",
            "assignmentDefinition",
            "taskSchedule",
            "priorityDefinition",
        ],
        "subProcess" | "startEvent" | "endEvent" | "boundaryEvent" | "task" | "manualTask" => {
            &["ioMapping"]
        }
        "exclusiveGateway" | "parallelGateway" => &[],
        // Refused already; what it carries does not matter.
        _ => &[
            "ioMapping",
            "taskDefinition",
            "taskHeaders",
            "calledElement",
            "subscription",
            "adHoc",
            "conditionalFilter",
        ],
    }
}
