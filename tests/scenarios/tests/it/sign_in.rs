//! Who signs in stays so until the sign-out or another password, and is the same to both APIs by every way in.

use scenarios::Sample;
use serde_json::{Value, json};
use served::{Client, raw};

/// Signs in as a browser does: a client with nothing but the cookie.
fn browser(sample: &Sample, login: &str, password: &str) -> Client {
    let stranger = sample.stranger();
    let address = stranger.base().trim_start_matches("http://");
    let body = json!({ "login": login, "password": password }).to_string();
    let answer = raw::send(address, "POST", "/api/session", &[], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (cookie, _) = answer.header("set-cookie").split_once(';').expect("a cookie is set");
    stranger.with_cookie(cookie)
}

fn may_look(client: &Client) -> bool {
    let status = client.get("/api/objects").status;
    assert!([200, 401].contains(&status), "{status}");
    status == 200
}

#[test]
fn a_cookie_a_token_and_a_password_open_both_apis() {
    let sample = Sample::start();
    let sales = sample.client("sales");
    let made = sales.post("/api/tokens", &json!({ "name": "integration" })).ok();
    let secret = made["secret"].as_str().expect("a new token tells its secret");
    for (way, client) in [
        ("cookie", browser(&sample, "sales", "sales-demo")),
        ("token", sample.stranger().with_token(secret)),
        ("password", sales),
    ] {
        assert_eq!(client.get("/api/session").ok()["login"], "sales", "{way}");
        assert_eq!(client.get("/v2/authentication/me").ok()["username"], "sales", "{way}");
        client.get("/v2/topology").ok();
        client.post("/api/records/task", &json!({ "fields": { "subject": way } })).ok();
        client.post("/v2/user-tasks/search", &json!({})).ok();
    }
    let nobody = sample.stranger();
    for path in ["/api/objects", "/v2/topology"] {
        assert_eq!(nobody.get(path).status, 401, "{path}");
        let wrong = nobody.clone().with_token("wrong");
        assert_eq!(wrong.get(path).status, 401, "{path}");
        let wrong = nobody.clone().with_cookie("rondo_session=wrong");
        assert_eq!(wrong.get(path).status, 401, "{path}");
    }
}

#[test]
fn a_session_ends_with_the_sign_out_and_no_other_does() {
    let sample = Sample::start();
    let [here, there] = [0, 1].map(|_| browser(&sample, "sales", "sales-demo"));
    assert!(may_look(&here) && may_look(&there));
    let left = here.send("DELETE", "/api/session", None, None).expect("the server answers");
    assert_eq!(left.status, 204, "{}", left.body);
    for _ in 0..2 {
        assert!(!may_look(&here), "the cookie is worth nothing any more");
        assert!(may_look(&there));
    }
    assert_eq!(here.get("/api/session").ok(), Value::Null);
}

#[test]
fn another_password_ends_every_other_session() {
    let sample = Sample::start();
    let [here, there] = [0, 1].map(|_| browser(&sample, "sales", "sales-demo"));
    let change = |current: &str| {
        let given = json!({ "current": current, "new": "a longer password" });
        here.post("/api/session/password", &given)
    };
    let refused = change("wrong-password");
    assert_eq!((refused.status, refused.text("/code")), (403, "password"), "{}", refused.body);
    assert!(may_look(&here) && may_look(&there), "nothing has changed");
    let changed = change("sales-demo");
    assert_eq!(changed.status, 204, "{}", changed.body);
    for _ in 0..2 {
        assert!(may_look(&here), "who has changed it stays");
        assert!(!may_look(&there));
        assert!(!may_look(&sample.client("sales")), "the old one is worth nothing");
        assert!(may_look(&sample.client_with("sales", "a longer password")));
    }
}
