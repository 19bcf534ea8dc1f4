//! A served Rondo with the sample pack, and the few calls that most stories make. On PostgreSQL, where the
//! environment variable `RONDO_TEST_SERVERS` says how many, several processes serve it and take turns:
//! whoever asks gets each answer from another one than the last.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

use serde_json::{Value, json};
use served::{Answer, Client, Place, Server, Turns};

/// The sample at a place of its own.
#[derive(Debug)]
pub struct Sample {
    servers: Vec<Server>,
    turns: Turns,
    // Dropped after the servers that work in it.
    place: Place,
}

impl Default for Sample {
    fn default() -> Self {
        Self::start()
    }
}

impl Sample {
    /// Starts what serves it.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more arguments for `rondo serve`.
    pub fn start_with(arguments: &[&str]) -> Self {
        let mut sample = Self::closed();
        sample.serve(arguments);
        sample
    }

    /// A place where nobody serves anything yet.
    pub fn closed() -> Self {
        Self { servers: Vec::new(), turns: Turns::default(), place: Place::new() }
    }

    /// Starts what serves it, with more arguments for `rondo serve`; kills what has served it before.
    pub fn serve(&mut self, arguments: &[&str]) {
        self.serve_as(&[&["--demo"], arguments].concat());
    }

    /// The same with these arguments and no others: without the pack.
    pub fn serve_as(&mut self, arguments: &[&str]) {
        self.servers.clear();
        let count = if self.place.takes_several_servers() { servers_asked_for() } else { 1 };
        self.servers.extend((0..count).map(|_| Server::start_at(&self.place, arguments)));
    }

    /// Kills whatever serves it as `kill -9` does and starts it again on the same data.
    pub fn crash_and_restart(&mut self) {
        self.serve(&[]);
    }

    /// Kills whatever serves it as `kill -9` does.
    pub fn kill(&mut self) {
        self.servers.clear();
    }

    /// Asks whatever serves it to stop, as an operating system does that shuts down, and waits until it has.
    ///
    /// # Panics
    /// Where one does not stop in an orderly way.
    pub fn stop(&mut self) {
        for mut server in self.servers.drain(..) {
            let status = server.stop();
            assert!(status.success(), "{status}");
        }
    }

    /// One more server on the same data.
    ///
    /// # Panics
    /// Where the data takes one server only.
    pub fn second_server(&self) -> Server {
        assert!(self.place.takes_several_servers(), "two servers need PostgreSQL");
        Server::start_at(&self.place, &["--demo"])
    }

    /// What serves it: one, or several that take turns.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The running server, the first where there are several: for what is about one of them.
    ///
    /// # Panics
    /// Where it was killed.
    pub fn server(&self) -> &Server {
        self.servers.first().expect("it is served")
    }

    /// Where its data is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// A client of one of the sample's users: `admin`, `manager`, `sales`, `reader`.
    pub fn client(&self, login: &str) -> Client {
        self.client_with(login, &format!("{login}-demo"))
    }

    /// A client that signs in so with HTTP Basic.
    pub fn client_with(&self, login: &str, password: &str) -> Client {
        Server::client_of(&self.servers, &self.turns, Some((login, password)))
    }

    /// A client without any credentials.
    pub fn stranger(&self) -> Client {
        Server::client_of(&self.servers, &self.turns, None)
    }
}

/// How many servers shall take turns: `RONDO_TEST_SERVERS`, else 1.
fn servers_asked_for() -> usize {
    let asked = std::env::var("RONDO_TEST_SERVERS").ok();
    asked.map_or(1, |count| count.parse().expect("RONDO_TEST_SERVERS is a number"))
}

/// Creates a record and answers its key.
///
/// # Panics
/// Where the server refuses.
pub fn create(client: &Client, object: &str, fields: &Value) -> String {
    let answer = client.post(&format!("/api/records/{object}"), &json!({ "fields": fields })).ok();
    answer["key"].as_str().expect("a new record has a key").to_owned()
}

/// Submits an order of `(product key, quantity)` lines.
pub fn submit_order(client: &Client, account: &str, lines: &[(&str, u64)]) -> Answer {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(product, quantity)| {
            let price = json!({ "amount": "10.00", "currency": "EUR" });
            json!({ "fields": { "product": product, "quantity": quantity, "unit_price": price } })
        })
        .collect();
    let order = json!({ "fields": { "account": account, "status": "submitted" }, "parts": { "lines": lines } });
    client.post("/api/records/order", &order)
}
