//! Incidents.

use base::Key;
use records::RecordRef;
use runtime::port::{Before, IncidentRow, ReadIncidents, StoreError};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, first, in_order, instant, key, maybe_instant, maybe_key, run, word};
use super::failure::Outcome;
use super::page::place;
use super::reader::Snapshot;

pub(super) fn write(connection: &Connection, rows: &[IncidentRow]) -> Outcome<()> {
    for row in in_order(rows, |row| row.key) {
        run(
            connection,
            "INSERT OR REPLACE INTO incident (key, instance, definition, element_instance,
             element_id, kind, message, job, state, created_at, resolved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                row.key.0,
                row.instance.0,
                row.definition.0,
                row.element_instance.0,
                row.element_id,
                row.kind,
                row.message,
                row.job.map(|key| key.0),
                row.state.as_str(),
                row.created_at.0,
                row.resolved_at.map(|at| at.0),
            ],
        )?;
    }
    Ok(())
}

fn incident(row: &Row<'_>) -> Read<IncidentRow> {
    Ok(IncidentRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: row.get("element_id")?,
        kind: row.get("kind")?,
        message: row.get("message")?,
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
         WHERE instance.record = ?1 AND instance.record_object = ?2
         AND (incident.created_at, incident.key) < (?3, ?4)
         ORDER BY incident.created_at DESC, incident.key DESC LIMIT ?5",
        params![record.key.0, record.object, at, before_key, before.limit],
        incident,
    )
}

impl ReadIncidents for Snapshot<'_> {
    fn incident(&self, key: Key) -> Result<Option<IncidentRow>, StoreError> {
        Ok(first(self.connection(), "SELECT * FROM incident WHERE key = ?1", [key.0], incident)?)
    }

    fn incidents(&self, instance: Key) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = "SELECT * FROM incident WHERE instance = ?1 ORDER BY key";
        Ok(all(self.connection(), sql, [instance.0], incident)?)
    }

    fn incidents_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        Ok(of_record(self.connection(), record, before)?)
    }
}
