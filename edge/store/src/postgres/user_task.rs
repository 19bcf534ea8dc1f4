//! User tasks, and whose inbox they are in.

use std::sync::Arc;

use base::Key;
use postgres::Row;
use runtime::port::{Mine, Page, ReadUserTasks, StoreError, UserTaskQuery, UserTaskRow};

use super::bulk::Bulk;
use super::cell::{
    first, instant, key, latest, list, list_text, maybe_instant, maybe_key, maybe_text, narrow,
    record_ref, text, word,
};
use super::connection::Connection;
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use crate::sql::{Param, Sql};

pub(super) fn write(connection: &Connection, rows: &[UserTaskRow]) -> Outcome<()> {
    Bulk::new(latest(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("definition", |row| row.definition.0)
        .integer("element_instance", |row| row.element_instance.0)
        .text("element_id", |row| &row.element_id)
        .text("name", |row| &row.name)
        .text("state", |row| row.state.as_str())
        .maybe_text("assignee", |row| row.assignee.as_deref())
        .made_text("candidate_groups", |row| list_text(&row.candidate_groups))
        .made_text("candidate_users", |row| list_text(&row.candidate_users))
        .maybe_text("form_id", |row| row.form_id.as_deref())
        .maybe_integer("form_key", |row| row.form_key.map(|form| form.0))
        .maybe_integer("due_at", |row| row.due_at.map(|at| at.0))
        .maybe_integer("follow_up_at", |row| row.follow_up_at.map(|at| at.0))
        .integer("priority", |row| i64::from(row.priority))
        .integer("created_at", |row| row.created_at.0)
        .maybe_integer("ended_at", |row| row.ended_at.map(|at| at.0))
        .maybe_integer("completed_by", |row| row.completed_by.map(|user| user.0))
        .maybe_text("record_object", |row| row.record.as_ref().map(|record| &*record.object))
        .maybe_integer("record", |row| row.record.as_ref().map(|record| record.key.0))
        .insert(connection, "user_task", REPLACE)
}

const REPLACE: &str = "ON CONFLICT (key) DO UPDATE SET instance = excluded.instance,
    definition = excluded.definition, element_instance = excluded.element_instance,
    element_id = excluded.element_id, name = excluded.name, state = excluded.state,
    assignee = excluded.assignee, candidate_groups = excluded.candidate_groups,
    candidate_users = excluded.candidate_users, form_id = excluded.form_id,
    form_key = excluded.form_key, due_at = excluded.due_at, follow_up_at = excluded.follow_up_at, priority = excluded.priority,
    created_at = excluded.created_at, ended_at = excluded.ended_at,
    completed_by = excluded.completed_by, record_object = excluded.record_object, record = excluded.record";

fn user_task(row: &Row) -> Outcome<UserTaskRow> {
    Ok(UserTaskRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: text(row, "element_id")?,
        name: text(row, "name")?,
        state: word(row, "state")?,
        assignee: maybe_text(row, "assignee")?,
        candidate_groups: list(row, "candidate_groups")?,
        candidate_users: list(row, "candidate_users")?,
        form_id: maybe_text(row, "form_id")?,
        form_key: maybe_key(row, "form_key")?,
        due_at: maybe_instant(row, "due_at")?,
        follow_up_at: maybe_instant(row, "follow_up_at")?,
        priority: narrow(row, "priority")?,
        created_at: instant(row, "created_at")?,
        ended_at: maybe_instant(row, "ended_at")?,
        completed_by: maybe_key(row, "completed_by")?,
        record: record_ref(row)?,
    })
}

/// The task with this key.
pub(super) fn get(connection: &Connection, key: Key) -> Outcome<Option<UserTaskRow>> {
    first(connection, "SELECT * FROM user_task WHERE key = $1", &[&key.0], user_task)
}

fn page(connection: &Connection, query: &UserTaskQuery) -> Outcome<Page<UserTaskRow>> {
    let integer = |key: Key| Param::Integer(key.0);
    let mut list = List::new("SELECT * FROM user_task");
    list.equal("state", query.state.map(|state| Param::Text(state.as_str().into())));
    list.equal("instance", query.instance.map(integer));
    list.equal("definition", query.definition.map(integer));
    list.equal("element_id", query.element_id.clone().map(Param::Text));
    list.equal("assignee", query.assignee.clone().map(Param::Text));
    if let Some(record) = &query.record {
        list.equal("record", Some(integer(record.key)));
        list.equal("record_object", Some(Param::Text(Arc::clone(&record.object))));
    }
    if let Some(mine) = &query.mine {
        in_inbox(mine, list.condition());
    }
    list.page(connection, &query.page, user_task, |row| row.key)
}

/// A task that is assigned to the user, or to nobody and open to the user.
fn in_inbox(mine: &Mine, sql: &mut Sql) {
    sql.push("(assignee = ").bind(Param::Text(Arc::clone(&mine.login)));
    sql.push(" OR (assignee IS NULL AND ((candidate_users = '[]' AND candidate_groups = '[]')");
    sql.push(" OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(candidate_users::jsonb)");
    sql.push(" AS one (name) WHERE one.name = ")
        .bind(Param::Text(Arc::clone(&mine.login)))
        .push(")");
    if !mine.groups.is_empty() {
        sql.push(" OR EXISTS (SELECT 1 FROM jsonb_array_elements_text(candidate_groups::jsonb)");
        sql.push(" AS one (name) WHERE one.name IN (");
        sql.bind_list(mine.groups.iter().cloned().map(Param::Text)).push("))");
    }
    sql.push(")))");
}

impl ReadUserTasks for Snapshot<'_> {
    fn user_task(&self, key: Key) -> Result<Option<UserTaskRow>, StoreError> {
        Ok(get(self.connection(), key)?)
    }

    fn user_tasks(&self, query: &UserTaskQuery) -> Result<Page<UserTaskRow>, StoreError> {
        Ok(page(self.connection(), query)?)
    }
}
