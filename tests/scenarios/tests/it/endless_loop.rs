//! A process that runs in circles without waiting for anything holds nobody up, stops by itself, and says
//! so.

use std::time::{Duration, Instant};

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::Client;

/// The first instance with an open incident, asked for until there is one.
fn stopped(client: &Client) -> Value {
    let deadline = Instant::now() + Duration::from_mins(3);
    loop {
        let list = client.get("/api/instances?state=incident").ok();
        if let Some(instance) = list["items"].get(0) {
            return instance.clone();
        }
        assert!(Instant::now() < deadline, "it never stopped");
        std::thread::yield_now();
    }
}

#[test]
fn a_process_that_runs_in_circles_stops_with_an_incident() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let circle =
        json!({ "name": "circle.bpmn", "content": include_str!("../../fixtures/circle.bpmn") });
    admin.post("/api/deployments", &json!({ "resources": [circle] })).ok();
    create(&admin, "task", &json!({ "subject": "run in circles" }));

    // Somebody else's command is answered while it is still running.
    create(&admin, "task", &json!({ "subject": "do not run" }));
    let circles = json!({ "filter": { "processDefinitionId": "circle" } });
    let running = admin.post("/v2/process-instances/search", &circles).ok();
    let [running] = running["items"].as_array().expect("items").as_slice() else {
        panic!("{running}")
    };
    assert_eq!((&running["state"], &running["hasIncident"]), (&json!("ACTIVE"), &json!(false)));

    let instance = stopped(&admin);
    let path = format!("/api/instances/{}", instance["key"].as_str().unwrap_or_default());
    let incidents = admin.get(&format!("{path}/incidents")).ok();
    let message = incidents["items"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("taken 100000 steps without waiting"), "{incidents}");
    assert!(message.contains("resolve the incident to let it take as many again"), "{incidents}");

    // The start event is one of the 100,000; the one too many is active and waits.
    let process = instance["process"]["key"].as_str().unwrap_or_default();
    let counts = admin.get(&format!("/api/processes/{process}/counts")).ok();
    let elements = counts["elements"].as_array().cloned().unwrap_or_default();
    let completed = elements.iter().filter_map(|element| element["completed"].as_u64());
    assert_eq!(completed.sum::<u64>(), 100_000, "{counts}");
    assert_eq!(admin.post(&format!("{path}/cancel"), &json!({})).status, 204);
}
