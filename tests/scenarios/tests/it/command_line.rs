//! What a person does by command line where no server runs: deploy, evaluate what is deployed, add users.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use scenarios::create;
use serde_json::{Value, json};
use served::{Folder, Place, Server, binary};

/// A place, and files for what is to be done there.
struct Desk {
    place: Place,
    folder: Folder,
}

impl Desk {
    /// Where a server has run before.
    fn new() -> Self {
        let desk = Self { place: Place::new(), folder: Folder::new() };
        drop(Server::start_at(&desk.place, &[]));
        desk
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path
    }

    /// Runs `rondo` with these words, these files and this on its standard input.
    fn run(&self, words: &[&str], files: &[&PathBuf], input: &str) -> Output {
        let mut process = Command::new(binary())
            .args(words)
            .args(files)
            .args(self.place.options())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = process.stdin.take().expect("it is piped");
        // Who reads nothing may be gone by now.
        let _unread = stdin.write_all(input.as_bytes());
        drop(stdin);
        process.wait_with_output().expect("the program ends")
    }

    /// What it says where it succeeds.
    fn done(&self, words: &[&str], files: &[&PathBuf], input: &str) -> String {
        let output = self.run(words, files, input);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).expect("it is text")
    }

    /// Everything it says where it refuses.
    fn refused(&self, words: &[&str], files: &[&PathBuf], input: &str) -> String {
        let output = self.run(words, files, input);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {output:?}");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).expect("it is text")
    }
}

const PARCEL: &str = include_str!("../../fixtures/parcel.bpmn");

#[test]
fn files_are_deployed_all_or_none_and_a_deployed_decision_is_evaluated() {
    let desk = Desk::new();
    let object = desk.file("leave_request.json", include_str!("../../fixtures/leave_request.json"));
    let rule = desk.file("leave.dmn", include_str!("../../fixtures/leave.dmn"));
    let form = desk.file("leave.form", include_str!("../../fixtures/leave.form"));
    let process = desk.file("leave.bpmn", include_str!("../../fixtures/leave.bpmn"));
    let said = desk.done(&["deploy"], &[&process, &form, &rule, &object], "");
    for expect in
        ["process `leave` version 1 (", "decision `leave_rule` version 1 (", "form `leave-form`"]
    {
        assert!(said.contains(expect), "no `{expect}` in:\n{said}");
    }

    // One that is bad keeps out the one that is good.
    let good = desk.file("parcel.bpmn", PARCEL);
    let bad = desk.file(
        "bad.bpmn",
        &PARCEL
            .replace("\"parcel\"", "\"bad\"")
            .replace("targetRef=\"packed\"", "targetRef=\"nowhere\""),
    );
    let said = desk.refused(&["deploy"], &[&good, &bad], "");
    assert!(said.contains("bad.bpmn:10:") && said.contains("nothing is deployed"), "{said}");
    let missing = desk.folder.path().join("missing.bpmn");
    let said = desk.refused(&["deploy"], &[&good, &missing], "");
    assert!(said.contains("missing.bpmn` cannot be read"), "{said}");

    let input = desk.file("input.json", "{ \"days\": 14 }");
    let said = desk.done(&["eval", "leave_rule"], &[&input], "");
    let answer: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(answer["output"], "ask", "{said}");
    assert_eq!(answer["trace"]["decisions"][0]["matched"][0]["id"], "long", "{said}");
    let short = desk.done(&["eval", "leave_rule", "-"], &[], "{ \"days\": 1 }");
    assert!(short.contains("\"output\": \"grant\""), "{short}");
    let said = desk.refused(&["eval", "unheard_of"], &[&input], "");
    assert!(said.contains("there is no decision `unheard_of`"), "{said}");

    // What was deployed runs, what was not is not there.
    let server = Server::start_at(&desk.place, &["--auth", "none"]);
    let client = server.stranger();
    let leave = create(&client, "leave_request", &json!({ "subject": "Dentist", "days": 1 }));
    let leave = client.get(&format!("/api/records/leave_request/{leave}")).ok();
    assert_eq!(leave["fields"]["status"], "granted");
    for process in ["parcel", "bad"] {
        let start = json!({ "processDefinitionId": process });
        assert_eq!(client.post("/v2/process-instances", &start).status, 404, "{process}");
    }
}

#[test]
fn objects_are_as_they_were_where_the_models_beside_them_are_refused() {
    let desk = Desk::new();
    let leave: Value =
        serde_json::from_str(include_str!("../../fixtures/leave_request.json")).expect("JSON");
    let rule = desk.file("leave.dmn", include_str!("../../fixtures/leave.dmn"));
    let form = desk.file("leave.form", include_str!("../../fixtures/leave.form"));
    let text = include_str!("../../fixtures/leave.bpmn");
    let process = desk.file("leave.bpmn", text);
    let object = desk.file("leave_request.json", &leave.to_string());
    desk.done(&["deploy"], &[&object, &process, &form, &rule], "");

    // One field more, and an object of its own, with a process that reads another field that nothing has.
    let mut wider = leave.clone();
    let field =
        json!({ "name": "place", "label": { "en": "Place", "zh": "地点" }, "type": "text" });
    wider["fields"].as_array_mut().expect("fields").push(field);
    let mut other = leave.clone();
    other["name"] = json!("other_leave");
    other.as_object_mut().expect("an object").remove("stages");
    let (wider, other) = (
        desk.file("wider.json", &wider.to_string()),
        desk.file("other_leave.json", &other.to_string()),
    );
    let read = |field: &str| text.replacen("source=\"=record.days\"", field, 1);
    let bad = desk.file("leave.bpmn", &read("source=\"=record.plaice\""));
    let said = desk.refused(&["deploy"], &[&wider, &other, &bad], "");
    assert!(
        said.contains("has no field `plaice`") && said.contains("nothing is deployed"),
        "{said}"
    );
    let objects = |desk: &Desk| {
        let server = Server::start_at(&desk.place, &["--auth", "none"]);
        let known = server.stranger().get("/api/objects").ok().to_string();
        ["\"leave_request\"", "\"place\"", "\"other_leave\""].map(|name| known.contains(name))
    };
    assert_eq!(objects(&desk), [true, false, false], "nothing is defined");

    // What only the objects to come have is known to the models beside them.
    let good = desk.file("leave.bpmn", &read("source=\"=record.place\""));
    let said = desk.done(&["deploy"], &[&good, &other, &wider], "");
    assert!(said.contains("process `leave` version 2 ("), "{said}");
    assert_eq!(objects(&desk), [true; 3]);

    // A field goes together with the model's use of it, and not without.
    let narrow = desk.file("narrow.json", &leave.to_string());
    let said = desk.refused(&["deploy"], &[&narrow], "");
    assert!(said.contains("leave.bpmn:") && said.contains("has no field `place`"), "{said}");
    assert!(said.contains("process `leave` version 2 is deployed so"), "{said}");
    let said = desk.refused(&["deploy"], &[&narrow, &form], "");
    assert!(said.contains("nothing is deployed"), "{said}");
    let process = desk.file("leave.bpmn", text);
    let said = desk.done(&["deploy"], &[&narrow, &process], "");
    assert!(said.contains("process `leave` version 3 ("), "{said}");
    assert_eq!(objects(&desk), [true, false, true]);
}

#[test]
fn a_place_without_a_database_is_left_as_it_is() {
    let desk = Desk { place: Place::new(), folder: Folder::new() };
    let leave = json!({"name": "leave", "label": {"en": "Leave", "zh": "假"}, "plural":
        {"en": "Leaves", "zh": "假"}, "title": "subject", "fields": []});
    let object = desk.file("leave.json", &leave.to_string());
    for (words, files, says) in [
        (vec!["deploy"], vec![&object], "nothing is deployed"),
        (
            vec!["user", "add", "ada", "--role", "manager", "--password-stdin"],
            vec![],
            "nobody is added",
        ),
    ] {
        for _again in 0..2 {
            let said = desk.refused(&words, &files, "correct horse 9\n");
            assert!(said.contains(says), "{said}");
            assert!(said.contains("there is no database of Rondo in"), "{said}");
            assert!(said.contains("or make one by `rondo serve`"), "{said}");
        }
    }
}

#[test]
fn a_user_who_was_added_signs_in_and_is_added_once() {
    let desk = Desk::new();
    let add = |login: &'static str, role: &'static str| {
        ["user", "add", login, "--role", role, "--password-stdin"]
    };
    let said = desk.done(&add("ada", "manager"), &[], "correct horse 9\n");
    assert!(said.contains("user `ada` was added as manager"), "{said}");
    for (login, role, password, part) in [
        ("ada", "read_only", "correct horse 9\n", "`login` has to be unique"),
        ("eve", "emperor", "correct horse 9\n", "emperor"),
        ("eve", "read_only", "short\n", "password"),
        ("a:b", "read_only", "correct horse 9\n", "login"),
    ] {
        let said = desk.refused(&add(login, role), &[], password);
        assert!(said.contains(part), "{login}: {said}");
    }
    let server = Server::start_at(&desk.place, &[]);
    let me = server.client("ada", "correct horse 9").get("/api/session").ok();
    assert_eq!((&me["login"], &me["role"]), (&json!("ada"), &json!("manager")));
    assert_eq!(server.client("ada", "another one").get("/api/objects").status, 401);
    assert_eq!(server.client("eve", "correct horse 9").get("/api/objects").status, 401);
}
