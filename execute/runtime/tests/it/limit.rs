//! No loop holds a lane: chains of records and processes end in an incident that tells the chain,
//! loops inside an instance commit now and then and go on.

use access::Role;
use base::Key;
use runtime::port::InstanceState;
use runtime::{Answer, Command, CommandError, RecordChange};
use serde_json::json;

use crate::model::{flow, process, row, service, watch};
use crate::office::{Office, create, delete, input};

/// Waits until every instance has ended; each commit of the lane is heard.
async fn until_all_ended(office: &Office) {
    let mut changed = office.runtime.subscribe();
    while office.db().instances.values().any(|row| row.state == InstanceState::Active) {
        changed.recv().await.expect("the lane goes on");
    }
}

#[tokio::test]
async fn a_chain_of_triggers_ends_in_an_incident_that_tells_it() {
    let office = Office::with_notes().await;
    let fields = [("object", r#""note""#), ("fields", r#"{name: record.name + "x"}"#)];
    let copy = service("copy", "rondo:create-record", &fields, "");
    let start = watch("note", "created", "true");
    office.deploy(vec![row("copier", &start, &[("copy", &copy)])]).await;
    office.create("note", json!({"name": "n"})).await;
    let names = office.texts("note", "name");
    assert_eq!(names.len(), 17, "16 copies of the first one: {names:?}");
    let db = office.db();
    assert_eq!(db.instances.len(), 17);
    let incidents = office.open_incidents();
    let [incident] = incidents.as_slice() else { panic!("{incidents:?}") };
    assert_eq!(&*incident.element_id, "copy");
    let links = incident.message.matches("`copy` of process `copier` changed note").count();
    assert_eq!(links, 17, "{}", incident.message);
    office.check();
}

#[tokio::test]
async fn a_loop_without_a_wait_commits_now_and_then_and_goes_on() {
    let office = Office::with_notes().await;
    let script = r#"<scriptTask id="add"><extensionElements>
        <zeebe:script expression="=if i = null then 1 else i + 1" resultVariable="i"/>
        </extensionElements></scriptTask>"#;
    office.deploy(vec![looping("counter", script, "i")]).await;
    let before = office.fake.commits();
    office.create("note", json!({"name": "n"})).await;
    until_all_ended(&office).await;
    let db = office.db();
    let i =
        db.variables.values().find(|it| &*it.name == "i" && db.instances.contains_key(&it.scope));
    assert_eq!(i.map(|it| it.value.as_str()), Some("1500"));
    let commits = office.fake.commits() - before;
    assert!((3..=6).contains(&commits), "{commits} commits for about 3,000 steps");
    assert!(db.timers.is_empty(), "nothing is left to do");
    office.check();
}

#[tokio::test]
async fn a_loop_through_built_in_tasks_is_held_too() {
    let office = Office::with_notes().await;
    let add = service("add", "rondo:update-record", &[("fields", "{count: record.count + 1}")], "");
    office.deploy(vec![looping("counter", &add, "record.count")]).await;
    let note = office.create("note", json!({"name": "n"})).await;
    until_all_ended(&office).await;
    assert_eq!(office.field("note", note, "count"), "1500");
    assert!(office.db().timers.is_empty());
    office.check();
}

/// start -> add -> until `count` is 1500 -> end
fn looping(id: &str, add: &str, count: &str) -> runtime::Resource {
    let start = watch("note", "created", "true");
    let mut flows = String::new();
    flow(&mut flows, "start", "add", "");
    flow(&mut flows, "add", "again", "");
    flow(&mut flows, "again", "add", &format!("{count} &lt; 1500"));
    flow(&mut flows, "again", "end", "");
    process(
        id,
        &format!(
            r#"<startEvent id="start">{start}</startEvent>{add}
               <exclusiveGateway id="again" default="again_end"/><endEvent id="end"/>{flows}"#
        ),
    )
}

#[tokio::test]
async fn one_command_changes_at_most_500_records() {
    let office = Office::with_notes().await;
    for (count, taken) in [(500, true), (501, false)] {
        let name = |index| json!({"name": format!("{count}-{index}")});
        let changes = (0..count).map(|index| create("note", name(index))).collect();
        match office.submit(Role::Admin, Command::ChangeRecords(changes)).await {
            Ok(_) => assert!(taken),
            Err(CommandError::Rejected(it)) => assert!(!taken && it.code == "too_many_changes"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(office.db().records.keys().filter(|at| at.key > Key(0)).count(), 500);
}

/// A part of a note.
const LINE: &str = r#"{
    "name": "line", "label": {"en": "Line", "zh": "行"}, "plural": {"en": "Lines", "zh": "行"},
    "title": "text", "list": ["text"], "navigation": false,
    "part_of": {"field": "note", "collection": "lines"},
    "fields": [
        {"name": "text", "label": {"en": "Text", "zh": "文本"}, "type": "text", "max": 200},
        {"name": "note", "label": {"en": "Note", "zh": "便签"}, "type": "reference", "object": "note", "required": true}
    ]
}"#;

async fn with_lines() -> Office {
    let office = Office::with_notes().await;
    office.define(&[LINE]).await;
    office
}

fn note_with_lines(count: usize) -> RecordChange {
    let lines = vec![input(json!({"text": "x"})); count];
    let parts = [("lines".into(), lines)].into_iter().collect();
    RecordChange::Create { object: "note".into(), input: input(json!({"name": "n"})), parts }
}

fn too_many(answer: &Result<Answer, CommandError>) -> bool {
    matches!(answer, Err(CommandError::Rejected(it)) if it.code == "too_many_changes")
}

#[tokio::test]
async fn the_parts_of_a_record_count_as_changes() {
    let office = with_lines().await;
    let creates = |count| Command::ChangeRecords(vec![note_with_lines(count)]);
    assert!(too_many(&office.submit(Role::Admin, creates(500)).await));
    assert!(office.db().records.is_empty());
    let Answer::Records(created) = office.done(creates(499)).await else { panic!("no records") };
    let note = created.first().expect("one note").key;
    let removes = || Command::ChangeRecords(vec![delete("note", note)]);
    let line = office.create("line", json!({"text": "y", "note": note.to_string()})).await;
    assert!(too_many(&office.submit(Role::Admin, removes()).await));
    office.done(Command::ChangeRecords(vec![delete("line", line)])).await;
    office.done(removes()).await;
    assert!(office.db().records.is_empty());
}

#[tokio::test]
async fn a_built_in_task_changes_at_most_500_records() {
    let office = with_lines().await;
    let fields = [
        ("object", r#""note""#),
        ("fields", r#"{name: "many"}"#),
        ("parts", r#"{lines: for i in 1..record.count return {text: "x"}}"#),
    ];
    let task = service("fill", "rondo:create-record", &fields, "");
    let start = watch("note", "created", r#"record.name != "many""#);
    office.deploy(vec![row("p", &start, &[("fill", &task)])]).await;
    office.create("note", json!({"name": "a", "count": 500})).await;
    let incidents = office.open_incidents();
    let [incident] = incidents.as_slice() else { panic!("{incidents:?}") };
    assert!(incident.message.contains("more than 500 records"), "{}", incident.message);
    office.create("note", json!({"name": "b", "count": 499})).await;
    assert_eq!(office.texts("line", "text").len(), 499);
    office.check();
}
