//! Several writers on one database: what one of them decides on, no other changes before its commit.

use std::sync::Arc;
use std::thread;

use base::{Key, Timestamp};
use records::{FieldValue, ObjectDef, Record};
use runtime::port::{
    CatalogueWrite, CounterRow, FlowRow, InstanceRow, InstanceState, JobClaim, JobRow,
    RecordOperation, Rows, Store, StoreError, TimerKind, TimerRow,
};

use crate::sample::{Fixture, changed, record};

/// The position of the number field `size`, which these tests count in.
const SIZE: usize = 3;

fn with_size(deal: &ObjectDef, key: i64, size: i64) -> Record {
    let mut row = record(deal, key, Vec::new());
    row.values[SIZE] = FieldValue::Number(size);
    row
}

fn size(row: &Record) -> i64 {
    match row.values[SIZE] {
        FieldValue::Number(size) => size,
        _ => 0,
    }
}

/// The row with its size changed by so much, as the one thing a batch writes.
fn add(deal: &Arc<ObjectDef>, row: &Record, more: i64) -> Rows {
    let mut after = row.clone();
    after.version += 1;
    after.values[SIZE] = FieldValue::Number(size(row) + more);
    changed(deal, [RecordOperation::Update { from_version: row.version, record: after }])
}

fn stored(fixture: &Fixture, deal: &Arc<ObjectDef>, key: i64) -> Record {
    fixture.snapshot().record(deal, Key(key)).unwrap().unwrap()
}

fn with_deals(sizes: &[(i64, i64)]) -> (Fixture, Arc<ObjectDef>) {
    let (mut fixture, deal) = Fixture::with_deal();
    let rows = sizes.iter().map(|(key, size)| with_size(&deal, *key, *size));
    fixture.commit_records(&deal, rows.map(RecordOperation::Insert)).unwrap();
    (fixture, deal)
}

#[test]
fn of_two_lanes_that_take_the_last_item_exactly_one_gets_it() {
    let rounds = 1..=25;
    let last_items: Vec<(i64, i64)> = rounds.clone().map(|key| (key, 1)).collect();
    let (fixture, deal) = with_deals(&last_items);
    let take = |key: i64, lane: &mut dyn Store| {
        lane.begin().unwrap();
        let row = lane.record(&deal, Key(key)).unwrap().unwrap();
        let there_is_one = size(&row) >= 1;
        if there_is_one {
            lane.write(&add(&deal, &row, -1)).unwrap();
        }
        lane.commit().unwrap();
        there_is_one
    };
    let work = |mut lane: Box<dyn Store>| -> Vec<bool> {
        rounds.clone().map(|key| take(key, lane.as_mut())).collect()
    };
    let (first, second) = thread::scope(|scope| {
        let other = fixture.place.lane();
        let other = scope.spawn(|| work(other));
        (work(fixture.place.lane()), other.join().unwrap())
    });
    for (key, (first, second)) in (1..).zip(first.into_iter().zip(second)) {
        assert!(first ^ second, "item {key}: {first} {second}");
        let left = stored(&fixture, &deal, key);
        assert_eq!((size(&left), left.version), (0, 2));
    }
}

#[test]
fn no_change_of_a_record_is_lost_between_lanes() {
    let (fixture, deal) = with_deals(&[(1, 0)]);
    let work = |mut lane: Box<dyn Store>| {
        for _ in 0..40 {
            lane.begin().unwrap();
            let row = lane.record(&deal, Key(1)).unwrap().unwrap();
            lane.write(&add(&deal, &row, 1)).unwrap();
            lane.commit().unwrap();
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            let lane = fixture.place.lane();
            scope.spawn(|| work(lane));
        }
    });
    assert_eq!(size(&stored(&fixture, &deal, 1)), 120);
}

/// Both read the version without holding the row, as a stale cache would.
#[test]
fn of_two_changes_of_one_version_exactly_one_is_written() {
    let (fixture, deal) = with_deals(&[(1, 0)]);
    let mut lanes = [fixture.place.lane(), fixture.place.lane()];
    let row = stored(&fixture, &deal, 1);
    let instance = InstanceRow {
        key: Key(50),
        definition: Key(3),
        record: None,
        parent: None,
        state: InstanceState::Active,
        started_at: Timestamp(1),
        ended_at: None,
        version: 1,
        snapshot: Vec::new(),
        incidents: 0,
    };
    let [first, second] = &mut lanes;
    first.begin().unwrap();
    first.write(&Rows { instances: vec![instance.clone()], ..Rows::default() }).unwrap();
    first.commit().unwrap();
    let next = Rows { instances: vec![InstanceRow { version: 2, ..instance }], ..Rows::default() };
    for rows in [add(&deal, &row, 5), next] {
        first.begin().unwrap();
        first.write(&rows).unwrap();
        let refused = thread::scope(|scope| {
            let waits = scope.spawn(|| {
                second.begin().unwrap();
                second.write(&rows)
            });
            fixture.place.until_waiting(1);
            first.commit().unwrap();
            waits.join().unwrap()
        });
        assert!(matches!(refused, Err(StoreError::Retry(_))), "{refused:?}");
        second.rollback().unwrap();
    }
    assert_eq!(size(&stored(&fixture, &deal, 1)), 5);
}

#[test]
fn lanes_that_wait_for_each_other_are_told_to_try_again() {
    let (fixture, deal) = with_deals(&[(1, 0), (2, 0)]);
    let (mut first, mut second) = (fixture.place.lane(), fixture.place.lane());
    for lane in [&mut first, &mut second] {
        lane.begin().unwrap();
    }
    first.record(&deal, Key(1)).unwrap();
    second.record(&deal, Key(2)).unwrap();
    let (second_got, first_got) = thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let got = second.record(&deal, Key(1)).map(|_| ());
            second.rollback().unwrap();
            got
        });
        fixture.place.until_waiting(1);
        let got = first.record(&deal, Key(2)).map(|_| ());
        first.rollback().unwrap();
        (waits.join().unwrap(), got)
    });
    let failed: Vec<String> =
        [first_got, second_got].into_iter().filter_map(Result::err).map(|e| e.0).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].starts_with("the database asks for another try"), "{failed:?}");
    for lane in [&mut first, &mut second] {
        lane.begin().unwrap();
        assert!(lane.record(&deal, Key(1)).unwrap().is_some());
        lane.rollback().unwrap();
    }
}

#[test]
fn two_lanes_never_draw_the_same_number() {
    let fixture = Fixture::new();
    let work = |mut lane: Box<dyn Store>| {
        let mut drawn = Vec::new();
        for _ in 0..30 {
            lane.begin().unwrap();
            let value = lane.counter("order.number").unwrap() + 1;
            let counters = vec![CounterRow { name: "order.number".into(), value }];
            lane.write(&Rows { counters, ..Rows::default() }).unwrap();
            lane.commit().unwrap();
            drawn.push(value);
        }
        drawn
    };
    let mut drawn = thread::scope(|scope| {
        let lanes = [fixture.place.lane(), fixture.place.lane()];
        let working = lanes.map(|lane| scope.spawn(|| work(lane)));
        working.map(|one| one.join().unwrap()).concat()
    });
    drawn.sort_unstable();
    assert_eq!(drawn, (1..=60).collect::<Vec<i64>>());
}

#[test]
fn what_one_lane_claims_another_passes_over() {
    let mut fixture = Fixture::new();
    let timer = |key| TimerRow {
        key: Key(key),
        due: Timestamp(key),
        kind: TimerKind::Instance { instance: Key(50) },
    };
    let job = |key| JobRow {
        key: Key(key),
        instance: Key(50),
        definition: Key(3),
        element_instance: Key(60),
        element_id: "print".into(),
        job_type: "printing".into(),
        retries: 3,
        available_at: Timestamp(key),
        worker: None,
        headers: "{}".into(),
        created_at: Timestamp(1),
    };
    let timers = (1..=3).map(timer).collect();
    let jobs = (1..=3).map(job).collect();
    fixture.commit(&Rows { timers, jobs, ..Rows::default() }).unwrap();
    let claim = JobClaim {
        job_type: "printing".into(),
        worker: "a".into(),
        now: Timestamp(9),
        until: Timestamp(99),
        limit: 2,
    };
    let (mut first, mut second) = (fixture.place.lane(), fixture.place.lane());
    let claims = |lane: &mut dyn Store| {
        lane.begin().unwrap();
        let timers = lane.claim_timers(Timestamp(9), 2).unwrap();
        let jobs = lane.claim_jobs(&claim).unwrap();
        let keys = |keys: Vec<Key>| keys.iter().map(|key| key.0).collect::<Vec<_>>();
        (
            keys(timers.iter().map(|timer| timer.key).collect()),
            keys(jobs.iter().map(|job| job.key).collect()),
        )
    };
    assert_eq!(claims(first.as_mut()), (vec![1, 2], vec![1, 2]));
    assert_eq!(fixture.lane.next_timer(), Ok(Some(Timestamp(3))), "what is claimed is not told");
    assert_eq!(claims(second.as_mut()), (vec![3], vec![3]));
    first.rollback().unwrap();
    second.commit().unwrap();
    assert_eq!(claims(first.as_mut()), (vec![1, 2], vec![1, 2]));
    first.rollback().unwrap();
}

#[test]
fn every_lane_adds_to_the_totals_without_waiting_for_another() {
    let fixture = Fixture::new();
    let (mut first, mut second) = (fixture.place.lane(), fixture.place.lane());
    let flow = FlowRow { definition: Key(3), flow_id: "to_review".into(), count: 2 };
    for lane in [&mut first, &mut second] {
        lane.next_lane().unwrap();
        lane.begin().unwrap();
        lane.write(&Rows { flows: vec![flow.clone()], ..Rows::default() }).unwrap();
    }
    first.commit().unwrap();
    second.commit().unwrap();
    assert_eq!(fixture.snapshot().flow_counts(Key(3)).unwrap()[0].count, 4);
}

#[test]
fn a_new_catalogue_comes_between_batches_however_busy_the_lanes_are() {
    let (fixture, deal) = with_deals(&[(1, 0), (2, 0), (3, 0)]);
    let mut wider = (*deal).clone();
    wider.title = "note".into();
    let change =
        CatalogueWrite::Object { before: Some(Arc::clone(&deal)), object: Arc::new(wider) };
    let define = Rows { catalogue: vec![change], ..Rows::default() };
    let work = |key: i64, mut lane: Box<dyn Store>| {
        let first = lane.begin().unwrap().catalogue_version;
        let mut version = first;
        // Until the change is seen; the row that the lane holds makes sure that its batches take time.
        for batch in 0.. {
            let row = lane.record(&deal, Key(key)).unwrap().unwrap();
            lane.write(&add(&deal, &row, 1)).unwrap();
            lane.commit().unwrap();
            if version > first {
                return batch;
            }
            let begun = lane.begin().unwrap();
            assert!(begun.catalogue_version >= version);
            version = begun.catalogue_version;
        }
        0
    };
    let batches = thread::scope(|scope| {
        let busy = [1, 2, 3].map(|key| (key, fixture.place.lane()));
        let busy = busy.map(|(key, lane)| scope.spawn(move || work(key, lane)));
        let mut lane = fixture.place.lane();
        lane.begin().unwrap();
        lane.write(&define).unwrap();
        lane.commit().unwrap();
        busy.map(|one| one.join().unwrap())
    });
    let rows = [1, 2, 3].map(|key| size(&stored(&fixture, &deal, key)));
    assert_eq!(rows, batches.map(|batches| batches + 1), "no batch was lost");
}

#[test]
fn the_clock_of_a_lane_is_the_servers_and_never_goes_back() {
    let fixture = Fixture::new();
    let mut client = fixture.place.client();
    let mut server = || -> i64 {
        let sql = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::int8";
        client.query_one(sql, &[]).unwrap().get(0)
    };
    let mut lane = fixture.place.lane();
    let mut last = server();
    for _ in 0..20 {
        let now = lane.begin().unwrap().now.0;
        lane.rollback().unwrap();
        assert!(last <= now && now <= server(), "{last} {now}");
        last = now;
    }
}
