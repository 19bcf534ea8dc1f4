//! What a change answers: the record as that change has left it, also when others were faster to change it again, and
//! also when the request is repeated.

use std::collections::BTreeSet;
use std::thread;

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::{Answer, Client};

/// How many changes each of two people makes.
const CHANGES: i64 = 60;

fn patch(client: &Client, path: &str, body: &Value, name: Option<&str>) -> Answer {
    client.send("PATCH", path, Some(body), name).expect("the server answers")
}

#[test]
fn of_two_who_change_a_record_at_once_each_is_shown_the_own_change() {
    let sample = Sample::start();
    let task = create(&sample.client("sales"), "task", &json!({ "subject": "Both" }));
    let path = format!("/api/records/task/{task}");
    let versions = thread::scope(|scope| {
        let people = ["sales", "manager"].map(|login| {
            let (client, path) = (sample.client(login), &path);
            scope.spawn(move || {
                let own = |change| {
                    let text = format!("{login} {change}");
                    let answer =
                        patch(&client, path, &json!({ "fields": { "description": text } }), None)
                            .ok();
                    assert_eq!(answer["fields"]["description"], *text, "{answer}");
                    assert_eq!(answer["updated_by"] == answer["created_by"], login == "sales");
                    answer["version"].as_i64().expect("a version")
                };
                (0..CHANGES).map(own).collect::<Vec<i64>>()
            })
        });
        people.map(|person| person.join().expect("both are answered"))
    });
    let all: BTreeSet<i64> = versions.into_iter().flatten().collect();
    // Each change has a version of its own.
    assert_eq!(all, (2..2 * CHANGES + 2).collect());
}

#[test]
fn a_request_that_is_repeated_is_answered_alike_whatever_has_been_changed_since() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let account = create(&sales, "account", &json!({ "name": "Before", "email": "a@example.com" }));
    let path = format!("/api/records/account/{account}");
    let change = json!({ "fields": {
        "name": "Mine", "credit_limit": { "amount": "12.50", "currency": "EUR" }, "city": "Hamburg" } });
    let first = patch(&sales, &path, &change, Some("mine")).ok();
    for later in [json!({ "name": "Yours" }), json!({ "credit_limit": null, "phone": "+49 40 1" })]
    {
        patch(&manager, &path, &json!({ "fields": later }), None).ok();
    }
    let again = patch(&sales, &path, &change, Some("mine")).ok();
    assert_eq!(again, first);
    // Whoever goes on by that answer has not seen what came after it.
    let version = again["version"].clone();
    let unseen = json!({ "version": version, "fields": { "name": "Mine again" } });
    let refused = patch(&sales, &path, &unseen, None);
    assert_eq!((refused.status, refused.text("/code")), (409, "version"), "{}", refused.body);
}

#[test]
fn an_order_that_is_sent_twice_is_shown_as_it_was_left_the_first_time() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let account = create(
        &sales,
        "account",
        &json!({ "name": "Small", "email": "b@example.com", "credit_limit": { "amount": "1.00", "currency": "EUR" } }),
    );
    let products = sales
        .get("/api/records/product?limit=1&filter=on_hand%20%3E%2020%20and%20reserved%20=%200")
        .ok();
    let product = products["items"][0]["key"].as_str().expect("the sample has products");
    let order = json!({ "fields": { "account": account, "status": "submitted" },
        "parts": { "lines": [{ "fields": { "product": product, "quantity": 1 } }] } });
    let send = || sales.send("POST", "/api/records/order", Some(&order), Some("twice"));
    let first = send().expect("the server answers").ok();
    assert_eq!(first["fields"]["status"], "in_review", "{first}");
    let tasks = manager.get("/api/user-tasks?state=created&mine=true").ok();
    let task = tasks["items"].as_array().into_iter().flatten();
    let task = task.clone().find(|task| task["record"]["key"] == first["key"]).expect("a task");
    let path = format!("/api/user-tasks/{}/complete", task["key"].as_str().expect("a key"));
    manager.post(&path, &json!({ "variables": { "decision": "approve" } })).ok();
    let again = send().expect("the server answers").ok();
    for member in ["key", "version", "title", "fields", "references", "updated_at"] {
        assert_eq!(again[member], first[member], "{member}");
    }
    let now =
        sales.get(&format!("/api/records/order/{}", first["key"].as_str().unwrap_or_default()));
    assert_eq!(now.ok()["fields"]["status"], "accepted");
}
