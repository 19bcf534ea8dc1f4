//! What a process says of records, held against the objects: the fields that it reads and writes, the
//! stages that it brings. A misspelt name would be null, or an incident, when somebody waits for it.

use std::sync::Arc;

use bpmn::{Element, ElementKind, Position, Process, StartTrigger};
use records::{FieldKind, ObjectDef, Schema, view};

use super::{Finding, built_in, fixed_input};

/// What expressions call the record that the instance is bound to.
const RECORD: &str = "record";
/// What the condition of a record trigger calls that record before its change. Elsewhere it is a variable like
/// any other.
const OLD: &str = "old";

const NAME_OR_DEFINE: &str = "correct the name or define the field";

/// Everything that does not fit the objects of `schema`.
pub(super) fn check(process: &Process, schema: &Schema, findings: &mut Vec<Finding>) {
    let is_driven = |object: &&Arc<ObjectDef>| {
        object.stages.as_ref().is_some_and(|stages| stages.process == process.id)
    };
    for object in schema.objects().filter(is_driven) {
        check_stages(process, object, findings);
    }
    let bound = process.record_object.as_ref();
    for element in &process.elements {
        let object = match &element.kind {
            ElementKind::StartEvent(StartTrigger::Record(trigger)) => Some(&trigger.object),
            _ => bound,
        };
        for expression in element.expressions() {
            check_read(object, RECORD, expression, schema, (&element.id, element.at), findings);
        }
        if let ElementKind::StartEvent(StartTrigger::Record(trigger)) = &element.kind
            && let Some(condition) = &trigger.condition
        {
            check_read(object, OLD, condition, schema, (&element.id, element.at), findings);
        }
        check_written(process, element, schema, findings);
    }
    for flow in &process.flows {
        if let Some(condition) = &flow.condition {
            check_read(bound, RECORD, condition, schema, (&flow.id, flow.at), findings);
        }
    }
    if let Some(button) = &process.button {
        check_read(bound, RECORD, &button.condition, schema, (&process.id, process.at), findings);
    }
}

fn check_stages(process: &Process, object: &ObjectDef, findings: &mut Vec<Finding>) {
    let Some(field) = object.stages.as_ref().map(|stages| &stages.field) else { return };
    let Some(FieldKind::Choice { options }) = object.field(field).map(|field| &field.kind) else {
        return;
    };
    for element in &process.elements {
        let Some(stage) = element.stage() else { continue };
        if options.iter().any(|option| option.value == *stage) {
            continue;
        }
        let known: Vec<String> =
            options.iter().map(|option| format!("`{}`", option.value)).collect();
        let message = format!(
            "brings the stage `{stage}`, which is no option of `{field}` of `{}`",
            object.name
        );
        let advice = format!("take one of {}", known.join(", "));
        findings.push(Finding::new(&element.id, element.at, message).with_advice(advice));
    }
}

/// What the expression reads of a record of `object`, which it calls by `name`.
fn check_read(
    object: Option<&Arc<str>>,
    name: &str,
    expression: &feel::Expression,
    schema: &Schema,
    (id, at): (&Arc<str>, Position),
    findings: &mut Vec<Finding>,
) {
    let Some(object) = object else { return };
    let own = expression.paths().iter().filter_map(|path| {
        let (first, rest) = path.split_first()?;
        (**first == *name).then_some((path, rest))
    });
    for (path, rest) in own {
        if let Some(unknown) = view::unknown_name(schema, object, rest) {
            let message = format!("reads `{path}`, but {unknown}");
            findings.push(Finding::new(id, at, message).with_advice(NAME_OR_DEFINE));
        }
    }
}

/// The fields that a built-in task writes, as far as its model names them.
fn check_written(
    process: &Process,
    element: &Element,
    schema: &Schema,
    findings: &mut Vec<Finding>,
) {
    let is_update = match built_in(element) {
        Some("rondo:update-record") => true,
        Some("rondo:create-record") => false,
        _ => return,
    };
    let names_one = element.inputs.iter().any(|mapping| *mapping.target == *"object");
    let named = fixed_input(element, "object");
    let object = match named.as_ref().and_then(|object| object.as_str()) {
        Some(object) => Some(object),
        None if is_update && !names_one => process.record_object.as_deref(),
        None => None,
    };
    let Some(object) = object.and_then(|object| schema.object(object)) else { return };
    for mapping in &element.inputs {
        let written: Vec<&str> = match mapping.target.split_once('.') {
            Some(("fields", field)) => vec![field],
            None if *mapping.target == *"fields" => {
                mapping.source.entry_names().into_iter().flatten().collect()
            }
            _ => continue,
        };
        for name in written.into_iter().filter(|name| object.field(name).is_none()) {
            let message = format!("writes `{name}`, but `{}` has no such field", object.name);
            let finding = Finding::new(&element.id, element.at, message);
            findings.push(finding.with_advice(NAME_OR_DEFINE));
        }
    }
}
