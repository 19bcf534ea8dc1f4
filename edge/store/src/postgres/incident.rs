//! Incidents.

use base::Key;
use postgres::Row;
use records::RecordRef;
use runtime::port::{Before, IncidentRow, ReadIncidents, StoreError};

use super::bulk::Bulk;
use super::cell::{all, first, instant, key, latest, maybe_instant, maybe_key, text, word};
use super::connection::Connection;
use super::failure::Outcome;
use super::page::place;
use super::reader::Snapshot;

pub(super) fn write(connection: &Connection, rows: &[IncidentRow]) -> Outcome<()> {
    Bulk::new(latest(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("definition", |row| row.definition.0)
        .integer("element_instance", |row| row.element_instance.0)
        .text("element_id", |row| &row.element_id)
        .text("kind", |row| &row.kind)
        .text("message", |row| &row.message)
        .maybe_integer("job", |row| row.job.map(|key| key.0))
        .text("state", |row| row.state.as_str())
        .integer("created_at", |row| row.created_at.0)
        .maybe_integer("resolved_at", |row| row.resolved_at.map(|at| at.0))
        .insert(
            connection,
            "incident",
            "ON CONFLICT (key) DO UPDATE SET instance = excluded.instance,
             definition = excluded.definition, element_instance = excluded.element_instance,
             element_id = excluded.element_id, kind = excluded.kind, message = excluded.message,
             job = excluded.job, state = excluded.state, created_at = excluded.created_at,
             resolved_at = excluded.resolved_at",
        )
}

fn incident(row: &Row) -> Outcome<IncidentRow> {
    Ok(IncidentRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: text(row, "element_id")?,
        kind: text(row, "kind")?,
        message: text(row, "message")?,
        job: maybe_key(row, "job")?,
        state: word(row, "state")?,
        created_at: instant(row, "created_at")?,
        resolved_at: maybe_instant(row, "resolved_at")?,
    })
}

fn of_record(
    connection: &Connection,
    record: &RecordRef,
    before: Before,
) -> Outcome<Vec<IncidentRow>> {
    let (at, before_key) = place(before);
    all(
        connection,
        "SELECT incident.* FROM incident JOIN instance ON instance.key = incident.instance
         WHERE instance.record = $1 AND instance.record_object = $2
         AND (incident.created_at, incident.key) < ($3, $4)
         ORDER BY incident.created_at DESC, incident.key DESC LIMIT $5",
        &[&record.key.0, &&*record.object, &at, &before_key, &i64::from(before.limit)],
        incident,
    )
}

impl ReadIncidents for Snapshot<'_> {
    fn incident(&self, key: Key) -> Result<Option<IncidentRow>, StoreError> {
        let sql = "SELECT * FROM incident WHERE key = $1";
        Ok(first(self.connection(), sql, &[&key.0], incident)?)
    }

    fn incidents(&self, instance: Key) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = "SELECT * FROM incident WHERE instance = $1 ORDER BY key";
        Ok(all(self.connection(), sql, &[&instance.0], incident)?)
    }

    fn incidents_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        Ok(of_record(self.connection(), record, before)?)
    }
}
