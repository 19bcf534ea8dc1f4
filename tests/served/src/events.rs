//! The live events of a server as a page hears them, one after the other.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for an event before it has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A stream of events that has begun.
#[derive(Debug)]
pub struct Events {
    lines: std::io::Lines<BufReader<TcpStream>>,
}

impl Events {
    /// Opens the stream of the server at an address (`127.0.0.1:8080`), with a line of the header that
    /// says who asks: `cookie: ..`. What is committed from now on is heard.
    ///
    /// # Panics
    /// Where the server does not begin one.
    pub fn open(address: &str, who: &str) -> Self {
        let mut stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        // This version of HTTP has no chunks, so that the lines are those of the stream.
        let request = format!("GET /api/events HTTP/1.0\r\nhost: {address}\r\n{who}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut lines = BufReader::new(stream).lines();
        let status = lines.next().and_then(Result::ok).unwrap_or_default();
        assert!(status.contains(" 200 "), "no events: {status}");
        lines.by_ref().map_while(Result::ok).find(String::is_empty);
        Self { lines }
    }

    /// The data of the next event that is wanted; what comes before it is passed over.
    ///
    /// # Panics
    /// Where none comes.
    pub fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        let found = lines.find_map(|line| {
            let data = serde_json::from_str(line.strip_prefix("data: ")?).ok()?;
            wanted(&data).then_some(data)
        });
        found.expect("the event comes")
    }
}
