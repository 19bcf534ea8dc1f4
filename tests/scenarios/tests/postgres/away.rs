//! A database that is not there: when the server starts it is waited for, when it goes away while the server
//! runs everybody is told so, and when it is back everything goes on.

use std::process::Command;

use scenarios::create;
use serde_json::json;
use served::{Events, Place, Server, Way, binary, raw};

/// A way to the database of a place, and the options of `rondo serve` that take it.
fn way_to(place: &Place) -> (Way, Vec<String>) {
    let url = place.url();
    let (_, behind) = url.split_once('@').expect("an address has a user");
    let server = behind.split('/').next().expect("and a server");
    let way = Way::to(server);
    let url = url.replace(server, &way.address().to_string());
    (way, ["--auth", "none", "--database", &url].map(ToOwned::to_owned).to_vec())
}

#[test]
fn a_database_that_never_comes_is_given_up_with_a_reason() {
    let (_closed, options) = way_to(&Place::new());
    let said = Command::new(binary())
        .arg("serve")
        .args(&options)
        .args(["--database-wait-seconds", "1"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(said.stderr).expect("it is text");
    assert!(!said.status.success());
    assert!(text.contains("the database is not there yet"), "it says that it waits: {text}");
    assert!(text.contains("the database is not there after 1 seconds"), "{text}");
    assert!(text.contains("refused") && text.contains("`database_wait_seconds`"), "{text}");
}

#[test]
fn what_waiting_does_not_change_is_told_at_once() {
    let place = Place::new();
    let unknown = place.url().replace("/postgres?", "/no_such_database?");
    let said = Command::new(binary())
        .args(["serve", "--database", &unknown, "--database-wait-seconds", "3600"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(said.stderr).expect("it is text");
    assert!(!said.status.success() && text.contains("does not exist"), "{text}");
}

#[test]
fn a_server_that_starts_before_its_database_waits_for_it() {
    let place = Place::new();
    let (mut way, options) = way_to(&place);
    let server = std::thread::spawn(move || {
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        Server::start_with(&options)
    });
    way.open();
    let server = server.join().expect("the server starts");
    assert_eq!(server.stranger().get("/health").status, 200);
}

#[test]
fn while_the_database_is_away_everybody_is_told_so_and_nothing_is_lost() {
    let place = Place::new();
    let (mut way, options) = way_to(&place);
    way.open();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let server = Server::start_with(&options);
    let client = server.stranger();
    let models = json!({ "resources": [
        { "name": "reminder.bpmn", "content": include_str!("../../fixtures/reminder.bpmn") } ] });
    client.post("/api/deployments", &models).ok();
    let mut events = Events::open(server.address(), "accept: text/event-stream");
    for round in 0..3 {
        let kept = create(&client, "task", &json!({ "subject": format!("before {round}") }));
        let given = json!({ "processDefinitionId": "reminder", "variables": { "wait": "PT1S" } });
        let started = client.post("/v2/process-instances", &given).ok();
        let instance = started["processInstanceKey"].as_str().unwrap_or_default().to_owned();
        way.cut();
        let task = json!({ "fields": { "subject": format!("never {round}") } }).to_string();
        for (method, path, body) in [
            ("GET", "/health", ""),
            ("POST", "/api/records/task", task.as_str()),
            ("GET", "/api/records/task", ""),
            ("POST", "/api/deployments", &models.to_string()),
            ("POST", "/v2/jobs/activation", r#"{"type":"a","timeout":1,"maxJobsToActivate":1}"#),
        ] {
            let answer = raw::send(server.address(), method, path, &[], body);
            let told = (answer.status, answer.header("retry-after"));
            assert_eq!(told, (503, "1"), "{method} {path}: {}", answer.text());
        }
        way.open();
        // It is found again by whoever asks first, and by the server itself.
        create(&client, "task", &json!({ "subject": format!("after {round}") }));
        assert_eq!(client.get("/health").status, 200);
        assert_eq!(client.get(&format!("/api/records/task/{kept}")).status, 200);
        let state =
            |key: &str| client.get(&format!("/v2/process-instances/{key}")).ok()["state"].clone();
        while state(&instance) != "COMPLETED" {
            events.until(|_| true);
        }
    }
    let tasks = client.get("/api/records/task?limit=100&sort=subject").ok();
    let tasks = tasks["items"].as_array().cloned().unwrap_or_default();
    let subjects: Vec<&str> =
        tasks.iter().filter_map(|task| task["fields"]["subject"].as_str()).collect();
    let expected = ["after 0", "after 1", "after 2", "before 0", "before 1", "before 2"];
    assert_eq!(subjects, expected, "what was refused was not done");
}
