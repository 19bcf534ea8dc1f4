//! A connection that breaks, and a transaction that has failed: nothing is half done, nothing is taken for
//! done, and the lane goes on.

use base::Timestamp;
use runtime::port::{CounterRow, IdempotencyRow, Rows, StoreError};

use crate::sample::Fixture;

fn answer(key: &str) -> Rows {
    let idempotency = vec![IdempotencyRow { key: key.into(), at: Timestamp(1), answer: vec![7] }];
    let counters = vec![CounterRow { name: "n".into(), value: 1 }];
    Rows { idempotency, counters, ..Rows::default() }
}

fn is_lost<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Lost(_)))
}

#[test]
fn a_lane_whose_connection_breaks_goes_on_after_a_rollback() {
    let mut fixture = Fixture::new();
    assert!(fixture.lane.commits_may_be_ambiguous());

    fixture.lane.begin().unwrap();
    fixture.place.cut_connections();
    assert!(is_lost(&fixture.lane.write(&answer("write"))));
    fixture.lane.rollback().unwrap();
    fixture.commit(&answer("after")).unwrap();

    fixture.lane.begin().unwrap();
    fixture.lane.write(&answer("commit")).unwrap();
    fixture.place.cut_connections();
    assert!(is_lost(&fixture.lane.commit()));
    fixture.lane.rollback().unwrap();
    fixture.lane.begin().unwrap();
    assert_eq!(
        fixture.lane.idempotent("commit"),
        Ok(None),
        "the answer tells that it was not done"
    );
    assert_eq!(fixture.lane.idempotent("after"), Ok(Some(vec![7])));
    fixture.lane.rollback().unwrap();

    fixture.place.cut_connections();
    assert!(is_lost(&fixture.lane.next_timer()));
    fixture.lane.rollback().unwrap();
    assert_eq!(fixture.lane.next_timer(), Ok(None));
}

#[test]
fn a_transaction_that_has_failed_is_not_taken_for_committed() {
    let mut fixture = Fixture::new();
    fixture.commit(&answer("k")).unwrap();
    fixture.lane.begin().unwrap();
    assert!(matches!(fixture.lane.write(&answer("k")), Err(StoreError::Constraint(_))));
    assert!(matches!(fixture.lane.commit(), Err(StoreError::Broken(_))));
    fixture.lane.rollback().unwrap();
    fixture.commit(&answer("l")).unwrap();
}

#[test]
fn a_reader_whose_connections_were_cut_takes_new_ones() {
    let fixture = Fixture::new();
    for _ in 0..2 {
        assert_eq!(fixture.snapshot().any_credential(), Ok(false));
        fixture.place.cut_connections();
    }
    let open = fixture.snapshot();
    fixture.place.cut_connections();
    assert!(is_lost(&open.any_credential()));
}

/// The setting is seen by a trigger, which runs in the lane's own session.
#[test]
fn a_commit_waits_for_the_disk_whatever_the_server_was_told() {
    let mut fixture = Fixture::new();
    let mut client = fixture.place.client();
    client
        .batch_execute(
            "CREATE TABLE seen (setting TEXT);
             CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL;
             END $$;
             CREATE TRIGGER see AFTER INSERT ON counter EXECUTE FUNCTION see()",
        )
        .unwrap();
    let weak = fixture.place.url().replace("options=", "options=-csynchronous_commit%3Doff%20");
    let strong = weak.replace("%3Doff", "%3Dremote_apply");
    for url in [weak, strong] {
        fixture.lane =
            Box::new(store::postgres::Database::open(&url, |_| Ok(())).unwrap().lane().unwrap());
        let counters = vec![CounterRow { name: "n".into(), value: 1 }];
        fixture.commit(&Rows { counters, ..Rows::default() }).unwrap();
    }
    let seen = client.query("SELECT setting FROM seen", &[]).unwrap();
    let seen: Vec<String> = seen.iter().map(|row| row.get(0)).collect();
    assert_eq!(seen, ["on", "remote_apply"]);
}

#[test]
fn other_nodes_are_told_the_kinds_and_keys_of_what_was_committed() {
    use std::time::Duration;

    use postgres::fallible_iterator::FallibleIterator as _;
    use runtime::port::RecordOperation;

    use crate::sample::record;

    let (mut fixture, deal) = Fixture::with_deal();
    let mut client = fixture.place.client();
    client.batch_execute("LISTEN rondo").unwrap();
    let insert = |key: i64| RecordOperation::Insert(record(&deal, key, Vec::new()));
    fixture.commit_records(&deal, [insert(987_001), insert(987_002)]).unwrap();
    fixture.commit_records(&deal, (988_000..989_000).map(insert)).unwrap();
    let mut notifications = client.notifications();
    let mut heard = notifications.timeout_iter(Duration::from_secs(10));
    // Other tests speak on the same channel.
    let mut next = |wanted: &str| loop {
        let payload = heard.next().unwrap().unwrap().payload().to_owned();
        if payload == wanted {
            return;
        }
    };
    next("0\nrecord 987001 deal\nrecord 987002 deal");
    next("0\neverything 0");
}
