//! An object, a process, a decision and a form that the product has never heard of, deployed through the
//! API alone: it has list, page, trigger, task and stage bar at once.

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::Client;

fn deploy(client: &Client) {
    let object: Value =
        serde_json::from_str(include_str!("../../fixtures/leave_request.json")).expect("JSON");
    client.send("PUT", "/api/objects", Some(&object), None).expect("the server answers").ok();
    let resources = json!({ "resources": [
        { "name": "leave.dmn", "content": include_str!("../../fixtures/leave.dmn") },
        { "name": "leave.form", "content": include_str!("../../fixtures/leave.form") },
        { "name": "leave.bpmn", "content": include_str!("../../fixtures/leave.bpmn") },
    ]});
    let deployed = client.post("/api/deployments", &resources).ok();
    assert_eq!(deployed["processes"][0]["id"], "leave");
    assert_eq!(deployed["decisions"][0]["version"], 1);
    assert_eq!(deployed["forms"][0]["id"], "leave-form");
}

fn stages(client: &Client, key: &str) -> Vec<(String, String)> {
    let bar = client.get(&format!("/api/records/leave_request/{key}/stages")).ok();
    let text = |stage: &Value, name: &str| stage[name].as_str().unwrap_or_default().to_owned();
    let stages = bar["stages"].as_array().cloned().unwrap_or_default();
    stages.iter().map(|stage| (text(stage, "value"), text(stage, "state"))).collect()
}

fn pairs(expect: &[(&str, &str)]) -> Vec<(String, String)> {
    expect.iter().map(|(value, state)| ((*value).to_owned(), (*state).to_owned())).collect()
}

/// A task goes to somebody who is there, and takes what every database can hold.
fn refuse_what_makes_no_sense(client: &Client, task_path: &str) {
    for (action, body, code) in [
        ("assign", json!({ "assignee": "nobody" }), "assignee"),
        ("assign", json!({ "assignee": "sales\u{0}" }), "assignee"),
        ("assign", json!({ "assignee": "" }), "assignee"),
        ("assign", json!({ "assignee": "reader" }), "assignee"),
        ("complete", json!({ "variables": { "granted": "\u{0}" } }), "variables"),
    ] {
        let answer = client.post(&format!("{task_path}/{action}"), &body);
        assert_eq!((answer.status, answer.text("/code")), (400, code), "{action} {body}");
    }
    let given = client.post(&format!("{task_path}/assign"), &json!({ "assignee": "manager" }));
    assert_eq!(given.status, 204, "{}", given.body);
}

#[test]
fn a_new_object_and_process_work_without_a_line_of_code() {
    let sample = Sample::start();
    let (admin, sales, manager) =
        (sample.client("admin"), sample.client("sales"), sample.client("manager"));
    deploy(&admin);

    // The rule grants a short leave by itself.
    let short = create(&sales, "leave_request", &json!({ "subject": "Dentist", "days": 0.5 }));
    let record = sales.get(&format!("/api/records/leave_request/{short}")).ok();
    assert_eq!(record["fields"]["status"], "granted");
    assert_eq!(stages(&sales, &short), pairs(&[("asked", "done"), ("granted", "current")]));

    // A long one waits for the manager, who finds it in the inbox with its form.
    let long = create(&sales, "leave_request", &json!({ "subject": "Journey", "days": 14 }));
    assert_eq!(
        stages(&sales, &long),
        pairs(&[("asked", "current"), ("granted", "upcoming"), ("refused", "upcoming")])
    );
    let inbox = manager.get("/api/user-tasks?state=created&mine=true").ok();
    let task = inbox["items"]
        .as_array()
        .and_then(|tasks| tasks.iter().find(|task| task["record"]["key"] == *long))
        .expect("the task is in the manager's inbox");
    let task_path = format!("/api/user-tasks/{}", task["key"].as_str().unwrap_or_default());
    let task = manager.get(&task_path).ok();
    assert_eq!(task["form"]["id"], "leave-form");
    refuse_what_makes_no_sense(&manager, &task_path);
    assert_eq!(task["variables"]["days"], 14);
    manager
        .post(&format!("{task_path}/complete"), &json!({ "variables": { "granted": false } }))
        .ok();
    let record = sales.get(&format!("/api/records/leave_request/{long}")).ok();
    assert_eq!(record["fields"]["status"], "refused");
    assert_eq!(stages(&sales, &long), pairs(&[("asked", "done"), ("refused", "current")]));

    // Done is done.
    let again = manager.post(&format!("{task_path}/complete"), &json!({}));
    assert_eq!(again.status, 409, "{}", again.body);

    // The list answers a FEEL filter, and the decision says which rule matched with which value.
    let list = sales
        .get(
            "/api/records/leave_request?filter=days%20%3E%202.5%20and%20status%20=%20%22refused%22",
        )
        .ok();
    assert_eq!(list["count"]["value"], 1);
    assert_eq!(list["items"][0]["key"], *long);
    let decisions = sales.get(&format!("/api/records/leave_request/{long}/decisions")).ok();
    let trace = &decisions["items"][0]["trace"]["decisions"][0];
    assert_eq!(trace["matched"][0]["id"], "long");
    assert_eq!(trace["inputs"][0]["value"], 14);
}

#[test]
fn a_change_that_stands_is_never_answered_as_a_failure() {
    let sample = Sample::start();
    let (admin, sales) = (sample.client("admin"), sample.client("sales"));
    let resources = json!({ "resources": [
        { "name": "shred_asked.bpmn", "content": include_str!("../../fixtures/shred_asked.bpmn") },
        { "name": "shredder.bpmn", "content": include_str!("../../fixtures/shredder.bpmn") },
    ]});
    admin.post("/api/deployments", &resources).ok();

    // The process deletes the record before it can be shown.
    let fields = json!({ "fields": { "subject": "shred" } });
    let created = sales.post("/api/records/task", &fields);
    assert_eq!(created.status, 201, "{}", created.body);
    let path = format!("/api/records/task/{}", created.text("/key"));
    assert_eq!(sales.get(&path).status, 404);

    let kept = create(&sales, "task", &json!({ "subject": "keep" }));
    let path = format!("/api/records/task/{kept}");
    let changed = sales.send("PATCH", &path, Some(&fields), None).expect("the server answers");
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body, json!({ "key": kept, "object": "task" }));
    assert_eq!(sales.get(&path).status, 404);
}
