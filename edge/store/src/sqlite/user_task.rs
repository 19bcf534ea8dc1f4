//! User tasks, and whose inbox they are in.

use std::sync::Arc;

use base::Key;
use runtime::port::{Mine, Page, ReadUserTasks, StoreError, UserTaskQuery, UserTaskRow};
use rusqlite::{Connection, Row, params};

use super::cell::{
    Read, first, in_order, instant, key, list, list_text, maybe_instant, maybe_key, record_columns,
    record_ref, run, word,
};
use super::failure::Outcome;
use super::page::List;
use super::reader::Snapshot;
use crate::sql::{Param, Sql};

pub(super) fn write(connection: &Connection, rows: &[UserTaskRow]) -> Outcome<()> {
    for row in in_order(rows, |row| row.key) {
        put(connection, row)?;
    }
    Ok(())
}

fn put(connection: &Connection, row: &UserTaskRow) -> Outcome<()> {
    let (record_object, record) = record_columns(row.record.as_ref());
    run(
        connection,
        "INSERT OR REPLACE INTO user_task (key, instance, definition, element_instance, element_id,
         name, state, assignee, candidate_groups, candidate_users, form_id, form_key, due_at,
         follow_up_at, priority, created_at, ended_at, completed_by, record_object, record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
         ?19, ?20)",
        params![
            row.key.0,
            row.instance.0,
            row.definition.0,
            row.element_instance.0,
            row.element_id,
            row.name,
            row.state.as_str(),
            row.assignee,
            list_text(&row.candidate_groups),
            list_text(&row.candidate_users),
            row.form_id,
            row.form_key.map(|form| form.0),
            row.due_at.map(|at| at.0),
            row.follow_up_at.map(|at| at.0),
            row.priority,
            row.created_at.0,
            row.ended_at.map(|at| at.0),
            row.completed_by.map(|user| user.0),
            record_object,
            record,
        ],
    )?;
    Ok(())
}

fn user_task(row: &Row<'_>) -> Read<UserTaskRow> {
    Ok(UserTaskRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: row.get("element_id")?,
        name: row.get("name")?,
        state: word(row, "state")?,
        assignee: row.get("assignee")?,
        candidate_groups: list(row, "candidate_groups")?,
        candidate_users: list(row, "candidate_users")?,
        form_id: row.get("form_id")?,
        form_key: maybe_key(row, "form_key")?,
        due_at: maybe_instant(row, "due_at")?,
        follow_up_at: maybe_instant(row, "follow_up_at")?,
        priority: row.get("priority")?,
        created_at: instant(row, "created_at")?,
        ended_at: maybe_instant(row, "ended_at")?,
        completed_by: maybe_key(row, "completed_by")?,
        record: record_ref(row)?,
    })
}

/// The task with this key.
pub(super) fn get(connection: &Connection, key: Key) -> Outcome<Option<UserTaskRow>> {
    first(connection, "SELECT * FROM user_task WHERE key = ?1", [key.0], user_task)
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
    sql.push(" OR EXISTS (SELECT 1 FROM json_each(candidate_users) WHERE json_each.value = ");
    sql.bind(Param::Text(Arc::clone(&mine.login))).push(")");
    sql.push(" OR EXISTS (SELECT 1 FROM json_each(candidate_groups) WHERE json_each.value IN (");
    sql.bind_list(mine.groups.iter().cloned().map(Param::Text)).push(")))))");
}

impl ReadUserTasks for Snapshot<'_> {
    fn user_task(&self, key: Key) -> Result<Option<UserTaskRow>, StoreError> {
        Ok(get(self.connection(), key)?)
    }

    fn user_tasks(&self, query: &UserTaskQuery) -> Result<Page<UserTaskRow>, StoreError> {
        Ok(page(self.connection(), query)?)
    }
}
