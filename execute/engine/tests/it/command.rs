//! Commands that do not fit are rejected and change nothing.

use base::{Key, KeyGenerator};
use engine::{Command, Outcome, Rejection};
use feel::{Context, Value};

use crate::bench::{Bench, check};

const MODEL: &str = "s: start\nt: service w\ns -> t";

#[test]
fn nothing_can_be_done_to_an_instance_that_is_not_there() {
    for step in
        ["complete t", "do t", "fire t", "cancel", "continue", "resolve t", "set root {a: 1}"]
    {
        check(MODEL, &[(step, "rejected: there is no such process instance; start one first")]);
    }
}

#[test]
fn an_instance_starts_once_and_at_a_start_event() {
    check(
        MODEL,
        &[
            (
                "start at t",
                "rejected: element 1 is not a start event of process `test`; name one of its start \
                 events",
            ),
            ("start", "started, +s, -s, s>t, +t, job(t w x3)"),
            (
                "start",
                "rejected: process instance 1 exists already; draw a new key to start another one",
            ),
        ],
    );
}

#[test]
fn what_is_not_there_cannot_be_worked_on() {
    check(
        MODEL,
        &[
            ("start", "started, +s, -s, s>t, +t, job(t w x3)"),
            (
                "complete x",
                "rejected: there is no job 9 to work on; it is completed, cancelled or never was",
            ),
            (
                "retries x 1",
                "rejected: there is no job 9 to work on; it is completed, cancelled or never was",
            ),
            ("continue", ""),
            ("cancel", "job off(t), !t, terminated"),
            (
                "cancel",
                "rejected: process instance 1 is terminated; only an active one can be changed",
            ),
            ("continue", ""),
        ],
    );
}

#[test]
fn variables_that_cannot_be_kept_are_refused() {
    let deep = (0..64).fold(Value::Null, |value, _| Value::list(vec![value]));
    let wide = (0..40).fold(Value::Null, |value, _| Value::list(vec![value.clone(), value]));
    let large = |n| (format!("v{n}"), Value::string("x".repeat(999_900)));
    let much: Context = (0..5).map(large).collect();
    let many: Context = (0..2001).map(|n| (format!("v{n}"), Value::Null)).collect();
    for (variables, reason) in [
        (Context::from_iter([("v", deep)]), "nested more than 64 levels"),
        (Context::from_iter([("v", wide)]), "larger than 1000000 bytes"),
        (Context::from_iter([("v", Value::string("x".repeat(1_000_001)))]), "larger than"),
        (many, "more than 2000 variables"),
        (much, "larger than 4000000 bytes in all"),
    ] {
        let mut bench = Bench::new(MODEL);
        bench.step("start");
        let before = bench.state.clone();
        let told = bench.send(&Command::SetVariables { scope: Key(1), variables });
        assert!(told.starts_with("rejected: variable `v") && told.contains(reason), "{told}");
        assert_eq!(bench.state, before);
    }
}

#[test]
fn every_rejection_has_a_code_of_its_own() {
    let key = Key(1);
    let all = [
        Rejection::NoInstance,
        Rejection::AlreadyStarted(key),
        Rejection::HasEnded { key, status: engine::Status::Completed },
        Rejection::NotAStartEvent { element: bpmn::ElementIndex(0), process: "p".into() },
        Rejection::NoSuchJob(key),
        Rejection::JobHasFailed(key),
        Rejection::NoSuchUserTask(key),
        Rejection::NoSuchTimer(key),
        Rejection::NoSuchIncident(key),
        Rejection::NoSuchScope(key),
        Rejection::NoRetries(key),
        Rejection::UnfitVariable { name: "v".into(), reason: "r".into() },
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(Rejection::code).collect();
    assert_eq!(codes.len(), all.len());
}

#[test]
fn deciding_needs_no_state_of_its_own() {
    let bench = Bench::new(MODEL);
    let outcome = bench.decide_with(&Command::Cancel, &mut KeyGenerator::new(1));
    assert_eq!(outcome, Outcome::Rejected(Rejection::NoInstance));
}
