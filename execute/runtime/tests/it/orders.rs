//! The running example from end to end: an order is submitted, a decision table decides, stock is
//! reserved or a task created, a manager reviews what goes beyond the credit limit.

use std::collections::BTreeMap;

use access::Role;
use base::Key;
use runtime::{Answer, Command, CommandError, InstanceCommand, RecordChange, Resource};
use serde_json::{Value, json};

use crate::office::{Office, context, input, update};

macro_rules! pack {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crm/packs/orders/", $file))
    };
}

macro_rules! object {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crm/objects/", $file))
    };
}

fn file(name: &str, text: &str) -> Resource {
    Resource { name: name.into(), text: text.into() }
}

/// The version of the process that is deployed last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Process {
    WithoutReview,
    WithReview,
}

struct Shop {
    office: Office,
    account: Key,
    bolt: Key,
    nut: Key,
}

impl Shop {
    async fn open(process: Process) -> Self {
        let office = Office::empty();
        office
            .define(&[
                object!("user.json"),
                object!("team.json"),
                object!("task.json"),
                pack!("objects/account.json"),
                pack!("objects/contact.json"),
                pack!("objects/product.json"),
                pack!("objects/order.json"),
                pack!("objects/order_line.json"),
            ])
            .await;
        office
            .deploy(vec![
                file("order-acceptance.dmn", pack!("order-acceptance.dmn")),
                file("credit-review.form", pack!("forms/credit-review.form")),
                file("order-v1.bpmn", pack!("order-v1.bpmn")),
            ])
            .await;
        if process == Process::WithReview {
            office.deploy(vec![file("order-v2.bpmn", pack!("order-v2.bpmn"))]).await;
        }
        let sam = json!({"login": "sales", "name": "Sam", "role": "sales"});
        let sam = office.create("user", sam).await;
        let acme = json!({
            "name": "Acme", "email": "orders@acme.example", "credit_limit": "100.00",
            "owner": sam.to_string(),
        });
        let account = office.create("account", acme).await;
        let bolt = json!({"sku": "B-1", "name": "Bolt", "price": "2.50", "on_hand": 10});
        let bolt = office.create("product", bolt).await;
        let nut = json!({"sku": "N-1", "name": "Nut", "price": "40.00", "on_hand": 5});
        let nut = office.create("product", nut).await;
        Self { office, account, bolt, nut }
    }

    fn order(&self, status: &str, lines: &[(Key, i64)]) -> Command {
        let lines = lines.iter().map(|(product, quantity)| {
            input(json!({"product": product.to_string(), "quantity": quantity}))
        });
        // The people of these tests have no records that an owner could be.
        let fields = json!({"account": self.account.to_string(), "status": status, "owner": null});
        Command::ChangeRecords(vec![RecordChange::Create {
            object: "order".into(),
            input: input(fields),
            parts: BTreeMap::from([("lines".into(), lines.collect())]),
        }])
    }

    async fn submit(&self, lines: &[(Key, i64)]) -> Key {
        let answer = self.office.submit(Role::Sales, self.order("submitted", lines)).await;
        match answer.expect("the order is taken") {
            Answer::Records(records) => records.first().expect("one order").key,
            other => panic!("{other:?}"),
        }
    }

    fn check(&self, order: Key, fields: &Value) {
        for (field, expect) in fields.as_object().expect("fields are an object") {
            let got = self.office.field("order", order, field);
            assert_eq!(got, expect.to_string(), "{field}: {:?}", self.office.open_incidents());
        }
        self.office.check();
    }

    fn stock(&self, product: Key, reserved: i64) {
        assert_eq!(self.office.field("product", product, "reserved"), reserved.to_string());
    }
}

#[tokio::test]
async fn an_order_in_stock_is_accepted_at_once() {
    let shop = Shop::open(Process::WithoutReview).await;
    let order = shop.submit(&[(shop.bolt, 4), (shop.nut, 1)]).await;
    shop.check(
        order,
        &json!({
            "number": "SO-000001",
            "status": "accepted",
            "total": {"amount": "50.00", "currency": "EUR"},
        }),
    );
    shop.stock(shop.bolt, 4);
    shop.stock(shop.nut, 1);
    let account = shop.office.field("account", shop.account, "open_amount");
    assert_eq!(account, r#"{"amount":"50.00","currency":"EUR"}"#);
    let db = shop.office.db();
    let mail = db.outbox.values().next().expect("a mail waits");
    let payload: Value = serde_json::from_str(&mail.payload).expect("it is JSON");
    assert_eq!(payload["to"], json!(["orders@acme.example"]));
    assert_eq!(payload["subject"], json!("Order SO-000001 is confirmed"));
    assert_eq!(db.decisions.len(), 1);
    let instance = db.instances.values().next().expect("an instance ran");
    assert_eq!(instance.state.as_str(), "completed");
    assert!(db.timers.is_empty() && db.jobs.is_empty() && db.user_tasks.is_empty());
}

#[tokio::test]
async fn stock_that_just_suffices_is_enough_and_one_more_is_not() {
    let shop = Shop::open(Process::WithoutReview).await;
    let just = shop.submit(&[(shop.bolt, 10)]).await;
    shop.check(just, &json!({"status": "accepted"}));
    let more = shop.submit(&[(shop.bolt, 1)]).await;
    shop.check(more, &json!({"status": "rejected"}));
    shop.stock(shop.bolt, 10);
}

#[tokio::test]
async fn an_order_beyond_the_stock_is_rejected_with_a_task_for_its_owner() {
    let shop = Shop::open(Process::WithoutReview).await;
    let order = shop.submit(&[(shop.bolt, 4), (shop.nut, 6)]).await;
    shop.check(order, &json!({"status": "rejected"}));
    assert!(shop.office.field("order", order, "reason").contains("Nut"));
    shop.stock(shop.bolt, 0);
    assert_eq!(shop.office.texts("task", "subject"), ["Call Acme about order SO-000001"]);
    assert_eq!(shop.office.texts("task", "related_key"), [order.to_string()]);
    assert!(shop.office.db().outbox.is_empty());
}

#[tokio::test]
async fn lines_that_only_together_exceed_the_stock_are_rejected() {
    let shop = Shop::open(Process::WithoutReview).await;
    let order = shop.submit(&[(shop.bolt, 6), (shop.bolt, 6)]).await;
    shop.check(order, &json!({"status": "rejected"}));
    shop.stock(shop.bolt, 0);
}

#[tokio::test]
async fn a_draft_waits_until_it_is_submitted() {
    let shop = Shop::open(Process::WithoutReview).await;
    let answer = shop.office.done(shop.order("draft", &[(shop.bolt, 1)])).await;
    let Answer::Records(records) = answer else { panic!("{answer:?}") };
    let order = records.first().expect("one order").key;
    assert!(shop.office.db().instances.is_empty());
    let submitted = update("order", order, json!({"status": "submitted"}));
    shop.office.done(Command::ChangeRecords(vec![submitted])).await;
    shop.check(order, &json!({"status": "accepted"}));
    assert_eq!(shop.office.db().instances.len(), 1);
}

#[tokio::test]
async fn a_manager_reviews_what_goes_beyond_the_credit_limit() {
    for (decision, status, reserved) in [("approve", "accepted", 3), ("reject", "rejected", 0)] {
        let shop = Shop::open(Process::WithReview).await;
        let order = shop.submit(&[(shop.nut, 3)]).await;
        shop.check(order, &json!({"status": "in_review"}));
        let tasks = shop.office.open_tasks();
        let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
        assert_eq!(task.candidate_groups, ["manager".into()]);
        assert_eq!(task.form_id, Some("credit-review".into()));
        let variables = context(&json!({"decision": decision, "comment": "seen"}));
        let complete = InstanceCommand::CompleteUserTask { task: task.key, variables };
        let by_sales = shop.office.submit(Role::Sales, Command::Process(complete.clone())).await;
        let refused =
            matches!(&by_sales, Err(CommandError::Rejected(it)) if it.code == "not_a_candidate");
        assert!(refused, "{by_sales:?}");
        let by_manager = shop.office.submit(Role::Manager, Command::Process(complete)).await;
        assert_eq!(by_manager, Ok(Answer::Done));
        shop.check(order, &json!({"status": status}));
        shop.stock(shop.nut, reserved);
        assert!(shop.office.open_tasks().is_empty());
    }
}

#[tokio::test]
async fn every_change_of_the_order_names_who_or_which_step_did_it() {
    let shop = Shop::open(Process::WithoutReview).await;
    let order = shop.submit(&[(shop.bolt, 1)]).await;
    let db = shop.office.db();
    let history = db.record_history.iter().filter(|row| row.record == order);
    let told: Vec<String> = history
        .map(|row| {
            let step = row.cause.as_ref().map_or("a person", |cause| &cause.element);
            format!("{} {} by {step}", row.version, row.change)
        })
        .collect();
    assert_eq!(
        told,
        ["1 created by a person", "2 updated by price_order", "3 updated by accept_order"]
    );
    assert_eq!(shop.office.record("order", order).version, 3);
}
