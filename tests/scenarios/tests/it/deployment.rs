//! What a process says of decisions, forms, objects, fields and stages is held against what there is, and
//! refused with its place before anybody waits for it.

use scenarios::Sample;
use serde_json::{Value, json};
use served::Client;

const LEAVE: &str = include_str!("../../fixtures/leave.bpmn");

fn deploy(client: &Client, process: &str) -> served::Answer {
    let resources = json!({ "resources": [
        { "name": "leave.dmn", "content": include_str!("../../fixtures/leave.dmn") },
        { "name": "leave.form", "content": include_str!("../../fixtures/leave.form") },
        { "name": "leave.bpmn", "content": process },
    ]});
    client.post("/api/deployments", &resources)
}

/// The leave request's process with `right` written as `wrong` is refused, for this element and on its line.
fn check(client: &Client, right: &str, wrong: &str, element: &str, message: &str) {
    assert!(LEAVE.contains(right), "{right}");
    let process = LEAVE.replacen(right, wrong, 1);
    let answer = deploy(client, &process);
    assert_eq!(answer.status, 400, "{wrong}: {}", answer.body);
    let (before, _) =
        process.split_once(&format!("id=\"{element}\"")).expect("the element is there");
    let line = before.lines().count();
    let expect = json!([{
        "resource": "leave.bpmn", "element": element, "line": line, "message": message,
    }]);
    let mut problems = answer.body["problems"].clone();
    for problem in problems.as_array_mut().expect("problems") {
        let column = problem.as_object_mut().and_then(|problem| problem.remove("column"));
        assert!(column.is_some_and(|column| column.as_u64() > Some(0)), "{wrong}");
    }
    assert_eq!(problems, expect, "{wrong}");
}

#[test]
fn a_name_that_nothing_has_is_refused_with_its_place() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let object: Value =
        serde_json::from_str(include_str!("../../fixtures/leave_request.json")).expect("JSON");
    admin.send("PUT", "/api/objects", Some(&object), None).expect("the server answers").ok();
    for (right, wrong, element, message) in [
        (
            "decisionId=\"leave_rule\"",
            "decisionId=\"leave_ruel\"",
            "rule",
            "calls the decision `leave_ruel`, which is not deployed; deploy it before or with this",
        ),
        (
            "formId=\"leave-form\"",
            "formId=\"leave-from\"",
            "decide",
            "names the form `leave-from`, which is not deployed; deploy it before or with this",
        ),
        (
            "source=\"=record.days\" target=\"days\"/></zeebe:ioMapping>\n      </bpmn:ext",
            "source=\"=record.dayz\" target=\"days\"/></zeebe:ioMapping>\n      </bpmn:ext",
            "rule",
            "reads `record.dayz`, but `leave_request` has no field `dayz`; correct the name or define \
             the field",
        ),
        (
            ">=way = \"ask\"<",
            ">=way = \"ask\" and record.subjekt = null<",
            "f4",
            "reads `record.subjekt`, but `leave_request` has no field `subjekt`; correct the name or \
             define the field",
        ),
        (
            "<zeebe:property name=\"rondo.on\" value=\"created\"/>",
            "<zeebe:property name=\"rondo.on\" value=\"changed\"/>\
             <zeebe:property name=\"rondo.condition\" value=\"=old.dayz = null\"/>",
            "asked",
            "reads `old.dayz`, but `leave_request` has no field `dayz`; correct the name or define the \
             field",
        ),
        (
            "={status: &quot;granted&quot;}",
            "={state: &quot;granted&quot;}",
            "grant",
            "writes `state`, but `leave_request` has no such field; correct the name or define the field",
        ),
        (
            "name=\"rondo.stage\" value=\"refused\"",
            "name=\"rondo.stage\" value=\"refusd\"",
            "refuse",
            "brings the stage `refusd`, which is no option of `status` of `leave_request`; take one of \
             `asked`, `granted`, `refused`",
        ),
        (
            "type=\"rondo:update-record\"",
            "type=\"rondo:update-recrod\"",
            "grant",
            "asks for the built-in task `rondo:update-recrod`; there are `rondo:create-record`, \
             `rondo:create-task`, `rondo:delete-record`, `rondo:find-records`, `rondo:guarded-update`, \
             `rondo:notify`, `rondo:send-mail`, `rondo:update-record`",
        ),
    ] {
        check(&admin, right, wrong, element, message);
    }
    assert_eq!(admin.get("/api/processes/leave").status, 404);
    // Only the condition of a trigger calls a record `old`; elsewhere it is a variable like any other.
    let variable = LEAVE.replacen(">=way = \"ask\"<", ">=way = \"ask\" or old.way = \"ask\"<", 1);
    deploy(&admin, &variable).ok();
    deploy(&admin, LEAVE).ok();
}

/// Two rules of a UNIQUE table that both match 5.
const OVERLAP: &str = "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>
  <decision id='size' name='Size'>
    <informationRequirement><requiredInput href='#n'/></informationRequirement>
    <decisionTable>
      <input><inputExpression typeRef='number'><text>n</text></inputExpression></input>
      <output/>
      <rule><inputEntry><text>&lt;= 5</text></inputEntry><outputEntry><text>\"small\"</text></outputEntry></rule>
      <rule><inputEntry><text>&gt;= 5</text></inputEntry><outputEntry><text>\"large\"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <inputData id='n' name='n'/>
</definitions>";

/// A task that nothing leads to.
const LOST: &str =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='d' targetNamespace='t'>
  <process id='lost' isExecutable='true'>
    <startEvent id='begin'/>
    <task id='forgotten'/>
  </process>
</definitions>";

/// A form with an option that is translated under another name.
const MISTRANSLATED: &str = r#"{"type": "default", "id": "mixed", "components": [
    {"type": "radio", "key": "way", "label": "Way", "values": [{"label": "Yes", "value": "yes"}],
     "properties": {"label.zh": "方式", "values.yess.zh": "是"}}]}"#;

#[test]
fn what_can_run_but_should_be_looked_at_is_told_with_the_deployment() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let files = json!({ "resources": [
        { "name": "size.dmn", "content": OVERLAP }, { "name": "lost.bpmn", "content": LOST },
        { "name": "mixed.form", "content": MISTRANSLATED } ] });
    for _again in 0..2 {
        let warnings = admin.post("/api/deployments", &files).ok()["warnings"].take();
        assert_eq!(
            warnings,
            json!([
                {
                    "resource": "lost.bpmn", "element": "forgotten", "line": 4, "column": 5,
                    "message": "is never reached from a start event; connect or remove it",
                },
                {
                    "resource": "mixed.form", "element": "way",
                    "message": "has the translation `values.yess.zh`, but no entry `yess` in `values`; \
                                correct the name or remove it",
                },
                {
                    "resource": "size.dmn", "element": "size",
                    "message": "rules 1 and 2 both match n = 5",
                },
            ])
        );
    }
}

#[test]
fn the_sample_itself_gives_no_cause_for_a_warning() {
    let sample = Sample::start();
    let pack = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crm/packs/orders");
    let read = |name: &str| {
        let content = std::fs::read_to_string(pack.join(name)).expect("the pack has the file");
        json!({ "name": name, "content": content })
    };
    let form = "forms/credit-review.form";
    let reopen = "order-reopen.bpmn";
    let files = ["order-acceptance.dmn", "order-v1.bpmn", form, "order-v2.bpmn", reopen];
    for file in files {
        let resources = json!({ "resources": [read(file)] });
        let deployed = sample.client("admin").post("/api/deployments", &resources).ok();
        assert_eq!(deployed["warnings"], json!([]), "{file}");
    }
}

#[test]
fn an_object_is_not_redefined_under_the_process_that_uses_it() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let object: Value =
        serde_json::from_str(include_str!("../../fixtures/leave_request.json")).expect("JSON");
    let define = |object: &Value| {
        admin.send("PUT", "/api/objects", Some(object), None).expect("the server answers")
    };
    define(&object).ok();
    deploy(&admin, LEAVE).ok();
    let without = |field: &str| {
        let mut object = object.clone();
        let fields = object["fields"].as_array_mut().expect("fields");
        fields.retain(|it| it["name"] != *field);
        let columns = object["list"].as_array_mut().expect("columns");
        columns.retain(|it| it != field);
        object
    };
    let mut no_refusal = object.clone();
    let options = no_refusal["fields"][2]["options"].as_array_mut().expect("options");
    options.retain(|option| option["value"] != "refused");
    let mut no_status = without("status");
    no_status.as_object_mut().expect("an object").remove("stages");
    let advice = "process `leave` version 1 is deployed so: deploy a version that does not, before \
                  the objects or with them by `rondo deploy`";
    for (object, expect) in [
        (without("days"), "reads `record.days`, but `leave_request` has no field `days`"),
        (no_status, "writes `status`, but `leave_request` has no such field"),
        (
            no_refusal,
            "brings the stage `refused`, which is no option of `status` of `leave_request`",
        ),
    ] {
        let answer = define(&object);
        assert_eq!(answer.status, 400, "{}", answer.body);
        let problem = &answer.body["problems"][0];
        assert_eq!(problem["message"], format!("{expect}; {advice}"));
        assert_eq!(problem["resource"], "leave.bpmn");
        assert!(problem["line"].as_u64() > Some(0) && problem["element"].is_string(), "{problem}");
    }
    let known = |client: &Client| client.get("/api/objects").ok().to_string();
    assert!(known(&admin).contains(r#""name":"days""#), "nothing has changed");

    // What nobody uses goes, and what somebody uses goes once he no longer does.
    let mut more = object.clone();
    let place =
        json!({ "name": "place", "type": "text", "label": { "en": "Place", "zh": "地点" } });
    more["fields"].as_array_mut().expect("fields").push(place);
    define(&more).ok();
    define(&object).ok();
    deploy(&admin, &LEAVE.replace("=record.days", "=1")).ok();
    define(&without("days")).ok();
    assert!(!known(&admin).contains(r#""name":"days""#));
}
