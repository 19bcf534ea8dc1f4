//! What was sent and what must be true of it: every order has exactly one outcome, stock is reserved for
//! the accepted lines and for no other, every accepted order has one confirmation, nothing is stuck.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use served::Client;

/// The account and the products that the orders of a run are about.
#[derive(Debug, Clone)]
pub struct Ledger {
    account: String,
    /// An account whose orders soon wait for a manager.
    small: String,
    products: Vec<String>,
}

/// How many of each product there are: few enough that later orders are rejected.
const ON_HAND: i64 = 300;

impl Ledger {
    /// Makes an account without a limit that matters, one with a small limit, and some products.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn open(client: &Client) -> Self {
        let new = |object: &str, fields: Value| {
            let path = format!("/api/records/{object}");
            client.post(&path, &json!({ "fields": fields })).ok()["key"].as_str().map(str::to_owned)
        };
        let account = |name: &str, limit: &str| {
            let fields = json!({ "name": name, "email": "crash@example.com",
                "credit_limit": { "amount": limit, "currency": "EUR" } });
            new("account", fields).expect("an account has a key")
        };
        let products = (0..3).map(|number| {
            let sku = format!("CRASH-{number}");
            let price = json!({ "amount": "10.00", "currency": "EUR" });
            let fields = json!({ "sku": sku, "name": sku, "price": price, "on_hand": ON_HAND });
            new("product", fields).expect("a product has a key")
        });
        Self {
            products: products.collect(),
            account: account("Crash test", "100000000.00"),
            small: account("Crash test, small", "50.00"),
        }
    }

    /// The request that submits order number `number` of the run.
    pub fn order(&self, number: u64) -> Value {
        let product = self.products.get((number % 3) as usize);
        let account = if number % 7 == 3 { &self.small } else { &self.account };
        let price = json!({ "amount": "10.00", "currency": "EUR" });
        json!({
            "fields": {
                "account": account,
                "status": "submitted",
                "external_id": external_id(number),
            },
            "parts": { "lines": [
                { "fields": { "product": product, "quantity": 1 + number % 4, "unit_price": price } }
            ] }
        })
    }
}

fn external_id(number: u64) -> String {
    format!("crash-{number}")
}

/// Everything of a list, page by page.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}limit=500{after}")).ok();
        rows.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

/// Holds the books of the server against what was sent: orders 0 to `sent`, each retried until it was
/// answered.
///
/// # Panics
/// Where anything is lost, doubled or stuck.
pub fn check_books(client: &Client, sent: u64) {
    let orders =
        all(client, "/api/records/order?filter=starts%20with(external_id,%20%22crash-%22)&");
    let mut outcomes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for order in &orders {
        let text = |pointer: &str| {
            order.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let outcome = (text("/key"), text("/fields/status"));
        outcomes.entry(text("/fields/external_id")).or_default().push(outcome);
    }
    assert_eq!(outcomes.len() as u64, sent, "every order that was sent is there");
    let mails = all(client, "/api/outbox?");
    let mut reserved: BTreeMap<String, i64> = BTreeMap::new();
    let mut waiting: BTreeSet<&str> = BTreeSet::new();
    for (external_id, rows) in &outcomes {
        let [(key, status)] = rows.as_slice() else {
            panic!("{external_id} is there {} times", rows.len())
        };
        let confirmations =
            mails.iter().filter(|mail| mail["record"]["key"].as_str() == Some(key)).count();
        match status.as_str() {
            "accepted" => {
                assert_eq!(confirmations, 1, "{external_id} is confirmed once");
                let order = client.get(&format!("/api/records/order/{key}")).ok();
                for line in order["parts"]["lines"].as_array().into_iter().flatten() {
                    let product = line["fields"]["product"].as_str().unwrap_or_default();
                    let quantity = line["fields"]["quantity"].as_i64().expect("a quantity");
                    *reserved.entry(product.to_owned()).or_default() += quantity;
                }
            }
            "in_review" => {
                assert_eq!(confirmations, 0, "{external_id} is not decided, not confirmed");
                waiting.insert(key.as_str());
            }
            "rejected" => assert_eq!(confirmations, 0, "{external_id} is rejected, not confirmed"),
            other => panic!("{external_id} is {other}: it has no outcome"),
        }
    }
    for product in all(client, "/api/records/product?filter=starts%20with(sku,%20%22CRASH-%22)&") {
        let key = product["key"].as_str().unwrap_or_default();
        let booked = product["fields"]["reserved"].as_i64().unwrap_or_default();
        let due = reserved.get(key).copied().unwrap_or_default();
        assert_eq!(booked, due, "{} is reserved for the accepted lines", product["fields"]["sku"]);
        assert!(booked <= ON_HAND, "{} is not sold twice", product["fields"]["sku"]);
    }
    let incidents = all(client, "/api/instances?state=incident&");
    assert!(incidents.is_empty(), "no instance is stuck: {incidents:?}");
    let ours: BTreeSet<&str> = outcomes.values().flatten().map(|(key, _)| key.as_str()).collect();
    for (what, path) in [
        ("instance", "/api/instances?state=active&"),
        ("task of a manager", "/api/user-tasks?state=created&"),
    ] {
        let rows = all(client, path);
        let records = rows.iter().filter_map(|row| row["record"]["key"].as_str());
        let of_ours: Vec<&str> = records.filter(|key| ours.contains(key)).collect();
        let unique: BTreeSet<&str> = of_ours.iter().copied().collect();
        assert_eq!(unique, waiting, "the orders in review, and no others, have an active {what}");
        assert_eq!(of_ours.len(), unique.len(), "none has two");
    }
    assert!(!waiting.is_empty(), "some orders wait for a manager");
}
