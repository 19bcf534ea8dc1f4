//! Commands that run while the batch before theirs is being committed: they see what it has changed, are
//! answered only after it, and are run again when it fails.

use std::sync::{Arc, MutexGuard};

use access::Role;
use runtime::port::StoreError;
use runtime::{Answer, Command, Envelope, InstanceCommand, ProcessRef, StartProcess, StartedBy};
use serde_json::json;

use crate::batch::{note, word};
use crate::fake::Fault;
use crate::model::{row, user_task, watch};
use crate::office::{Office, Sent, actor, context, update};

/// Sends the second commands while the batch of the first ones waits in its commit, and has run at least one of
/// them when the commits go on, of which the first ones meet these faults.
async fn beside(
    office: &Office,
    first: Vec<Envelope>,
    second: Vec<Envelope>,
    faults: Vec<Fault>,
) -> Vec<String> {
    let tide = &office.fake.tide;
    let (gate, opener) = open(office).await;
    let mut waiting: Vec<_> = first.into_iter().map(|it| office.send_envelope(it)).collect();
    let looks = tide.looks();
    drop(gate);
    assert_eq!(word(&opener.await), "done");
    tide.wait_for_commit();
    assert_eq!(tide.looks(), looks + 1, "the first ones run without a transaction of the lane");
    office.fake.fail(faults);
    waiting.extend(second.into_iter().map(|it| office.send_envelope(it)));
    tide.wait_for_looks(looks + 2);
    tide.let_go();
    let mut answers = Vec::new();
    for one in waiting {
        answers.push(word(&one.await));
    }
    answers
}

/// Sends a command that the lane takes alone, and holds it until the gate opens; what follows gathers behind it. Its
/// commit is the last one that goes on.
async fn open(office: &Office) -> (MutexGuard<'_, ()>, Sent) {
    let tide = &office.fake.tide;
    // When this one is done the lane has cleaned up, and begins no transaction but for commands.
    office.done(note(&format!("opener before {}", tide.begins()))).await;
    let (gate, begins) = (office.fake.hold(), tide.begins());
    tide.hold_after(1);
    let opener = office.send(note(&format!("opener {begins}")));
    tide.wait_for_begins(begins + 1);
    (gate, opener)
}

fn plain(commands: Vec<Command>) -> Vec<Envelope> {
    commands.into_iter().map(|command| Envelope::new(actor(Role::Admin), command)).collect()
}

fn notes(names: &[&str]) -> Vec<Envelope> {
    plain(names.iter().map(|name| note(name)).collect())
}

/// The names of all notes but those that open a round.
fn kept(office: &Office) -> Vec<String> {
    let mut names = office.texts("note", "name");
    names.retain(|name| !name.starts_with("opener"));
    names
}

#[tokio::test]
async fn a_batch_sees_what_the_one_in_flight_has_changed() {
    let retry = || Fault::Fail(StoreError::Retry("busy".to_owned()));
    for faults in [vec![], vec![retry()], vec![retry(), retry()], vec![Fault::Panic]] {
        let office = Office::with_notes().await;
        let answers =
            beside(&office, notes(&["a", "b"]), notes(&["a", "c", "b"]), faults.clone()).await;
        let expect = ["done", "done", "invalid", "done", "invalid"];
        assert_eq!(answers, expect, "{faults:?}");
        assert_eq!(kept(&office), ["a", "b", "c"], "{faults:?}");
    }
}

#[tokio::test]
async fn what_rests_on_a_change_that_is_refused_is_run_again_without_it() {
    let office = Office::with_notes().await;
    office.fake.refuse("bad");
    let (gate, _opener) = open(&office).await;
    let mut waiting: Vec<_> = ["bad", "a"].map(|name| office.send(note(name))).into();
    drop(gate);
    // The first ones have been refused together, and the second of them waits alone.
    office.fake.tide.wait_for_commit();
    waiting.extend(["bad", "a", "b"].map(|name| office.send(note(name))));
    office.fake.tide.let_go();
    let mut answers = Vec::new();
    for one in waiting {
        answers.push(word(&one.await));
    }
    assert_eq!(answers, ["fault", "done", "fault", "invalid", "done"]);
    assert_eq!(kept(&office), ["a", "b"]);
}

#[tokio::test]
async fn a_key_that_was_used_in_flight_answers_the_second_time() {
    let office = Office::with_notes().await;
    let named = |name: &str| {
        let mut envelope = Envelope::new(actor(Role::Admin), note(name));
        envelope.idempotency_key = Some("k".into());
        envelope
    };
    let mut first = notes(&["a"]);
    first.push(named("b"));
    let answers = beside(&office, first, vec![named("b"), named("c")], vec![]).await;
    assert_eq!(answers, ["done", "done", "done", "idempotency_key"]);
    assert_eq!(kept(&office), ["a", "b"]);
}

#[tokio::test]
async fn instances_records_and_counters_go_on_from_where_the_batch_in_flight_leaves_them() {
    let office = Office::with_notes().await;
    let change = watch("note", "changed", "record.count >= 10 and old.count < 10");
    let tasks = [("check", &*user_task("check", ""))];
    office.deploy(vec![row("p", "", &tasks), row("grown", &change, &tasks)]).await;
    let note = office.create("note", json!({"name": "a", "count": 1})).await;
    let process = ProcessRef::Id("p".into());
    let (record, variables) = (None, context(&json!({})));
    let start = StartProcess { process, record, variables, by: StartedBy::Caller };
    let Answer::Started(started) = office.done(Command::StartProcess(start)).await else {
        panic!("it starts")
    };
    let count =
        |count: i64| Command::ChangeRecords(vec![update("note", note, json!({"count": count}))]);
    let set = |value: i64| {
        let variables = context(&json!({"v": value}));
        Command::Process(InstanceCommand::SetVariables { scope: started.instance, variables })
    };
    let first = plain(vec![count(9), set(1)]);
    let second = plain(vec![count(11), set(2), set(3)]);
    assert_eq!(beside(&office, first, second, vec![]).await, ["done"; 5]);
    let open: Vec<Arc<str>> =
        office.open_tasks().iter().map(|it| Arc::clone(&it.element_id)).collect();
    assert_eq!(
        open.len(),
        2,
        "that of the first process, and that of the one that 9 to 11 has started"
    );
    assert_eq!(office.record("note", note).version, 3);
    let value = office.db().variables.get(&(started.instance, "v".into())).cloned();
    assert_eq!(value.map(|row| row.value), Some("3".into()));
    office.check();
}

#[tokio::test]
async fn a_stop_waits_for_what_is_in_flight() {
    let office = Office::with_notes().await;
    let tide = &office.fake.tide;
    let (gate, opener) = open(&office).await;
    let waiting: Vec<_> = ["a", "b"].map(|name| office.send(note(name))).into();
    drop(gate);
    assert_eq!(word(&opener.await), "done");
    tide.wait_for_commit();
    let stopping = tokio::spawn({
        let runtime = office.runtime.clone();
        async move { runtime.shutdown().await }
    });
    tide.let_go();
    stopping.await.expect("it stops");
    for one in waiting {
        assert_eq!(word(&one.await), "done");
    }
    assert_eq!(kept(&office), ["a", "b"]);
    assert_eq!(office.submit(Role::Admin, note("c")).await, Err(runtime::CommandError::Stopped));
}
