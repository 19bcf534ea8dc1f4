//! `rondo:notify`: {`to`, `text`, `object`?, `key`?} -> {`count`}. Tells people something in the page,
//! one notification per person. `to` is one of these, or a list of them: a user's record, key or login,
//! `{role: "manager"}`, `{team: "Support"}` (a team's record, key or name). Null tells nobody; who is not
//! active is left out. It is about the bound record unless `key` names another.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Role;
use base::Key;
use feel::predicate::{Op, Predicate};
use feel::{Path, Value};
use records::{FieldValue, ObjectDef, RecordRef};

use super::{Task, bad_input};
use crate::TurnError;
use crate::change::Notification;
use crate::turn::Turn;

const TEXT_MAX: usize = 1_000;
/// How many people one notification may reach.
const PEOPLE_MAX: u32 = 1_000;

pub(super) fn run(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Value, TurnError> {
    let text = text(task)?;
    let record = record(turn, task)?;
    let Some(to) = task.inputs.get("to") else {
        return Err(bad_input(format!(
            "the input `to` of `{}` is missing; add an input mapping for it",
            task.call.job_type
        )));
    };
    let mut people = BTreeSet::new();
    let one = std::slice::from_ref(to);
    for to in to.as_list().map_or(one, |list| list) {
        add(turn, task, to, &mut people)?;
    }
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    for user in people {
        let key = turn.draw();
        turn.set.top().notifications.push(Notification {
            key,
            user,
            text: Arc::clone(&text),
            record: record.clone(),
            instance: task.cause.instance,
        });
    }
    Ok(Value::context([("count", Value::number(count))]))
}

fn text(task: &Task<'_>) -> Result<Arc<str>, TurnError> {
    let text = task.text("text")?;
    if text.trim().is_empty() || text.chars().count() > TEXT_MAX || text.contains('\0') {
        return Err(bad_input(format!(
            "the input `text` has to say something, in at most {TEXT_MAX} characters"
        )));
    }
    Ok(text)
}

fn record(turn: &mut Turn<'_>, task: &Task<'_>) -> Result<Option<RecordRef>, TurnError> {
    if task.optional("key").is_none() {
        return Ok(task.record.clone());
    }
    let (object, key) = task.target(turn)?;
    turn.existing(&object, key, None)?;
    Ok(Some(RecordRef { object: Arc::clone(&object.name), key }))
}

/// Adds the active users that `to` stands for.
fn add(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    to: &Value,
    people: &mut BTreeSet<Key>,
) -> Result<(), TurnError> {
    if to.is_null() {
        return Ok(());
    }
    let users = turn.object("user")?;
    let is =
        |field: &str, value| Predicate::Compare { path: Path::new([field]), op: Op::Equal, value };
    let who = match (to.get("key"), to.get("role"), to.get("team")) {
        (Some(key), _, _) => is("key", Value::string(task.key("to", key)?.to_string())),
        (None, Some(role), _) => is("role", Value::string(parse_role(task, role)?.as_str())),
        (None, None, Some(team)) => {
            let teams = turn.object("team")?;
            is("team", Value::string(named(turn, task, &teams, "name", team)?.to_string()))
        }
        (None, None, None) => {
            is("key", Value::string(named(turn, task, &users, "login", to)?.to_string()))
        }
    };
    let (found, _) = turn.set.find(turn.load, &users, &who.into(), PEOPLE_MAX + 1)?;
    if found.len() > usize::try_from(PEOPLE_MAX).unwrap_or(usize::MAX) {
        return Err(bad_input(format!("`to` reaches more than {PEOPLE_MAX} people; name fewer")));
    }
    let active =
        |user: &records::Record| user.value(&users, "active") != &FieldValue::Boolean(false);
    people.extend(found.iter().filter(|user| active(user)).map(|user| user.key));
    Ok(())
}

fn parse_role(task: &Task<'_>, role: &Value) -> Result<Role, TurnError> {
    let text = role.as_str().ok_or_else(|| task.mistyped("to", "the name of a role", role))?;
    text.parse().map_err(|error: access::ParseRoleError| bad_input(error.to_string()))
}

/// The record that a value names: as its context, by its key, or by its unique `field`.
fn named(
    turn: &mut Turn<'_>,
    task: &Task<'_>,
    object: &Arc<ObjectDef>,
    field: &str,
    value: &Value,
) -> Result<Key, TurnError> {
    if value.get("key").is_some() {
        return task.key("to", value);
    }
    let Some(text) = value.as_str() else {
        return Err(task.mistyped(
            "to",
            &format!("a {}, its key or its {field}", object.name),
            value,
        ));
    };
    if let Ok(key) = text.parse::<Key>()
        && turn.record(object, key)?.is_some()
    {
        return Ok(key);
    }
    let wanted = FieldValue::Text(text.into());
    let found = turn.set.find_unique(turn.load, object, &Arc::from(field), &wanted, Key(0))?;
    found.ok_or_else(|| {
        bad_input(format!(
            "there is no {} with the {field} `{text}`; correct the input `to`",
            object.name
        ))
    })
}
