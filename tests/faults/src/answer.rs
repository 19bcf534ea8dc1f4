//! The rule itself: no success is told before the disk has what it tells of. Each write carries a mark
//! that no other has; the mark shows in the request, in the pages that are written, and it tells which
//! connection waits for which answer.

use std::fmt;

use serde_json::{Value, json};
use served::Client;

use crate::calls::{Call, Moment};

/// What a request has written, with its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    mark: String,
}

/// Makes writes that can be told apart in a log of system calls.
#[derive(Debug, Clone)]
pub struct Writer {
    account: String,
    product: String,
    task: String,
}

impl Writer {
    /// Makes the records that the writes are about, and deploys a process.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn open(client: &Client) -> Self {
        let new = |object: &str, fields: Value| {
            let path = format!("/api/records/{object}");
            let made = client.post(&path, &json!({ "fields": fields })).ok();
            made.get("key").and_then(Value::as_str).expect("a new record has a key").to_owned()
        };
        let price = json!({ "amount": "10.00", "currency": "EUR" });
        let limit = json!({ "amount": "100000000.00", "currency": "EUR" });
        let account = json!({ "name": "Durable", "email": "durable@example.com",
            "credit_limit": limit });
        let product =
            json!({ "sku": "DURABLE", "name": "Durable", "price": price, "on_hand": 100_000 });
        let parcel = include_str!("../../scenarios/fixtures/parcel.bpmn");
        let model = json!({ "resources": [{ "name": "parcel.bpmn", "content": parcel }] });
        client.post("/api/deployments", &model).ok();
        Self {
            account: new("account", account),
            product: new("product", product),
            task: new("task", json!({ "subject": "Durable" })),
        }
    }

    /// Submits order number `number`, and answers with it once the server has said that it is done.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn submit(&self, client: &Client, number: u32) -> Write {
        let order = Write::number(number);
        let price = json!({ "amount": "10.00", "currency": "EUR" });
        let body = json!({
            "fields": { "account": self.account, "status": "submitted", "external_id": order.mark },
            "parts": { "lines": [
                { "fields": { "product": self.product, "quantity": 1, "unit_price": price } }
            ] }
        });
        client.post("/api/records/order", &body).ok();
        order
    }

    /// Changes a record, as [`Writer::submit`] submits an order.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn change(&self, client: &Client, number: u32) -> Write {
        let change = Write::number(number);
        let body = json!({ "fields": { "subject": change.mark } });
        let path = format!("/api/records/task/{}", self.task);
        client.send("PATCH", &path, Some(&body), None).expect("the server answers").ok();
        change
    }

    /// Starts a process by the Camunda API, as [`Writer::submit`] submits an order.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn start(&self, client: &Client, number: u32) -> Write {
        let start = Write::number(number);
        let body = json!({ "processDefinitionId": "parcel", "variables": { "note": start.mark } });
        client.post("/v2/process-instances", &body).ok();
        start
    }
}

impl Write {
    fn number(number: u32) -> Self {
        Self { mark: format!("mark-{number:06}-end") }
    }
}

/// How an answer falls short of the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortfall {
    /// The log does not show the request: nothing was proven.
    NoRequest,
    /// The log does not show that the write was made.
    NoWrite,
    /// The log does not show a success on the connection of the request.
    NoSuccess,
    /// The success left before the write-ahead log was synced.
    NotSynced {
        /// When it was first written.
        written: Moment,
        /// When the success began to leave.
        answered: Moment,
    },
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRequest => f.write_str("the request is not in the log"),
            Self::NoWrite => f.write_str("no write of it is in the log"),
            Self::NoSuccess => f.write_str("no success is in the log"),
            Self::NotSynced { written, answered } => write!(
                f,
                "written in line {written} and answered in line {answered} without a sync between"
            ),
        }
    }
}

/// Checks that the first byte of the success left after a sync of the write-ahead log that
/// began after the write was made and ended before the answer began.
///
/// # Errors
/// How the answer falls short.
pub fn check_answer(calls: &[Call], write: &Write) -> Result<(), Shortfall> {
    let has_mark = |call: &&Call| call.arguments.contains(&write.mark);
    let request = calls.iter().filter(has_mark).find(|call| is_received(call));
    let request = request.ok_or(Shortfall::NoRequest)?;
    let answer = calls
        .iter()
        .filter(|call| call.began > request.began && call.target() == request.target())
        .find(|call| is_sent(call))
        .filter(|call| call.arguments.contains("\"HTTP/1.1 2"))
        .ok_or(Shortfall::NoSuccess)?;
    let written = calls.iter().filter(has_mark).find(|call| is_logged(call));
    let written = written.ok_or(Shortfall::NoWrite)?;
    let is_synced = calls.iter().any(|call| {
        is_sync(call)
            && written.ended.is_some_and(|ended| call.began > ended)
            && call.ended.is_some_and(|ended| ended < answer.began)
    });
    if is_synced {
        return Ok(());
    }
    Err(Shortfall::NotSynced { written: written.began, answered: answer.began })
}

fn is_wal(call: &Call) -> bool {
    call.target().ends_with("/rondo.db-wal")
}

fn is_logged(call: &Call) -> bool {
    matches!(call.name.as_str(), "pwrite64" | "pwritev" | "write" | "writev") && is_wal(call)
}

fn is_sync(call: &Call) -> bool {
    matches!(call.name.as_str(), "fdatasync" | "fsync")
        && is_wal(call)
        && call.arguments.trim_end().ends_with("= 0")
}

fn is_received(call: &Call) -> bool {
    matches!(call.name.as_str(), "read" | "readv" | "recvfrom" | "recvmsg") && !is_wal(call)
}

fn is_sent(call: &Call) -> bool {
    matches!(call.name.as_str(), "write" | "writev" | "sendto" | "sendmsg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;

    const RECEIVED: &str = r#"8 recvfrom(12<TCP:[a->b]>, "POST mark-000001-end", 9, 0) = 9"#;
    const WRITTEN: &str = r#"7 pwrite64(9</d/rondo.db-wal>, "\0mark-000001-end", 4096, 0) = 4096"#;
    const SYNCED: &str = "7 fdatasync(9</d/rondo.db-wal>) = 0";
    const SYNC_BEGINS: &str = "7 fdatasync(9</d/rondo.db-wal> <unfinished ...>";
    const SYNC_ENDS: &str = "7 <... fdatasync resumed>) = 0";
    const SYNC_FAILS: &str = "7 fdatasync(9</d/rondo.db-wal>) = -1 EIO (Input/output error)";
    const OTHER_FILE: &str = "7 fdatasync(9</d/rondo.db>) = 0";
    const OTHER_CONNECTION: &str = r#"8 sendto(13<TCP:[a->c]>, "HTTP/1.1 201 Created", 9, 0) = 9"#;
    const ANSWERED: &str = r#"8 sendto(12<TCP:[a->b]>, "HTTP/1.1 201 Created", 9, 0) = 9"#;
    const REFUSED: &str = r#"8 sendto(12<TCP:[a->b]>, "HTTP/1.1 409 Conflict", 9, 0) = 9"#;

    #[test]
    fn an_answer_may_leave_only_after_the_sync_that_follows_its_write() {
        let write = Write::number(1);
        for (log, expect) in [
            (vec![RECEIVED, WRITTEN, SYNCED, ANSWERED], "kept"),
            (vec![RECEIVED, WRITTEN, SYNC_BEGINS, SYNC_ENDS, ANSWERED], "kept"),
            (vec![RECEIVED, WRITTEN, OTHER_CONNECTION, SYNCED, ANSWERED], "kept"),
            (vec![RECEIVED, WRITTEN, ANSWERED], "written in line 1 and answered in line 2"),
            (vec![RECEIVED, WRITTEN, ANSWERED, SYNCED], "without a sync"),
            (vec![RECEIVED, SYNCED, WRITTEN, ANSWERED], "without a sync"),
            (vec![RECEIVED, WRITTEN, SYNC_BEGINS, ANSWERED, SYNC_ENDS], "without a sync"),
            (vec![RECEIVED, WRITTEN, OTHER_FILE, ANSWERED], "without a sync"),
            (vec![RECEIVED, WRITTEN, SYNC_FAILS, ANSWERED], "without a sync"),
            (vec![RECEIVED, WRITTEN, SYNCED, REFUSED], "no success"),
            (vec![RECEIVED, WRITTEN, SYNCED, OTHER_CONNECTION], "no success"),
            (vec![WRITTEN, SYNCED, ANSWERED], "the request is not"),
            (vec![RECEIVED, SYNCED, ANSWERED], "no write"),
        ] {
            let found = match check_answer(&calls(&log.join("\n")), &write) {
                Ok(()) => "kept".to_owned(),
                Err(shortfall) => shortfall.to_string(),
            };
            assert!(found.contains(expect), "{log:#?}\n{found}");
        }
    }
}
