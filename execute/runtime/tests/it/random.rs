//! Whatever happens in whatever order, commits that fail included: history leads to state, rows say
//! what the state says, and nothing is left over of what has ended.

use base::Key;
use proptest::prelude::*;
use runtime::port::{InstanceState, StoreError, TimerKind};
use runtime::{ClaimJobs, Command, InstanceCommand, RecordChange};
use serde_json::json;

use crate::fake::Fault;
use crate::model::{flow, process, service, user_task, watch};
use crate::office::{Answered, Office, context, create, update};

/// Something that may happen; the number chooses among what there is.
#[derive(Debug, Clone)]
enum Step {
    Create(u8),
    Count(usize, i64),
    Delete(usize),
    CompleteTask(usize),
    Assign(usize),
    CompleteJob(usize),
    FailJob(usize, u32),
    ThrowError(usize),
    Resolve(usize),
    Cancel(usize),
    SetVariable(usize, i64),
    ClaimJobs(u32),
    Pass(i64),
    FailCommit,
    LoseCommit,
}

/// How many failures in a row a command survives: it is tried twice in its batch and twice alone.
const FAILURES_BORNE: usize = 3;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u8>().prop_map(Step::Create),
        2 => (any::<usize>(), -3i64..30).prop_map(|(which, count)| Step::Count(which, count)),
        1 => any::<usize>().prop_map(Step::Delete),
        4 => any::<usize>().prop_map(Step::CompleteTask),
        1 => any::<usize>().prop_map(Step::Assign),
        4 => any::<usize>().prop_map(Step::CompleteJob),
        2 => (any::<usize>(), 0u32..2).prop_map(|(which, retries)| Step::FailJob(which, retries)),
        1 => any::<usize>().prop_map(Step::ThrowError),
        2 => any::<usize>().prop_map(Step::Resolve),
        1 => any::<usize>().prop_map(Step::Cancel),
        1 => (any::<usize>(), any::<i64>()).prop_map(|(which, value)| Step::SetVariable(which, value)),
        1 => (0u32..3).prop_map(Step::ClaimJobs),
        2 => (0i64..4_000_000).prop_map(Step::Pass),
        1 => Just(Step::FailCommit),
        1 => Just(Step::LoseCommit),
    ]
}

/// A task with a timer on its border beside a job whose error is caught; then a change of the record
/// that sets off a second process, or fails where the count is negative.
async fn house() -> Office {
    let office = Office::with_notes().await;
    let mut flows = String::new();
    for (from, to) in [
        ("start", "fork"),
        ("fork", "look"),
        ("fork", "print"),
        ("look", "join"),
        ("print", "join"),
        ("late", "remind"),
        ("remind", "reminded"),
        ("jam", "join"),
        ("join", "count"),
        ("count", "end"),
    ] {
        flow(&mut flows, from, to, "");
    }
    let elements = format!(
        r#"<startEvent id="start">{}</startEvent><parallelGateway id="fork"/>{}{}{}{}
           <boundaryEvent id="late" attachedToRef="look" cancelActivity="false">
             <timerEventDefinition><timeCycle>R2/PT30M</timeCycle></timerEventDefinition></boundaryEvent>
           <boundaryEvent id="jam" attachedToRef="print"><errorEventDefinition errorRef="no_luck"/></boundaryEvent>
           <parallelGateway id="join"/><endEvent id="end"/><endEvent id="reminded"/>{flows}"#,
        watch("note", "created", "true"),
        user_task("look", ""),
        service("print", "print", &[("text", "record.name")], ""),
        service("remind", "rondo:update-record", &[("fields", "{count: record.count + 1}")], ""),
        service(
            "count",
            "rondo:guarded-update",
            &[
                ("object", r#""note""#),
                (
                    "updates",
                    "[{key: record.key, add: {count: 10 / (if record.count < 0 then 0 else 1)}}]"
                ),
                ("guard", r#""count < 100""#),
            ],
            "",
        ),
    );
    let second = crate::model::row(
        "second",
        &watch("note", "changed", "record.count >= 10 and old.count < 10"),
        &[("check", &user_task("check", "manager"))],
    );
    office.deploy(vec![process("first", &elements), second]).await;
    office
}

fn pick<T: Clone>(all: &[T], which: usize) -> Option<T> {
    all.get(which.checked_rem(all.len())?).cloned()
}

/// The command of a step, where there is something to do it to.
fn command(office: &Office, step: &Step) -> Option<Command> {
    let db = office.db();
    let notes: Vec<Key> = db.records.keys().map(|at| at.key).collect();
    let tasks: Vec<Key> = office.open_tasks().iter().map(|task| task.key).collect();
    let jobs: Vec<Key> = db.jobs.keys().copied().collect();
    let incidents: Vec<Key> = office.open_incidents().iter().map(|it| it.key).collect();
    let instances: Vec<Key> = db.instances.keys().copied().collect();
    let none = || context(&json!({}));
    let on = |command: InstanceCommand| Some(Command::Process(command));
    match *step {
        Step::Create(name) => {
            let note = create("note", json!({"name": format!("n{name}")}));
            Some(Command::ChangeRecords(vec![note]))
        }
        Step::Count(which, count) => {
            let note = update("note", pick(&notes, which)?, json!({"count": count}));
            Some(Command::ChangeRecords(vec![note]))
        }
        Step::Delete(which) => {
            let (object, key) = ("note".into(), pick(&notes, which)?);
            Some(Command::ChangeRecords(vec![RecordChange::Delete { object, key, version: None }]))
        }
        Step::CompleteTask(which) => {
            on(InstanceCommand::CompleteUserTask { task: pick(&tasks, which)?, variables: none() })
        }
        Step::Assign(which) => on(InstanceCommand::AssignUserTask {
            task: pick(&tasks, which)?,
            assignee: Some("sales".into()),
        }),
        Step::CompleteJob(which) => {
            on(InstanceCommand::CompleteJob { job: pick(&jobs, which)?, variables: none() })
        }
        Step::FailJob(which, retries) => on(InstanceCommand::FailJob {
            job: pick(&jobs, which)?,
            retries,
            message: "out of paper".into(),
            retry_back_off_ms: 1_000,
        }),
        Step::ThrowError(which) => on(InstanceCommand::ThrowJobError {
            job: pick(&jobs, which)?,
            code: "no_luck".into(),
            message: "jam".into(),
            variables: none(),
        }),
        Step::Resolve(which) => {
            on(InstanceCommand::ResolveIncident { incident: pick(&incidents, which)? })
        }
        Step::Cancel(which) => on(InstanceCommand::Cancel { instance: pick(&instances, which)? }),
        Step::SetVariable(which, value) => on(InstanceCommand::SetVariables {
            scope: pick(&instances, which)?,
            variables: context(&json!({"v": value})),
        }),
        Step::ClaimJobs(limit) => Some(Command::ActivateJobs(ClaimJobs {
            job_type: "print".into(),
            worker: "printer".into(),
            limit,
            lease_ms: 1_000,
            fetch_variables: Vec::new(),
        })),
        Step::Pass(ms) => {
            office.fake.pass(ms);
            None
        }
        Step::FailCommit => {
            office.fake.fail([Fault::Fail(StoreError::Retry("busy".to_owned()))]);
            None
        }
        Step::LoseCommit => {
            office.fake.fail([Fault::CommitAndLose]);
            None
        }
    }
}

async fn play(steps: Vec<Step>) {
    let office = house().await;
    office.fake.be_remote();
    for step in &steps {
        // A command that fails more often than it is tried is answered with a fault, rightly.
        let is_failure = matches!(step, Step::FailCommit | Step::LoseCommit);
        if is_failure && office.fake.faults_ahead() == FAILURES_BORNE {
            continue;
        }
        if let Some(command) = command(&office, step) {
            // Refusals are part of the game; faults are not.
            let answer = office.submit(access::Role::Admin, command).await;
            if let Err(runtime::CommandError::Fault(fault)) = answer {
                panic!("{step:?}: {fault}");
            }
        }
    }
    office.runtime.shutdown().await;
    check(&office);
}

/// Each wave is sent while the batch of the wave before is being committed, some of the commits fail.
async fn play_waves(waves: Vec<Vec<Step>>) {
    let office = house().await;
    let all_commit = !waves.iter().flatten().any(|step| matches!(step, Step::FailCommit));
    let mut waiting = Vec::new();
    for wave in waves {
        // What there is to do something to is what is committed; the wave in flight does something to it too.
        let commands: Vec<Command> = wave
            .iter()
            .filter(|step| !matches!(step, Step::LoseCommit))
            .filter(|step| !matches!(step, Step::FailCommit) || office.fake.faults_ahead() == 0)
            .filter_map(|step| command(&office, step))
            .collect();
        let sent: Vec<_> = commands.into_iter().map(|command| office.send(command)).collect();
        office.fake.tide.let_go();
        for answer in waiting.drain(..) {
            let answer: Answered = answer.await;
            if let Err(runtime::CommandError::Fault(fault)) = answer {
                panic!("{fault}");
            }
        }
        office.fake.tide.hold_after(1);
        waiting = sent;
    }
    office.fake.tide.let_go();
    office.runtime.shutdown().await;
    if all_commit {
        assert_eq!(office.runtime.statistics().retries, 0, "what runs beside a commit fits on it");
    }
    check(&office);
}

fn check(office: &Office) {
    office.check();
    let db = office.db();
    let runs = |key: &Key| {
        db.instances.get(key).is_some_and(|instance| instance.state == InstanceState::Active)
    };
    for timer in db.timers.values() {
        let TimerKind::Instance { instance } = &timer.kind else { continue };
        assert!(runs(instance), "a timer of an instance that has ended");
    }
    assert!(db.jobs.values().all(|job| runs(&job.instance)));
    assert!(office.open_tasks().iter().all(|task| runs(&task.instance)));
    for (at, record) in &db.records {
        let versions: Vec<i64> = db
            .record_history
            .iter()
            .filter(|row| row.record == at.key)
            .map(|row| row.version)
            .collect();
        let expect: Vec<i64> = (1..=record.version).collect();
        assert_eq!(versions, expect, "each version of {at} has one line of history");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_history_state_and_rows_agree(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it is built");
        runtime.block_on(play(steps));
    }

    #[test]
    fn whatever_runs_beside_a_commit_history_state_and_rows_agree(
        waves in prop::collection::vec(prop::collection::vec(step(), 1..8), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it is built");
        runtime.block_on(play_waves(waves));
    }
}
