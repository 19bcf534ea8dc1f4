//! Who may do what, by every way in.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use scenarios::{Sample, create};
use serde_json::json;
use served::Client;

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
    let stranger = sample.stranger();
    for (path, status) in [
        ("/api/records/account", 401),
        ("/api/objects", 401),
        ("/api/events", 401),
        ("/health", 200),
        ("/api/setup", 200),
    ] {
        assert_eq!(stranger.get(path).status, status, "{path}");
    }
    assert!(stranger.get("/api/session").ok().is_null(), "nobody is signed in, which is an answer");
    let wrong = sample.client_with("admin", "wrong-password");
    assert_eq!(wrong.get("/api/objects").status, 401);
    assert_eq!(
        wrong.get("/api/session").status,
        401,
        "who shows a password is told that it is wrong"
    );
}

#[test]
fn a_token_works_until_it_is_removed() {
    let sample = Sample::start();
    let client = sample.client("sales");
    let made = client.post("/api/tokens", &json!({ "name": "integration" })).ok();
    let secret = made["secret"].as_str().expect("a new token tells its secret").to_owned();
    let by_token = sample.stranger().with_token(&secret);
    assert_eq!(by_token.get("/api/session").ok()["login"], "sales");
    let listed = client.get("/api/tokens").ok();
    assert!(listed["items"][0].get("secret").is_none(), "a secret is told once");
    let path = format!("/api/tokens/{}", made["key"].as_str().unwrap_or_default());
    client.send("DELETE", &path, None, None).expect("the server answers").ok();
    assert_eq!(by_token.get("/api/session").status, 401);
}

fn key_of_user(client: &Client, login: &str) -> String {
    let list = client.get(&format!("/api/records/user?filter=login%20%3D%20%22{login}%22")).ok();
    list["items"][0]["key"].as_str().expect("the user is there").to_owned()
}

fn token_of(client: &Client) -> (String, String) {
    let made = client.post("/api/tokens", &json!({ "name": "integration" })).ok();
    let text = |member: &str| made[member].as_str().expect("a text").to_owned();
    (text("key"), text("secret"))
}

#[test]
fn an_administrator_sees_and_ends_the_tokens_of_others() {
    let sample = Sample::start();
    let (admin, manager, sales) =
        (sample.client("admin"), sample.client("manager"), sample.client("sales"));
    let (token, secret) = token_of(&sales);
    let tokens = format!("/api/users/{}/tokens", key_of_user(&admin, "sales"));
    let one = format!("{tokens}/{token}");
    assert_eq!(manager.get(&tokens).status, 403);
    assert_eq!(manager.send("DELETE", &one, None, None).expect("an answer").status, 403);
    let listed = admin.get(&tokens).ok();
    assert_eq!(listed["items"][0]["key"], token);
    assert!(listed["items"][0].get("secret").is_none(), "nobody sees another's secret");
    let by_token = sample.stranger().with_token(&secret);
    by_token.get("/api/session").ok();
    admin.send("DELETE", &one, None, None).expect("an answer").ok();
    assert_eq!(by_token.get("/api/session").status, 401);
}

#[test]
fn a_password_that_an_administrator_sets_ends_the_tokens_of_the_user() {
    let sample = Sample::start();
    let (admin, sales) = (sample.client("admin"), sample.client("sales"));
    let by_token = sample.stranger().with_token(&token_of(&sales).1);
    by_token.get("/api/session").ok();
    let path = format!("/api/users/{}/password", key_of_user(&admin, "sales"));
    for _ in 0..2 {
        let given = json!({ "password": "a new password" });
        let answer = admin.send("POST", &path, Some(&given), Some("once")).expect("an answer");
        assert_eq!(answer.status, 204, "the same request is the same command: {}", answer.body);
    }
    assert_eq!(by_token.get("/api/session").status, 401);
    assert_eq!(sales.get("/api/session").status, 401);
    sample.client_with("sales", "a new password").get("/api/session").ok();
}

#[test]
fn the_last_active_administrator_stays_one() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let path = |login: &str| format!("/api/records/user/{}", key_of_user(&admin, login));
    let (first, second) = (path("admin"), path("manager"));
    let demote = json!({ "fields": { "role": "manager" } });
    let rest = json!({ "fields": { "active": false } });
    let send = |method: &str, path: &str, body| {
        let answer = admin.send(method, path, body, None).expect("an answer");
        (answer.status, answer.text("/code").to_owned())
    };
    let refused = (409, "last_admin".to_owned());
    for (method, body) in [("PATCH", Some(&demote)), ("PATCH", Some(&rest)), ("DELETE", None)] {
        assert_eq!(send(method, &first, body), refused, "{method} {body:?}");
    }
    let renamed = json!({ "fields": { "name": "Ada" } });
    assert_eq!(send("PATCH", &first, Some(&renamed)).0, 200);
    // One who is not active does not count.
    let promote = json!({ "fields": { "role": "admin", "active": false } });
    assert_eq!(send("PATCH", &second, Some(&promote)).0, 200);
    assert_eq!(send("PATCH", &first, Some(&rest)), refused);
    let active = json!({ "fields": { "active": true } });
    assert_eq!(send("PATCH", &second, Some(&active)).0, 200);
    assert_eq!(send("PATCH", &first, Some(&demote)).0, 200);
}

#[test]
fn a_login_that_reads_like_another_is_refused_by_every_way_in() {
    let sample = Sample::start();
    let admin = sample.client("admin");
    let sales = format!("/api/records/user/{}", key_of_user(&admin, "sales"));
    for login in ["Admin ", "a:b", "system"] {
        let fields = json!({ "fields": { "login": login, "name": "X", "role": "admin" } });
        for (method, path) in [("POST", "/api/records/user"), ("PATCH", sales.as_str())] {
            let answer = admin.send(method, path, Some(&fields), None).expect("an answer");
            assert_eq!(answer.status, 400, "{method} {login:?}: {}", answer.body);
            assert_eq!(answer.text("/problems/0/field"), "login");
        }
    }
}

#[test]
fn who_may_not_import_takes_no_place_from_those_who_may() {
    let sample = Sample::start();
    let stranger = sample.stranger();
    let address = stranger.base().trim_start_matches("http://");
    // As many as may run at once and one more, each with a file that never comes.
    let streams: Vec<TcpStream> = (0..3)
        .map(|_| {
            let mut stream = TcpStream::connect(address).expect("the server listens");
            let request = "POST /api/imports/account HTTP/1.1\r\nHost: localhost\r\n\
                Authorization: Basic cmVhZGVyOnJlYWRlci1kZW1v\r\nContent-Type: text/csv\r\n\
                Content-Length: 1000\r\n\r\n";
            stream.write_all(request.as_bytes()).expect("the server reads");
            stream
        })
        .collect();
    for mut stream in streams {
        let mut start = [0; 12];
        stream.read_exact(&mut start).expect("the server answers before the file has come");
        assert_eq!(String::from_utf8_lossy(&start), "HTTP/1.1 403");
    }
}
