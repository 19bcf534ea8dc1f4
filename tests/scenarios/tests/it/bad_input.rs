//! What makes no sense is refused with advice, and nothing is changed.

use scenarios::{Sample, create};
use serde_json::{Value, json};
use served::raw;

#[test]
fn a_record_that_makes_no_sense_is_refused_field_by_field() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let wrong = json!({ "fields": { "email": "no mail", "credit_limit": "x", "colour": "red" } });
    let answer = client.post("/api/records/account", &wrong);
    assert_eq!(answer.status, 400, "{}", answer.body);
    let problems = answer.body["problems"].as_array().cloned().unwrap_or_default();
    let mut fields: Vec<&str> =
        problems.iter().filter_map(|problem| problem["field"].as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["colour", "credit_limit", "email", "name"]);
}

#[test]
fn requests_that_make_no_sense_are_refused_with_a_reason() {
    let sample = Sample::start();
    let client = sample.client("admin");
    let account =
        create(&client, "account", &json!({ "name": "Shop", "email": "shop@example.com" }));
    let path = format!("/api/records/account/{account}");
    let rename = |version: i64| json!({ "version": version, "fields": { "name": "Store" } });
    client.send("PATCH", &path, Some(&rename(1)), None).expect("the server answers").ok();
    let dtd = "<!DOCTYPE x [<!ENTITY a \"b\">]><definitions/>";
    let hostile = json!({ "resources": [{ "name": "a.bpmn", "content": dtd }] });
    let unknown = json!({ "resources": [{ "name": "a.txt", "content": "x" }] });
    let stale = rename(1);
    let many = "name,email,phone,website,city,industry,credit_limit,open_amount,owner";
    let many = format!("/api/records/account?sort={many}");
    let repeated = format!("/api/records/account?sort={}", "name,".repeat(3_000));
    for (method, path, body, status, detail) in [
        ("PATCH", path.as_str(), Some(&stale), 409, "version"),
        ("GET", "/api/records/unicorn", None, 404, "there is no object `unicorn`"),
        ("GET", "/api/records/account/x", None, 404, "is not a key"),
        ("GET", "/api/records/account/17", None, 404, "there is no account 17"),
        ("GET", "/api/records/account?filter=name%20%3D", None, 400, ""),
        ("GET", "/api/records/account?sort=colour", None, 400, "no field `colour`"),
        ("GET", many.as_str(), None, 400, "at most 8 fields"),
        ("GET", repeated.as_str(), None, 200, ""),
        ("GET", "/api/records/account?after=nonsense", None, 400, ""),
        ("POST", "/api/deployments", Some(&hostile), 400, "nothing of it is deployed"),
        ("POST", "/api/deployments", Some(&unknown), 400, ""),
        ("POST", "/api/decisions/unknown/evaluate", Some(&json!({})), 404, "no decision `unknown`"),
        ("GET", "/api/nowhere", None, 404, "nothing is at"),
        ("DELETE", "/api/objects", None, 405, ""),
    ] {
        let answer = client.send(method, path, body, None).expect("the server answers");
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert!(answer.text("/detail").contains(detail), "{method} {path}: {}", answer.body);
    }
}

#[test]
fn a_misspelt_member_or_parameter_is_refused_by_name_and_nothing_is_done() {
    let sample = Sample::start();
    let client = sample.client("admin");
    let account =
        create(&client, "account", &json!({ "name": "Shop", "email": "shop@example.com" }));
    let record = format!("/api/records/account/{account}");
    let (timeline, delete) = (format!("{record}/timeline?limt=1"), format!("{record}?versoin=1"));
    let fields = json!({ "account": account });
    let file = json!({ "name": "a.form", "content": "{}", "kind": "form" });
    let password = "correct horse 9";
    let none = || Value::Null;
    for (method, path, body, detail) in [
        (
            "POST",
            "/api/records/order",
            json!({ "fields": fields, "part": {} }),
            "unknown field `part`, expected `fields` or `parts`",
        ),
        (
            "POST",
            "/api/records/order",
            json!({ "fields": fields, "parts": { "lines": [{ "fields": {}, "key": "1" }] } }),
            "unknown field `key`, expected `fields`",
        ),
        (
            "PATCH",
            record.as_str(),
            json!({ "fields": { "name": "Store" }, "versoin": 1 }),
            "unknown field `versoin`, expected `version` or `fields`",
        ),
        (
            "PATCH",
            record.as_str(),
            json!({ "fields": { "name": "Store" }, "parts": {} }),
            "unknown field `parts`, expected `version` or `fields`",
        ),
        (
            "POST",
            "/api/tokens",
            json!({ "name": "mine", "dayz": 1 }),
            "unknown field `dayz`, expected `name` or `days`",
        ),
        (
            "POST",
            "/api/users/1/password",
            json!({ "password": password, "confirm": password }),
            "unknown field `confirm`, expected `password`",
        ),
        (
            "POST",
            "/api/user-tasks/1/assign",
            json!({ "asignee": "manager" }),
            "unknown field `asignee`, expected `assignee`",
        ),
        (
            "POST",
            "/api/user-tasks/1/complete",
            json!({ "variable": {} }),
            "unknown field `variable`, expected `variables`",
        ),
        (
            "POST",
            "/api/decisions/order_check/evaluate",
            json!({ "inputs": {} }),
            "unknown field `inputs`, expected `variables`",
        ),
        (
            "POST",
            "/api/deployments",
            json!({ "resources": [], "dry": true }),
            "unknown field `dry`, expected `resources`",
        ),
        (
            "POST",
            "/api/deployments",
            json!({ "resources": [file] }),
            "unknown field `kind`, expected `name` or `content`",
        ),
        (
            "POST",
            "/api/session",
            json!({ "login": "admin", "password": "admin-demo", "remember": true }),
            "unknown field `remember`, expected `login` or `password`",
        ),
        (
            "POST",
            "/api/session/password",
            json!({ "current": "admin-demo", "new": password, "newer": password }),
            "unknown field `newer`, expected `current` or `new`",
        ),
        (
            "POST",
            "/api/setup",
            json!({ "tokn": "x" }),
            "unknown field `tokn`, expected one of `token`, `login`, `name`, `password`",
        ),
        ("DELETE", delete.as_str(), none(), "unknown field `versoin`, expected `version`"),
        (
            "GET",
            "/api/records/order?filtre=false",
            none(),
            "unknown field `filtre`, expected one of",
        ),
        ("GET", timeline.as_str(), none(), "unknown field `limt`, expected `limit` or `after`"),
        ("GET", "/api/user-tasks?my=true", none(), "unknown field `my`, expected one of"),
        ("GET", "/api/instances?proces=1", none(), "unknown field `proces`, expected one of"),
        ("GET", "/api/notifications?read=no", none(), "unknown field `read`, expected one of"),
        ("GET", "/api/outbox?stat=sent", none(), "unknown field `stat`, expected one of"),
        ("GET", "/api/search?text=a&limit=1", none(), "unknown field `limit`, expected `text`"),
    ] {
        let (sent, status) = if body.is_null() { (None, 400) } else { (Some(&body), 422) };
        let answer = client.send(method, path, sent, None).expect("the server answers");
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert!(answer.text("/detail").contains(detail), "{method} {path}: {}", answer.body);
    }
    let preview = client.post_text("/api/imports/order/preview?hole=true", "text/csv", "a");
    let preview = preview.expect("the server answers");
    assert_eq!(preview.status, 400, "{}", preview.body);
    assert!(
        preview.text("/detail").contains("unknown field `hole`, expected `mapping` or `whole`")
    );

    let unchanged = client.get(&record).ok();
    assert_eq!((&unchanged["fields"]["name"], &unchanged["version"]), (&json!("Shop"), &json!(1)));
    assert_eq!(
        client.get("/api/records/order?filter=account.name=%22Shop%22").ok()["count"]["value"],
        0
    );
    assert_eq!(client.get("/api/tokens").ok()["items"], json!([]));
}

#[test]
fn a_refusal_is_a_problem_as_rfc_9457_has_it() {
    let sample = Sample::start();
    let address = sample.server().address();
    // Basic `sales:sales-demo`.
    let sales = ("authorization", "Basic c2FsZXM6c2FsZXMtZGVtbw==");
    let task = r#"{ "fields": { "colour": "red" } }"#;
    for (method, path, headers, body, status) in [
        ("GET", "/api/objects", &[][..], "", 401),
        ("POST", "/api/deployments", &[sales], "{}", 422),
        ("POST", "/api/deployments", &[sales], r#"{ "resources": [] }"#, 403),
        ("GET", "/api/records/unicorn", &[sales], "", 404),
        ("DELETE", "/api/objects", &[sales], "", 405),
        ("POST", "/api/records/task", &[sales], task, 400),
        ("POST", "/api/records/task", &[sales], "{", 400),
        ("GET", "/api/nowhere", &[sales], "", 404),
    ] {
        let answer = raw::send(address, method, path, headers, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
        let problem: Value = serde_json::from_str(answer.text()).expect("JSON");
        assert_eq!(problem["status"], status, "{problem}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].is_string(), "no {member} in {problem}");
        }
    }
}
