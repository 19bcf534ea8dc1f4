//! One instance: its state is the fold of its history, and the rows that people search and workers claim are
//! those of its state.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use base::Key;
use engine::{Event, Instance, Status, codec};
use feel::json::AsJson;
use runtime::port::{
    ElementState, HistoryRow, IncidentState, InstanceRow, InstanceState, PageRequest, StoreError,
    UserTaskQuery, UserTaskState,
};

use super::{Counted, Inspect, Report};
use crate::archive::Cell;

/// Rows of history that are read at once.
const HISTORY_PAGE: u32 = 500;
/// Jobs and timers that are read at once.
const OWNED_PAGE: usize = 500;

/// Checks the instance with this key, and adds what it counts.
pub(super) fn check(
    read: &dyn Inspect,
    key: Key,
    counted: &mut Counted,
    report: &mut Report,
) -> Result<(), StoreError> {
    let Some(row) = read.instance(key)? else { return Ok(()) };
    for element in read.elements(key)? {
        counted.add_element(&element);
    }
    let place = format!("instance {key}");
    let history = history(read, key)?;
    let events = history.iter().filter_map(|row| codec::decode_events(&row.events).ok()).flatten();
    let (mut taken, mut made) = (0, BTreeSet::new());
    for event in events {
        match event {
            Event::FlowTaken(_) => taken += 1,
            Event::DecisionEvaluated(decision) => {
                made.insert(decision.key);
            }
            _ => {}
        }
    }
    *counted.flows.entry(row.definition).or_default() += taken;
    check_decisions(read, &place, key, &made, report)?;
    if let Err(error) = runtime::check_replay(&row, &history) {
        report.add("history", &place, error.to_string());
    }
    if row.version != history.last().map_or(0, |last| last.version) {
        let what = format!("it has version {}, its history another", row.version);
        report.add("history", &place, what);
    }
    let Ok(state) = codec::decode_state(&row.snapshot) else { return Ok(()) };
    if !agrees(&row, &state) {
        report.add("instance", &place, "its row says something else than its state");
    }
    check_rows(read, &place, &state, report)
}

/// That the decisions that people search are those that the history explains.
fn check_decisions(
    read: &dyn Inspect,
    place: &str,
    instance: Key,
    made: &BTreeSet<Key>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let rows: BTreeSet<Key> = read.decisions(instance)?.into_iter().map(|row| row.key).collect();
    for key in made.difference(&rows) {
        report.add("decision", place, format!("decision {key} of its history has no row"));
    }
    for key in rows.difference(made) {
        report.add("decision", place, format!("decision {key} has a row, and no explanation"));
    }
    Ok(())
}

fn history(read: &dyn Inspect, key: Key) -> Result<Vec<HistoryRow>, StoreError> {
    let mut rows: Vec<HistoryRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |last| last.version);
        let page = read.history(key, after, HISTORY_PAGE)?;
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

fn agrees(row: &InstanceRow, state: &Instance) -> bool {
    let status = match state.status {
        Status::Active => InstanceState::Active,
        Status::Completed => InstanceState::Completed,
        Status::Terminated => InstanceState::Terminated,
    };
    let record = state.record.as_ref().map(|record| (&*record.object, record.key));
    row.key == state.key
        && row.definition == state.definition
        && row.state == status
        && row.started_at == state.started_at
        && row.ended_at == state.ended_at
        && row.incidents as usize == state.incidents.len()
        && row.parent == state.parent.map(|parent| parent.instance)
        && row.record.as_ref().map(|record| (&*record.object, record.key)) == record
}

/// That what stands open in the tables is what is open in the state.
fn check_rows(
    read: &dyn Inspect,
    place: &str,
    state: &Instance,
    report: &mut Report,
) -> Result<(), StoreError> {
    let elements = read.elements(state.key)?;
    let open = elements.iter().filter(|row| row.state == ElementState::Active);
    compare("element", place, state.elements.keys(), open.map(|row| row.key), report);
    for row in &elements {
        let incident = state.incidents.values().find(|it| it.element_instance == row.key);
        if row.incident != incident.map(|incident| incident.key) {
            report.add("element", place, format!("element {} names another incident", row.key));
        }
    }
    let incidents = read.incidents(state.key)?;
    let open = incidents.iter().filter(|row| row.state == IncidentState::Open);
    compare("incident", place, state.incidents.keys(), open.map(|row| row.key), report);
    let tasks = open_tasks(read, state.key)?;
    compare("task", place, state.user_tasks.keys(), tasks.keys().copied(), report);
    for (key, assignee) in &tasks {
        if state
            .user_tasks
            .get(key)
            .is_some_and(|task| task.assignee.as_deref() != assignee.as_deref())
        {
            report.add("task", place, format!("task {key} is somebody else's in its state"));
        }
    }
    check_variables(read, place, state, report)?;
    let jobs = state.jobs.values().filter(|job| !job.is_built_in()).map(|job| job.key);
    check_there(read, "job", place, jobs.collect(), report)?;
    check_there(read, "timer", place, state.timers.keys().copied().collect(), report)
}

fn compare<'a>(
    rule: &'static str,
    place: &str,
    state: impl Iterator<Item = &'a Key>,
    rows: impl Iterator<Item = Key>,
    report: &mut Report,
) {
    let (state, rows): (BTreeSet<Key>, BTreeSet<Key>) = (state.copied().collect(), rows.collect());
    for key in state.difference(&rows) {
        report.add(rule, place, missing(rule, key));
    }
    for key in rows.difference(&state) {
        report.add(rule, place, format!("{rule} {key} is open, and its state does not know it"));
    }
}

fn missing(rule: &str, key: &impl Display) -> String {
    format!("{rule} {key} is open in its state, and has no open row")
}

/// The open tasks of an instance with who has them.
fn open_tasks(
    read: &dyn Inspect,
    instance: Key,
) -> Result<BTreeMap<Key, Option<std::sync::Arc<str>>>, StoreError> {
    let mut tasks = BTreeMap::new();
    let mut page = PageRequest::first(PageRequest::MAX);
    loop {
        let query = UserTaskQuery {
            state: Some(UserTaskState::Created),
            instance: Some(instance),
            ..UserTaskQuery::all(page)
        };
        let found = read.user_tasks(&query)?;
        tasks.extend(found.items.into_iter().map(|task| (task.key, task.assignee)));
        let Some(next) = found.next else { return Ok(tasks) };
        page = PageRequest { limit: PageRequest::MAX, after: Some(next) };
    }
}

/// That every variable of the state has its row. Those of ended scopes have rows alone.
fn check_variables(
    read: &dyn Inspect,
    place: &str,
    state: &Instance,
    report: &mut Report,
) -> Result<(), StoreError> {
    let rows: BTreeMap<(Key, String), String> = read
        .variables(state.key)?
        .into_iter()
        .map(|row| ((row.scope, row.name.to_string()), row.value))
        .collect();
    for (scope, variables) in &state.variables {
        for (name, value) in variables {
            let text = serde_json::to_string(&AsJson(value)).unwrap_or_default();
            if rows.get(&(*scope, name.to_string())) != Some(&text) {
                report.add(
                    "variable",
                    place,
                    format!("`{name}` of {scope} has another value in its state"),
                );
            }
        }
    }
    Ok(())
}

/// That the keys have rows in the table.
fn check_there(
    read: &dyn Inspect,
    table: &'static str,
    place: &str,
    keys: Vec<Key>,
    report: &mut Report,
) -> Result<(), StoreError> {
    for key in keys {
        if read.ask(&format!("SELECT key FROM {table} WHERE key = {}", key.0))?.is_empty() {
            report.add(table, place, missing(table, &key));
        }
    }
    Ok(())
}

/// That every job and every timer of an instance is open in its state.
pub(super) fn check_owners(read: &dyn Inspect, report: &mut Report) -> Result<(), StoreError> {
    for table in ["job", "timer"] {
        let mut after = i64::MIN;
        loop {
            let rows = read.ask(&format!(
                "SELECT key, instance FROM {table} WHERE key > {after} AND instance IS NOT NULL
                 ORDER BY key LIMIT {OWNED_PAGE}"
            ))?;
            for row in &rows {
                let [Cell::Integer(key), Cell::Integer(instance)] = row.as_slice() else {
                    continue;
                };
                after = *key;
                check_owner(read, table, Key(*key), Key(*instance), report)?;
            }
            if rows.len() < OWNED_PAGE {
                break;
            }
        }
    }
    Ok(())
}

fn check_owner(
    read: &dyn Inspect,
    table: &'static str,
    key: Key,
    instance: Key,
    report: &mut Report,
) -> Result<(), StoreError> {
    // An instance that is not there is found by the statements over tables.
    let Some(row) = read.instance(instance)? else { return Ok(()) };
    let Ok(state) = codec::decode_state(&row.snapshot) else { return Ok(()) };
    let is_open = match table {
        "job" => state.jobs.contains_key(&key),
        _ => state.timers.contains_key(&key),
    };
    if !is_open {
        let what = format!("{table} {key} waits, and its state does not know it");
        report.add(table, format!("instance {instance}"), what);
    }
    Ok(())
}
