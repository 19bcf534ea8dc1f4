//! What a start of the program finds, and what it counts.

use base::Key;
use runtime::port::RecordOperation;

use crate::sample::{Fixture, changed, deal, defined, record, value_of_every_kind};

#[test]
fn what_was_committed_is_there_after_a_restart() {
    let (mut fixture, deal) = Fixture::with_deal();
    let row = record(&deal, 5, value_of_every_kind());
    fixture.commit_records(&deal, [RecordOperation::Insert(row.clone())]).unwrap();
    // Begun and never committed: what a process that is killed leaves behind.
    fixture.lane.begin().unwrap();
    let lost = RecordOperation::Insert(record(&deal, 6, Vec::new()));
    fixture.lane.write(&changed(&deal, [lost])).unwrap();
    let Fixture { lane, readers, mut place } = fixture;
    drop((lane, readers));

    place.reopen();
    let readers = place.readers();
    let snapshot = readers.open().unwrap();
    assert_eq!(snapshot.record(&deal, Key(5)).unwrap(), Some(row));
    assert_eq!(snapshot.record(&deal, Key(6)).unwrap(), None);
}

#[test]
fn the_lane_number_grows_with_every_start_and_the_catalogue_with_every_change() {
    let mut fixture = Fixture::new();
    assert_eq!([fixture.lane.next_lane(), fixture.lane.next_lane()], [Ok(1), Ok(2)]);
    let first = fixture.lane.begin().unwrap().catalogue_version;
    fixture.lane.rollback().unwrap();
    fixture.commit(&defined(&deal())).unwrap();
    assert_eq!(fixture.lane.begin().unwrap().catalogue_version, first + 1);
    fixture.lane.rollback().unwrap();
    fixture.lane.rollback().expect("a rollback without a transaction is no failure");
}
