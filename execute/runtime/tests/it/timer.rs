//! Timers fire once, when they are due, and not when what they wait for has ended.

use std::sync::Arc;

use base::Key;
use runtime::port::InstanceState;
use runtime::{Command, InstanceCommand, Resource, Runtime, Settings};
use serde_json::json;

use crate::fake::NoReaders;
use crate::model::{flow, process, row, user_task, watch};
use crate::office::{Office, context, update};

const HOUR_MS: i64 = 3_600_000;

/// A task that is cancelled after an hour: `start` -> `look` -> `end`, `late` -> `too_late`.
async fn reminding() -> Office {
    let office = Office::with_notes().await;
    let mut flows = String::new();
    flow(&mut flows, "start", "look", "");
    flow(&mut flows, "look", "end", "");
    flow(&mut flows, "late", "too_late", "");
    let elements = format!(
        r#"<startEvent id="start">{}</startEvent>{}
           <boundaryEvent id="late" attachedToRef="look"><timerEventDefinition>
             <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
           <endEvent id="end"/><endEvent id="too_late"/>{flows}"#,
        watch("note", "created", "true"),
        user_task("look", "")
    );
    office.deploy(vec![process("p", &elements)]).await;
    office
}

/// Gives the lane a reason to look at the clock.
async fn nudge(office: &Office, note: Key, count: i64) {
    let change = update("note", note, json!({"count": count}));
    office.done(Command::ChangeRecords(vec![change])).await;
}

fn ended_by(office: &Office) -> Vec<String> {
    let elements = office.db().elements.into_values();
    let ends = elements.filter(|it| &*it.kind == "END_EVENT");
    ends.map(|it| it.element_id.to_string()).collect()
}

#[tokio::test]
async fn a_timer_fires_when_it_is_due_and_not_before() {
    let office = reminding().await;
    let note = office.create("note", json!({"name": "a"})).await;
    office.fake.pass(HOUR_MS - 1);
    nudge(&office, note, 1).await;
    assert!(ended_by(&office).is_empty());
    office.fake.pass(1);
    nudge(&office, note, 2).await;
    assert_eq!(ended_by(&office), ["too_late"]);
    let db = office.db();
    assert!(db.timers.is_empty() && office.open_tasks().is_empty());
    assert!(db.instances.values().all(|row| row.state == InstanceState::Completed));
    office.check();
}

#[tokio::test]
async fn a_timer_whose_task_is_done_is_gone() {
    let office = reminding().await;
    office.create("note", json!({"name": "a"})).await;
    let task = office.open_tasks().first().expect("it waits").key;
    let variables = context(&json!({}));
    office.done(Command::Process(InstanceCommand::CompleteUserTask { task, variables })).await;
    assert!(office.db().timers.is_empty());
    assert_eq!(ended_by(&office), ["end"]);
    office.check();
}

#[tokio::test]
async fn a_timer_that_is_overtaken_within_its_batch_does_nothing() {
    let office = reminding().await;
    office.create("note", json!({"name": "a"})).await;
    let task = office.open_tasks().first().expect("it waits").key;
    office.fake.pass(HOUR_MS);
    let variables = context(&json!({}));
    // Commands come before timers in a batch, so the task is done when the timer looks.
    office.done(Command::Process(InstanceCommand::CompleteUserTask { task, variables })).await;
    assert_eq!(ended_by(&office), ["end"]);
    assert!(office.db().timers.is_empty());
    office.check();
}

/// A process that a timer starts, with a task that waits.
fn scheduled(timer: &str) -> Resource {
    let start = format!("<timerEventDefinition>{timer}</timerEventDefinition>");
    row("p", &start, &[("look", &user_task("look", ""))])
}

#[tokio::test]
async fn a_start_timer_starts_as_often_as_its_cycle_says() {
    let office = Office::with_notes().await;
    let note = office.create("note", json!({"name": "a"})).await;
    office.deploy(vec![scheduled("<timeCycle>R2/PT1H</timeCycle>")]).await;
    for (hour, started) in [(1, 1), (2, 2), (3, 2)] {
        office.fake.pass(HOUR_MS - 1);
        nudge(&office, note, hour * 10).await;
        assert_eq!(office.open_tasks().len(), (started - usize::from(hour < 3)), "before {hour}");
        office.fake.pass(1);
        nudge(&office, note, hour * 10 + 1).await;
        assert_eq!(office.open_tasks().len(), started, "hour {hour}");
    }
    assert!(office.db().timers.is_empty());
    office.check();
}

#[tokio::test]
async fn a_new_version_takes_the_start_timer_over() {
    let office = Office::with_notes().await;
    let note = office.create("note", json!({"name": "a"})).await;
    office.deploy(vec![scheduled("<timeDuration>PT1H</timeDuration>")]).await;
    office.deploy(vec![scheduled("<timeDuration>PT2H</timeDuration>")]).await;
    assert_eq!(office.db().timers.len(), 1);
    office.fake.pass(HOUR_MS);
    nudge(&office, note, 1).await;
    assert!(office.open_tasks().is_empty());
    office.fake.pass(HOUR_MS);
    nudge(&office, note, 2).await;
    assert_eq!(office.open_tasks().len(), 1);
}

/// Replaces the texts of all models behind the lane's back; answers what they were.
fn replace_models(office: &Office, text: &str) -> Vec<Arc<str>> {
    let mut before = Vec::new();
    office.fake.edit(|db| {
        for resource in &mut db.catalogue.resources {
            before.push(std::mem::replace(&mut resource.text, text.into()));
        }
        db.catalogue.version += 1;
    });
    before
}

#[tokio::test]
async fn a_timer_waits_until_its_model_can_be_read_again() {
    let scheduling = Office::with_notes().await;
    scheduling.deploy(vec![scheduled("<timeDuration>PT1H</timeDuration>")]).await;
    for (office, expect) in [(reminding().await, "too_late"), (scheduling, "look")] {
        let note = office.create("note", json!({"name": "a"})).await;
        office.runtime.shutdown().await;
        let texts = replace_models(&office, "<x/>");
        let start = Runtime::start(office.fake.store(), Arc::new(NoReaders), Settings::default());
        let office = Office { runtime: start.expect("it starts"), fake: Arc::clone(&office.fake) };
        office.fake.pass(HOUR_MS);
        nudge(&office, note, 1).await;
        assert_eq!(office.db().timers.len(), 1, "{expect}: it is put off");
        for text in texts {
            replace_models(&office, &text);
        }
        office.fake.pass(HOUR_MS);
        nudge(&office, note, 2).await;
        assert!(office.db().timers.is_empty(), "{expect}: it has fired");
        let elements = office.db().elements.into_values();
        assert!(elements.into_iter().any(|it| *it.element_id == *expect), "{expect}");
    }
}
