//! The tables are made once, by whoever comes first, and never by a program older than them.

use std::thread;

use runtime::port::StoreError;
use store::postgres::{Database, OpenError};

use crate::place::Place;

#[test]
fn nodes_that_start_at_once_on_an_empty_database_all_find_it_ready() {
    let place = Place::empty();
    thread::scope(|scope| {
        let nodes = [(); 4].map(|()| scope.spawn(|| place.database().lane().unwrap()));
        let mut lanes =
            nodes.map(|node| runtime::port::Store::next_lane(&mut node.join().unwrap()));
        lanes.sort_by_key(|lane| lane.as_ref().ok().copied());
        assert_eq!(lanes, [Ok(1), Ok(2), Ok(3), Ok(4)]);
    });
}

#[test]
fn an_older_database_is_brought_forward() {
    let place = Place::empty();
    let first = include_str!("../../migrations/postgres/0001_start.sql");
    let version =
        "CREATE TABLE rondo_version (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
                   INSERT INTO rondo_version VALUES (1, 1)";
    let mut client = place.client();
    client.batch_execute(first).unwrap();
    client.batch_execute(version).unwrap();
    client.batch_execute("INSERT INTO counter VALUES ('n', 7)").unwrap();
    let mut lane = place.lane();
    lane.begin().unwrap();
    assert_eq!(lane.counter("n"), Ok(7));
}

#[test]
fn a_newer_database_is_refused_at_the_start_and_in_every_batch() {
    let place = Place::new();
    let mut lane = place.lane();
    place.client().batch_execute("UPDATE rondo_version SET version = 999").unwrap();
    let refused = Database::open(place.url()).unwrap_err().to_string();
    assert!(refused.starts_with("the database has version 999, this program knows"), "{refused}");
    let refused = lane.begin();
    assert!(matches!(&refused, Err(StoreError::Broken(why)) if why.contains("999")), "{refused:?}");
    lane.rollback().unwrap();
}

#[test]
fn what_is_not_ours_is_left_alone_and_said_so() {
    let place = Place::empty();
    place.client().batch_execute("CREATE TABLE theirs (x INT)").unwrap();
    assert!(matches!(Database::open(place.url()), Err(OpenError::NotOurs)));
    let tables =
        place.client().query("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", &[]);
    assert_eq!(tables.unwrap().len(), 1);
    for (url, expect) in [
        ("postgres://[", "the address of the database cannot be read; write `postgres://"),
        ("postgres://nobody@127.0.0.1:1/none", "the database cannot be opened: "),
    ] {
        let refused = Database::open(url).unwrap_err().to_string();
        assert!(refused.starts_with(expect), "{url}: {refused}");
    }
}
