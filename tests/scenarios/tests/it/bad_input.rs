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
