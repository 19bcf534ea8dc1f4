//! What stands at a locked stage belongs to its process: people change nothing of it but what is open.

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::{Answer, Client};

fn send(client: &Client, method: &str, path: &str, body: &Value) -> Answer {
    let body = (method != "DELETE").then_some(body);
    client.send(method, path, body, None).expect("the server answers")
}

/// Every way in which a person could touch the record; `status` is what the stage field stands at.
fn refuse_to_everybody(sample: &Sample, field: &str, status: &str, asks: &[(&str, String, Value)]) {
    for login in ["sales", "manager", "admin"] {
        let client = sample.client(login);
        for (method, path, body) in asks {
            let answer = send(&client, method, path, body);
            let got = (answer.status, answer.text("/code"));
            assert_eq!(got, (409, "locked"), "{login} {method} {path}: {}", answer.body);
            let detail = answer.text("/detail");
            assert!(detail.contains(&format!("`{field}` of ")), "{detail}");
            let at_the_stage = detail.contains(&format!("is `{status}`; "));
            let while_running = format!("is `{status}` and a process runs on it; ");
            assert!(at_the_stage || detail.contains(&while_running), "{detail}");
        }
    }
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[test]
fn an_order_under_way_is_its_process_s() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let account =
        json!({ "name": "Shop", "email": "shop@example.com", "credit_limit": money("10.00") });
    let account = create(&client, "account", &account);
    let product = json!({ "sku": "P", "name": "P", "price": money("10.00"), "on_hand": 10 });
    let product = create(&client, "product", &product);
    let fields = |fields: Value| json!({ "fields": fields });
    for (quantity, status) in [(1, "accepted"), (2, "in_review")] {
        let order = submit_order(&client, &account, &[(&product, quantity)]);
        assert_eq!(order.text("/fields/status"), status, "{}", order.body);
        let line = order.text("/parts/lines/0/key");
        let order_path = format!("/api/records/order/{}", order.text("/key"));
        let line_path = format!("/api/records/order_line/{line}");
        let new = json!({ "order": order.text("/key"), "product": product, "quantity": 1 });
        let other = create(&client, "order", &json!({ "account": account }));
        let free = json!({ "order": other, "product": product, "quantity": 1 });
        let free = format!("/api/records/order_line/{}", create(&client, "order_line", &free));
        let asks = [
            ("DELETE", order_path.clone(), Value::Null),
            ("PATCH", order_path.clone(), fields(json!({ "external_id": "x" }))),
            ("DELETE", line_path.clone(), Value::Null),
            ("PATCH", line_path.clone(), fields(json!({ "quantity": 9 }))),
            ("PATCH", line_path.clone(), fields(json!({ "order": other }))),
            ("PATCH", free.clone(), fields(json!({ "order": order.text("/key") }))),
            ("POST", "/api/records/order_line".to_owned(), fields(new)),
        ];
        refuse_to_everybody(&sample, "status", status, &asks);

        // The page knows from the record and from the lists.
        let locked = json!({ "field": "status", "value": status });
        let while_running = json!(status == "in_review");
        let shown = client.get(&order_path).ok();
        assert_eq!(shown["locked"]["field"], locked["field"]);
        assert_eq!(shown["locked"]["value"], locked["value"]);
        assert_ne!(shown["locked"]["label"]["zh"], Value::Null);
        assert_eq!(shown["locked"]["open"], json!(["requested_date", "owner"]));
        assert_eq!(shown["locked"]["while_running"], while_running);
        let part = &shown["parts"]["lines"][0]["locked"];
        assert_eq!((&part["value"], &part["open"]), (&locked["value"], &json!([])));
        let filter = format!("/api/records/order_line?filter=key%20=%20%22{line}%22");
        let listed = client.get(&filter).ok();
        assert_eq!(&listed["items"][0]["locked"], part, "{listed}");
        assert_eq!(client.get(&free).ok()["locked"], Value::Null);

        // What is open is open, and what nobody changes is no change.
        let open = fields(json!({ "requested_date": "2026-12-01", "account": account }));
        send(&client, "PATCH", &order_path, &open).ok();
        send(&client, "PATCH", &free, &fields(json!({ "quantity": 9 }))).ok();
        assert_eq!(send(&client, "DELETE", &free, &Value::Null).status, 204);
    }
}

#[test]
fn any_object_locks_its_stages_by_its_definition_alone() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let definition = |locked: Value| {
        let mut object: Value =
            serde_json::from_str(include_str!("../../fixtures/leave_request.json")).expect("JSON");
        object["stages"]["locked"] = locked;
        object
    };
    for (locked, expect) in [
        (json!([{ "value": "grnted" }]), "is no option of `status`"),
        (json!([{ "value": "granted", "open": ["day"] }]), "is no field of it"),
        (json!([{ "value": "granted", "opne": [] }]), "unknown field `opne`"),
    ] {
        let answer = send(&admin, "PUT", "/api/objects", &definition(locked));
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.to_string().contains(expect), "{}", answer.body);
    }
    let locked = json!([{ "value": "granted", "open": ["subject"] }]);
    send(&admin, "PUT", "/api/objects", &definition(locked)).ok();
    let leave = create(&admin, "leave_request", &json!({ "subject": "Sea", "days": 3 }));
    let path = format!("/api/records/leave_request/{leave}");
    let grant = json!({ "fields": { "status": "granted" } });
    send(&admin, "PATCH", &path, &grant).ok();
    let asks = [
        ("DELETE", path.clone(), Value::Null),
        ("PATCH", path.clone(), json!({ "fields": { "subject": "Lake", "days": 30 } })),
        ("PATCH", path.clone(), json!({ "fields": { "status": "asked" } })),
    ];
    refuse_to_everybody(&sample, "status", "granted", &asks);
    let renamed = json!({ "fields": { "subject": "Lake" } });
    assert_eq!(send(&admin, "PATCH", &path, &renamed).ok()["fields"]["subject"], "Lake");
}

/// The ids of the processes that are offered on the order.
fn offered(client: &Client, order: &str) -> Vec<String> {
    let offers = client.get(&format!("/api/records/order/{order}/processes")).ok();
    let ids = offers["items"].as_array().expect("a list").iter();
    ids.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

fn instances(client: &Client, order: &str) -> Value {
    client.get(&format!("/api/records/order/{order}/instances")).ok()["items"].clone()
}

#[test]
fn an_order_whose_process_was_cancelled_is_taken_up_again() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let account = json!({ "name": "A", "email": "a@example.com", "credit_limit": money("10.00") });
    let account = create(&sales, "account", &account);
    let product = json!({ "sku": "T", "name": "T", "price": money("10.00"), "on_hand": 10 });
    let product = create(&sales, "product", &product);
    let order = submit_order(&sales, &account, &[(&product, 2)]);
    assert_eq!(order.text("/fields/status"), "in_review", "{}", order.body);
    let order = order.text("/key").to_owned();
    let path = |process: &str| format!("/api/records/order/{order}/processes/{process}");
    let press = |client: &Client, process: &str, once: Option<&str>| {
        client.send("POST", &path(process), None, once).expect("the server answers")
    };

    // While its process holds it, it is offered to nobody.
    assert_eq!(offered(&sales, &order), [""; 0]);
    let answer = press(&sales, "order", None);
    assert_eq!((answer.status, answer.text("/code")), (409, "in_process"), "{}", answer.body);

    let first = instances(&sales, &order)[0]["key"].as_str().expect("a key").to_owned();
    let cancelled = send(&manager, "POST", &format!("/api/instances/{first}/cancel"), &json!({}));
    assert_eq!(cancelled.status, 204, "{}", cancelled.body);
    assert_eq!(offered(&sales, &order), ["order"]);

    // Who may not write the order is offered nothing and starts nothing.
    let reader = sample.client("reader");
    assert_eq!(offered(&reader, &order), [""; 0]);
    assert_eq!(press(&reader, "order", None).status, 403);
    assert_eq!(press(&sales, "nothing", None).status, 404);
    let missing = sales.get("/api/records/order/1/processes");
    assert_eq!(missing.status, 404, "{}", missing.body);

    let started = press(&sales, "order", Some("take up"));
    assert_eq!(started.status, 201, "{}", started.body);
    assert_eq!(started.text("/record/key"), order);
    let again = press(&sales, "order", Some("take up"));
    assert_eq!(again.text("/key"), started.text("/key"), "{}", again.body);
    let other = press(&sales, "order", Some("another press"));
    assert_eq!((other.status, other.text("/code")), (409, "in_process"), "{}", other.body);
    let all = instances(&sales, &order);
    assert_eq!(all.as_array().map(Vec::len), Some(2), "{all}");

    // Its end closes the order for good: what was accepted is not accepted twice.
    let inbox = manager.get("/api/user-tasks?state=created&mine=true&limit=500").ok();
    let mut tasks = inbox["items"].as_array().expect("tasks").iter();
    let task = tasks.find(|task| task["record"]["key"] == *order).expect("a task waits");
    let task = task["key"].as_str().expect("a key");
    let verdict = json!({ "variables": { "decision": "approve" } });
    manager.post(&format!("/api/user-tasks/{task}/complete"), &verdict).ok();
    let accepted = sales.get(&format!("/api/records/order/{order}")).ok();
    assert_eq!(accepted["fields"]["status"], "accepted");
    assert_eq!(offered(&sales, &order), [""; 0]);
    let answer = press(&sales, "order", None);
    assert_eq!((answer.status, answer.text("/code")), (409, "not_offered"), "{}", answer.body);
    let reserved = sales.get(&format!("/api/records/product/{product}")).ok();
    assert_eq!(reserved["fields"]["reserved"], 2);
}

/// Cancels the one instance that runs on the order.
fn cancel(client: &Client, order: &str) {
    let running = instances(client, order);
    let mut running = running.as_array().expect("a list").iter();
    let running = running.find(|it| it["state"] == "active").expect("one runs");
    let key = running["key"].as_str().expect("a key");
    let cancelled = send(client, "POST", &format!("/api/instances/{key}/cancel"), &json!({}));
    assert_eq!(cancelled.status, 204, "{}", cancelled.body);
}

fn current_stage(client: &Client, order: &str) -> (Value, Value) {
    let bar = client.get(&format!("/api/records/order/{order}/stages")).ok();
    let mut stages = bar["stages"].as_array().expect("stages").iter();
    let standing = |stage: &&Value| stage["state"] == "current" || stage["state"] == "failed";
    let current = stages.find(standing).expect("it stands somewhere");
    (current["value"].clone(), current["state"].clone())
}

#[test]
fn an_order_whose_process_was_cancelled_is_people_s_again() {
    let sample = Sample::start();
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let account = json!({ "name": "A", "email": "a@example.com", "credit_limit": money("10.00") });
    let account = create(&sales, "account", &account);
    let product = json!({ "sku": "C", "name": "C", "price": money("10.00"), "on_hand": 10 });
    let product = create(&sales, "product", &product);
    let fields = |fields: Value| json!({ "fields": fields });

    let order = submit_order(&sales, &account, &[(&product, 2)]);
    let path = format!("/api/records/order/{}", order.text("/key"));
    let line = format!("/api/records/order_line/{}", order.text("/parts/lines/0/key"));
    let key = order.text("/key").to_owned();
    let asks = [("PATCH", line.clone(), fields(json!({ "quantity": 3 })))];
    refuse_to_everybody(&sample, "status", "in_review", &asks);
    cancel(&manager, &key);
    assert_eq!(current_stage(&sales, &key), (json!("in_review"), json!("current")));
    let shown = sales.get(&path).ok();
    assert_eq!(
        (&shown["locked"], &shown["parts"]["lines"][0]["locked"]),
        (&json!(null), &json!(null))
    );
    send(&sales, "PATCH", &line, &fields(json!({ "quantity": 3 }))).ok();
    send(&sales, "PATCH", &path, &fields(json!({ "status": "draft" }))).ok();
    assert_eq!(current_stage(&sales, &key), (json!("draft"), json!("current")));
    let draft = sales.get(&path).ok();
    assert_eq!(
        (&draft["fields"]["total"], &draft["fields"]["reason"]),
        (&json!(null), &json!(null))
    );
    send(&sales, "PATCH", &line, &fields(json!({ "quantity": 4 }))).ok();
    let anew = send(&sales, "PATCH", &path, &fields(json!({ "status": "submitted" }))).ok();
    assert_eq!(
        (&anew["fields"]["status"], &anew["fields"]["total"]),
        (&json!("in_review"), &money("40.00"))
    );
    refuse_to_everybody(&sample, "status", "in_review", &asks);
    assert_eq!(current_stage(&sales, &key), (json!("in_review"), json!("current")));
    cancel(&manager, &key);
    assert_eq!(send(&sales, "DELETE", &path, &Value::Null).status, 204);
}

#[test]
fn an_order_whose_process_stands_at_an_incident_is_still_its_process_s() {
    let sample = Sample::start();
    let (sales, admin) = (sample.client("sales"), sample.client("admin"));
    let broken = include_str!("../../../../crm/packs/orders/order-v2.bpmn")
        .replace("sum(for line in priced return line.quantity * line.price)", "&quot;much&quot;");
    let resources = json!({ "resources": [{ "name": "order.bpmn", "content": broken }] });
    admin.post("/api/deployments", &resources).ok();
    let account = create(&sales, "account", &json!({ "name": "A", "email": "a@example.com" }));
    let product = json!({ "sku": "I", "name": "I", "price": money("10.00"), "on_hand": 10 });
    let product = create(&sales, "product", &product);
    let order = submit_order(&sales, &account, &[(&product, 2)]);
    let key = order.text("/key").to_owned();
    assert_eq!(
        current_stage(&sales, &key),
        (json!("submitted"), json!("failed")),
        "{}",
        order.body
    );
    let path = format!("/api/records/order/{key}");
    let draft = json!({ "fields": { "status": "draft" } });
    let asks = [("DELETE", path.clone(), Value::Null), ("PATCH", path.clone(), draft.clone())];
    refuse_to_everybody(&sample, "status", "submitted", &asks);
    cancel(&admin, &key);
    assert_eq!(send(&sales, "PATCH", &path, &draft).ok()["locked"], Value::Null);
    assert_eq!(send(&sales, "DELETE", &path, &Value::Null).status, 204);
}

#[test]
fn a_line_takes_no_more_than_an_order_can_be_priced_with() {
    let sample = Sample::start();
    let sales = sample.client("sales");
    let account = create(&sales, "account", &json!({ "name": "A", "email": "a@example.com" }));
    let product = json!({ "sku": "M", "name": "M", "price": money("10.00") });
    let product = create(&sales, "product", &product);
    let line = |quantity: u64, price: &str| {
        let line = json!({ "product": product, "quantity": quantity, "unit_price": money(price) });
        let order = json!({ "fields": { "account": account, "status": "submitted" },
            "parts": { "lines": [{ "fields": line }] } });
        sales.post("/api/records/order", &order)
    };
    assert_eq!(line(1_000_000, "10000000.00").text("/fields/status"), "rejected");
    for answer in [line(1_000_001, "1.00"), line(1, "10000000.01")] {
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.text("/problems/0/code"), "above_max", "{}", answer.body);
    }
}

#[test]
fn a_rejected_order_stays_as_it_was_rejected_until_it_is_reopened() {
    let sample = Sample::start();
    let sales = sample.client("sales");
    let account = json!({ "name": "A", "email": "a@example.com", "credit_limit": money("100.00") });
    let account = create(&sales, "account", &account);
    let product = json!({ "sku": "R", "name": "R", "price": money("10.00"), "on_hand": 1 });
    let product = create(&sales, "product", &product);
    let order = submit_order(&sales, &account, &[(&product, 2)]);
    assert_eq!(order.text("/fields/status"), "rejected", "{}", order.body);
    let key = order.text("/key").to_owned();
    let path = format!("/api/records/order/{key}");
    let line = format!("/api/records/order_line/{}", order.text("/parts/lines/0/key"));
    let fewer = json!({ "fields": { "quantity": 1 } });
    let new = json!({ "fields": { "order": key, "product": product, "quantity": 1 } });
    let asks = [
        ("PATCH", line.clone(), fewer.clone()),
        ("DELETE", line.clone(), Value::Null),
        ("POST", "/api/records/order_line".to_owned(), new),
        (
            "PATCH",
            path.clone(),
            json!({ "fields": { "account": create(&sales, "account",
            &json!({ "name": "B", "email": "b@example.com" })) } }),
        ),
        ("DELETE", path.clone(), Value::Null),
    ];
    refuse_to_everybody(&sample, "status", "rejected", &asks);
    assert_eq!(order.body["fields"]["total"], money("20.00"));

    assert_eq!(offered(&sales, &key), ["order_reopen"]);
    let pressed = sales.post(&format!("{path}/processes/order_reopen"), &json!({}));
    assert_eq!(pressed.status, 201, "{}", pressed.body);
    let draft = sales.get(&path).ok();
    let shown = ["status", "total", "reason"].map(|field| draft["fields"][field].clone());
    assert_eq!(shown, [json!("draft"), Value::Null, Value::Null]);
    assert_eq!(current_stage(&sales, &key), (json!("draft"), json!("current")));
    assert_eq!(offered(&sales, &key), [""; 0]);
    send(&sales, "PATCH", &line, &fewer).ok();
    let submitted = json!({ "fields": { "status": "submitted" } });
    let anew = send(&sales, "PATCH", &path, &submitted).ok();
    let shown = (&anew["fields"]["status"], &anew["fields"]["total"]);
    assert_eq!(shown, (&json!("accepted"), &money("10.00")));
    let all = instances(&sales, &key);
    assert_eq!(all.as_array().map(Vec::len), Some(3), "{all}");
}
