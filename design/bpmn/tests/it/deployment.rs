//! What is refused at deployment, and in which words. Each case is the inside of `definitions`
//! (from line 2) or of a process, and every problem it must give.

mod flow;
mod step;

use bpmn::{Severity, lint};

use crate::definitions;

fn check_file(content: &str, expect: &[&str]) {
    let found: Vec<String> = lint(&definitions(content))
        .iter()
        .map(|problem| match problem.severity {
            Severity::Error => problem.to_string(),
            Severity::Warning => format!("warning: {problem}"),
        })
        .collect();
    assert_eq!(found, expect, "{content}");
}

/// The process begins in line 2, its content in line 3.
fn check(content: &str, expect: &[&str]) {
    check_file(&format!("<process id=\"p\" isExecutable=\"true\">\n{content}\n</process>"), expect);
}

/// One step between a start and an end event, which stand in line 3; the step begins in line 4.
fn check_step(step: &str, expect: &[&str]) {
    let around = r#"<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>"#;
    check(&format!("{around}\n{step}"), expect);
}

const SUPPORTED: &str = "which cannot be executed yet; supported are: none, message, timer and \
    record start events; none, error and terminate end events; timer and error boundary events; \
    exclusive and parallel gateways; service, send, script, business rule, user, manual and \
    undefined tasks; embedded sub-processes";

#[test]
fn a_sound_process_has_no_problems() {
    check_step(r#"<task id="a"/>"#, &[]);
    check(r#"<startEvent id="s"/>"#, &[]);
}

#[test]
fn elements_that_cannot_be_executed_are_refused() {
    let cases = [
        (r#"<receiveTask id="a"/>"#, "a receive task"),
        (r#"<callActivity id="a"/>"#, "a call activity"),
        (r#"<transaction id="a"/>"#, "a transaction sub-process"),
        (r#"<adHocSubProcess id="a"><task/></adHocSubProcess>"#, "an ad-hoc sub-process"),
        (r#"<subProcess id="a" triggeredByEvent="true"/>"#, "an event sub-process"),
        (r#"<intermediateCatchEvent id="a"/>"#, "an intermediate catch event"),
        (r#"<intermediateThrowEvent id="a"/>"#, "an intermediate throw event"),
        (r#"<inclusiveGateway id="a"/>"#, "an inclusive gateway"),
        (r#"<eventBasedGateway id="a"/>"#, "an event based gateway"),
        (r#"<complexGateway id="a"/>"#, "a complex gateway"),
    ];
    for (step, what) in cases {
        check_step(step, &[&format!("`a` (line 4) is {what}, {SUPPORTED}")]);
    }
}

#[test]
fn triggers_that_cannot_be_executed_are_refused() {
    let cases = [
        (r#"<startEvent id="x"><signalEventDefinition/></startEvent>"#, "a signal start event"),
        (
            r#"<startEvent id="x"><conditionalEventDefinition/></startEvent>"#,
            "a conditional start event",
        ),
        (r#"<endEvent id="x"><messageEventDefinition/></endEvent>"#, "a message end event"),
        (r#"<endEvent id="x"><escalationEventDefinition/></endEvent>"#, "an escalation end event"),
        (r#"<endEvent id="x"><compensateEventDefinition/></endEvent>"#, "a compensate end event"),
        (
            r#"<boundaryEvent id="x" attachedToRef="t"><messageEventDefinition/></boundaryEvent>"#,
            "a message boundary event",
        ),
        (
            r#"<boundaryEvent id="x" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>"#,
            "a cancel boundary event",
        ),
    ];
    for (event, what) in cases {
        let around = r#"<startEvent id="s"/><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="x"/>"#;
        let around = if event.starts_with("<endEvent") { around } else { r#"<task id="t"/>"# };
        let found: Vec<String> = lint(&definitions(&format!(
            "<process id=\"p\" isExecutable=\"true\">\n{around}\n{event}\n</process>"
        )))
        .iter()
        .map(ToString::to_string)
        .collect();
        let expect = format!("`x` (line 4) is {what}, {SUPPORTED}");
        assert!(found.contains(&expect), "{event}: {found:#?}");
    }
}

#[test]
fn markers_and_listeners_are_refused() {
    let multi = format!(
        "`a` (line 5) is a user task with multi instance loop characteristics, {SUPPORTED}"
    );
    check_step("<userTask id=\"a\">\n<multiInstanceLoopCharacteristics/></userTask>", &[&multi]);
    let standard = format!(
        "`a` (line 4) is a task of no type with standard loop characteristics, {SUPPORTED}"
    );
    check_step(r#"<task id="a"><standardLoopCharacteristics/></task>"#, &[&standard]);
    let compensation = format!("`a` (line 4) is a compensation handler, {SUPPORTED}");
    check_step(r#"<task id="a" isForCompensation="true"/>"#, &[&compensation]);
    check_step(
        r#"<task id="a"><extensionElements><zeebe:executionListeners><zeebe:executionListener/></zeebe:executionListeners></extensionElements></task>"#,
        &["`a` (line 4) has `zeebe:executionListeners`, which cannot be executed yet; remove them"],
    );
    check_step(
        r#"<task id="a"><extensionElements><zeebe:script/><other xmlns="u"/></extensionElements></task>"#,
        &["warning: `a` (line 4) has an extension `zeebe:script`, which has no effect here"],
    );
}

#[test]
fn a_file_needs_an_executable_process() {
    check_file(
        "",
        &["line 1, column 1: the file holds no process; draw one and make it executable"],
    );
    let refused = "`p` (line 2) is not executable, nor is any other process of the file; set \
                   `isExecutable=\"true\"` (Modeler: `Executable`) on what is to be deployed";
    check_file(r#"<process id="p"><receiveTask/></process>"#, &[refused]);
    check_file(r#"<process id="p" isExecutable="false"/>"#, &[refused]);
    check_file(
        r#"<process id="p" isExecutable="true"><startEvent id="s"/></process><process id="q"><receiveTask/></process>"#,
        &[],
    );
    check_file(r#"<process isExecutable="true"/>"#, &["`process` (line 2) has no id; add one"]);
}

#[test]
fn ids_are_present_and_unique() {
    check(
        "<startEvent id=\"s\"/>\n<startEvent id=\"s\"/>",
        &[
            "`s` (line 4) has the same id as the element in line 3; give it its own",
            "`s` (line 4) is a second none start event; a process has at most one",
        ],
    );
    check(
        r#"<startEvent id="s"/><task/>"#,
        &["`p` (line 3) holds a task of no type without an id; add one"],
    );
    check(
        r#"<startEvent id="s"/><frobnicate id="x"/>"#,
        &["`p` (line 3) holds `frobnicate`, which is no BPMN 2.0 element here; remove it"],
    );
}

#[test]
fn what_stands_beside_the_flow_is_ignored() {
    check(
        r#"<documentation>x</documentation><laneSet id="l"><lane id="m"/></laneSet><startEvent id="s"/>
        <dataObject id="o"/><dataObjectReference id="r" dataObjectRef="o"/><textAnnotation id="t"/>
        <association id="u"/><group id="v"/><other xmlns="urn:other"/>"#,
        &[],
    );
}

#[test]
fn feel_errors_carry_their_text() {
    let xml = definitions(
        "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"/><exclusiveGateway id=\"x\"/>\
         <sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/><endEvent id=\"e\"/>\n\
         <sequenceFlow id=\"g\" sourceRef=\"x\" targetRef=\"e\">\n<conditionExpression>= a > (\
         </conditionExpression></sequenceFlow></process>",
    );
    let found = lint(&xml);
    assert_eq!(found.len(), 1, "{found:#?}");
    let shown = found[0].to_string();
    assert!(
        shown.starts_with("`g` (line 4) has a FEEL error in the condition `= a > (`: "),
        "{shown}"
    );
}

#[test]
fn many_problems_are_cut_short() {
    let steps = (0..1000)
        .fold(String::new(), |steps, number| steps + &format!("<receiveTask id=\"r{number}\"/>"));
    let found = lint(&definitions(&format!(
        "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"/>{steps}</process>"
    )));
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(bpmn::Problem::is_error));
}
