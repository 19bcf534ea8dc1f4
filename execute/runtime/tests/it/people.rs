//! No process changes who people are and what they may do, whatever it is told at run time.

use access::Role;
use runtime::{Command, CommandError};
use serde_json::json;

use crate::model::{row, service, watch};
use crate::office::Office;

const USER: &str = r#"{
    "name": "user", "label": {"en": "User", "zh": "用户"}, "plural": {"en": "Users", "zh": "用户"},
    "title": "name", "list": ["name"], "navigation": false,
    "fields": [
        {"name": "name", "label": {"en": "Name", "zh": "名称"}, "type": "text", "max": 200, "required": true},
        {"name": "rank", "label": {"en": "Rank", "zh": "级别"}, "type": "number", "scale": 0, "default": 1}
    ]
}"#;

/// A built-in task on the object that the created note names.
async fn run(job_type: &str, inputs: &[(&str, &str)]) -> (Office, String) {
    let office = Office::with_notes().await;
    office.define(&[USER]).await;
    let user = office.create("user", json!({"name": "anna"})).await;
    let key = format!("\"{user}\"");
    let updates = format!("[{{key: {key}, add: {{rank: 1}}}}]");
    let mut mapped = vec![("object", "record.name"), ("key", &key), ("updates", &updates)];
    mapped.extend(inputs);
    let task = service("task", job_type, &mapped, "");
    office.deploy(vec![row("p", &watch("note", "created", "true"), &[("task", &task)])]).await;
    office.create("note", json!({"name": "user"})).await;
    let incidents = office.open_incidents();
    let told = incidents.iter().map(|incident| incident.message.to_string()).collect();
    assert_eq!(office.field("user", user, "rank"), "1", "{job_type}");
    (office, told)
}

#[tokio::test]
async fn a_process_that_would_change_people_stops_in_an_incident() {
    for (job_type, inputs) in [
        ("rondo:create-record", vec![("fields", r#"{name: "eve"}"#)]),
        ("rondo:update-record", vec![("fields", "{rank: 2}")]),
        ("rondo:delete-record", vec![]),
        ("rondo:guarded-update", vec![("guard", r#""true""#)]),
    ] {
        let (office, told) = run(job_type, &inputs).await;
        assert!(told.contains("a process may not write records of `user`"), "{job_type}: {told}");
        assert_eq!(office.texts("user", "name"), ["anna"], "{job_type}");
        office.check();
    }
}

#[tokio::test]
async fn a_process_that_names_people_to_write_is_not_deployed() {
    for (job_type, object, is_refused) in [
        ("rondo:update-record", r#""user""#, true),
        ("rondo:create-record", r#""te" + "am""#, true),
        ("rondo:update-record", r#""note""#, false),
        ("rondo:find-records", r#""user""#, false),
    ] {
        let office = Office::with_notes().await;
        let task = service("task", job_type, &[("object", object), ("fields", "{}")], "");
        let files = vec![row("p", "", &[("task", &task)])];
        let refused = match office.submit(Role::Manager, Command::Deploy(files)).await {
            Ok(_) => false,
            Err(CommandError::Invalid(problems)) => {
                problems.iter().all(|it| it.message.contains("which decide what people may do"))
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(refused, is_refused, "{job_type} {object}");
    }
}
