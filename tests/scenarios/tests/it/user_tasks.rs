//! What is kept and asked of the work that people do: who did a task and when, and that the form was filled
//! in as it wants to be.

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::Client;

/// An order that waits for the manager, and the path of its task.
fn order_in_review(sales: &Client, manager: &Client) -> (String, String) {
    let limit = json!({ "amount": "10.00", "currency": "EUR" });
    let shop = json!({ "name": "Shop", "email": "shop@example.com", "credit_limit": limit });
    let account = create(sales, "account", &shop);
    let price = json!({ "amount": "20.00", "currency": "EUR" });
    let fields = json!({ "sku": "T-1", "name": "Thing", "on_hand": 10, "price": price });
    let product = create(sales, "product", &fields);
    let order = submit_order(sales, &account, &[(&product, 2)]).text("/key").to_owned();
    let inbox = manager.get("/api/user-tasks?state=created&mine=true&limit=500").ok();
    let task = items(&inbox).find(|task| task["record"]["key"] == *order).expect("it waits");
    (order, format!("/api/user-tasks/{}", task["key"].as_str().expect("a task has a key")))
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

#[test]
fn who_did_a_task_and_when_is_told_wherever_the_task_is_met() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let (order, task) = order_in_review(&sales, &manager);
    let complete = format!("{task}/complete");
    let approved = json!({ "variables": { "decision": "approve" } });

    let refused = sales.post(&complete, &approved);
    assert_eq!((refused.status, refused.text("/code")), (403, "not_a_candidate"));
    assert!(refused.text("/detail").ends_with("a manager to do it or to assign it"));
    manager.post(&complete, &approved).ok();

    let me = manager.get("/api/session").ok()["user"].clone();
    let done = sales.get(&task).ok();
    assert_eq!(done["completed_by"]["key"], me);
    let at = done["ended_at"].as_str().expect("it has ended").to_owned();
    let list = sales.get("/api/user-tasks?state=completed").ok();
    let listed = items(&list).find(|item| item["key"] == done["key"]).expect("it is listed");
    assert_eq!(listed["completed_by"], done["completed_by"]);

    let timeline = sales.get(&format!("/api/records/order/{order}/timeline?limit=200")).ok();
    let step = items(&timeline)
        .find(|entry| entry["step"]["element_type"] == "USER_TASK")
        .expect("the task is a step");
    assert_eq!((&step["by"], &step["step"]["ended_at"]), (&done["completed_by"], &json!(at)));
    let accepted = items(&timeline)
        .find(|entry| {
            let mut changes = entry["changes"].as_array().into_iter().flatten();
            changes.any(|change| change["new"] == "accepted")
        })
        .expect("the order was accepted");
    assert_eq!(accepted["after"], done["completed_by"], "{accepted}");
    assert!(accepted["cause"].is_object() && accepted["by"].is_null(), "{accepted}");
    let submitted =
        items(&timeline).filter(|entry| entry["cause"].is_object()).last().expect("a step");
    assert!(submitted["after"].is_null(), "before the task, nobody had done one: {submitted}");

    let instance = done["instance"].as_str().expect("it has an instance");
    let passed = sales.get(&format!("/api/instances/{instance}/elements")).ok();
    for element in items(&passed) {
        let is_task = element["element_type"] == "USER_TASK";
        assert_eq!(element["completed_by"] == done["completed_by"], is_task, "{element}");
    }
    let key = done["key"].as_str().expect("a key");
    let camunda = sales.get(&format!("/v2/user-tasks/{key}")).ok();
    assert_eq!((&camunda["state"], &camunda["completionDate"]), (&json!("COMPLETED"), &json!(at)));

    // Done is done, and who comes late is told by whom.
    let login = json!({ "assignee": "sales" });
    for (path, body) in [(complete, &approved), (format!("{task}/assign"), &login)] {
        let late = manager.post(&path, body);
        assert_eq!((late.status, late.text("/code")), (409, "task_completed_by"), "{}", late.body);
        assert_eq!(
            (late.text("/parameters/login"), late.text("/parameters/at")),
            ("manager", &*at)
        );
        assert!(late.text("/detail").contains("was completed by `manager` at "), "{}", late.body);
    }
    assert_eq!(manager.post("/api/user-tasks/5/complete", &approved).status, 404);
}

#[test]
fn an_answer_that_its_form_does_not_take_is_refused_with_every_field() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let (order, task) = order_in_review(&sales, &manager);
    let key = task.rsplit('/').next().unwrap_or_default();
    let paths = [format!("{task}/complete"), format!("/v2/user-tasks/{key}/completion")];
    let long = "x".repeat(501);
    for (variables, expect) in [
        (json!({}), &["decision required"][..]),
        (json!({ "decision": "" }), &["decision required"]),
        (json!({ "decision": "perhaps" }), &["decision not_an_option"]),
        (json!({ "comment": long }), &["decision required", "comment too_long"]),
        (json!({ "decision": 5, "comment": 5 }), &["decision not_an_option", "comment type"]),
    ] {
        for path in &paths {
            let refused = manager.post(path, &json!({ "variables": variables }));
            assert_eq!((refused.status, refused.text("/code")), (400, "invalid"), "{variables}");
            let problems = refused.body["problems"].as_array().into_iter().flatten();
            let told: Vec<String> = problems
                .map(|it| {
                    [&it["field"], &it["code"]].map(|it| it.as_str().unwrap_or("?")).join(" ")
                })
                .collect();
            assert_eq!(told, expect, "{variables} at {path}");
            assert!(refused.text("/detail").contains("`decision`"), "{}", refused.body);
            let told_once = refused.text("/detail") == refused.text("/problems/0/message");
            assert_eq!(told_once, expect.len() == 1, "{}", refused.body);
        }
    }
    let status = |client: &Client| {
        client.get(&format!("/api/records/order/{order}")).ok()["fields"]["status"].clone()
    };
    assert_eq!(status(&sales), "in_review", "nothing of a refused answer is done");
    let answer = json!({ "variables": { "decision": "approve", "beside_the_form": [1] } });
    assert_eq!(manager.post(&paths[1], &answer).status, 204);
    assert_eq!(status(&sales), "accepted");
}

/// Deploys a form with these fields, all of them required.
fn deploy_form(admin: &Client, fields: &[&str]) {
    let components: Vec<Value> = fields
        .iter()
        .map(|key| json!({ "type": "textfield", "key": key, "validate": { "required": true } }))
        .collect();
    let form = json!({ "type": "default", "id": "question", "components": components });
    let file = json!({ "name": "question.form", "content": form.to_string() });
    admin.post("/api/deployments", &json!({ "resources": [file] })).ok();
}

const QUESTION: &str = "<bpmn:definitions xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL'
    xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' id='d' targetNamespace='t'>
  <bpmn:process id='question' isExecutable='true'>
    <bpmn:startEvent id='begin'/>
    <bpmn:sequenceFlow id='f1' sourceRef='begin' targetRef='ask'/>
    <bpmn:userTask id='ask'>
      <bpmn:extensionElements>
        <zeebe:userTask/>
        <zeebe:formDefinition formId='question'/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id='f2' sourceRef='ask' targetRef='end'/>
    <bpmn:endEvent id='end'/>
  </bpmn:process>
</bpmn:definitions>";

/// The key of the only task that waits in an instance that begins now.
fn ask(admin: &Client) -> String {
    let begun =
        admin.post("/v2/process-instances", &json!({ "processDefinitionId": "question" })).ok();
    let instance = begun["processInstanceKey"].as_str().expect("an instance");
    let waiting = admin.get(&format!("/api/user-tasks?instance={instance}")).ok();
    waiting["items"][0]["key"].as_str().expect("a task").to_owned()
}

/// What the task's form asks for, as the page, the client of Camunda and the judge of answers see it.
fn asked_for(admin: &Client, task: &str) -> [Vec<String>; 3] {
    let texts = |list: &Value, name: &str| {
        let items = list.as_array().into_iter().flatten();
        items.map(|item| item[name].as_str().unwrap_or("?").to_owned()).collect()
    };
    let page = admin.get(&format!("/api/user-tasks/{task}")).ok();
    let form = admin.get(&format!("/v2/user-tasks/{task}/form")).ok();
    let known = admin.get(&format!("/v2/user-tasks/{task}")).ok();
    assert_eq!(known["formKey"], form["formKey"], "one form, one key");
    let schema: Value =
        serde_json::from_str(form["schema"].as_str().expect("a schema")).expect("JSON");
    let refused =
        admin.post(&format!("/api/user-tasks/{task}/complete"), &json!({ "variables": {} }));
    assert_eq!((refused.status, refused.text("/code")), (400, "invalid"), "{}", refused.body);
    [
        texts(&page["form"]["components"], "key"),
        texts(&schema["components"], "key"),
        texts(&refused.body["problems"], "field"),
    ]
}

#[test]
fn a_task_keeps_the_form_that_it_began_with() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    deploy_form(&admin, &["reason"]);
    let process = json!({ "name": "question.bpmn", "content": QUESTION });
    admin.post("/api/deployments", &json!({ "resources": [process] })).ok();
    let old = ask(&admin);
    deploy_form(&admin, &["amount", "currency"]);
    let new = ask(&admin);
    for (task, fields) in [(&old, &["reason"][..]), (&new, &["amount", "currency"])] {
        assert_eq!(asked_for(&admin, task), [fields, fields, fields]);
        let answer: Value = fields.iter().map(|it| ((*it).to_owned(), json!("x"))).collect();
        let complete = format!("/api/user-tasks/{task}/complete");
        assert_eq!(admin.post(&complete, &json!({ "variables": answer })).status, 204);
    }
}

#[test]
fn a_task_is_given_to_nobody_who_may_not_work_on_it() {
    let sample = Sample::start();
    let (sales, manager, admin) =
        (sample.client("sales"), sample.client("manager"), sample.client("admin"));
    let (_, task) = order_in_review(&sales, &manager);
    let gone = json!({ "login": "gone", "name": "Gone", "role": "manager", "active": false });
    create(&admin, "user", &gone);
    let v2 = task.replace("/api/", "/v2/");
    let ask = |path: &str, login: &str| manager.post(path, &json!({ "assignee": login }));
    let reader = "`reader` has the role `read_only` and may not work on tasks; \
                  give the login of somebody who may";
    let unknown = "there is no active user `gone`; give the login of one";
    for (login, expect) in [("reader", reader), ("gone", unknown)] {
        for path in [format!("{task}/assign"), format!("{v2}/assignment")] {
            let answer = ask(&path, login);
            assert_eq!(answer.status, 400, "{path} {login}: {}", answer.body);
            assert_eq!(answer.text("/detail"), expect, "{path} {login}");
        }
        assert_eq!(manager.get(&task).ok()["assignee"], Value::Null);
    }
    assert_eq!(ask(&format!("{v2}/assignment"), "sales").status, 204);
    assert_eq!(manager.get(&task).ok()["assignee"], "sales");
}
