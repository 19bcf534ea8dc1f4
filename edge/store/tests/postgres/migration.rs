//! The tables are made once, by whoever comes first, and never by a program older than them.

use std::thread;

use runtime::port::StoreError;
use store::archive::Origin;
use store::postgres::{ArchiveSource, ArchiveTarget, Database, OpenError};

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

/// A database as the first version of the program left it.
fn of_version_1() -> Place {
    let place = Place::empty();
    let first = include_str!("../../migrations/postgres/0001_start.sql");
    let version =
        "CREATE TABLE rondo_version (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
                   INSERT INTO rondo_version VALUES (1, 1)";
    let mut client = place.client();
    client.batch_execute(first).unwrap();
    client.batch_execute(version).unwrap();
    place
}

#[test]
fn what_an_older_database_holds_is_kept_before_it_changes() {
    let place = of_version_1();
    place.client().batch_execute("INSERT INTO counter VALUES ('n', 7)").unwrap();
    let refused = Database::open(place.url(), |_| Err("the disk is full".into())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the database is older than this program and was left as it is, for it could not be backed up first: the disk is full"
    );
    let mut archive = Vec::new();
    let mut told = Vec::new();
    Database::open(place.url(), |outdated| {
        told.push(outdated.found);
        let mut source = ArchiveSource::open(place.url())?;
        let origin = Origin { product: "1".into(), written_at: 0, date: "d".into() };
        store::archive::backup(&mut source, origin, &mut archive, &mut |_| {})?;
        Ok(())
    })
    .unwrap();
    Database::open(place.url(), |_| panic!("nothing is older any more")).unwrap();
    assert_eq!(told, [1], "the refused start has left the version as it was");
    let restored = Place::empty();
    let mut target = ArchiveTarget::open(restored.url()).unwrap();
    let carried = store::archive::restore(&mut target, archive.as_slice(), &mut |_| {}).unwrap();
    assert_eq!(carried.header.schema, 1);
    let mut lane = restored.lane();
    lane.begin().unwrap();
    assert_eq!(lane.counter("n"), Ok(7));
    lane.rollback().unwrap();
}

#[test]
fn an_older_database_is_brought_forward() {
    let place = of_version_1();
    let rows = r#"
        INSERT INTO counter VALUES ('n', 7);
        INSERT INTO history VALUES (50, 1, 8, '\x0100');
        INSERT INTO flow VALUES (50, 'to_end', 1);
        INSERT INTO variable VALUES (7, 50, 50, 'a', '1');
        INSERT INTO object (position, name, definition) VALUES
            (1, 'order', '{"name": "order"}'),
            (2, 'note', '{"name": "note", "part_of": null}'),
            (3, 'line', '{"name": "line", "part_of": {"field": "order", "collection": "lines"}}');
        INSERT INTO title_word VALUES ('order', 'o', 1), ('note', 'n', 2), ('line', 'l', 3);
        INSERT INTO model (key, kind, id, name, version, resource, deployment, deployed_at) VALUES
            (61, 'form', 'ask', 'Ask', 1, 1, 1, 5), (62, 'form', 'ask', 'Ask', 2, 2, 2, 9),
            (63, 'process', 'ask', 'Ask', 3, 3, 3, 6);
        INSERT INTO user_task (key, instance, definition, element_instance, element_id, name, state,
            candidate_groups, candidate_users, form_id, priority, created_at) VALUES
            (71, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', 'ask', 50, 8),
            (72, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', 'ask', 50, 9),
            (73, 50, 63, 60, 'a', 'A', 'created', '[]', '[]', NULL, 50, 9)"#;
    let mut client = place.client();
    client.batch_execute(rows).unwrap();
    let mut lane = place.lane();
    lane.begin().unwrap();
    assert_eq!(lane.counter("n"), Ok(7));
    lane.rollback().unwrap();
    let mut text = |sql: &str| -> String { client.query_one(sql, &[]).unwrap().get(0) };
    // Parts have no words, and what the history holds is in no other table; what is there stays.
    assert_eq!(
        text("SELECT string_agg(object, ',' ORDER BY object) FROM title_word"),
        "note,order"
    );
    assert_eq!(
        text("SELECT encode(events, 'hex') || ' ' || (variables IS NULL)::text FROM history"),
        "0100 true"
    );
    assert_eq!(text("SELECT name || value FROM variable"), "a1");
    assert_eq!(
        text(
            "SELECT string_agg(key || coalesce(' ' || form_key, ''), ',' ORDER BY key) FROM user_task"
        ),
        "71 61,72 62,73",
        "each task has the form of its own time"
    );
    assert_eq!(
        text(
            "SELECT count(*)::text FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'flow'"
        ),
        "0"
    );
}

#[test]
fn a_newer_database_is_refused_at_the_start_and_in_every_batch() {
    let place = Place::new();
    let mut lane = place.lane();
    place.client().batch_execute("UPDATE rondo_version SET version = 999").unwrap();
    let refused = Database::open(place.url(), |_| Ok(())).unwrap_err().to_string();
    assert!(refused.starts_with("the database has version 999, this program knows"), "{refused}");
    let refused = lane.begin();
    assert!(matches!(&refused, Err(StoreError::Broken(why)) if why.contains("999")), "{refused:?}");
    lane.rollback().unwrap();
}

#[test]
fn what_is_not_ours_is_left_alone_and_said_so() {
    let place = Place::empty();
    place.client().batch_execute("CREATE TABLE theirs (x INT)").unwrap();
    assert!(matches!(Database::open(place.url(), |_| Ok(())), Err(OpenError::NotOurs)));
    let tables =
        place.client().query("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", &[]);
    assert_eq!(tables.unwrap().len(), 1);
    for (url, expect) in [
        ("postgres://[", "the address of the database cannot be read; write `postgres://"),
        ("postgres://nobody@127.0.0.1:1/none", "the database cannot be opened: "),
    ] {
        let refused = Database::open(url, |_| Ok(())).unwrap_err().to_string();
        assert!(refused.starts_with(expect), "{url}: {refused}");
    }
}
