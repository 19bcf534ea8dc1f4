//! Who may do what, by every way in.

use scenarios::{Sample, create};
use serde_json::json;

#[test]
fn each_role_may_do_what_it_may_and_no_more() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let account =
        create(&admin, "account", &json!({ "name": "Shop", "email": "shop@example.com" }));
    let account_path = format!("/api/records/account/{account}");
    let new_account = json!({ "fields": { "name": "New", "email": "new@example.com" } });
    let new_user = json!({ "fields": { "login": "x", "name": "X", "role": "admin" } });
    let nothing = json!({ "resources": [] });
    for (login, method, path, body, status) in [
        ("reader", "GET", account_path.as_str(), None, 200),
        ("reader", "POST", "/api/records/account", Some(&new_account), 403),
        ("reader", "DELETE", account_path.as_str(), None, 403),
        ("sales", "POST", "/api/records/account", Some(&new_account), 201),
        ("sales", "POST", "/api/records/user", Some(&new_user), 403),
        ("sales", "POST", "/api/deployments", Some(&nothing), 403),
        ("manager", "POST", "/api/records/user", Some(&new_user), 403),
        ("manager", "GET", "/api/outbox", None, 200),
        ("admin", "POST", "/api/records/user", Some(&new_user), 201),
    ] {
        let answer =
            sample.client(login).send(method, path, body, None).expect("the server answers");
        assert_eq!(answer.status, status, "{login} {method} {path}: {}", answer.body);
    }
}

#[test]
fn a_stranger_gets_nothing_but_the_page_and_the_health() {
    let sample = Sample::start();
    let stranger = sample.server().stranger();
    for (path, status) in [
        ("/api/records/account", 401),
        ("/api/objects", 401),
        ("/api/events", 401),
        ("/api/session", 401),
        ("/health", 200),
        ("/api/setup", 200),
    ] {
        assert_eq!(stranger.get(path).status, status, "{path}");
    }
    let wrong = sample.server().client("admin", "wrong-password");
    assert_eq!(wrong.get("/api/objects").status, 401);
}

#[test]
fn a_token_works_until_it_is_removed() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let made = client.post("/api/tokens", &json!({ "name": "integration" })).ok();
    let secret = made["secret"].as_str().expect("a new token tells its secret").to_owned();
    let by_token = sample.server().stranger().with_token(&secret);
    assert_eq!(by_token.get("/api/session").ok()["login"], "sales");
    let listed = client.get("/api/tokens").ok();
    assert!(listed["items"][0].get("secret").is_none(), "a secret is told once");
    let path = format!("/api/tokens/{}", made["key"].as_str().unwrap_or_default());
    client.send("DELETE", &path, None, None).expect("the server answers").ok();
    assert_eq!(by_token.get("/api/session").status, 401);
}
