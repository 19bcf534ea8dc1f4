//! Real small processes, as a modeller draws them: what the graph holds is what the drawing says.

use bpmn::{Element, ElementKind, Mapping, Model, Process, Text, lint};

use crate::{bpmn_files, kept};

fn model(name: &str) -> Model {
    let (_, xml) = bpmn_files("tests/fixtures")
        .into_iter()
        .find(|(file, _)| file == name)
        .expect("the fixture exists");
    Model::parse(&xml).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
}

/// One line for each element: id, kind, where its flows lead.
fn outline(process: &Process) -> Vec<String> {
    process.elements.iter().map(|element| line(process, element)).collect()
}

fn line(process: &Process, element: &Element) -> String {
    let id = |index| process.element(index).map_or("?", |element| &*element.id);
    let kind = match &element.kind {
        ElementKind::StartEvent(trigger) => format!("start {}", variant(trigger)),
        ElementKind::EndEvent(result) => format!("end {}", variant(result)),
        ElementKind::ExclusiveGateway { .. } => "exclusive".to_owned(),
        ElementKind::ParallelGateway => "parallel".to_owned(),
        ElementKind::ServiceTask(job) => format!("service {}", text(&job.job_type)),
        ElementKind::SendTask(job) => format!("send {}", text(&job.job_type)),
        ElementKind::ScriptTask(script) => format!("script {}", variant(script)),
        ElementKind::BusinessRuleTask(call) => format!("rule {}", variant(call)),
        ElementKind::UserTask(_) => "user".to_owned(),
        ElementKind::ManualTask => "manual".to_owned(),
        ElementKind::SubProcess { start } => format!("sub-process from {}", id(*start)),
        ElementKind::BoundaryEvent { attached_to, interrupting, trigger } => {
            let how = if *interrupting { "interrupts" } else { "watches" };
            format!("{} {how} {}", variant(trigger), id(*attached_to))
        }
    };
    let parent = element.parent.map(|parent| format!(" in {}", id(parent))).unwrap_or_default();
    let mut line = format!("{}: {kind}{parent}", element.id);
    for &index in &element.outgoing {
        let Some(flow) = process.flow(index) else { continue };
        let is_default = matches!(
            element.kind,
            ElementKind::ExclusiveGateway { default } if default == Some(index)
        );
        let condition = flow.condition.as_ref().map(|condition| condition.source().trim());
        let label = if is_default { "default" } else { condition.unwrap_or_default() };
        line.extend([" -", label, "> ", id(flow.to)]);
    }
    line
}

/// The name of an enum's variant, as `Debug` writes it.
fn variant(value: &impl std::fmt::Debug) -> String {
    let shown = format!("{value:?}");
    shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

fn text(text: &Text) -> String {
    match text {
        Text::Static(text) => text.to_string(),
        Text::Expression(expression) => format!("={}", expression.source()),
    }
}

fn mappings(mappings: &[Mapping]) -> Vec<String> {
    mappings
        .iter()
        .map(|mapping| format!("{} := {}", mapping.target, mapping.source.source()))
        .collect()
}

#[test]
fn the_order_process_is_read() {
    let model = model("order-v2.bpmn");
    let [process] = &model.processes[..] else { panic!("one process") };
    assert_eq!(
        outline(process),
        [
            "submitted: start Record -> check_inventory",
            "check_inventory: rule Decision -> in_stock",
            "in_stock: exclusive -inventory.outcome = \"accept\"> within_limit -default> reject",
            "within_limit: exclusive -default> review -record.account.open_amount + record.total \
             <= record.account.credit_limit> accept",
            "review: user -> approved",
            "approved: exclusive -review.approved> accept -default> reject",
            "accept: service rondo.record.update -> confirm",
            "confirm: send rondo.mail.send -> order_accepted",
            "order_accepted: end None",
            "reject: service rondo.record.update -> order_rejected",
            "order_rejected: end None",
        ]
    );
    assert_eq!(process.name.as_deref(), Some("Order"));
    assert_eq!(process.version_tag.as_deref(), Some("2"));
    assert_eq!(process.record_object.as_deref(), Some("order"));
    assert_eq!(model.warnings, []);
}

#[test]
fn every_supported_element_is_read() {
    let model = model("shipment.bpmn");
    let [process] = &model.processes[..] else { panic!("one process") };
    assert_eq!(
        outline(process),
        [
            "by_hand: start None -> weigh",
            "by_message: start Message -> weigh",
            "nightly: start Timer -> weigh",
            "weigh: script Expression -> fork",
            "fork: parallel -> pack -> label",
            "pack: manual -> join",
            "label: manual -> join",
            "join: parallel -> carry",
            "carry: sub-process from carry_start -> shipped",
            "carry_start: start None in carry -> book",
            "book: service =carrier + \".book\" in carry -> booked",
            "booked: exclusive in carry -default> carry_end -not(booked)> no_carrier",
            "carry_end: end None in carry",
            "no_carrier: end Error in carry",
            "carry_failed: Error interrupts carry -> call",
            "carry_slow: Timer watches carry -> warn",
            "carry_broken: Error interrupts carry -> cancelled",
            "shipped: end None",
            "warn: send mail -> warned",
            "warned: end None",
            "cancelled: end Terminate",
            "call: user -> called",
            "called: end None",
        ]
    );
    let starts: Vec<&str> =
        process.start_events.iter().map(|&index| &*process.element(index).unwrap().id).collect();
    assert_eq!(starts, ["by_hand", "by_message", "nightly"]);
    let (carry, element) = process.element_by_id("carry").unwrap();
    let attached: Vec<&str> =
        element.boundary.iter().map(|&index| &*process.element(index).unwrap().id).collect();
    assert_eq!(attached, ["carry_failed", "carry_slow", "carry_broken"]);
    assert_eq!(process.elements[carry.0 as usize].id, element.id);
    assert_eq!(process.record_object, None);
    assert_eq!(process.properties.get("owner").map(|owner| &**owner), Some("logistics"));
}

#[test]
fn what_tasks_ask_for_is_read() {
    let model = model("order-v2.bpmn");
    let process = &model.processes[0];
    let element = |id: &str| process.element_by_id(id).unwrap().1;

    let review = element("review");
    let ElementKind::UserTask(task) = &review.kind else { panic!("a user task") };
    assert_eq!(task.form_id.as_deref(), Some("credit-review"));
    assert_eq!(task.candidate_groups.as_ref().map(text).as_deref(), Some("managers"));
    assert_eq!(task.due_date.as_ref().map(text).as_deref(), Some("=now() + duration(\"P2D\")"));
    assert_eq!(task.priority.as_ref().map(text).as_deref(), Some("70"));
    assert!(task.assignee.is_none() && task.candidate_users.is_none());
    assert_eq!(mappings(&review.outputs), ["review.approved := approved"]);
    assert_eq!(review.properties.get("rondo.stage").map(|stage| &**stage), Some("review"));

    let ElementKind::ServiceTask(job) = &element("accept").kind else { panic!("a service task") };
    assert_eq!(text(&job.retries), "3");
    let headers: Vec<String> =
        job.headers.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(headers, ["object=order", "status=accepted"]);
    assert_eq!(mappings(&element("check_inventory").inputs), ["lines := record.lines"]);
}

#[test]
fn a_process_that_is_not_executable_is_left_out() {
    let model = model("quote.bpmn");
    let ids: Vec<&str> = model.processes.iter().map(|process| &*process.id).collect();
    assert_eq!(ids, ["quote"]);
}

#[test]
fn fixtures_are_clean_and_round_trip() {
    for (name, xml) in bpmn_files("tests/fixtures") {
        assert_eq!(lint(&xml), [], "{name}");
        kept::check(&name, &xml);
    }
}
