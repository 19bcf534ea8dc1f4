//! Two servers on one database: what one writes the other sees at once, and no rule is broken by taking
//! two ways to it.

use std::sync::atomic::{AtomicBool, Ordering};

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::Client;

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn account(client: &Client, limit: &str) -> String {
    let fields =
        json!({ "name": "Shop", "email": "shop@example.com", "credit_limit": money(limit) });
    create(client, "account", &fields)
}

fn product(client: &Client, sku: &str, on_hand: u64) -> String {
    let fields = json!({ "sku": sku, "name": sku, "price": money("10.00"), "on_hand": on_hand });
    create(client, "product", &fields)
}

/// Submits the same order through each client at once and answers the outcomes, sorted.
fn race(clients: [&Client; 2], account: &str, product: &str, quantity: u64) -> Vec<String> {
    let mut outcomes: Vec<String> = std::thread::scope(|scope| {
        let racers = clients.map(|client| {
            scope.spawn(move || {
                let answer = submit_order(client, account, &[(product, quantity)]);
                assert_eq!(answer.status, 201, "{}", answer.body);
                answer.text("/fields/status").to_owned()
            })
        });
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    outcomes.sort_unstable();
    outcomes
}

#[test]
fn commands_may_take_turns_between_servers() {
    let sample = Sample::start();
    let second = sample.second_server();
    let clients = [sample.client("sales"), second.client("sales", "sales-demo")];
    let account = account(&clients[0], "100000.00");
    let product = product(&clients[1], "SHARED", 20);
    for round in 0..20 {
        let (one, other) = (&clients[round % 2], &clients[(round + 1) % 2]);
        let answer = submit_order(one, &account, &[(&product, 1)]);
        assert_eq!(answer.text("/fields/status"), "accepted", "{}", answer.body);
        let seen = other.get(&format!("/api/records/order/{}", answer.text("/key"))).ok();
        assert_eq!(seen["fields"]["status"], "accepted");
    }
    let last = submit_order(&clients[0], &account, &[(&product, 1)]);
    assert_eq!(last.text("/fields/status"), "rejected", "20 were on hand");
}

#[test]
fn of_two_orders_for_the_last_item_sent_to_two_servers_one_is_accepted() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (one, other) = (sample.client("sales"), second.client("sales", "sales-demo"));
    let account = account(&one, "1000000.00");
    for round in 0..15 {
        let last = product(&one, &format!("LAST-{round}"), 1);
        assert_eq!(race([&one, &other], &account, &last, 1), ["accepted", "rejected"]);
    }
}

#[test]
fn of_two_orders_that_only_together_exceed_the_limit_one_goes_to_the_manager() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (one, other) = (sample.client("sales"), second.client("sales", "sales-demo"));
    let product = product(&one, "CREDIT", 1000);
    for _ in 0..15 {
        let account = account(&one, "100.00");
        assert_eq!(race([&one, &other], &account, &product, 6), ["accepted", "in_review"]);
    }
}

#[test]
fn what_is_defined_on_one_server_is_known_to_the_other_at_once() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (admin, sales) = (sample.client("admin"), second.client("sales", "sales-demo"));
    let leave = include_str!("../../fixtures/leave_request.json");
    for round in 0..20 {
        let name = format!("leave_request_{round}");
        let object = leave.replace("\"leave_request\"", &format!("\"{name}\""));
        let mut object: Value = serde_json::from_str(&object).expect("JSON");
        let define = |object: &Value| {
            admin.send("PUT", "/api/objects", Some(object), None).expect("an answer").ok();
        };
        define(&object);
        // Nothing but a look: no write has brought the second server up to date.
        let list = sales.get(&format!("/api/records/{name}"));
        assert_eq!(list.status, 200, "{round}: {}", list.body);
        let fields = json!({ "subject": "Dentist", "days": 1 });
        let key = create(&sales, &name, &fields);
        let record = format!("/api/records/{name}/{key}");
        assert_eq!(admin.get(&record).ok()["fields"]["subject"], "Dentist");
        let more = json!({ "name": "place", "type": "text", "max": 80, "label": { "en": "Place", "zh": "地点" } });
        object["fields"].as_array_mut().expect("fields").push(more);
        define(&object);
        let seen = sales.get(&record).ok();
        assert_eq!(seen["fields"].get("place"), Some(&Value::Null), "{seen}");
    }
}

#[test]
fn what_is_redefined_on_one_server_while_the_other_reads_it_costs_no_answer() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (admin, reader) = (sample.client("admin"), second.client("admin", "admin-demo"));
    let leave = include_str!("../../fixtures/leave_request.json");
    let narrow: Value = serde_json::from_str(leave).expect("JSON");
    let mut wide = narrow.clone();
    let more = json!({ "name": "place", "type": "text", "max": 80, "label": { "en": "Place", "zh": "地点" } });
    wide["fields"].as_array_mut().expect("fields").push(more);
    let define = |object: &Value| {
        admin.send("PUT", "/api/objects", Some(object), None).expect("an answer").ok();
    };
    define(&wide);
    let fields = json!({ "subject": "Dentist", "days": 1 });
    let key = create(&reader, "leave_request", &fields);
    let is_over = AtomicBool::new(false);
    let answers = std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let paths =
                ["/api/records/leave_request", &format!("/api/records/leave_request/{key}")];
            let mut answers = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                answers.extend(paths.map(|path| reader.get(path)));
            }
            answers
        });
        for _ in 0..40 {
            define(&narrow);
            define(&wide);
        }
        is_over.store(true, Ordering::Relaxed);
        reading.join().expect("the reader ends")
    });
    assert!(answers.len() > 20, "{}", answers.len());
    let failed: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(failed.is_empty(), "{} of {}: {:?}", failed.len(), answers.len(), failed.first());
}

#[test]
fn of_two_administrators_who_demote_each_other_at_once_one_stays() {
    let sample = Sample::start();
    let second = sample.second_server();
    let first = sample.client("admin");
    let user = json!({ "login": "ada", "name": "Ada", "role": "admin" });
    let ada = create(&first, "user", &user);
    let list = first.get("/api/records/user?filter=login%20=%20%22admin%22").ok();
    let admin = list["items"][0]["key"].as_str().expect("there is an administrator").to_owned();
    let path = |key: &str| format!("/api/records/user/{key}");
    let secret = json!({ "password": "ada-demo-1" });
    assert_eq!(first.post(&format!("/api/users/{ada}/password"), &secret).status, 204);
    let other = second.client("ada", "ada-demo-1");
    for round in 0..10 {
        let role = |client: &Client, key: &str, role: &str| {
            let fields = json!({ "fields": { "role": role } });
            client.send("PATCH", &path(key), Some(&fields), None).expect("the server answers")
        };
        let [demoted, other_demoted] = std::thread::scope(|scope| {
            let racers = [
                scope.spawn(|| role(&first, &ada, "sales").status),
                scope.spawn(|| role(&other, &admin, "sales").status),
            ];
            racers.map(|racer| racer.join().expect("a racer ends"))
        });
        // Whoever comes second is refused as the last one, or has lost the right to ask.
        let done = [demoted, other_demoted].iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "round {round}: {demoted} {other_demoted}");
        let (winner, loser) = if demoted == 200 { (&first, &ada) } else { (&other, &admin) };
        assert_eq!(role(winner, loser, "admin").status, 200);
    }
}

#[test]
fn of_one_who_starts_a_process_and_one_who_changes_its_record_one_comes_too_late() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (manager, sales) = (sample.client("manager"), second.client("sales", "sales-demo"));
    let product = product(&sales, "RACE", 1000);
    let account = account(&sales, "1.00");
    for round in 0..15 {
        let order = submit_order(&sales, &account, &[(&product, 1)]).text("/key").to_owned();
        let path = format!("/api/records/order/{order}");
        let running = manager.get(&format!("{path}/instances")).ok();
        let running = running["items"][0]["key"].as_str().expect("one runs");
        let cancelled = manager.post(&format!("/api/instances/{running}/cancel"), &json!({}));
        assert_eq!(cancelled.status, 204, "{}", cancelled.body);
        let draft = json!({ "fields": { "status": "draft" } });
        let start = format!("{path}/processes/order");
        let (started, changed) = std::thread::scope(|scope| {
            let start = scope.spawn(|| manager.post(&start, &json!({})));
            let change = scope.spawn(|| sales.send("PATCH", &path, Some(&draft), None));
            (start.join().expect("it ends"), change.join().expect("it ends").expect("an answer"))
        });
        match (started.status, changed.status) {
            (201, 409) => assert_eq!(changed.text("/code"), "locked", "{}", changed.body),
            (409, 200) => assert_eq!(started.text("/code"), "not_offered", "{}", started.body),
            both => panic!("round {round}: {both:?} {} {}", started.body, changed.body),
        }
    }
}
