//! `rondo:send-mail`: {`to`, `subject`, `body`, `cc`?} -> {`key`}. Writes an entry into the outbox,
//! which leaves after the commit. `to` and `cc` are an address or a list of addresses.

use feel::Value;
use serde_json::json;

use super::{Task, bad_input};
use crate::TurnError;
use crate::change::OutboxEntry;
use crate::turn::Turn;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let to = addresses(task, "to", task.required("to")?)?;
    let cc = match task.optional("cc") {
        Some(cc) => addresses(task, "cc", cc)?,
        None => Vec::new(),
    };
    let subject = task.text("subject")?;
    if subject.contains(['\r', '\n']) {
        return Err(bad_input("the subject of a mail has to be one line"));
    }
    let payload = json!({"to": to, "cc": cc, "subject": &*subject, "body": &*task.text("body")?});
    let key = turn.draw();
    turn.set.top().outbox.push(OutboxEntry {
        key,
        kind: "mail".into(),
        cause: task.cause.clone(),
        record: task.record.clone(),
        payload,
    });
    Ok(Value::context([("key", key.to_string())]))
}

/// At least one address, each with something on both sides of an `@` and no line breaks or blanks.
fn addresses(task: &Task<'_>, name: &str, value: &Value) -> Result<Vec<String>, TurnError> {
    let wanted = "an address or a list of addresses";
    let one = std::slice::from_ref(value);
    let all = value.as_list().map_or(one, |list| list);
    let mut addresses = Vec::new();
    for address in all {
        let text = address.as_str().ok_or_else(|| task.mistyped(name, wanted, address))?.trim();
        let sides =
            text.split_once('@').filter(|(left, right)| !left.is_empty() && !right.is_empty());
        if sides.is_none() || text.contains(|it: char| it.is_whitespace() || it.is_control()) {
            return Err(bad_input(format!(
                "`{text}` is not an e-mail address; correct the input `{name}`"
            )));
        }
        addresses.push(text.to_owned());
    }
    if addresses.is_empty() {
        return Err(bad_input(format!(
            "the input `{name}` names nobody; give at least one address"
        )));
    }
    Ok(addresses)
}
