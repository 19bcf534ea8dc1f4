//! The sample: an order is accepted, rejected, or waits for the manager.

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::{Answer, Client};

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

/// Submits an order of lines as they stand.
fn submit(client: &Client, account: &str, lines: &Value) -> Answer {
    let lines: Vec<Value> =
        lines.as_array().into_iter().flatten().map(|line| json!({ "fields": line })).collect();
    let order = json!({ "fields": { "account": account, "status": "submitted" }, "parts": { "lines": lines } });
    client.post("/api/records/order", &order)
}

fn open_amount(client: &Client, account: &str) -> Value {
    client.get(&format!("/api/records/account/{account}")).ok()["fields"]["open_amount"].clone()
}

fn status(client: &Client, order: &str) -> String {
    let order = client.get(&format!("/api/records/order/{order}")).ok();
    order["fields"]["status"].as_str().unwrap_or_default().to_owned()
}

fn confirmations(client: &Client, order: &str) -> usize {
    let outbox = client.get("/api/outbox?limit=500").ok();
    let mails = outbox["items"].as_array().cloned().unwrap_or_default();
    mails.iter().filter(|mail| mail["record"]["key"] == *order).count()
}

#[test]
fn an_order_is_accepted_up_to_the_last_item_in_stock() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "100000.00");
    for (on_hand, ordered, expect) in [(5, 4, "accepted"), (5, 5, "accepted"), (5, 6, "rejected")] {
        let product = product(&client, &format!("SKU-{on_hand}-{ordered}"), on_hand);
        let answer = submit_order(&client, &account, &[(&product, ordered)]);
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.text("/fields/status"), expect, "{ordered} of {on_hand}");
        let order = answer.text("/key").to_owned();
        let reserved =
            client.get(&format!("/api/records/product/{product}")).ok()["fields"]["reserved"]
                .clone();
        if expect == "accepted" {
            assert_eq!(reserved, json!(ordered));
            assert_eq!(confirmations(&client, &order), 1);
        } else {
            assert_eq!(reserved.as_u64().unwrap_or(0), 0);
            assert_eq!(confirmations(&client, &order), 0);
            assert_ne!(answer.text("/fields/reason"), "", "a rejection says why");
            let tasks = client.get("/api/records/task?limit=500").ok();
            let tasks = tasks["items"].as_array().cloned().unwrap_or_default();
            let follow_up = tasks.iter().filter(|task| task["fields"]["related_key"] == *order);
            let owners: Vec<_> = follow_up.map(|task| &task["fields"]["owner"]).collect();
            let sales = client.get("/api/session").ok()["user"].clone();
            assert_eq!(owners, [&sales], "a rejection leaves one task, for who took the order");
        }
    }
}

#[test]
fn one_line_that_is_short_rejects_the_whole_order() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "100000.00");
    let (plenty, few) = (product(&client, "PLENTY", 100), product(&client, "FEW", 1));
    let answer = submit_order(&client, &account, &[(&plenty, 1), (&few, 2)]);
    assert_eq!(answer.text("/fields/status"), "rejected");
    let reserved =
        client.get(&format!("/api/records/product/{plenty}")).ok()["fields"]["reserved"].clone();
    assert_eq!(reserved.as_u64().unwrap_or(0), 0, "nothing is reserved for a rejected order");
}

#[test]
fn an_order_above_the_credit_limit_waits_for_the_manager() {
    let mut sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "100.00");
    let product = product(&client, "LIMITED", 1000);
    assert_eq!(
        submit_order(&client, &account, &[(&product, 6)]).text("/fields/status"),
        "accepted"
    );
    let answer = submit_order(&client, &account, &[(&product, 5)]);
    assert_eq!(answer.text("/fields/status"), "in_review", "60 and 50 together are above 100");
    let order = answer.text("/key").to_owned();

    // The wait outlives a crash.
    sample.crash_and_restart();
    let manager = sample.client("manager");
    assert_eq!(status(&manager, &order), "in_review");
    let inbox = manager.get("/api/user-tasks?state=created&mine=true").ok();
    let task = inbox["items"]
        .as_array()
        .and_then(|tasks| tasks.iter().find(|task| task["record"]["key"] == *order))
        .expect("the task is in the manager's inbox");
    let about = &task["record"];
    assert_eq!(about["title"], answer.text("/title"));
    assert_eq!(about["fields"]["total"], money("50.00"), "it says what tells it from others");
    assert_eq!(about["references"]["account"]["title"], "Shop");
    let task = task["key"].as_str().expect("a task has a key").to_owned();
    let done = json!({ "variables": { "decision": "approve", "comment": "a good customer" } });
    manager.post(&format!("/api/user-tasks/{task}/complete"), &done).ok();
    assert_eq!(status(&manager, &order), "accepted");
    assert_eq!(confirmations(&manager, &order), 1);
}

#[test]
fn amounts_of_two_currencies_never_add_up() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "1000.00");
    let euro = product(&client, "Euro", 10);
    let fields = json!({ "sku": "Dollar", "name": "Dollar", "on_hand": 10,
        "price": { "amount": "10.00", "currency": "USD" } });
    let dollar = create(&client, "product", &fields);
    let dollars = json!({ "amount": "100.00", "currency": "USD" });
    for (lines, reason) in [
        (
            json!([{ "product": euro, "quantity": 1 },
                { "product": euro, "quantity": 1, "unit_price": dollars }]),
            "Every price has to be in EUR: Euro is in USD.",
        ),
        (
            json!([{ "product": euro, "quantity": 1, "unit_price": dollars }]),
            "Every price has to be in EUR: Euro is in USD.",
        ),
        // The list price counts where the line has none.
        (
            json!([{ "product": euro, "quantity": 1 }, { "product": dollar, "quantity": 1 }]),
            "Every price has to be in EUR: Dollar is in USD.",
        ),
    ] {
        let answer = submit(&client, &account, &lines);
        assert_eq!(answer.text("/fields/status"), "rejected", "{}", answer.body);
        assert_eq!(answer.text("/fields/reason"), reason);
        assert_eq!(answer.body["fields"]["total"], json!(null), "nothing is added up");
    }
    let lines = json!([{ "product": dollar, "quantity": 1, "unit_price": money("9.00") }]);
    assert_eq!(submit(&client, &account, &lines).text("/fields/status"), "accepted");
    assert_eq!(open_amount(&client, &account), money("9.00"));

    let nothing = json!({ "amount": "100.00", "currency": "XXX" });
    let lines = json!([{ "product": euro, "quantity": 1, "unit_price": nothing }]);
    let refused = submit(&client, &account, &lines);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(refused.text("/problems/0/field"), "lines[0].unit_price");
    assert!(refused.text("/problems/0/message").contains("`XXX`, which is no currency in use"));
}

#[test]
fn what_cannot_be_below_zero_is_refused_with_its_bound() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "1000.00");
    let product = product(&client, "Bound", 10);
    for (line, field, message) in [
        (
            json!({ "product": product, "quantity": -3 }),
            "quantity",
            "`quantity` has to be at least 1, and is -3",
        ),
        (
            json!({ "product": product, "quantity": 0 }),
            "quantity",
            "`quantity` has to be at least 1, and is 0",
        ),
        (
            json!({ "product": product, "quantity": 1, "unit_price": money("-0.01") }),
            "unit_price",
            "`unit_price` has to be at least 0, and is -0.01 EUR",
        ),
    ] {
        let answer = submit(&client, &account, &json!([line]));
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.text("/problems/0/field"), format!("lines[0].{field}"));
        assert_eq!(answer.text("/problems/0/code"), "below_min");
        assert_eq!(answer.text("/problems/0/message"), message);
    }
    // A refused order is refused for what is wrong with it, and for nothing else.
    let nowhere = submit(&client, "17", &json!([{ "product": product, "quantity": 1 }]));
    let problems = nowhere.body["problems"].as_array().expect("problems are listed");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["field"], "account");
    let undated = json!({ "fields": { "account": account, "requested_date": "soon" },
        "parts": { "lines": [{ "fields": { "product": product, "quantity": 1 } }] } });
    let undated = client.post("/api/records/order", &undated);
    let problems = undated.body["problems"].as_array().expect("problems are listed");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["field"], "requested_date");
    let path = format!("/api/records/product/{product}");
    for (field, value) in [("on_hand", json!(-1)), ("price", money("-1.00"))] {
        let change = json!({ "fields": { field: value } });
        let answer = client.send("PATCH", &path, Some(&change), None).expect("the server answers");
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.text("/problems/0/code"), "below_min");
    }
    assert_eq!(open_amount(&client, &account), money("0.00"));
    let objects = client.get("/api/objects").ok();
    let line = objects["objects"].as_array().into_iter().flatten();
    let line = line.into_iter().find(|it| it["name"] == "order_line").expect("it is defined");
    let field = line["fields"].as_array().into_iter().flatten().find(|it| it["name"] == "quantity");
    assert_eq!(field.map(|field| &field["min"]), Some(&json!(1)));
}

#[test]
fn a_credit_limit_in_another_currency_is_for_the_manager_to_compare() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let limit = json!({ "amount": "100000.00", "currency": "USD" });
    let fields = json!({ "name": "Shop", "email": "shop@example.com", "credit_limit": limit });
    let account = create(&client, "account", &fields);
    let product = product(&client, "ANY", 10);
    let answer = submit_order(&client, &account, &[(&product, 1)]);
    assert_eq!(answer.text("/fields/status"), "in_review");
    assert_eq!(
        answer.text("/fields/reason"),
        "With this order the account would owe 10.00 EUR, and its credit limit is in another \
         currency: 100000.00 USD."
    );
}

#[test]
fn lines_of_one_product_are_checked_together_and_take_its_price() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "1000.00");
    let product = product(&client, "Lamp", 5);
    let lines =
        json!([{ "product": product, "quantity": 3 }, { "product": product, "quantity": 3 }]);
    let answer = submit(&client, &account, &lines);
    assert_eq!(answer.text("/fields/status"), "rejected");
    assert_eq!(answer.text("/fields/reason"), "Not enough stock: Lamp (ordered 6, available 5).");

    let lines = json!([{ "product": product, "quantity": 3 },
        { "product": product, "quantity": 1, "unit_price": money("7.50") }]);
    let answer = submit(&client, &account, &lines);
    assert_eq!(answer.text("/fields/status"), "accepted");
    assert_eq!(answer.body["fields"]["total"], money("37.50"));
    assert_eq!(
        answer.text("/fields/reason"),
        "Every line is in stock. With this order the account owes 37.50 EUR, and its credit limit \
         is 1000.00 EUR."
    );
    let order = answer.text("/key").to_owned();
    let lines = client.get(&format!("/api/records/order_line?filter=order=%22{order}%22")).ok();
    let prices: Vec<&Value> = lines["items"]
        .as_array()
        .expect("an order has lines")
        .iter()
        .map(|line| &line["fields"]["unit_price"])
        .collect();
    assert!(prices.contains(&&money("10.00")) && prices.contains(&&money("7.50")), "{prices:?}");
    let outbox = client.get("/api/outbox?limit=500").ok();
    let mails = outbox["items"].as_array().cloned().unwrap_or_default();
    let mail = mails.iter().find(|mail| mail["record"]["key"] == *order).expect("a mail");
    assert!(mail.to_string().contains(" over 37.50 EUR is confirmed"), "{mail}");
}

#[test]
fn stock_that_is_gone_when_the_manager_approves_is_named_in_the_reason() {
    let sample = Sample::start();
    let client = sample.client("manager");
    let product = product(&client, "Gone", 5);
    let answer = submit_order(&client, &account(&client, "1.00"), &[(&product, 5)]);
    let order = answer.text("/key").to_owned();
    assert_eq!(answer.text("/fields/status"), "in_review");
    let counted = json!({ "fields": { "on_hand": 4 } });
    let path = format!("/api/records/product/{product}");
    client.send("PATCH", &path, Some(&counted), None).expect("the server answers").ok();
    let inbox = client.get("/api/user-tasks?state=created&mine=true").ok();
    let task = inbox["items"]
        .as_array()
        .and_then(|tasks| tasks.iter().find(|task| task["record"]["key"] == *order))
        .and_then(|task| task["key"].as_str())
        .expect("the task is in the manager's inbox")
        .to_owned();
    let done = json!({ "variables": { "decision": "approve" } });
    client.post(&format!("/api/user-tasks/{task}/complete"), &done).ok();
    let order = client.get(&format!("/api/records/order/{order}")).ok();
    assert_eq!(order["fields"]["status"], "rejected");
    assert_eq!(order["fields"]["reason"], "Not enough stock: Gone (ordered 5, available 4).");
}

#[test]
fn of_two_orders_for_the_last_item_exactly_one_is_accepted() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account = account(&client, "1000000.00");
    for round in 0..10 {
        let last = product(&client, &format!("LAST-{round}"), 1);
        let outcomes: Vec<String> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..2)
                .map(|_| {
                    let (client, account, last) = (client.clone(), account.clone(), last.clone());
                    scope.spawn(move || {
                        submit_order(&client, &account, &[(&last, 1)])
                            .text("/fields/status")
                            .to_owned()
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
        });
        let accepted = outcomes.iter().filter(|outcome| *outcome == "accepted").count();
        assert_eq!(accepted, 1, "{outcomes:?}");
    }
}

#[test]
fn the_same_request_sent_twice_is_done_once() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let order = json!({ "fields": { "account": account(&client, "1000.00"), "status": "submitted" },
        "parts": { "lines": [
            { "fields": { "product": product(&client, "ONCE", 10), "quantity": 3, "unit_price": money("10.00") } }
        ] } });
    let send = || {
        client
            .send("POST", "/api/records/order", Some(&order), Some("once"))
            .expect("the server answers")
    };
    let (first, second) = (send(), send());
    assert_eq!(first.status, 201);
    assert_eq!(first.text("/key"), second.text("/key"));
    let other = json!({ "fields": { "subject": "Call the customer" } });
    let other = client.send("POST", "/api/records/task", Some(&other), Some("once"));
    assert_eq!(
        other.expect("the server answers").status,
        422,
        "a key answers its own command only"
    );
}

#[test]
fn the_timeline_and_the_stage_bar_tell_what_happened() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let product = product(&client, "TOLD", 10);
    let answer = submit_order(&client, &account(&client, "1000.00"), &[(&product, 1)]);
    let order = answer.text("/key");
    let timeline = client.get(&format!("/api/records/order/{order}/timeline?limit=200")).ok();
    let kinds: Vec<&str> = timeline["items"]
        .as_array()
        .expect("a timeline has entries")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    for kind in ["created", "updated", "step", "decision", "mail"] {
        assert!(kinds.contains(&kind), "no {kind} in {kinds:?}");
    }
    let bar = client.get(&format!("/api/records/order/{order}/stages")).ok();
    let stages = |bar: &Value| {
        let stages = bar["stages"].as_array().cloned().unwrap_or_default();
        let words = stages.iter().map(|stage| {
            let word = |name: &str| stage[name].as_str().unwrap_or("-").to_owned();
            [word("value"), word("state"), word("end")].join(" ")
        });
        words.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(stages(&bar), "draft done -, submitted done -, accepted current positive");
    let account = account(&client, "1000.00");
    let draft = create(&client, "order", &json!({ "account": account }));
    let bar = client.get(&format!("/api/records/order/{draft}/stages")).ok();
    assert_eq!(
        stages(&bar),
        "draft current -, submitted upcoming -, in_review upcoming -, accepted upcoming positive, \
         rejected upcoming negative"
    );
}

#[test]
fn an_order_belongs_to_whoever_enters_it_unless_it_says_otherwise() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let me = |client: &Client| client.get("/api/session").ok()["user"].clone();
    let account = account(&sales, "1000.00");
    for (given, expect) in [
        (json!({ "account": account }), me(&sales)),
        (json!({ "account": account, "owner": me(&manager) }), me(&manager)),
        (json!({ "account": account, "owner": null }), Value::Null),
    ] {
        let order = create(&sales, "order", &given);
        let order = sales.get(&format!("/api/records/order/{order}")).ok();
        assert_eq!(order["fields"]["owner"], expect, "{given}");
    }
}
