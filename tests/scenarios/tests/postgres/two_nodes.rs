//! Two processes on one database, to people and programs one server: whoever asks the one knows at once what
//! the other has done, and when one is killed the other goes on with its work.

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::raw::{self, RawAnswer};
use served::{Client, Events, Server};

/// Signs in; answers the line of the header that shows it: `cookie: ..`.
fn sign_in(server: &Server) -> String {
    let body = json!({ "login": "sales", "password": "sales-demo" });
    let answer = raw::send(server.address(), "POST", "/api/session", &[], &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (cookie, _) = answer.header("set-cookie").split_once(';').expect("a cookie is set");
    format!("cookie: {cookie}")
}

fn as_session(server: &Server, method: &str, who: &str) -> RawAnswer {
    let header = who.split_once(": ").expect("it is a header");
    raw::ask(server.address(), method, "/api/session", &[header])
}

#[test]
fn who_signs_in_at_one_server_is_signed_in_at_the_other_until_the_sign_out() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (here, there) = (sample.server(), &second);
    let who = sign_in(here);
    for server in [here, there] {
        let me = as_session(server, "GET", &who);
        assert!(me.status == 200 && me.text().contains("\"sales\""), "{}", me.text());
    }
    assert_eq!(as_session(here, "DELETE", &who).status, 204);
    for server in [here, there] {
        let nobody = as_session(server, "GET", &who);
        assert_eq!((nobody.status, nobody.text()), (200, "null"), "the session has ended");
    }
}

#[test]
fn a_page_of_one_server_hears_what_is_written_at_the_other_and_nothing_of_its_content() {
    let sample = Sample::start();
    let second = sample.second_server();
    let who = sign_in(&second);
    let mut events = Events::open(second.address(), &who);
    let here = sample.client("sales");
    let key = create(&here, "task", &json!({ "subject": "Ask about the secret" }));
    // Other tests' servers use the same database, and may have drawn the same key for something else.
    let is_it = |event: &Value| event["kind"] == "record" && event["key"] == *key;
    let heard = events.until(is_it);
    assert_eq!(heard, json!({ "kind": "record", "object": "task", "key": key }));
    let changed = json!({ "version": 1, "fields": { "subject": "Another" } });
    here.send("PATCH", &format!("/api/records/task/{key}"), Some(&changed), None)
        .expect("the server answers")
        .ok();
    assert_eq!(events.until(is_it), heard, "each change is told");
}

fn deploy(admin: &Client) {
    let models = json!({ "resources": [
        { "name": "parcel.bpmn", "content": include_str!("../../fixtures/parcel.bpmn") },
        { "name": "reminder.bpmn", "content": include_str!("../../fixtures/reminder.bpmn") } ] });
    admin.post("/api/deployments", &models).ok();
}

/// Starts a process and answers its instance's key.
fn start(client: &Client, process: &str, variables: &Value) -> String {
    let given = json!({ "processDefinitionId": process, "variables": variables });
    let started = client.post("/v2/process-instances", &given).ok();
    started["processInstanceKey"].as_str().expect("an instance has a key").to_owned()
}

fn state(client: &Client, instance: &str) -> Value {
    client.get(&format!("/v2/process-instances/{instance}")).ok()["state"].clone()
}

#[test]
fn what_is_deployed_at_one_server_runs_at_the_other_at_once() {
    let sample = Sample::start();
    let second = sample.second_server();
    let (here, there) = (sample.client("admin"), second.client("admin", "admin-demo"));
    for version in 1..=5 {
        let changed = include_str!("../../fixtures/parcel.bpmn")
            .replace("name=\"Pack\"", &format!("name=\"Pack {version}\""));
        let model = json!({ "resources": [{ "name": "parcel.bpmn", "content": changed }] });
        here.post("/api/deployments", &model).ok();
        let given = json!({ "processDefinitionId": "parcel" });
        let started = there.post("/v2/process-instances", &given).ok();
        assert_eq!(started["processDefinitionVersion"], version, "{started}");
        let list =
            json!({ "filter": { "processDefinitionId": "parcel", "isLatestVersion": true } });
        let found = there.post("/v2/process-definitions/search", &list).ok();
        assert_eq!(found["items"][0]["version"], version, "{found}");
    }
}

#[test]
fn when_one_server_is_killed_the_other_goes_on_with_its_timers_and_jobs() {
    let mut sample = Sample::start();
    let second = sample.second_server();
    let (here, there) = (sample.client("admin"), second.client("admin", "admin-demo"));
    deploy(&here);
    let parcels: Vec<_> = (0..5).map(|_| start(&here, "parcel", &json!({}))).collect();
    let mut events = Events::open(second.address(), &sign_in(&second));
    let reminders: Vec<_> =
        (0..3).map(|_| start(&here, "reminder", &json!({ "wait": "PT1S" }))).collect();
    sample.kill();
    // Nobody asks the other server for anything: it finds by itself what is due.
    for reminder in &reminders {
        while state(&there, reminder) != "COMPLETED" {
            events.until(|event| event["kind"] == "instance");
        }
    }
    let wanted = json!({ "type": "pack", "timeout": 60_000, "maxJobsToActivate": 10 });
    let jobs = there.post("/v2/jobs/activation", &wanted).ok();
    let jobs = jobs["jobs"].as_array().cloned().unwrap_or_default();
    assert_eq!(jobs.len(), parcels.len());
    for job in jobs {
        let key = job["jobKey"].as_str().expect("a job has a key");
        there.post(&format!("/v2/jobs/{key}/completion"), &json!({})).ok();
    }
    for parcel in &parcels {
        assert_eq!(state(&there, parcel), "COMPLETED");
    }
}
