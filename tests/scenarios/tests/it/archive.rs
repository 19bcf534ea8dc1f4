//! A workspace is backed up while it is served and goes on elsewhere: what waited is completed, timers fire,
//! numbers go on, and a retry of what was answered before changes nothing.

use std::path::Path;
use std::process::{Command, Output};

use scenarios::create;
use serde_json::{Value, json};
use served::{Answer, Client, Folder, Place, Server, binary};

fn rondo(arguments: &[&str], place: &Place) -> Output {
    let mut command = Command::new(binary());
    command.args(arguments).args(place.options()).output().expect("the program runs")
}

fn succeed(arguments: &[&str], place: &Place) -> String {
    let output = rondo(arguments, place);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the program says when it refuses.
fn refused(arguments: &[&str], place: &Place) -> String {
    let output = rondo(arguments, place);
    assert!(!output.status.success(), "{arguments:?} is refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn as_user(server: &Server, login: &str) -> Client {
    server.client(login, &format!("{login}-demo"))
}

fn submit(client: &Client, account: &str, product: &str, quantity: u64, once: &str) -> Answer {
    let price = json!({ "amount": "10.00", "currency": "EUR" });
    let line = json!({ "product": product, "quantity": quantity, "unit_price": price });
    let order = json!({ "fields": { "account": account, "status": "submitted" },
        "parts": { "lines": [{ "fields": line }] } });
    let answer = client.send("POST", "/api/records/order", Some(&order), Some(once));
    answer.expect("the server answers")
}

/// Starts a process that waits for an answer, at most so long; answers the instance.
fn remind(client: &Client, wait: &str) -> String {
    let start = json!({ "processDefinitionId": "reminder", "variables": { "wait": wait } });
    let started = client.post("/v2/process-instances", &start);
    assert_eq!(started.status, 200, "{}", started.body);
    started.text("/processInstanceKey").to_owned()
}

fn instance(client: &Client, key: &str) -> Value {
    client.get(&format!("/v2/process-instances/{key}")).ok()
}

fn until_completed(client: &Client, key: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while instance(client, key)["state"] != "COMPLETED" {
        assert!(std::time::Instant::now() < deadline, "never ends: {}", instance(client, key));
        std::thread::yield_now();
    }
}

fn task_about(client: &Client, record: &str) -> String {
    let inbox = client.get("/api/user-tasks?state=created&mine=true&limit=500").ok();
    let tasks = inbox["items"].as_array().cloned().unwrap_or_default();
    let task = tasks.iter().find(|task| task["record"]["key"] == *record).expect("a task waits");
    task["key"].as_str().unwrap_or_default().to_owned()
}

fn number(answer: &Answer) -> String {
    answer.text("/fields/number").to_owned()
}

/// Backs one place up while it is served, fills the other from it, and goes on there.
pub(crate) fn move_house(from: &Place, to: &Place) {
    let folder = Folder::new();
    let file = folder.path().join("workspace.rondo");
    let file = file.to_str().expect("the path is text");
    let server = Server::start_at(from, &["--demo"]);
    let (admin, sales) = (as_user(&server, "admin"), as_user(&server, "sales"));
    let model = json!({ "resources": [
        { "name": "reminder.bpmn", "content": include_str!("../../fixtures/reminder.bpmn") } ] });
    admin.post("/api/deployments", &model).ok();
    let limit = json!({ "amount": "100.00", "currency": "EUR" });
    let fields = json!({ "name": "Moving", "email": "m@example.com", "credit_limit": limit });
    let account = create(&sales, "account", &fields);
    let price = json!({ "amount": "10.00", "currency": "EUR" });
    let fields = json!({ "sku": "MOVE", "name": "Move", "price": price, "on_hand": 100 });
    let product = create(&sales, "product", &fields);
    let accepted = submit(&sales, &account, &product, 6, "first");
    assert_eq!(accepted.text("/fields/status"), "accepted", "{}", accepted.body);
    let waiting = submit(&sales, &account, &product, 5, "second");
    assert_eq!(waiting.text("/fields/status"), "in_review");
    let (soon, late) = (remind(&admin, "PT2S"), remind(&admin, "P1D"));

    let said = succeed(&["backup", file], from);
    assert!(said.contains("rows of"), "{said}");
    assert!(refused(&["backup", file], from).contains("--force"), "a file is never lost");
    succeed(&["backup", file, "--force"], from);
    drop(server);

    succeed(&["restore", file], to);
    assert!(refused(&["restore", file], to).contains("holds data already"));
    let server = Server::start_at(to, &[]);
    let (admin, sales) = (as_user(&server, "admin"), as_user(&server, "sales"));
    until_completed(&admin, &soon);
    assert_eq!(instance(&admin, &late)["state"], "ACTIVE", "its day is not over");

    // The answer that was lost on the way is asked for again.
    let again = submit(&sales, &account, &product, 6, "first");
    assert_eq!((again.status, again.text("/key")), (accepted.status, accepted.text("/key")));
    let manager = as_user(&server, "manager");
    let task = task_about(&manager, waiting.text("/key"));
    let verdict = json!({ "variables": { "decision": "approve" } });
    manager.post(&format!("/api/user-tasks/{task}/complete"), &verdict).ok();
    let order = sales.get(&format!("/api/records/order/{}", waiting.text("/key"))).ok();
    assert_eq!(order["fields"]["status"], "accepted");
    let reserved = sales.get(&format!("/api/records/product/{product}")).ok();
    assert_eq!(reserved["fields"]["reserved"], 11);
    let next = submit(&sales, &account, &product, 1, "third");
    assert_eq!(next.status, 201, "{}", next.body);
    let numbers = [number(&accepted), number(&waiting), number(&next)];
    assert!(numbers.is_sorted_by(|one, other| one < other), "numbers go on: {numbers:?}");
    assert!(waiting.text("/key") < next.text("/key"), "keys go on");
    for place in [from, to] {
        let said = succeed(&["check"], place);
        assert!(said.starts_with("nothing is wrong"), "{said}");
    }
}

#[test]
fn a_workspace_moves_from_one_place_to_another() {
    move_house(&Place::new(), &Place::new());
}

#[test]
fn what_is_no_archive_is_refused_by_name() {
    let (folder, place) = (Folder::new(), Place::new());
    let file = folder.path().join("other.txt");
    let refused_file = |text: Option<&str>, path: &Path| {
        if let Some(text) = text {
            std::fs::write(path, text).expect("a file can be written");
        }
        refused(&["restore", path.to_str().expect("the path is text")], &place)
    };
    assert!(refused_file(None, &file).contains("other.txt` cannot be opened"));
    assert!(refused_file(Some("hello"), &file).contains("not an archive of Rondo"));
    let nothing = refused(&["backup", "never-written.rondo"], &place);
    assert!(nothing.contains("there is no database of Rondo"), "{nothing}");
    assert!(!Path::new("never-written.rondo").exists());
}
