//! What is refused of single steps: boundary events, tasks, mappings, and what they refer to.

use bpmn::lint;

use super::{check, check_step};
use crate::definitions;

#[test]
fn boundary_events_hang_on_activities() {
    let event = |attributes: &str, inside: &str| {
        format!(r#"<boundaryEvent id="b" {attributes}>{inside}</boundaryEvent>"#)
    };
    let error = "<errorEventDefinition/>";
    let timer = |time: &str| format!("<timerEventDefinition>{time}</timerEventDefinition>");
    let cycle = timer("<timeCycle>R/PT1H</timeCycle>");
    let cases = [
        (event(r#"attachedToRef="a""#, error), None),
        (
            event(r#"attachedToRef="a""#, ""),
            Some("is a boundary event without a trigger; make it a timer or an error"),
        ),
        (
            event(r#"attachedToRef="a" cancelActivity="false""#, error),
            Some("catches an error, so it must be interrupting"),
        ),
        (event(r#"attachedToRef="a" cancelActivity="false""#, &cycle), None),
        (
            event(r#"attachedToRef="a""#, &cycle),
            Some(
                "is interrupting, so it cannot repeat; use a duration or a date, or make it \
                 non-interrupting",
            ),
        ),
        (
            event(r#"attachedToRef="a""#, "<errorEventDefinition/><timerEventDefinition/>"),
            Some("has several event definitions; draw one event for each"),
        ),
    ];
    for (event, expect) in cases {
        let found: Vec<String> = lint(&definitions(&format!(
            "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"/><task id=\"a\"/>\
             <sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"a\"/>\n{event}</process>"
        )))
        .into_iter()
        .filter(bpmn::Problem::is_error)
        .map(|problem| problem.to_string())
        .collect();
        let expect: Vec<String> =
            expect.into_iter().map(|message| format!("`b` (line 3) {message}")).collect();
        assert_eq!(found, expect, "{event}");
    }
    check_step(
        &format!("<task id=\"a\"/>{}", event(r#"attachedToRef="s""#, error)),
        &["`b` (line 4) is attached to a start event `s`; attach it to a task or a sub-process"],
    );
    check_step(
        &format!("<task id=\"a\"/>{}", event("", error)),
        &["`b` (line 4) is attached to ``, which is no activity of this process; attach it again"],
    );
    check_step(
        &format!(
            "<subProcess id=\"a\"><startEvent id=\"c\"/>\n{}</subProcess>",
            event(r#"attachedToRef="a""#, error)
        ),
        &["`b` (line 5) is attached to `a`, which stands in another sub-process; draw it there"],
    );
    check_step(
        &format!(
            "<task id=\"a\"/>{0}\n{1}",
            event(r#"attachedToRef="a""#, error),
            event(r#"attachedToRef="a""#, error).replace("\"b\"", "\"c\"")
        ),
        &["`c` (line 5) catches the same error as another event on this activity; keep one"],
    );
}

#[test]
fn tasks_say_what_they_ask_for() {
    let task = |kind: &str, extension: &str| {
        format!("<{kind} id=\"a\">\n<extensionElements>{extension}</extensionElements></{kind}>")
    };
    let job = r#"<zeebe:taskDefinition type="t"/>"#;
    let cases = [
        ("serviceTask", job, None),
        (
            "serviceTask",
            "",
            Some(
                "`a` (line 4) is a service task without a job type; add `zeebe:taskDefinition` (Modeler: Task definition, Type)",
            ),
        ),
        (
            "sendTask",
            "",
            Some(
                "`a` (line 4) is a send task without a job type; add `zeebe:taskDefinition` (Modeler: Task definition, Type)",
            ),
        ),
        (
            "serviceTask",
            r#"<zeebe:taskDefinition type=" "/>"#,
            Some("`a` (line 5) needs `type` in `zeebe:taskDefinition`; enter it"),
        ),
        (
            "serviceTask",
            r#"<zeebe:taskDefinition type="t" retries="many"/>"#,
            Some(
                "`a` (line 5) has `many` retries; write a number from 0 to 65535, or FEEL after `=`",
            ),
        ),
        ("scriptTask", job, None),
        ("scriptTask", r#"<zeebe:script expression="=1" resultVariable="r"/>"#, None),
        (
            "scriptTask",
            "",
            Some(
                "`a` (line 4) is a script task that says neither what to evaluate (`zeebe:script`) nor who does it (`zeebe:taskDefinition`); add one of them",
            ),
        ),
        (
            "scriptTask",
            r#"<zeebe:script expression="=1" resultVariable="1r"/>"#,
            Some(
                "`a` (line 5) needs a result variable; `1r` is none: use letters, digits and `_`, a letter first",
            ),
        ),
        ("businessRuleTask", r#"<zeebe:calledDecision decisionId="d" resultVariable="r"/>"#, None),
        (
            "businessRuleTask",
            r#"<zeebe:calledDecision resultVariable="r"/>"#,
            Some("`a` (line 5) needs `decisionId` in `zeebe:calledDecision`; enter it"),
        ),
        (
            "businessRuleTask",
            r#"<zeebe:calledDecision decisionId="d" resultVariable="r"/><zeebe:taskDefinition type="t"/>"#,
            Some(
                "`a` (line 5) has both `zeebe:calledDecision` and `zeebe:taskDefinition`; keep one of them",
            ),
        ),
        (
            "businessRuleTask",
            r#"<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="deployment"/>"#,
            Some("`a` (line 5) has the binding `deployment`; supported is `latest`"),
        ),
        ("userTask", "", None),
        ("userTask", "<zeebe:userTask/><zeebe:formDefinition formId=\"f\"/>", None),
        (
            "userTask",
            r#"<zeebe:formDefinition formKey="camunda-forms:bpmn:f"/>"#,
            Some(
                "`a` (line 5) has a form inside the model or by key; deploy the form as a file of its own and name it by `formId` (Modeler: Form, Camunda Form (linked))",
            ),
        ),
        (
            "userTask",
            r#"<zeebe:priorityDefinition priority="101"/>"#,
            Some(
                "`a` (line 4) has the priority `101`; write a number from 0 to 100, or FEEL after `=`",
            ),
        ),
        (
            "userTask",
            r#"<zeebe:taskSchedule dueDate="tomorrow"/>"#,
            Some(
                "`a` (line 4) has the due date `tomorrow`; it must be a date-time such as `2026-01-31T08:00:00Z`, or FEEL after `=`",
            ),
        ),
    ];
    for (kind, extension, expect) in cases {
        check_step(&task(kind, extension), expect.as_slice());
    }
}

#[test]
fn mappings_have_a_source_and_a_variable() {
    let task = |mapping: &str| {
        format!(
            "<task id=\"a\"><extensionElements><zeebe:ioMapping>\n{mapping}</zeebe:ioMapping></extensionElements></task>"
        )
    };
    check_step(
        &task(r#"<zeebe:input source="=a.b" target="c.d"/><zeebe:output source="x" target="y"/>"#),
        &[],
    );
    let fixed = r#"<zeebe:input source="a &quot;b&quot; \ &#10;c 销" target="d"/><zeebe:input source="-1.5" target="e"/>"#;
    check_step(&task(fixed), &[]);
    check_step(
        &task(r#"<zeebe:input source="=a" target="c d"/>"#),
        &[
            "`a` (line 5) has an input mapping to `c d`, which is no variable name; use letters, digits \
         and `_`, with dots for a path",
        ],
    );
    check_step(
        &task(r#"<zeebe:output target="c"/>"#),
        &["`a` (line 5) has an output mapping to `c` without a source; add one"],
    );
    check_step(
        "<task id=\"a\"/><parallelGateway id=\"x\"><extensionElements><zeebe:ioMapping><zeebe:output source=\"=1\" target=\"y\"/></zeebe:ioMapping></extensionElements></parallelGateway>",
        &[
            "`x` (line 4) is a gateway with mappings, which would have no effect; remove them",
            "warning: `x` (line 4) is never reached from a start event; connect or remove it",
            "warning: `x` (line 4) has an extension `zeebe:ioMapping`, which has no effect here",
        ],
    );
}

#[test]
fn messages_errors_and_timers_are_resolved() {
    let start = |inside: &str| {
        format!(
            "<process id=\"p\" isExecutable=\"true\">\n<startEvent id=\"s\">{inside}</startEvent></process>"
        )
    };
    let message = |reference: &str| start(&format!(r"<messageEventDefinition {reference}/>"));
    let defined = "\n<message id=\"m\" name=\"order\"/><message id=\"n\"/>";
    let cases = [
        (message("messageRef=\"m\"") + defined, None),
        (message("messageRef=\"t:m\"") + defined, None),
        (message("") + defined, Some("(line 3) waits for a message but names none; choose one")),
        (
            message("messageRef=\"x\""),
            Some("(line 3) refers to the message `x`, which the file does not define"),
        ),
        (
            message("messageRef=\"n\"") + defined,
            Some("(line 4) waits for a message without a name; give it one"),
        ),
    ];
    for (content, expect) in cases {
        let found: Vec<String> =
            lint(&definitions(&content)).iter().map(ToString::to_string).collect();
        let expect: Vec<String> =
            expect.into_iter().map(|message| format!("`s` {message}")).collect();
        assert_eq!(found, expect, "{content}");
    }
    let timer =
        |inside: &str| start(&format!("<timerEventDefinition>{inside}</timerEventDefinition>"));
    let cases = [
        (timer("<timeCycle>R/PT1H</timeCycle>"), None),
        (timer("<timeDate>=now()</timeDate>"), None),
        (timer(""), Some("(line 3) needs exactly one of date, duration and cycle for its timer")),
        (timer("<timeDate/>"), Some("(line 3) has a timer without a value; enter one")),
        (
            timer("<timeCycle>0 0 9 * * *</timeCycle>"),
            Some(
                "(line 3) has the timer value `0 0 9 * * *`; it must be a cycle such as `R/PT1H` or `R3/2026-01-31T08:00:00Z/P1D`; cron is not supported, or FEEL after `=`",
            ),
        ),
    ];
    for (content, expect) in cases {
        let found: Vec<String> =
            lint(&definitions(&content)).iter().map(ToString::to_string).collect();
        let expect: Vec<String> =
            expect.into_iter().map(|message| format!("`s` {message}")).collect();
        assert_eq!(found, expect, "{content}");
    }
}

#[test]
fn an_error_end_event_needs_a_code() {
    let end = |attributes: &str, defined: &str| {
        format!(
            "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"/><sequenceFlow id=\"f\" \
             sourceRef=\"s\" targetRef=\"e\"/>\n<endEvent id=\"e\"><errorEventDefinition \
             {attributes}/></endEvent></process>\n{defined}"
        )
    };
    let cases = [
        (end("errorRef=\"x\"", "<error id=\"x\" errorCode=\"c\"/>"), None),
        (
            end("", ""),
            Some("(line 3) ends with an error but names none; choose an error with a code"),
        ),
        (
            end("errorRef=\"x\"", ""),
            Some("(line 3) refers to the error `x`, which the file does not define"),
        ),
        (
            end("errorRef=\"x\"", "<error id=\"x\"/>"),
            Some("(line 4) refers to an error without a code; give the error one"),
        ),
    ];
    for (content, expect) in cases {
        let found: Vec<String> =
            lint(&definitions(&content)).iter().map(ToString::to_string).collect();
        let expect: Vec<String> =
            expect.into_iter().map(|message| format!("`e` {message}")).collect();
        assert_eq!(found, expect, "{content}");
    }
}

#[test]
fn record_triggers_are_read_from_properties() {
    type Pairs = &'static [(&'static str, &'static str)];
    let start = |pairs: Pairs| {
        let properties = pairs.iter().fold(String::new(), |properties, (name, value)| {
            properties + &format!(r#"<zeebe:property name="{name}" value="{value}"/>"#)
        });
        format!(
            "<startEvent id=\"s\"><extensionElements><zeebe:properties>{properties}</zeebe:properties></extensionElements></startEvent>"
        )
    };
    let cases: [(Pairs, Option<&str>); 10] = [
        (&[("rondo.object", "order")], None),
        (&[("rondo.object", "order"), ("rondo.button", "record.total > 5")], None),
        (
            &[("rondo.button", "true")],
            Some(
                "has `rondo.button`, and its process is about no object; name one by `rondo.record`",
            ),
        ),
        (
            &[("rondo.object", "order"), ("rondo.button", "old.total > 5")],
            Some("has `rondo.button`, which reads `old`; read `record` alone"),
        ),
        (
            &[("rondo.object", "order"), ("rondo.button", "")],
            Some(
                "has a FEEL error in `rondo.button` ``: expected an expression, found the end (at 0)",
            ),
        ),
        (&[("rondo.object", "order"), ("rondo.on", "changed, created")], None),
        (&[("rondo.object", "order"), ("rondo.condition", "record.total > 5")], None),
        (
            &[("rondo.object", "order"), ("rondo.on", "deleted")],
            Some("has `rondo.on` `deleted`; write `created`, `changed` or `created, changed`"),
        ),
        (
            &[("rondo.object", "my order")],
            Some(
                "has `rondo.object` `my order`, which is no object name; write `leave_request`, say",
            ),
        ),
        (
            &[("rondo.on", "created")],
            Some("has `rondo.on` without `rondo.object`; name the object to watch"),
        ),
    ];
    for (pairs, expect) in cases {
        let expect = expect.map(|message| format!("`s` (line 3) {message}"));
        check(&start(pairs), &expect.as_deref().into_iter().collect::<Vec<_>>());
    }
    let buttons = start(&[("rondo.object", "order"), ("rondo.button", "true")]);
    check(
        &(buttons.clone() + "\n" + &buttons.replace("\"s\"", "\"t\"")),
        &["`t` (line 4) has `rondo.button`, as another start event has; keep one"],
    );
    let two = start(&[("rondo.object", "order")])
        + "\n"
        + &start(&[("rondo.object", "lead")]).replace("\"s\"", "\"t\"");
    check(
        &two,
        &[
            "`p` (line 2) is bound to a record of `lead` but has a start event that watches `order`; an \
         instance is bound to one object, so use a process for each",
        ],
    );
}
