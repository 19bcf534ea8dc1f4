//! A short notation for processes, turned into BPMN XML and read by the real reader.
//!
//! ```text
//! s: start
//! pay: service payment retries=2 @sub
//!   in amount = order.total
//!   out receipt = result
//! late: timer pay duration PT1H
//! s -> pay -> e
//! x -> a if amount > 5
//! ```
//! `@sub` puts an element into a sub-process. A line that is indented belongs to the element above.

use std::fmt::Write;

/// Reads a model; its process has the id `test`.
pub(crate) fn process(text: &str) -> bpmn::Process {
    let xml = xml(text);
    let model = bpmn::Model::parse(&xml).unwrap_or_else(|problems| {
        panic!("the model is wrong: {problems:#?}\n{xml}");
    });
    model.processes.into_iter().next().expect("there is one process")
}

#[derive(Default)]
struct Element {
    id: String,
    kind: Vec<String>,
    parent: Option<String>,
    inputs: Vec<(String, String)>,
    outputs: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

struct Flow {
    from: String,
    to: String,
    condition: Option<String>,
}

fn xml(text: &str) -> String {
    let (elements, flows) = read(text);
    let mut xml = String::from(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">"#,
    );
    for element in &elements {
        if let ["error", _, code] = words(element).as_slice() {
            write!(xml, r#"<error id="error_{}" errorCode="{code}"/>"#, element.id).unwrap();
        }
        if let ["error-end", code] = words(element).as_slice() {
            let code = escape(code);
            write!(xml, r#"<error id="error_{}" errorCode="{code}"/>"#, element.id).unwrap();
        }
    }
    xml.push_str(r#"<process id="test" isExecutable="true">"#);
    scope(&mut xml, &elements, &flows, None);
    xml.push_str("</process></definitions>");
    xml
}

fn words(element: &Element) -> Vec<&str> {
    element.kind.iter().map(String::as_str).collect()
}

fn read(text: &str) -> (Vec<Element>, Vec<Flow>) {
    let (mut elements, mut flows) = (Vec::<Element>::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some((id, kind)) = line.split_once(": ").filter(|_| !line.starts_with(' ')) {
            let (kind, parent) = match kind.rsplit_once(" @") {
                Some((kind, parent)) => (kind, Some(parent.to_owned())),
                None => (kind, None),
            };
            let kind = kind.split(' ').map(str::to_owned).collect();
            elements.push(Element { id: id.to_owned(), kind, parent, ..Element::default() });
        } else if line.starts_with(' ') {
            let element = elements.last_mut().expect("an element above");
            let (key, rest) = line.trim().split_once(' ').expect("in, out or header");
            let (name, value) = rest.split_once(" = ").expect("name = value");
            let pair = (name.to_owned(), value.to_owned());
            match key {
                "in" => element.inputs.push(pair),
                "out" => element.outputs.push(pair),
                _ => element.headers.push(pair),
            }
        } else {
            let (path, condition) = match line.split_once(" if ") {
                Some((path, condition)) => (path, Some(condition.to_owned())),
                None => (line, None),
            };
            let ids: Vec<&str> = path.split(" -> ").collect();
            for pair in ids.windows(2) {
                let (from, to) = (pair[0].to_owned(), pair[1].to_owned());
                flows.push(Flow { from, to, condition: condition.clone() });
            }
        }
    }
    (elements, flows)
}

fn scope(xml: &mut String, elements: &[Element], flows: &[Flow], parent: Option<&str>) {
    let inside = |id: &str| {
        let element = elements.iter().find(|element| element.id == id);
        element.unwrap_or_else(|| panic!("no element {id}")).parent.as_deref() == parent
    };
    for element in elements.iter().filter(|element| element.parent.as_deref() == parent) {
        element_xml(xml, element, elements, flows);
    }
    for flow in flows.iter().filter(|flow| inside(&flow.from)) {
        let Flow { from, to, condition } = flow;
        let id = format!("{from}_{to}");
        write!(xml, r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}">"#).unwrap();
        if let Some(condition) = condition.as_ref().filter(|condition| *condition != "default") {
            let condition = escape(condition);
            write!(xml, "<conditionExpression>={condition}</conditionExpression>").unwrap();
        }
        xml.push_str("</sequenceFlow>");
    }
}

fn element_xml(xml: &mut String, element: &Element, elements: &[Element], flows: &[Flow]) {
    let id = &element.id;
    let (tag, attributes, extension, body) = match words(element).as_slice() {
        ["start"] => ("startEvent", String::new(), String::new(), String::new()),
        ["end"] => ("endEvent", String::new(), String::new(), String::new()),
        ["terminate"] => {
            ("endEvent", String::new(), String::new(), "<terminateEventDefinition/>".into())
        }
        ["error-end", _] => ("endEvent", String::new(), String::new(), error_definition(id)),
        ["xor"] => ("exclusiveGateway", default_flow(id, flows), String::new(), String::new()),
        ["and"] => ("parallelGateway", String::new(), String::new(), String::new()),
        ["manual"] => ("manualTask", String::new(), String::new(), String::new()),
        ["task"] => ("task", String::new(), String::new(), String::new()),
        ["service", rest @ ..] => ("serviceTask", String::new(), job(rest), String::new()),
        ["send", rest @ ..] => ("sendTask", String::new(), job(rest), String::new()),
        ["script", name, source @ ..] => {
            let source = escape(&source.join(" "));
            let script =
                format!(r#"<zeebe:script expression="={source}" resultVariable="{name}"/>"#);
            ("scriptTask", String::new(), script, String::new())
        }
        ["decide", name, id @ ..] => {
            let id = escape(&id.join(" "));
            let called =
                format!(r#"<zeebe:calledDecision decisionId="{id}" resultVariable="{name}"/>"#);
            ("businessRuleTask", String::new(), called, String::new())
        }
        ["user", rest @ ..] => ("userTask", String::new(), user(&rest.join(" ")), String::new()),
        ["sub"] => {
            let mut body = String::new();
            scope(&mut body, elements, flows, Some(id));
            ("subProcess", String::new(), String::new(), body)
        }
        ["timer", activity, kind, time @ ..] => {
            ("boundaryEvent", attached(activity, true), String::new(), timer(kind, time))
        }
        ["timer!", activity, kind, time @ ..] => {
            ("boundaryEvent", attached(activity, false), String::new(), timer(kind, time))
        }
        ["error", activity] => (
            "boundaryEvent",
            attached(activity, true),
            String::new(),
            "<errorEventDefinition/>".into(),
        ),
        ["error", activity, _] => {
            ("boundaryEvent", attached(activity, true), String::new(), error_definition(id))
        }
        other => panic!("no such element: {other:?}"),
    };
    write!(xml, r#"<{tag} id="{id}"{attributes}>"#).unwrap();
    let extension = extension + &mappings(element) + &headers(element);
    if !extension.is_empty() {
        write!(xml, "<extensionElements>{extension}</extensionElements>").unwrap();
    }
    write!(xml, "{body}</{tag}>").unwrap();
}

fn attached(activity: &str, interrupting: bool) -> String {
    format!(r#" attachedToRef="{activity}" cancelActivity="{interrupting}""#)
}

fn default_flow(id: &str, flows: &[Flow]) -> String {
    let default = flows
        .iter()
        .find(|flow| flow.from == id && flow.condition.as_deref() == Some("default"))
        .map(|flow| format!(r#" default="{id}_{}""#, flow.to));
    default.unwrap_or_default()
}

fn error_definition(id: &str) -> String {
    format!(r#"<errorEventDefinition errorRef="error_{id}"/>"#)
}

fn timer(kind: &str, time: &[&str]) -> String {
    let tag = match kind {
        "date" => "timeDate",
        "duration" => "timeDuration",
        _ => "timeCycle",
    };
    let time = escape(&time.join(" "));
    format!("<timerEventDefinition><{tag}>{time}</{tag}></timerEventDefinition>")
}

/// `payment retries=2`; a type that starts with `=` is an expression.
fn job(words: &[&str]) -> String {
    let text = words.join(" ");
    let (job_type, retries) = text.split_once(" retries=").unwrap_or((&text, "3"));
    let (job_type, retries) = (escape(job_type), escape(retries));
    format!(r#"<zeebe:taskDefinition type="{job_type}" retries="{retries}"/>"#)
}

/// `form=review; assignee==boss; groups=a,b; users=c; due=..; follow=..; priority=7`
fn user(text: &str) -> String {
    let mut xml = String::from("<zeebe:userTask/>");
    let (mut assignment, mut schedule) = (String::new(), String::new());
    for (name, value) in text.split("; ").filter_map(|part| part.split_once('=')) {
        let value = escape(value);
        match name {
            "form" => write!(xml, r#"<zeebe:formDefinition formId="{value}"/>"#).unwrap(),
            "assignee" => write!(assignment, r#" assignee="{value}""#).unwrap(),
            "groups" => write!(assignment, r#" candidateGroups="{value}""#).unwrap(),
            "users" => write!(assignment, r#" candidateUsers="{value}""#).unwrap(),
            "due" => write!(schedule, r#" dueDate="{value}""#).unwrap(),
            "follow" => write!(schedule, r#" followUpDate="{value}""#).unwrap(),
            "priority" => {
                write!(xml, r#"<zeebe:priorityDefinition priority="{value}"/>"#).unwrap();
            }
            other => panic!("no such property: {other}"),
        }
    }
    if !assignment.is_empty() {
        write!(xml, "<zeebe:assignmentDefinition{assignment}/>").unwrap();
    }
    if !schedule.is_empty() {
        write!(xml, "<zeebe:taskSchedule{schedule}/>").unwrap();
    }
    xml
}

fn mappings(element: &Element) -> String {
    if element.inputs.is_empty() && element.outputs.is_empty() {
        return String::new();
    }
    let mut xml = String::from("<zeebe:ioMapping>");
    for (tag, pairs) in [("input", &element.inputs), ("output", &element.outputs)] {
        for (target, source) in pairs {
            let source = escape(source);
            write!(xml, r#"<zeebe:{tag} source="={source}" target="{target}"/>"#).unwrap();
        }
    }
    xml + "</zeebe:ioMapping>"
}

fn headers(element: &Element) -> String {
    if element.headers.is_empty() {
        return String::new();
    }
    let mut xml = String::from("<zeebe:taskHeaders>");
    for (key, value) in &element.headers {
        write!(xml, r#"<zeebe:header key="{key}" value="{value}"/>"#).unwrap();
    }
    xml + "</zeebe:taskHeaders>"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
