//! What every answer says to a browser, and what happens to clients that are slow on purpose.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use served::raw::{self, RawAnswer, ask};
use served::{Folder, Server};

/// Why there may be nothing at `/`.
const WITHOUT_A_PAGE: &str =
    "is the page built? `npm --prefix web run build`, then build the program";

fn start() -> (Folder, Server) {
    let folder = Folder::new();
    let server = Server::start(folder.path(), &["--slow-client-seconds", "1"]);
    (folder, server)
}

#[test]
fn every_answer_tells_a_browser_what_it_must_not_do() {
    let (_folder, server) = start();
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("GET", "/api/objects", 401),
        ("GET", "/api/nowhere", 404),
        ("GET", "/v2/topology", 401),
        ("PATCH", "/api/session", 405),
    ] {
        let answer = ask(server.address(), method, path, &[]);
        assert_eq!(answer.status, status, "{path}: {WITHOUT_A_PAGE}");
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'self'", "script-src 'self';", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").contains("microphone=()"), "{path}");
        let kept = if path == "/" { "no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), kept, "{path}: {answer:?}");
    }
}

#[test]
fn a_page_that_a_browser_has_is_not_sent_again() {
    let (_folder, server) = start();
    let page = |headers: &[(&str, &str)]| -> RawAnswer {
        ask(server.address(), "GET", "/", &[&[("accept-encoding", "br")], headers].concat())
    };
    let first = page(&[]);
    assert_eq!(first.status, 200, "{WITHOUT_A_PAGE}");
    assert_eq!(first.header("content-encoding"), "br");
    let plain = ask(server.address(), "GET", "/", &[("accept-encoding", "identity")]);
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    assert!(plain.text().contains("<script type=\"module\""), "{}", plain.text());
    assert!(first.body.len() < plain.body.len(), "{} bytes", first.body.len());
    for answer in [&first, &plain] {
        assert!(answer.header("vary").to_ascii_lowercase().contains("accept-encoding"));
    }
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.len() > 20, "{tag}");
    for (known, status) in
        [(tag.as_str(), 304), (&format!("\"other\", {tag}"), 304), ("*", 304), ("\"other\"", 200)]
    {
        let again = page(&[("if-none-match", known)]);
        assert_eq!((again.status, again.body.is_empty()), (status, status == 304), "{known}");
        assert_eq!(again.header("etag"), tag, "{known}");
    }
}

#[test]
fn a_client_that_is_slow_on_purpose_is_left() {
    let (_folder, server) = start();
    let body = "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 99\r\nconnection: close\r\n\r\n{";
    for (sent, status) in [("GET / HTTP/1.1\r\nhost: x\r\nx-slow", None), (body, Some(400))] {
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out can be set");
        stream.write_all(sent.as_bytes()).expect("it is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server closes the connection by itself");
        let answered = (!answer.is_empty()).then(|| raw::parse(&answer).status);
        assert_eq!(answered, status, "{sent}: {}", String::from_utf8_lossy(&answer));
    }
}

#[test]
fn a_body_may_be_as_long_as_its_route_says() {
    let (_folder, server) = start();
    for (path, length, is_too_long) in [
        ("/api/session", 4_000, false),
        ("/api/session", 5_000, true),
        ("/api/setup", 5_000, true),
        ("/api/deployments", 5_000, false),
    ] {
        let body = format!("{{\"login\": \"{}\"}}", "x".repeat(length));
        let answer = server.stranger().post_text(path, "application/json", &body);
        let answer = answer.expect("the server answers");
        assert_eq!(answer.status == 413, is_too_long, "{path}: {}", answer.body);
    }
}

#[test]
fn a_request_has_an_id_that_comes_back() {
    let (_folder, server) = start();
    let id = |headers: &[(&str, &str)]| {
        ask(server.address(), "GET", "/health", headers).header("x-request-id").to_owned()
    };
    assert_eq!(id(&[("x-request-id", "abc-1")]), "abc-1");
    let (one, other) = (id(&[]), id(&[]));
    assert!(!one.is_empty() && one != other, "{one} {other}");
    assert_ne!(id(&[("x-request-id", "a b")]), "a b", "what would break a log line is replaced");
}

/// The status of a GET under another name than the server's address.
fn status_under(server: &Server, host: &str) -> u16 {
    let client = server.stranger();
    let address = client.base().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("GET /api/objects HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[test]
fn without_sign_in_the_server_answers_under_loopback_names_only() {
    let folder = Folder::new();
    let server = Server::start(folder.path(), &["--auth", "none"]);
    for (host, status) in
        [("127.0.0.1", 200), ("localhost:1234", 200), ("[::1]:1", 200), ("evil.example", 403)]
    {
        assert_eq!(status_under(&server, host), status, "{host}");
    }
}

#[test]
fn a_cookie_is_no_use_to_scripts_nor_to_another_site() {
    let login = json!({ "login": "sales", "password": "sales-demo" }).to_string();
    let task = json!({ "fields": { "subject": "Call" } }).to_string();
    for (arguments, is_secure) in [(&[][..], false), (&["--behind-proxy"], true)] {
        let folder = Folder::new();
        // The sample's users stay when the sample is no longer asked for.
        drop(Server::start(folder.path(), &["--demo"]));
        let server = Server::start(folder.path(), arguments);
        let post = |path: &str, headers: &[(&str, &str)], body: &str| {
            raw::send(server.address(), "POST", path, headers, body)
        };
        let here = format!("http://{}", server.address());
        for (origin, status) in [(here.as_str(), 200), ("http://evil.example", 403), ("null", 403)]
        {
            let answer = post("/api/session", &[("origin", origin)], &login);
            assert_eq!(answer.status, status, "a sign-in from {origin}: {}", answer.text());
        }
        let signed_in = post("/api/session", &[], &login);
        let mut parts = signed_in.header("set-cookie").split("; ");
        let cookie = parts.next().expect("a cookie is set");
        let said: Vec<&str> = parts.collect();
        for part in ["Path=/", "HttpOnly", "SameSite=Lax"] {
            assert!(said.contains(&part), "{part} in {said:?}");
        }
        assert_eq!(said.contains(&"Secure"), is_secure, "{said:?}");
        assert!(!said.iter().any(|part| part.starts_with("Domain")), "{said:?}");
        for (origin, status) in [(here.as_str(), 201), ("http://evil.example", 403), ("null", 403)]
        {
            let answer =
                post("/api/records/task", &[("cookie", cookie), ("origin", origin)], &task);
            assert_eq!(answer.status, status, "{origin}: {}", answer.text());
        }
    }
}
