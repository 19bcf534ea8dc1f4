//! A served Rondo with the sample pack, and the few calls that most stories make.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

use serde_json::{Value, json};
use served::{Answer, Client, Place, Server};

/// A server with the sample on a folder of its own.
#[derive(Debug)]
pub struct Sample {
    server: Server,
    // Dropped after the server that works in it.
    place: Place,
}

impl Default for Sample {
    fn default() -> Self {
        Self::start()
    }
}

impl Sample {
    /// Starts the server.
    pub fn start() -> Self {
        let place = Place::new();
        Self { server: Server::start_at(&place, &["--demo"]), place }
    }

    /// Kills the server as `kill -9` does and starts it again on the same data.
    pub fn crash_and_restart(&mut self) {
        self.server.kill();
        self.server = Server::start_at(&self.place, &["--demo"]);
    }

    /// Kills the server as `kill -9` does.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// One more server on the same data.
    ///
    /// # Panics
    /// Where the data takes one server only.
    pub fn second_server(&self) -> Server {
        assert!(self.place.takes_several_servers(), "two servers need PostgreSQL");
        Server::start_at(&self.place, &["--demo"])
    }

    /// The running server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// A client of one of the sample's users: `admin`, `manager`, `sales`, `reader`.
    pub fn client(&self, login: &str) -> Client {
        self.server.client(login, &format!("{login}-demo"))
    }
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
