//! Jobs and outbox entries: given to one at a time, and given again when the lease runs out.

use access::Role;
use base::Key;
use runtime::port::OutboxState;
use runtime::{
    ActivatedJob, Answer, ClaimJobs, ClaimOutbox, Command, CommandError, InstanceCommand,
    Settlement,
};
use serde_json::{Value, json};

use crate::model::{row, service, watch};
use crate::office::{Office, context};

const LEASE_MS: i64 = 60_000;

async fn claim(office: &Office, limit: u32) -> Vec<ActivatedJob> {
    let wanted = ClaimJobs {
        job_type: "print".into(),
        worker: "printer".into(),
        limit,
        lease_ms: LEASE_MS,
        fetch_variables: Vec::new(),
    };
    match office.done(Command::ActivateJobs(wanted)).await {
        Answer::Jobs(jobs) => jobs,
        other => panic!("{other:?}"),
    }
}

/// A process that prints the note's name by a worker.
async fn printing() -> Office {
    let office = Office::with_notes().await;
    let print = service("print", "print", &[("text", "record.name")], "unused");
    office.deploy(vec![row("p", &watch("note", "created", "true"), &[("print", &print)])]).await;
    office
}

#[tokio::test]
async fn a_job_is_leased_to_one_worker_until_the_lease_runs_out() {
    let office = printing().await;
    office.create("note", json!({"name": "a"})).await;
    office.create("note", json!({"name": "b"})).await;
    let first = claim(&office, 1).await;
    let [job] = first.as_slice() else { panic!("{first:?}") };
    let variables: Value = serde_json::from_str(&job.variables).expect("it is JSON");
    assert_eq!(variables, json!({"text": "a"}));
    assert_eq!(job.headers, r#"{"resultVariable":"unused"}"#);
    assert_eq!((&*job.process_id, job.process_version, job.retries), ("p", 1, 3));
    let second = claim(&office, 10).await;
    assert_eq!(second.len(), 1, "only the other one is free");
    assert!(claim(&office, 10).await.is_empty());
    office.fake.pass(LEASE_MS - 1);
    assert!(claim(&office, 10).await.is_empty());
    office.fake.pass(1);
    assert_eq!(claim(&office, 10).await.len(), 2);
    office.complete_job(job.key, json!({"pages": 1})).await;
    assert_eq!(office.db().jobs.len(), 1);
    let again = InstanceCommand::CompleteJob { job: job.key, variables: context(&json!({})) };
    let again = office.submit(Role::Admin, Command::Process(again)).await;
    assert!(matches!(again, Err(CommandError::NotFound { .. })), "{again:?}");
    office.check();
}

#[tokio::test]
async fn a_job_that_fails_is_offered_again_until_its_retries_are_used_up() {
    let office = printing().await;
    office.create("note", json!({"name": "a"})).await;
    let fail = |job: Key, retries| InstanceCommand::FailJob {
        job,
        retries,
        message: "out of paper".into(),
        retry_back_off_ms: 5_000,
    };
    let job = claim(&office, 1).await.first().expect("it waits").key;
    office.done(Command::Process(fail(job, 1))).await;
    assert!(claim(&office, 1).await.is_empty(), "it backs off");
    office.fake.pass(5_000);
    assert_eq!(claim(&office, 1).await.len(), 1);
    office.done(Command::Process(fail(job, 0))).await;
    office.fake.pass(LEASE_MS);
    assert!(claim(&office, 1).await.is_empty(), "it waits for a person");
    let incidents = office.open_incidents();
    let [incident] = incidents.as_slice() else { panic!("{incidents:?}") };
    assert_eq!((&*incident.kind, incident.job), ("JOB_NO_RETRIES", Some(job)));
    office.done(Command::Process(InstanceCommand::UpdateJobRetries { job, retries: 2 })).await;
    let incident = incident.key;
    office.done(Command::Process(InstanceCommand::ResolveIncident { incident })).await;
    let retried = claim(&office, 1).await;
    assert_eq!(retried.first().map(|job| job.retries), Some(2));
    office.check();
}

#[tokio::test]
async fn a_mail_is_handed_out_once_and_its_fate_is_kept() {
    let office = Office::with_notes().await;
    let inputs = [("to", r#""a@b.example""#), ("subject", r#""s""#), ("body", r#""b""#)];
    let send = service("send", "rondo:send-mail", &inputs, "");
    office.deploy(vec![row("p", &watch("note", "created", "true"), &[("send", &send)])]).await;
    let note = office.create("note", json!({"name": "a"})).await;
    let claim = || {
        let kinds = vec!["mail".into()];
        office.done(Command::ClaimOutbox(ClaimOutbox { kinds, limit: 10, lease_ms: LEASE_MS }))
    };
    let Answer::Outbox(mails) = claim().await else { panic!("no mails") };
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.record.as_ref().map(|at| at.key), Some(note));
    assert_eq!(&*mail.message_id, format!("{}@rondo", mail.key));
    assert_eq!(claim().await, Answer::Outbox(Vec::new()));
    office.fake.pass(LEASE_MS);
    let Answer::Outbox(again) = claim().await else { panic!("no mails") };
    assert_eq!(again.first().map(|again| &again.message_id), Some(&mail.message_id));
    let sent = Settlement {
        key: mail.key,
        state: OutboxState::Sent,
        attempts: 1,
        unsettled: 1,
        next_at: mail.next_at,
        error: None,
    };
    office.done(Command::SettleOutbox(vec![sent.clone()])).await;
    office.fake.pass(LEASE_MS);
    assert_eq!(claim().await, Answer::Outbox(Vec::new()));
    let stored = office.db().outbox.remove(&mail.key).expect("it is kept");
    assert!(stored.is_perhaps_sent_twice(), "nobody knows what became of the first lease");
    check_retries(&office, &sent).await;
}

/// What was given up or kept can be tried again, by those who may; nothing else can.
async fn check_retries(office: &Office, settled: &Settlement) {
    for (state, role, key, expect) in [
        (OutboxState::Sent, Role::Manager, settled.key, "is `sent`; only what is"),
        (OutboxState::Failed, Role::Sales, settled.key, "may not"),
        (OutboxState::Failed, Role::Manager, Key(1), "there is no outbox entry `1`"),
        (OutboxState::Failed, Role::Manager, settled.key, "done"),
        (OutboxState::NotConfigured, Role::Manager, settled.key, "done"),
    ] {
        let settlement = Settlement { state, attempts: 9, ..settled.clone() };
        office.done(Command::SettleOutbox(vec![settlement])).await;
        let answer = office.submit(role, Command::RetryOutbox(key)).await;
        let text = answer.map_or_else(|error| error.to_string(), |_| "done".to_owned());
        assert!(text.contains(expect), "{state} {role}: {text}");
        let stored = office.db().outbox.remove(&settled.key).expect("it is kept");
        let expect = if text == "done" { (OutboxState::Waiting, 0) } else { (state, 9) };
        assert_eq!((stored.state, stored.attempts), expect);
    }
}
