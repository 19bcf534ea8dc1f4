//! Commands that commit together: each is alone in what it may spoil.

use std::sync::Arc;

use access::Role;
use base::Key;
use feel::Context;
use runtime::port::StoreError;
use runtime::{
    Answer, Command, CommandError, Envelope, ProcessRef, RecordChange, StartProcess, StartedBy,
};
use serde_json::json;

use crate::fake::Fault;
use crate::model::{row, user_task};
use crate::office::{Office, actor, create, update};

pub(crate) fn note(name: &str) -> Command {
    Command::ChangeRecords(vec![create("note", json!({"name": name}))])
}

/// A change of the record on which the fake database panics.
fn bomb() -> Command {
    Command::ChangeRecords(vec![update("note", Key(13), json!({"name": "boom"}))])
}

/// Submits commands so that they gather into one batch, or two where the lane was quick.
async fn together(office: &Office, commands: Vec<Command>) -> Vec<String> {
    let gate = office.fake.hold();
    let waiting: Vec<_> = commands.into_iter().map(|command| office.send(command)).collect();
    drop(gate);
    let mut answers = Vec::new();
    for one in waiting {
        answers.push(word(&one.await));
    }
    answers
}

pub(crate) fn word(answer: &Result<Answer, CommandError>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(CommandError::Rejected(rejection)) => rejection.code.to_owned(),
        Err(CommandError::NotFound { what, .. }) => format!("no {what}"),
        Err(CommandError::Denied(_)) => "denied".to_owned(),
        Err(CommandError::Fault(_)) => "fault".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_command_leaves_the_others_of_its_batch_alone() {
    let office = Office::with_notes().await;
    let before = office.fake.commits();
    let commands = vec![note("a"), note("b"), note("b"), note("c"), bomb(), note("d")];
    let answers = together(&office, commands).await;
    assert_eq!(answers, ["done", "done", "invalid", "done", "fault", "done"]);
    assert_eq!(office.texts("note", "name"), ["a", "b", "c", "d"]);
    assert!(office.fake.commits() - before <= 2, "they committed together");
    assert_eq!(office.runtime.statistics().panics, 1);
}

#[tokio::test]
async fn half_a_command_is_never_kept() {
    let office = Office::with_notes().await;
    let twice = vec![create("note", json!({"name": "a"})), create("note", json!({"name": "a"}))];
    assert_eq!(word(&office.submit(Role::Admin, Command::ChangeRecords(twice)).await), "invalid");
    let half = vec![create("note", json!({"name": "a"})), update("note", Key(13), json!({}))];
    assert_eq!(word(&office.submit(Role::Admin, Command::ChangeRecords(half)).await), "fault");
    assert!(office.texts("note", "name").is_empty());
    office.create("note", json!({"name": "a"})).await;
    assert_eq!(office.texts("note", "name"), ["a"]);
}

#[tokio::test]
async fn a_failed_commit_is_tried_again() {
    let office = Office::with_notes().await;
    office.fake.fail([Fault::Fail(StoreError::Retry("busy".to_owned()))]);
    assert_eq!(together(&office, vec![note("a"), note("b")]).await, ["done", "done"]);
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}

#[tokio::test]
async fn the_command_that_breaks_a_constraint_answers_alone() {
    let office = Office::with_notes().await;
    office.fake.refuse("bad");
    let answers = together(&office, vec![note("a"), note("bad"), note("b")]).await;
    assert_eq!(answers, ["done", "fault", "done"]);
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}

#[tokio::test]
async fn commands_that_find_no_database_are_told_so_and_none_of_them_is_done() {
    let office = Office::with_notes().await;
    for (cuts, expect) in [(1, ["done"; 3]), (3, ["done"; 3]), (10, ["Unreachable"; 3])] {
        office.fake.cut(cuts);
        let names = ["a", "b", "c"].map(|name| note(&format!("{name} {cuts}")));
        let before = office.texts("note", "name").len();
        let answers = together(&office, names.to_vec()).await;
        assert_eq!(answers, expect, "{cuts} cuts");
        let done = expect.iter().filter(|answer| **answer == "done").count();
        assert_eq!(office.texts("note", "name").len() - before, done, "{cuts} cuts");
        office.fake.cut(0);
    }
}

#[tokio::test]
async fn commands_that_find_no_room_are_not_done_and_told_so() {
    let office = Office::with_notes().await;
    let full = || Fault::Fail(StoreError::Full("disk full".to_owned()));
    office.fake.fail([full()]);
    assert_eq!(word(&office.submit(Role::Admin, note("a")).await), "done");
    // Twice in its batch, and twice alone.
    office.fake.fail((0..4).map(|_| full()));
    assert_eq!(word(&office.submit(Role::Admin, note("b")).await), "Full");
    assert_eq!(office.fake.faults_ahead(), 0);
    assert_eq!(word(&office.submit(Role::Admin, note("b")).await), "done");
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}

#[tokio::test]
async fn a_commit_whose_outcome_is_unknown_is_looked_up() {
    let office = Office::with_notes().await;
    office.fake.be_remote();
    office.fake.fail([Fault::CommitAndLose]);
    assert_eq!(word(&office.submit(Role::Admin, note("a")).await), "done");
    office.fake.fail([Fault::Fail(StoreError::Lost("cut".to_owned()))]);
    assert_eq!(word(&office.submit(Role::Admin, note("b")).await), "done");
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}

#[tokio::test]
async fn a_commit_in_doubt_is_never_done_twice() {
    let lost = || StoreError::Lost("cut".to_owned());
    for (faults, cuts, expect) in [
        (vec![Fault::CommitAndLose], 1, "done"),
        (vec![Fault::CommitAndLose], 2, "done"),
        (vec![Fault::CommitLate], 0, "done"),
        (vec![Fault::CommitLate], 1, "done"),
        (vec![Fault::Fail(lost()), Fault::CommitAndLose], 0, "done"),
        (vec![Fault::Fail(lost()), Fault::Fail(lost()), Fault::CommitLate], 0, "done"),
        (vec![Fault::CommitAndLose], 3, "fault"),
    ] {
        let office = Office::with_notes().await;
        office.deploy(vec![row("p", "", &[("look", &user_task("look", ""))])]).await;
        office.fake.be_remote();
        office.fake.cut_after_loss(cuts);
        office.fake.fail(faults.clone());
        let process = ProcessRef::Id("p".into());
        let start = StartProcess {
            process,
            record: None,
            variables: Context::new(),
            by: StartedBy::Caller,
        };
        let answer = office.submit(Role::Admin, Command::StartProcess(start)).await;
        assert_eq!(word(&answer), expect, "{faults:?}, {cuts} cuts");
        if let Err(error) = answer {
            assert!(error.to_string().contains("the same Idempotency-Key"), "{error}");
        }
        assert_eq!(office.open_tasks().len(), 1, "{faults:?}, {cuts} cuts");
    }
}

async fn with_key(office: &Office, user: Key, key: &str, name: &str) -> Answer {
    let mut envelope = Envelope::new(actor(Role::Admin), note(name));
    envelope.actor.user = user;
    envelope.idempotency_key = Some(Arc::from(key));
    office.runtime.submit(envelope).await.expect("it is done")
}

#[tokio::test]
async fn a_command_sent_twice_is_done_once() {
    let office = Office::with_notes().await;
    let first = with_key(&office, Key(7), "k", "a").await;
    let again = with_key(&office, Key(7), "k", "a").await;
    assert_eq!(first, again);
    let other_user = with_key(&office, Key(8), "k", "b").await;
    assert_ne!(first, other_user);
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}

#[tokio::test]
async fn a_key_answers_no_other_command_than_its_own() {
    let office = Office::with_notes().await;
    let first = with_key(&office, Key(7), "k", "a").await;
    let Answer::Records(created) = &first else { panic!("{first:?}") };
    let a = created.first().expect("one note").key;
    let delete = RecordChange::Delete { object: "note".into(), key: a, version: None };
    for command in [
        note("b"),
        Command::ChangeRecords(vec![update("note", a, json!({"count": 1}))]),
        Command::ChangeRecords(vec![delete]),
        Command::DefineObjects(Vec::new()),
        Command::RetryOutbox(a),
    ] {
        let mut envelope = Envelope::new(actor(Role::Admin), command);
        envelope.idempotency_key = Some("k".into());
        let answer = office.runtime.submit(envelope).await;
        assert_eq!(word(&answer), "idempotency_key", "{answer:?}");
    }
    assert_eq!(office.texts("note", "name"), ["a"]);
    assert_eq!(with_key(&office, Key(7), "k", "a").await, first, "it still answers its own");
}

#[tokio::test]
async fn a_command_sent_again_after_a_lost_commit_is_done_once() {
    let office = Office::with_notes().await;
    office.fake.fail([Fault::CommitAndLose]);
    let first = with_key(&office, Key(7), "k", "a").await;
    assert_eq!(first, with_key(&office, Key(7), "k", "a").await);
    assert_eq!(office.texts("note", "name"), ["a"]);
}

#[tokio::test]
async fn who_may_not_is_turned_away_before_anything_happens() {
    let office = Office::with_notes().await;
    let before = office.fake.commits();
    assert_eq!(word(&office.submit(Role::ReadOnly, note("a")).await), "denied");
    let define = Command::DefineObjects(Vec::new());
    assert_eq!(word(&office.submit(Role::Manager, define).await), "denied");
    let user = Command::ChangeRecords(vec![RecordChange::Delete {
        object: "user".into(),
        key: Key(1),
        version: None,
    }]);
    assert_eq!(word(&office.submit(Role::Sales, user).await), "denied");
    assert_eq!(office.fake.commits(), before);
}

#[tokio::test]
async fn what_is_outdated_goes_in_small_steps_beside_the_batches() {
    const HOUR_MS: i64 = 3_600_000;
    let office = Office::with_notes().await;
    // The lane has looked once when it is done with this.
    assert_eq!(word(&office.submit(Role::Admin, note("first")).await), "done");
    office.fake.outdate(2_500);
    // Each row: how much time passes before two batches, and what is left after them.
    for (pass_ms, left) in
        [(HOUR_MS - 1, 2_500), (1, 1_500), (0, 1_500), (100, 500), (100, 0), (100, 0)]
    {
        office.fake.pass(pass_ms);
        for name in ["a", "b"] {
            // A step follows the answer, so that the second batch comes after it.
            let name = format!("{name} {left} {pass_ms} {}", office.texts("note", "name").len());
            assert_eq!(word(&office.submit(Role::Admin, note(&name)).await), "done");
        }
        assert_eq!(office.fake.outdated(), left, "after {pass_ms} ms");
    }
}

#[tokio::test]
async fn a_stopped_runtime_finishes_what_came_before() {
    let office = Office::with_notes().await;
    assert_eq!(together(&office, vec![note("a"), note("b")]).await, ["done", "done"]);
    office.runtime.shutdown().await;
    assert_eq!(office.submit(Role::Admin, note("c")).await, Err(CommandError::Stopped));
    assert_eq!(office.texts("note", "name"), ["a", "b"]);
}
