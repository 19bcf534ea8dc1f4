//! Two nodes with two lanes each on one database: they hear of each other, and what makes them wait for
//! each other is sorted out without a caller noticing.

use access::Actor;
use base::Key;
use runtime::{Changed, ChangedKind, Command, Envelope};
use tokio::sync::broadcast::Receiver;

use crate::node::Node;
use crate::note::create;
use crate::place::Place;

/// Does what waits for a database on a thread that may wait.
fn aside<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(what).join()).unwrap()
}

async fn two_nodes() -> (Place, Node, Node) {
    let (place, one, other) = aside(|| {
        let place = Place::new();
        let nodes = [Node::start(place.url()), Node::start(place.url())];
        let [one, other] = nodes;
        (place, one, other)
    });
    one.define_note().await;
    (place, one, other)
}

/// Waits until this is heard; a test that waits for ever is ended by its runner.
async fn until(heard: &mut Receiver<Changed>, wanted: impl Fn(&Changed) -> bool) {
    while !wanted(&heard.recv().await.unwrap()) {}
}

#[tokio::test]
async fn a_page_of_one_node_hears_what_the_other_commits() {
    let (place, one, other) = two_nodes().await;
    let (mut here, mut there) = (one.runtime.subscribe(), other.runtime.subscribe());
    let key = one.note("a", None).await.unwrap();
    let note = |changed: &Changed| {
        (changed.kind, changed.object.as_deref()) == (ChangedKind::Record, Some("note"))
            && changed.key == key
    };
    until(&mut there, note).await;
    until(&mut here, note).await;
    // What a node hears of itself it has told already. A second note marks the end of the first.
    let second = one.note("b", None).await.unwrap();
    loop {
        let heard = here.recv().await.unwrap();
        assert!(!note(&heard), "it is told once");
        if heard.key == second {
            break;
        }
    }
    for node in [&one, &other] {
        node.runtime.shutdown().await;
    }
    drop(place);
}

#[tokio::test]
async fn what_one_node_defines_the_other_knows_without_a_write() {
    let (_place, one, other) = aside(|| {
        let place = Place::new();
        let [one, other] = [Node::start(place.url()), Node::start(place.url())];
        (place, one, other)
    });
    let mut there = other.runtime.subscribe();
    one.define_note().await;
    until(&mut there, |changed| changed.kind == ChangedKind::Catalogue).await;
    assert!(other.runtime.catalogue().schema.object("note").is_some());
    for node in [&one, &other] {
        node.runtime.shutdown().await;
    }
}

#[tokio::test]
async fn after_a_lost_connection_everything_may_have_changed() {
    let (place, one, other) = two_nodes().await;
    let mut there = other.runtime.subscribe();
    aside(|| place.cut_connections());
    until(&mut there, |changed| changed.kind == ChangedKind::Everything).await;
    let key = one.note("after", None).await.unwrap();
    until(&mut there, |changed| changed.key == key).await;
    for node in [&one, &other] {
        node.runtime.shutdown().await;
    }
}

/// The test holds the row of the one note and asks for that of the other, which the node holds while it
/// waits for the first: the server ends the node's transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_tried_again_and_the_caller_does_not_notice() {
    let (place, one, other) = two_nodes().await;
    let low = one.note("low", None).await.unwrap();
    let high = one.note("high", None).await.unwrap();
    assert!(low < high);
    let mut client = aside(|| place.client());
    let lock = |key: Key| format!("SELECT FROM record_note WHERE key = {} FOR UPDATE", key.0);
    // The test itself does not look for deadlocks, so it is the node's transaction that is ended.
    let begin = format!("SET deadlock_timeout = '60s'; BEGIN; {}", lock(high));
    aside(|| client.batch_execute(&begin)).unwrap();
    let children = vec![create("of low", Some(low)), create("of high", Some(high))];
    let work = one.runtime.clone();
    let work = tokio::spawn(async move {
        work.submit(Envelope::new(Actor::system(), Command::ChangeRecords(children))).await
    });
    let _place = tokio::task::spawn_blocking(move || {
        place.until_waiting(1);
        client.batch_execute(&lock(low)).unwrap();
        client.batch_execute("COMMIT").unwrap();
        place
    })
    .await
    .unwrap();
    work.await.unwrap().unwrap();
    assert!(one.runtime.statistics().retries > 0, "the server has ended a transaction");
    assert_eq!(one.names().await, ["high", "low", "of high", "of low"]);
    for node in [&one, &other] {
        node.runtime.shutdown().await;
    }
}

#[tokio::test]
async fn a_connection_that_was_lost_while_idle_costs_no_answer() {
    let (place, one, other) = two_nodes().await;
    for round in 0..3 {
        aside(|| place.cut_connections());
        for (name, node) in [("one", &one), ("other", &other)] {
            node.note(&format!("{name} {round}"), None).await.unwrap();
        }
    }
    assert_eq!(one.names().await.len(), 6);
    for node in [&one, &other] {
        node.runtime.shutdown().await;
    }
}

#[test]
fn a_database_that_is_away_at_the_start_is_named_as_the_reason() {
    let error = store::postgres::Database::open("postgres://rondo@127.0.0.1:1/none", |_| Ok(()))
        .unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the database cannot be opened: "), "{text}");
    assert!(text.contains("refused"), "{text}");
}
