//! Timers, jobs and outbox entries are given out once, in order, and only when they are due.

use std::sync::Arc;

use base::{Key, Timestamp};
use runtime::port::{JobClaim, JobRow, OutboxRow, OutboxState, Rows, TimerKind, TimerRow};

use crate::sample::Fixture;

fn timer(key: i64, due: i64, kind: TimerKind) -> TimerRow {
    TimerRow { key: Key(key), due: Timestamp(due), kind }
}

#[test]
fn timers_come_earliest_first_and_stay_until_they_are_removed() {
    let mut fixture = Fixture::new();
    let instance = timer(3, 10, TimerKind::Instance { instance: Key(50) });
    let element: Arc<str> = "every_day".into();
    let repetitions = Some(2);
    let start = timer(2, 20, TimerKind::Start { definition: Key(3), element, repetitions });
    let rest = timer(1, 20, TimerKind::Continuation { work: vec![1, 0, 255] });
    let timers = vec![start.clone(), instance.clone(), rest.clone()];
    assert_eq!(fixture.lane.next_timer(), Ok(None));
    fixture.commit(&Rows { timers, ..Rows::default() }).unwrap();
    for (now, limit, expect) in [
        (9, 10, vec![]),
        (10, 10, vec![instance.clone()]),
        (20, 10, vec![instance.clone(), rest.clone(), start.clone()]),
        (20, 2, vec![instance, rest]),
    ] {
        assert_eq!(fixture.lane.claim_timers(Timestamp(now), limit), Ok(expect), "{now} {limit}");
    }
    assert_eq!(fixture.lane.next_timer(), Ok(Some(Timestamp(10))));
    assert_eq!(fixture.lane.start_timers(), Ok(vec![start.clone()]));
    let later = TimerRow { due: Timestamp(30), ..start };
    let removed_timers = vec![Key(3), Key(1)];
    fixture
        .commit(&Rows { timers: vec![later.clone()], removed_timers, ..Rows::default() })
        .unwrap();
    assert_eq!(fixture.lane.next_timer(), Ok(Some(Timestamp(30))));
    assert_eq!(fixture.lane.claim_timers(Timestamp(99), 10), Ok(vec![later]));
}

fn job(key: i64, retries: u32, available_at: i64) -> JobRow {
    JobRow {
        key: Key(key),
        instance: Key(50),
        definition: Key(3),
        element_instance: Key(60),
        element_id: "print".into(),
        job_type: "printing".into(),
        retries,
        available_at: Timestamp(available_at),
        worker: None,
        headers: "{}".into(),
        created_at: Timestamp(key),
    }
}

#[test]
fn a_job_is_leased_to_one_worker_at_a_time() {
    let mut fixture = Fixture::new();
    let other = JobRow { job_type: "mailing".into(), ..job(1, 3, 0) };
    let jobs = vec![job(5, 3, 5), job(4, 3, 4), other, job(2, 0, 2), job(3, 3, 90)];
    fixture.commit(&Rows { jobs, ..Rows::default() }).unwrap();
    let mut claim = |now: i64, until: i64, worker: &str, limit| {
        let claim = JobClaim {
            job_type: "printing".into(),
            worker: worker.into(),
            now: Timestamp(now),
            until: Timestamp(until),
            limit,
        };
        fixture.lane.begin().unwrap();
        let jobs = fixture.lane.claim_jobs(&claim).unwrap();
        fixture.lane.commit().unwrap();
        for job in &jobs {
            assert_eq!(job.worker.as_deref(), Some(worker));
            assert_eq!(job.available_at, Timestamp(until));
        }
        jobs.iter().map(|job| job.key.0).collect::<Vec<_>>()
    };
    assert_eq!(claim(10, 50, "a", 1), [4]);
    assert_eq!(claim(10, 50, "b", 9), [5]);
    assert_eq!(claim(49, 99, "c", 9), [0; 0]);
    assert_eq!(claim(50, 99, "c", 1), [4], "the lease has run out");
    assert_eq!(claim(90, 99, "d", 9), [5, 3]);
    assert_eq!(fixture.lane.job_instance(Key(4)), Ok(Some(Key(50))));
    fixture.commit(&Rows { removed_jobs: vec![Key(4)], ..Rows::default() }).unwrap();
    assert_eq!(fixture.lane.job_instance(Key(4)), Ok(None));
}

#[test]
fn an_outbox_entry_waits_until_its_lease_has_run_out() {
    let mut fixture = Fixture::new();
    let entry = |key: i64, kind: &str, state| OutboxRow {
        key: Key(key),
        kind: kind.into(),
        instance: None,
        element_id: None,
        record: None,
        at: Timestamp(0),
        state,
        message_id: format!("<{key}@rondo>").into(),
        payload: "{}".into(),
        attempts: 0,
        unsettled: 0,
        next_at: Timestamp(key),
        error: None,
    };
    let outbox = vec![
        entry(1, "mail", OutboxState::Waiting),
        entry(2, "http", OutboxState::Waiting),
        entry(3, "mail", OutboxState::Sent),
        entry(4, "mail", OutboxState::Waiting),
    ];
    fixture.commit(&Rows { outbox, ..Rows::default() }).unwrap();
    let mut claim = |now: i64, until: i64, kinds: &[&str]| {
        let kinds: Vec<Arc<str>> = kinds.iter().map(|&kind| kind.into()).collect();
        fixture.lane.begin().unwrap();
        let rows = fixture.lane.claim_outbox(&kinds, Timestamp(now), Timestamp(until), 10).unwrap();
        fixture.lane.commit().unwrap();
        assert!(rows.iter().all(|row| row.next_at == Timestamp(until)));
        rows.iter().map(|row| (row.key.0, row.unsettled)).collect::<Vec<_>>()
    };
    assert_eq!(claim(3, 9, &["mail"]), [(1, 1)]);
    assert_eq!(claim(8, 20, &["mail"]), [(4, 1)]);
    assert_eq!(claim(9, 20, &["mail", "http"]), [(2, 1), (1, 2)]);
    assert_eq!(claim(99, 199, &[]), []);
}
