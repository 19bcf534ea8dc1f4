//! What the sample writes to its customers arrives there, and the outbox says so.

use scenarios::{Sample, create, submit_order};
use serde_json::{Value, json};
use served::{Client, MailServer, Reception};

/// The key of an accepted order of an account with this address.
fn accepted_order(client: &Client, email: &str) -> String {
    let money = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let account =
        json!({ "name": "书店 Bookshop", "email": email, "credit_limit": money("1000.00") });
    let account = create(client, "account", &account);
    let product = json!({ "sku": email, "name": "Book", "price": money("10.00"), "on_hand": 10 });
    let product = create(client, "product", &product);
    let answer = submit_order(client, &account, &[(&product, 2)]);
    assert_eq!(answer.text("/fields/status"), "accepted", "{}", answer.body);
    answer.text("/key").to_owned()
}

/// The entry of the outbox about an order.
fn entry_about(client: &Client, order: &str) -> Value {
    let outbox = client.get("/api/outbox?limit=500").ok();
    let mut entries = outbox["items"].as_array().cloned().unwrap_or_default().into_iter();
    entries.find(|entry| entry["record"]["key"] == *order).expect("a mail is about the order")
}

/// The entry about an order, asked for until it is in this state.
fn entry_once(client: &Client, order: &str, state: &str) -> Value {
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        let entry = entry_about(client, order);
        if entry["state"] == *state {
            return entry;
        }
        assert!(std::time::Instant::now() < deadline, "never {state}: {entry}");
        std::thread::yield_now();
    }
}

#[test]
fn a_confirmation_arrives_and_is_noted_as_sent() {
    let mails = MailServer::start(&[]);
    let from = "Orders <orders@example.com>";
    let sample = Sample::start_with(&["--smtp-url", &mails.url(), "--mail-from", from]);
    let client = sample.client("sales");
    let order = accepted_order(&client, "books@example.com");
    // The sample's own orders are confirmed too.
    let mail = std::iter::repeat_with(|| mails.next())
        .find(|mail| mail.to == ["books@example.com"])
        .expect("the confirmation comes");
    let entry = entry_once(&client, &order, "sent");
    assert_eq!(mail.header("From").as_deref(), Some(from));
    assert_eq!(mail.header("Subject").as_deref(), entry["subject"].as_str());
    assert_eq!(entry["attempts"], 1);
    assert_eq!(entry["perhaps_sent_twice"], false);
}

#[test]
fn without_a_mail_server_a_confirmation_is_kept_and_sent_on_demand() {
    let mut sample = Sample::start();
    let client = sample.client("sales");
    let order = accepted_order(&client, "kept@example.com");
    entry_once(&client, &order, "not_configured");
    sample.kill();
    let mails = MailServer::start(&[]);
    sample.serve(&["--smtp-url", &mails.url()]);
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let entry = entry_about(&sales, &order);
    let retry = format!("/api/outbox/{}/retry", entry["key"].as_str().unwrap_or_default());
    assert_eq!(entry["state"], "not_configured", "it waits for somebody to ask");
    assert_eq!(sales.post(&retry, &json!({})).status, 403);
    assert_eq!(manager.post("/api/outbox/1/retry", &json!({})).status, 404);
    assert_eq!(manager.post(&retry, &json!({})).status, 204);
    assert_eq!(mails.next().to, ["kept@example.com"]);
    entry_once(&sales, &order, "sent");
    let again = manager.post(&retry, &json!({}));
    assert_eq!((again.status, again.text("/code")), (409, "not_retryable"));
}

#[test]
fn a_mail_that_was_given_up_says_why_and_leaves_when_it_is_asked_to() {
    // What the sample itself writes is kept: nothing is configured yet.
    let mut sample = Sample::start();
    let admin = sample.client("admin");
    while admin.get("/api/outbox?state=waiting").ok()["items"] != json!([]) {
        std::thread::yield_now();
    }
    sample.kill();
    let mails = MailServer::start(&[Reception::Refuse("550 5.1.1 no such user")]);
    sample.serve(&["--smtp-url", &mails.url()]);
    let (sales, manager) = (sample.client("sales"), sample.client("manager"));
    let order = accepted_order(&sales, "moved@example.com");
    let failed = entry_once(&sales, &order, "failed");
    assert_eq!(failed["error"], "the mail server says 550 5.1.1 no such user");
    let path = format!("/api/outbox/{}", failed["key"].as_str().unwrap_or_default());
    assert_eq!(manager.get(&path).ok(), failed, "alone it looks as in the list");
    assert_eq!(manager.get("/api/outbox/1").status, 404);
    assert_eq!(manager.get("/api/outbox/x").status, 404);
    assert_eq!(sample.stranger().get(&path).status, 401);
    assert_eq!(manager.post(&format!("{path}/retry"), &json!({})).status, 204);
    assert_eq!(mails.next().to, ["moved@example.com"]);
    let sent = entry_once(&sales, &order, "sent");
    assert_eq!((&sent["attempts"], &sent["perhaps_sent_twice"]), (&json!(1), &json!(false)));
}
