//! How a server begins on an empty database, and how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use served::{Place, Server, binary};

/// How long a stop may take; connections that do not end are cut after five seconds.
const BOUND: Duration = Duration::from_secs(20);

#[test]
fn a_stop_finishes_what_was_answered_and_closes_streams() {
    let place = Place::new();
    let mut server = Server::start_at(&place, &["--auth", "none"]);
    let mut events = TcpStream::connect(server.address()).expect("the server takes connections");
    events.set_read_timeout(Some(BOUND)).expect("a time-out can be set");
    let request = format!("GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n", server.address());
    events.write_all(request.as_bytes()).expect("it is sent");
    let mut first = [0_u8; 12];
    events.read_exact(&mut first).expect("the stream begins");
    assert_eq!(&first, b"HTTP/1.1 200");
    let client = server.stranger();
    let busy = std::thread::spawn(move || {
        let task = json!({ "fields": { "subject": "Call" } });
        // Until the server is gone; what was answered counts.
        let answers =
            std::iter::from_fn(|| client.send("POST", "/api/records/task", Some(&task), None));
        answers.take_while(|answer| answer.status == 201).count()
    });
    while !has_tasks(&server) {}
    let since = Instant::now();
    let status = server.stop();
    assert!(status.success(), "{status}");
    assert!(since.elapsed() < BOUND, "it took {:?}", since.elapsed());
    let mut rest = Vec::new();
    events.read_to_end(&mut rest).expect("the stream has an end");
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream ends as a stream should");
    let answered = busy.join().expect("the client is well");
    let server = Server::start_at(&place, &["--auth", "none"]);
    let kept = all_tasks(&server);
    assert!(kept >= answered && answered > 0, "{answered} answered, {kept} kept");
}

fn has_tasks(server: &Server) -> bool {
    let list = server.stranger().get("/api/records/task?limit=1").ok();
    list["items"].as_array().is_some_and(|items| !items.is_empty())
}

/// Every task, page after page.
fn all_tasks(server: &Server) -> usize {
    let client = server.stranger();
    let mut path = "/api/records/task?limit=100".to_owned();
    let mut count = 0;
    loop {
        let page = client.get(&path).ok();
        count += page["items"].as_array().expect("a list").len();
        let Some(next) = page["next"].as_str() else { return count };
        path = format!("/api/records/task?limit=100&after={next}");
    }
}

#[test]
fn an_empty_server_prints_a_link_that_makes_the_first_administrator_once() {
    let place = Place::new();
    let mut process = Command::new(binary())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(place.options())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let said = BufReader::new(process.stdout.take().expect("it is piped"));
    let link = said.lines().map_while(Result::ok).find(|line| line.contains("/setup?token="));
    let link = link.expect("there is a link");
    let (address, token) = link.trim().split_once("/setup?token=").expect("it has a token");
    let body = |login: &str| json!({ "token": token, "login": login, "name": "Ada", "password": "correct horse 9" });
    let client = served::Client::at(address);
    let first = client.post("/api/setup", &body("ada"));
    let second = client.post("/api/setup", &body("eve"));
    let _ = process.kill();
    process.wait().expect("the process can be waited for");
    assert_eq!((first.status, first.text("/role")), (200, "admin"), "{}", first.body);
    assert_eq!(second.status, 403, "{}", second.body);
}
