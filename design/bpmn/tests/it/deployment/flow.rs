//! What is refused of the way that an instance takes: where it begins, flows, gateways.

use bpmn::lint;

use super::{check, check_step};
use crate::definitions;

#[test]
fn a_process_starts_somewhere() {
    check(
        r#"<task id="a"/>"#,
        &[
            "`p` (line 2) has no start event; draw one",
            "warning: `a` (line 3) is never reached from a start event; connect or remove it",
        ],
    );
    check(
        "<startEvent id=\"s\"/>\n<startEvent id=\"t\"/>\n<startEvent id=\"u\"/>",
        &["`t` (line 4) is a second none start event; a process has at most one"],
    );
}

#[test]
fn a_sub_process_starts_at_one_none_start_event() {
    check_step(
        r#"<subProcess id="a"/>"#,
        &["`a` (line 4) is a sub-process without a start event; draw one"],
    );
    check_step(
        "<subProcess id=\"a\">\n<startEvent id=\"b\"/>\n<startEvent id=\"c\"/></subProcess>",
        &["`a` (line 4) is a sub-process with several start events; keep one"],
    );
    let timer = "<subProcess id=\"a\">\n<startEvent id=\"b\">\n<timerEventDefinition/></startEvent></subProcess>";
    let found = lint(&definitions(&format!(
        "<process id=\"p\" isExecutable=\"true\">\n<startEvent id=\"s\"/>{timer}\n</process>"
    )));
    let expect =
        "`b` (line 5) starts a sub-process, so it must be a none start event; remove its trigger";
    assert!(found.iter().any(|problem| problem.to_string() == expect), "{found:#?}");
}

#[test]
fn flows_connect_elements_of_one_scope() {
    check(
        "<startEvent id=\"s\"/>\n<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/>",
        &[
            "`f` (line 4) has the `targetRef` `x`, which is no flow node of this process; connect the \
         flow again",
        ],
    );
    check(
        "<startEvent id=\"s\"/>\n<sequenceFlow id=\"f\" targetRef=\"s\"/>",
        &[
            "`s` (line 3) is a start event with an incoming flow; remove the flow",
            "`f` (line 4) has the `sourceRef` ``, which is no flow node of this process; connect the \
         flow again",
        ],
    );
    check_step(
        "<subProcess id=\"a\"><startEvent id=\"b\"/><task id=\"c\"/>\n<sequenceFlow id=\"h\" sourceRef=\"b\" targetRef=\"c\"/>\n<sequenceFlow id=\"i\" sourceRef=\"c\" targetRef=\"e\"/></subProcess>",
        &["`i` (line 6) leads from `c` to `e` across the border of a sub-process; end inside and \
           go on from the sub-process"],
    );
    check(
        "<startEvent id=\"s\"/>\n<endEvent id=\"e\"/>\n<task id=\"a\"/>\n<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"e\"/><sequenceFlow id=\"g\" sourceRef=\"e\" targetRef=\"a\"/>",
        &["`e` (line 4) is an end event with an outgoing flow; remove the flow"],
    );
}

#[test]
fn an_exclusive_gateway_can_decide() {
    let gateway = |attributes: &str, first: &str, second: &str| {
        format!(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/>\n\
             <exclusiveGateway id=\"x\" {attributes}/><task id=\"a\"/><task id=\"b\"/>\n\
             <sequenceFlow id=\"g\" sourceRef=\"x\" targetRef=\"a\">{first}</sequenceFlow>\n\
             <sequenceFlow id=\"h\" sourceRef=\"x\" targetRef=\"b\">{second}</sequenceFlow>"
        )
    };
    let condition = "<conditionExpression>= a > 1</conditionExpression>";
    let no_default = "warning: `x` (line 4) has no default flow; where no condition is true an \
                      instance stops with an incident";
    check(&gateway("default=\"h\"", condition, ""), &[]);
    check(&gateway("", condition, condition), &[no_default]);
    check(
        &gateway("", condition, ""),
        &[
            no_default,
            "`h` (line 6) needs a condition, as one of several flows that leave `x`; add one or make \
         it the default flow",
        ],
    );
    check(
        &gateway("", condition, "<conditionExpression>= a &gt;</conditionExpression>"),
        &[
            no_default,
            "`h` (line 6) has a FEEL error in the condition `= a >`: expected an expression, found the \
             end (at 4)",
        ],
    );
    check(
        &gateway("default=\"h\"", condition, condition),
        &["`h` (line 6) is the default flow, so it cannot have a condition"],
    );
    check(
        &gateway("default=\"f\"", condition, condition),
        &["`x` (line 4) has a default flow that does not leave it; choose another"],
    );
    let found = lint(&definitions(&format!(
        "<process id=\"p\" isExecutable=\"true\">{}</process>",
        gateway("default=\"z\"", condition, condition)
    )));
    assert_eq!(found[0].to_string(), "`x` (line 3) has the default flow `z`, which does not exist");
}

#[test]
fn only_an_exclusive_gateway_has_conditions() {
    check(
        "<startEvent id=\"s\"/><task id=\"a\"/>\n<sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"a\"><conditionExpression>=x</conditionExpression></sequenceFlow>",
        &[
            "`f` (line 4) has a condition but leaves `s`, which is no exclusive gateway; draw a gateway",
        ],
    );
}
