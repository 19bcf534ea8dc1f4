//! The sales representative hears what the manager decided.

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::Client;

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

/// Completes the review of an order.
fn decide(manager: &Client, order: &str, decision: &str) {
    let inbox = manager.get("/api/user-tasks?state=created&mine=true").ok();
    let tasks = inbox["items"].as_array().cloned().unwrap_or_default();
    let task = tasks.iter().find(|task| task["record"]["key"] == *order);
    let task = task.and_then(|task| task["key"].as_str()).expect("the task is in the inbox");
    let done = json!({ "variables": { "decision": decision } });
    manager.post(&format!("/api/user-tasks/{task}/complete"), &done).ok();
}

fn unread(client: &Client) -> (u64, Vec<Value>) {
    let list = client.get("/api/notifications?unread=true").ok();
    (list["unread"].as_u64().unwrap_or(99), list["items"].as_array().cloned().unwrap_or_default())
}

#[test]
fn the_owner_of_an_order_is_told_what_the_manager_decided() {
    let sample = Sample::start();
    let [sales, manager] = ["sales", "manager"].map(|login| sample.client(login));
    let me = sales.get("/api/session").ok();
    let me = me["user"].as_str().expect("somebody is signed in").to_owned();
    let account = json!({ "name": "Shop", "email": "shop@example.com", "credit_limit": money("1.00"), "owner": me });
    let account = create(&sales, "account", &account);
    let product = json!({ "sku": "P", "name": "P", "price": money("10.00"), "on_hand": 10 });
    let product = create(&sales, "product", &product);
    assert_eq!(unread(&sales), (0, vec![]));
    let orders = ["approve", "reject"].map(|decision| {
        let order = submit_order(&sales, &account, &[(&product, 1)]);
        assert_eq!(order.text("/fields/status"), "in_review", "{}", order.body);
        decide(&manager, order.text("/key"), decision);
        order
    });
    let (count, items) = unread(&sales);
    assert_eq!((count, items.len()), (2, 2), "{items:?}");
    assert_eq!(unread(&manager).0, 0);
    for (item, order, word) in
        [(&items[1], &orders[0], "approved"), (&items[0], &orders[1], "rejected")]
    {
        let number = order.text("/fields/number");
        assert_eq!(item["text"], format!("The credit review {word} order {number}"));
        let record = json!({ "key": order.text("/key"), "object": "order", "title": number });
        assert_eq!(item["record"], record);
        assert_ne!(item["instance"], Value::Null);
    }

    // Another's are not to be seen, and not to be read.
    let path = format!("/api/notifications/{}/read", items[0]["key"].as_str().unwrap_or_default());
    assert_eq!(manager.post(&path, &json!({})).status, 404);
    for _ in 0..2 {
        assert_eq!(sales.post(&path, &json!({})).status, 204);
    }
    assert_eq!(unread(&sales), (1, vec![items[1].clone()]));
    let page = sales.get("/api/notifications?limit=1").ok();
    assert_ne!(page["items"][0]["read_at"], Value::Null, "{page}");
    let next = page["next"].as_str().expect("there is one more");
    let page = sales.get(&format!("/api/notifications?limit=1&after={next}")).ok();
    assert_eq!((&page["items"][0], &page["next"]), (&items[1], &Value::Null));
    assert_eq!(sales.post("/api/notifications/read", &json!({})).status, 204);
    assert_eq!(unread(&sales).0, 0);
}
