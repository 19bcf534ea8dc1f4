//! HTTP as it stands on the wire, where a test is about headers or about clients that misbehave.

use std::io::{Read, Write};
use std::net::TcpStream;

/// What a server sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers in their order, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The body as text.
    ///
    /// # Panics
    /// Where it is none.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }
}

/// Asks the server at an address (`127.0.0.1:8080`) with more header lines, and reads until it closes the
/// connection.
///
/// # Panics
/// Where it does not answer as HTTP says.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> RawAnswer {
    let stream = TcpStream::connect(address).expect("the server takes connections");
    ask_through(stream, address, method, path, headers)
}

/// Sends JSON to the server at an address, with more header lines.
///
/// # Panics
/// As [`ask`].
pub fn send(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    json: &str,
) -> RawAnswer {
    let stream = TcpStream::connect(address).expect("the server takes connections");
    exchange(stream, address, method, path, headers, json)
}

/// The same as [`ask`] through a connection that is there, for example one that is encrypted.
///
/// # Panics
/// As [`ask`].
pub fn ask_through(
    stream: impl Read + Write,
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> RawAnswer {
    exchange(stream, address, method, path, headers, "")
}

fn exchange(
    mut stream: impl Read + Write,
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    json: &str,
) -> RawAnswer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n");
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    if !json.is_empty() {
        let length = json.len().to_string();
        request.extend(["content-type: application/json\r\ncontent-length: ", &length, "\r\n"]);
    }
    request.extend(["connection: close\r\n\r\n", json]);
    stream.write_all(request.as_bytes()).expect("the request is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer is read");
    parse(&bytes)
}

/// Reads an answer.
///
/// # Panics
/// Where it is none.
pub fn parse(bytes: &[u8]) -> RawAnswer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("headers have an end");
    let (head, body) = bytes.split_at(end);
    let head = std::str::from_utf8(head).expect("headers are text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("there is a status");
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').expect("a header has a name");
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    RawAnswer {
        status: status.parse().expect("a status is a number"),
        headers: headers.collect(),
        body: body.get(4..).unwrap_or_default().to_vec(),
    }
}
