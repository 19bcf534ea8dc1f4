//! `rondo check` is silent about a sound database and finds every damage.

use std::process::{Command, Output};

use serde_json::{Value, json};
use served::{Place, Server, binary};

/// What is done to a sound database, and a part of what the check says of it.
const DAMAGES: &[(&str, &str)] = &[
    (
        "update instance set snapshot = (select b.snapshot from instance b where b.key <> instance.key limit 1)
         where key = (select min(key) from instance)",
        "history: instance",
    ),
    (
        "delete from history where version = 1 and instance = (select min(instance) from history)",
        "history: instance",
    ),
    ("update instance set version = version + 1", "its history another"),
    ("update instance set state = 'completed' where state = 'active'", "instance: instance"),
    ("update instance set record = record + 1 where record is not null", "instance: instance"),
    ("delete from element_instance where state = 'active'", "element: instance"),
    ("update element_instance set state = 'completed' where state = 'active'", "element: instance"),
    ("update element_instance set incident = 7 where state = 'active'", "names another incident"),
    ("delete from user_task where state = 'created'", "task: instance"),
    (
        "update user_task set instance = (select min(key) from instance) where state = 'created'",
        "its state does not know it",
    ),
    ("update user_task set assignee = 'nobody' where state = 'created'", "somebody else's"),
    ("delete from timer where instance is not null", "timer: instance"),
    (
        "insert into timer (key, due, kind, instance) select 7, 1, 'instance', min(key) from instance",
        "timer 7 waits",
    ),
    ("delete from decision", "of its history has no row"),
    ("update decision set key = key + 1", "has a row, and no explanation"),
    ("delete from job", "job: instance"),
    ("update job set instance = (select min(key) from instance)", "waits, and its state does not"),
    ("update definition_count set active = active + 1", "total: definition_count"),
    ("delete from definition_count", "total: definition_count"),
    ("update element_count set completed = completed + 1", "total: element_count"),
    ("update flow_count set count = count + 1", "total: flow_count"),
    ("delete from flow_count", "total: flow_count"),
    ("update outbox set message_id = 'same'", "outbox message same"),
    ("update outbox set state = 'lost'", "its state is none"),
    ("update outbox set payload = '{'", "no JSON object"),
    ("update outbox set attempts = -1", "below zero"),
    (
        "update record_product set f_reserved = f_reserved + 1
         where key = (select min(key) from record_product where f_reserved > 0)",
        "adds up to",
    ),
    ("update record_product set f_reserved = null", "`reserved` is 0, and `quantity` of what counts"),
    ("update record_order_line set f_quantity = 9223372036854775807", "`order_line` adds up to"),
    ("update record_account set f_open_amount = 1", "`open_amount` is 0.01 EUR, and `total`"),
    ("update record_account set f_open_amount_currency = 'JPY'", "adds up to"),
    ("update record_order set f_status = 'rejected' where f_status = 'accepted'", "adds up to 0"),
    ("delete from record_order where f_status = 'accepted'", "`order` adds up to 0"),
    ("update record_product set version = version + 1", "record: product"),
    ("delete from history_record where object = 'product'", "record: product"),
    ("delete from record_account", "refers to a account that is not there"),
    ("delete from record_contact; delete from record_order_line", "nothing says that it was deleted"),
    ("delete from model where kind = 'process'", "reference: definition"),
    ("delete from resource", "reference: resource"),
    ("delete from record_user", "reference: user"),
    (
        "delete from instance where key = (select min(instance) from job)",
        "reference: instance",
    ),
    ("update object set definition = '{}' where name = 'product'", "object: object `product`"),
];

fn check(place: &Place, more: &[&str]) -> (bool, String) {
    let mut command = Command::new(binary());
    let Output { status, stdout, stderr } =
        command.arg("check").args(place.options()).args(more).output().expect("it runs");
    assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    (status.success(), String::from_utf8_lossy(&stdout).into_owned())
}

/// A sample that waits for people, a worker and a moment.
fn sample() -> Place {
    let place = Place::new();
    let server = Server::start_at(&place, &["--demo"]);
    let admin = server.client("admin", "admin-demo");
    let models = json!({ "resources": [
        { "name": "parcel.bpmn", "content": include_str!("../../fixtures/parcel.bpmn") },
        { "name": "reminder.bpmn", "content": include_str!("../../fixtures/reminder.bpmn") } ] });
    admin.post("/api/deployments", &models).ok();
    for process in ["parcel", "reminder"] {
        let start = json!({ "processDefinitionId": process, "variables": { "wait": "P1D" } });
        let started = admin.post("/v2/process-instances", &start);
        assert_eq!(started.status, 200, "{}", started.body);
    }
    let (sound, said) = check(&place, &[]);
    assert!(sound, "while it is served: {said}");
    place
}

#[test]
fn every_damage_is_found() {
    let sound = sample();
    let (clean, said) = check(&sound.copied(), &["--json"]);
    let report: Value = serde_json::from_str(&said).expect("JSON");
    assert!(clean && report["found"] == 0, "{said}");
    assert!(report["instances"].as_u64() > Some(5), "{said}");
    assert_eq!(report["totals"], 2, "stock and open amounts are added up: {said}");
    let mut missed = Vec::new();
    for (damage, expect) in DAMAGES {
        let place = sound.copied();
        place.damage(damage);
        let (clean, said) = check(&place, &[]);
        if clean || !said.contains(expect) {
            missed.push(format!("{damage}: `{expect}` is not in:\n{said}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
