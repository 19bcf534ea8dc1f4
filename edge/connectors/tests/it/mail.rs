//! One server, one outbox, and everything that can happen between them.

use std::time::Duration;

use connectors::Settings;
use runtime::port::OutboxState;
use serde_json::{Value, json};
use served::{MailServer, Reception};

use crate::house::{House, mail, quick};

const LATER: Reception = Reception::Refuse("451 4.3.0 try later");
const NEVER: Reception = Reception::Refuse("550 5.1.1 no such user");
const SIGN_IN: Reception = Reception::Refuse("535 5.7.8 wrong password");

/// Delivers one entry to a server that behaves so, with at most three tries.
async fn check(payload: Value, receptions: &[Reception], taken: usize, expect: &str) {
    let server = MailServer::start(receptions);
    let house = House::with(&[payload]);
    let deliverer = house.deliver(Some(&server.url()), quick(2));
    let entry = house.settled(1).await;
    deliverer.stop().await;
    let (state, attempts, twice) = (entry.state, entry.attempts, entry.is_perhaps_sent_twice());
    let error = entry.error.unwrap_or_default();
    assert_eq!(format!("{state} after {attempts}, twice {twice}: {error}"), expect);
    assert_eq!(server.rest().len(), taken, "{receptions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_tried_again_or_given_up_as_the_server_says() {
    let hello = || mail("Hello", "Dear Ada");
    check(hello(), &[], 1, "sent after 1, twice false: ").await;
    check(hello(), &[LATER], 1, "sent after 2, twice false: ").await;
    let given_up = "failed after 3, twice false: \
        given up after 3 tries: the mail server says 451 4.3.0 try later";
    check(hello(), &[LATER, LATER, LATER], 0, given_up).await;
    let refused = "failed after 1, twice false: the mail server says 550 5.1.1 no such user";
    check(hello(), &[NEVER], 0, refused).await;
    check(hello(), &[SIGN_IN], 1, "sent after 2, twice false: ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_in_a_field_never_reaches_the_server() {
    let evil = mail("Hello\r\nBcc: victim@example.com", "");
    let refused = "failed after 1, twice false: \
        the subject holds a line break or another control character";
    check(evil, &[], 0, refused).await;
    let evil = json!({"to": ["a@b.example>\r\nRCPT TO:<v@e.example"], "subject": "", "body": ""});
    let refused = "failed after 1, twice false: \
        `a@b.example>\r\nRCPT TO:<v@e.example` is not an e-mail address";
    check(evil, &[], 0, refused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_tried_until_the_back_off_ends() {
    let house = House::with(&[mail("Hello", "")]);
    let deliverer = house.deliver(Some(&MailServer::url_of_nobody()), quick(2));
    let entry = house.settled(1).await;
    let error = entry.error.clone().unwrap_or_default();
    assert_eq!((entry.state, entry.attempts, entry.unsettled), (OutboxState::Failed, 3, 0));
    assert!(error.starts_with("given up after 3 tries: Connection error"), "{error}");
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_in_any_script_arrives_as_it_was_written() {
    let server = MailServer::start(&[]);
    let (subject, body) =
        ("订单 SO-0001 已确认，感谢惠顾", "尊敬的客户：\n您的订单已确认。\n.\n谢谢！");
    let payload = json!({"to": ["ada@example.com", "li@example.com"], "cc": ["boss@example.com"],
        "subject": subject, "body": body});
    let house = House::with(&[payload]);
    let deliverer = house.deliver(Some(&server.url()), quick(0));
    let mail = server.next();
    assert_eq!(mail.from, "rondo@example.com");
    assert_eq!(mail.to, ["ada@example.com", "li@example.com", "boss@example.com"]);
    assert_eq!(mail.header("Subject").as_deref(), Some(subject));
    assert_eq!(mail.header("Message-ID").as_deref(), Some("<1@rondo>"));
    assert_eq!(mail.body().trim_end(), body);
    assert_eq!(house.settled(1).await.state, OutboxState::Sent);
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_between_sending_and_noting_the_same_mail_is_sent_again() {
    let server = MailServer::start(&[Reception::Vanish]);
    let house = House::with(&[mail("Hello", "")]);
    let settings = Settings { lease: Duration::from_millis(200), ..quick(0) };
    let crashing = house.deliver(Some(&server.url()), settings);
    let first = server.next();
    assert!(!house.entry(1).await.is_perhaps_sent_twice());
    drop(crashing);
    let deliverer = house.deliver(Some(&server.url()), quick(0));
    let entry = house.settled(1).await;
    let second = server.next();
    assert_eq!(first, second, "the same Message-ID, the same date, the same text");
    assert_eq!((entry.state, entry.attempts), (OutboxState::Sent, 1));
    assert!(entry.is_perhaps_sent_twice());
    deliverer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_mails_are_kept_and_can_be_sent_once_there_is_one() {
    let house = House::with(&[mail("One", ""), mail("Two", "")]);
    let deliverer = house.deliver(None, quick(0));
    for key in [1, 2] {
        let entry = house.settled(key).await;
        let found = (entry.state, entry.attempts, entry.unsettled, entry.error);
        assert_eq!(found, (OutboxState::NotConfigured, 0, 0, None));
    }
    deliverer.stop().await;
    let server = MailServer::start(&[]);
    let deliverer = house.deliver(Some(&server.url()), quick(0));
    house.retry(2).await.expect("what was kept can be tried");
    assert_eq!(house.settled(2).await.state, OutboxState::Sent);
    assert!(!house.entry(2).await.is_perhaps_sent_twice());
    assert_eq!(house.entry(1).await.state, OutboxState::NotConfigured, "nobody asked for it");
    let refused = house.retry(2).await.expect_err("it has left");
    assert!(refused.to_string().contains("is `sent`"), "{refused}");
    deliverer.stop().await;
    assert_eq!(server.rest().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_mails_leave_once_each() {
    let payloads: Vec<Value> = (0..50).map(|it| mail(&format!("Mail {it}"), "")).collect();
    let (server, house) = (MailServer::start(&[LATER, LATER]), House::with(&payloads));
    let deliverer = house.deliver(Some(&server.url()), quick(3));
    for key in 1..=50 {
        assert_eq!(house.settled(key).await.state, OutboxState::Sent);
    }
    deliverer.stop().await;
    let mut ids: Vec<_> = server.rest().iter().filter_map(|it| it.header("Message-ID")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_longer_than_its_grace() {
    let server = MailServer::start(&[Reception::Vanish]);
    let house = House::with(&[mail("Hello", "")]);
    let settings = Settings { grace: Duration::from_millis(1), ..quick(0) };
    let deliverer = house.deliver(Some(&server.url()), settings);
    server.next();
    deliverer.stop().await;
    let entry = house.entry(1).await;
    assert_eq!(entry.state, OutboxState::Waiting, "its lease runs out later");
    house.runtime.shutdown().await;
}
