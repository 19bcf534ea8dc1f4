//! Small processes for tests, written as BPMN text.

use runtime::Resource;

/// A process of elements in a row: `start`, the given ones, `end`.
pub(crate) fn row(id: &str, start: &str, tasks: &[(&str, &str)]) -> Resource {
    let mut elements = format!(r#"<startEvent id="start">{start}</startEvent>"#);
    let mut flows = String::new();
    let mut last = "start";
    for (task, xml) in tasks {
        elements.push_str(xml);
        flow(&mut flows, last, task, "");
        last = task;
    }
    elements.push_str(r#"<endEvent id="end"/>"#);
    flow(&mut flows, last, "end", "");
    process(id, &format!("{elements}{flows}"))
}

/// A sequence flow, named after its ends.
pub(crate) fn flow(flows: &mut String, from: &str, to: &str, condition: &str) {
    let condition = match condition {
        "" => String::new(),
        text => format!("<conditionExpression>={text}</conditionExpression>"),
    };
    let ends = format!(r#"sourceRef="{from}" targetRef="{to}""#);
    flows.push_str(
        &[r#"<sequenceFlow id=""#, from, "_", to, "\" ", &ends, ">", &condition, "</sequenceFlow>"]
            .concat(),
    );
}

/// A process around its elements.
pub(crate) fn process(id: &str, elements: &str) -> Resource {
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
            <error id="no_luck" errorCode="no_luck"/>
            <process id="{id}" isExecutable="true">{elements}</process></definitions>"#
    );
    Resource { name: format!("{id}.bpmn").into(), text: text.into() }
}

/// The extension that makes a start event watch an object.
pub(crate) fn watch(object: &str, on: &str, condition: &str) -> String {
    let condition = condition.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        r#"<extensionElements><zeebe:properties>
            <zeebe:property name="rondo.object" value="{object}"/>
            <zeebe:property name="rondo.on" value="{on}"/>
            <zeebe:property name="rondo.condition" value="{condition}"/>
        </zeebe:properties></extensionElements>"#
    )
}

/// A service task with inputs; `header` is the name of the result variable, or empty.
pub(crate) fn service(id: &str, job_type: &str, inputs: &[(&str, &str)], header: &str) -> String {
    let mapped: Vec<String> = inputs
        .iter()
        .map(|(target, source)| {
            let source = source.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
            format!(r#"<zeebe:input source="={source}" target="{target}"/>"#)
        })
        .collect();
    let headers = match header {
        "" => String::new(),
        name => format!(
            r#"<zeebe:taskHeaders><zeebe:header key="resultVariable" value="{name}"/></zeebe:taskHeaders>"#
        ),
    };
    format!(
        r#"<serviceTask id="{id}"><extensionElements><zeebe:taskDefinition type="{job_type}"/>
            {headers}<zeebe:ioMapping>{}</zeebe:ioMapping></extensionElements></serviceTask>"#,
        mapped.concat()
    )
}

/// A user task for a group; `group` may be empty.
pub(crate) fn user_task(id: &str, group: &str) -> String {
    let assignment = match group {
        "" => String::new(),
        group => format!(r#"<zeebe:assignmentDefinition candidateGroups="{group}"/>"#),
    };
    format!(
        r#"<userTask id="{id}"><extensionElements><zeebe:userTask/>{assignment}</extensionElements></userTask>"#
    )
}
