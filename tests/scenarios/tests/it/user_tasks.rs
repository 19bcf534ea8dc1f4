//! What is kept of the work that people do: who did a task and when.

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
