//! The log: one JSON object a line where that is asked for, the request's id beside what is logged, and nothing
//! about persons.

use std::fs::{self, File};
use std::process::Command;

use serde_json::{Value, json};
use served::raw::ask;
use served::{Folder, Server, binary};

#[test]
fn the_log_is_json_with_the_id_of_the_request_and_tells_nothing_about_persons() {
    let folder = Folder::new();
    let file = folder.path().join("log");
    let mut command = Command::new(binary());
    command.stderr(File::create(&file).expect("a file"));
    let arguments = [
        "--auth",
        "none",
        "--log-format",
        "json",
        "--log",
        "info,api=debug,runtime=debug,rondo=debug",
    ];
    let mut server = Server::start_by(command, folder.path(), &arguments);
    let client = server.stranger();
    let task = json!({ "fields": { "subject": "Call Mr Secretive" } });
    let key = client.post("/api/records/task", &task).ok()["key"].clone();
    let key = key.as_str().expect("it has a key");
    client.get(&format!("/api/records/task/{key}")).ok();
    client.get("/api/search?q=Secretive");
    client.post("/api/session", &json!({ "login": "secretive", "password": "hunter2" }));
    ask(server.address(), "GET", "/api/records/task", &[("x-request-id", "abc-1")]);
    assert!(server.stop().success());
    let log = fs::read_to_string(&file).expect("the log can be read");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let named = lines.iter().find(|line| line["span"]["id"] == "abc-1").expect("it is there");
    assert_eq!(named["span"]["route"], "/api/records/{object}", "{named}");
    assert_eq!(named["span"]["method"], "GET", "{named}");
    assert_eq!((&named["status"], &named["level"]), (&json!(200), &json!("INFO")), "{named}");
    for word in ["ecretive", "hunter2", key] {
        assert!(!log.contains(word), "`{word}` in:\n{log}");
    }
}

#[test]
fn a_level_that_is_none_is_refused() {
    let output = Command::new(binary()).args(["--log", "a=b=c", "openapi"]).output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("`a=b=c` is no level"), "{said}");
}
