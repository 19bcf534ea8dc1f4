//! An entry of the outbox as a message of RFC 5322. Every part is checked here again, for a header that
//! breaks its line would let whoever wrote a record write headers of their own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use runtime::port::OutboxRow;
use serde::Deserialize;

/// The last second that a date header can name, 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// Why an entry is no message, and will never be.
#[derive(Debug, thiserror::Error)]
pub(super) enum ComposeError {
    #[error("the entry holds no mail: {0}")]
    Payload(#[from] serde_json::Error),
    #[error("`{0}` is not an e-mail address")]
    Address(String),
    #[error("the mail names nobody it is for")]
    Nobody,
    #[error("the subject holds a line break or another control character")]
    Subject,
    #[error("the entry's message id is malformed")]
    MessageId,
    #[error("the mail cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
}

#[derive(Debug, Deserialize)]
struct Payload {
    to: Vec<String>,
    #[serde(default)]
    cc: Vec<String>,
    subject: String,
    body: String,
}

/// Writes the message. The same entry gives the same message id and date, however often it is tried.
pub(super) fn compose(entry: &OutboxRow, from: &Mailbox) -> Result<Message, ComposeError> {
    let payload: Payload = serde_json::from_str(&entry.payload)?;
    if payload.to.is_empty() {
        return Err(ComposeError::Nobody);
    }
    if payload.subject.contains(char::is_control) {
        return Err(ComposeError::Subject);
    }
    let mut message = Message::builder()
        .from(from.clone())
        .message_id(Some(message_id(&entry.message_id)?))
        .date(date(entry))
        .subject(payload.subject)
        .raw_header(automatic());
    for address in &payload.to {
        message = message.to(mailbox(address)?);
    }
    for address in &payload.cc {
        message = message.cc(mailbox(address)?);
    }
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(payload.body);
    Ok(message.singlepart(text)?)
}

/// An address alone: a name beside it would be one more place to write a header into.
fn mailbox(text: &str) -> Result<Mailbox, ComposeError> {
    let address = text.parse::<Address>().ok().filter(|_| !text.contains(char::is_control));
    let address = address.ok_or_else(|| ComposeError::Address(text.to_owned()))?;
    Ok(Mailbox::new(None, address))
}

/// The id in angle brackets, as RFC 5322, 3.6.4 wants it.
fn message_id(text: &str) -> Result<String, ComposeError> {
    let bare = text.strip_prefix('<').and_then(|it| it.strip_suffix('>')).unwrap_or(text);
    let legal = |it: char| it.is_ascii_graphic() && it != '<' && it != '>';
    if bare.is_empty() || !bare.chars().all(legal) {
        return Err(ComposeError::MessageId);
    }
    Ok(format!("<{bare}>"))
}

/// When the entry was written.
fn date(entry: &OutboxRow) -> SystemTime {
    let seconds = u64::try_from(entry.at.0 / 1_000).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND))
}

/// Keeps holiday notices from answering (RFC 3834, 5).
fn automatic() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

#[cfg(test)]
mod tests {
    use base::{Key, Timestamp};
    use runtime::port::OutboxState;

    use super::*;

    fn written(payload: &str, message_id: &str, at: i64) -> String {
        let entry = OutboxRow {
            key: Key(1),
            kind: "mail".into(),
            instance: None,
            element_id: None,
            record: None,
            at: Timestamp(at),
            state: OutboxState::Waiting,
            message_id: message_id.into(),
            payload: payload.into(),
            attempts: 0,
            unsettled: 1,
            next_at: Timestamp(0),
            error: None,
        };
        let from = "Rondo <rondo@example.com>".parse().expect("it is a sender");
        match compose(&entry, &from) {
            Ok(message) => String::from_utf8(message.formatted()).expect("it is ASCII"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_entry_becomes_the_same_message_every_time() {
        let payload = r#"{"to": ["a@b.example", "c@d.example"], "cc": ["e@f.example"],
            "subject": "Your order", "body": "Thanks.\nRondo"}"#;
        let message = written(payload, "17@rondo", 1_795_348_800_000);
        for line in [
            "From: Rondo <rondo@example.com>",
            "To: a@b.example, c@d.example",
            "Cc: e@f.example",
            "Subject: Your order",
            "Message-ID: <17@rondo>",
            "Date: Sun, 22 Nov 2026 12:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "Thanks.",
        ] {
            assert!(message.contains(&format!("{line}\r\n")), "no `{line}` in\n{message}");
        }
        assert_eq!(message, written(payload, "<17@rondo>", 1_795_348_800_000));
        assert!(written(payload, "17@rondo", i64::MAX).contains(" 9999 "));
        assert!(written(payload, "17@rondo", i64::MIN).contains(" 1970 "));
    }

    #[test]
    fn whoever_writes_a_header_into_a_field_is_refused() {
        let mail = |to: &str, subject: &str| {
            serde_json::json!({"to": [to], "subject": subject, "body": ""}).to_string()
        };
        let evil = "x\r\nBcc: victim@example.com";
        for (payload, message_id, expect) in [
            (mail("a@b.example", evil), "1@rondo", "the subject holds a line break"),
            (mail("a@b.example", "x\ny"), "1@rondo", "the subject holds a line break"),
            (mail("a@b.example", "x\ry"), "1@rondo", "the subject holds a line break"),
            (mail("a@b.example\r\nBcc: v@e.example", ""), "1@rondo", "not an e-mail address"),
            (mail("a@b.example, v@e.example", ""), "1@rondo", "not an e-mail address"),
            (mail("A <a@b.example>", ""), "1@rondo", "not an e-mail address"),
            (mail("nobody", ""), "1@rondo", "`nobody` is not an e-mail address"),
            (mail("a@b.example", ""), "1@rondo\r\nBcc: v@e.example", "message id is malformed"),
            (mail("a@b.example", ""), "", "message id is malformed"),
            (r#"{"to": [], "subject": "", "body": ""}"#.into(), "1@rondo", "names nobody"),
            ("[]".into(), "1@rondo", "holds no mail"),
            (r#"{"to": ["a@b.example"]}"#.into(), "1@rondo", "missing field `subject`"),
        ] {
            let refused = written(&payload, message_id, 0);
            assert!(refused.contains(expect), "{payload}: {refused}");
        }
    }
}
