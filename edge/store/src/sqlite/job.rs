//! Jobs that wait for a worker, and the lease that gives one to it.

use std::sync::Arc;

use base::Key;
use runtime::port::{JobClaim, JobRow};
use rusqlite::{Connection, Row, params};

use super::cell::{Read, all, in_order, instant, key, run};
use super::failure::Outcome;

pub(super) fn write(connection: &Connection, rows: &[JobRow], removed: &[Key]) -> Outcome<()> {
    for key in in_order(removed, |key| *key) {
        run(connection, "DELETE FROM job WHERE key = ?1", [key.0])?;
    }
    for row in in_order(rows, |row| row.key) {
        put(connection, row)?;
    }
    Ok(())
}

fn put(connection: &Connection, row: &JobRow) -> Outcome<()> {
    run(
        connection,
        "INSERT INTO job (key, instance, definition, element_instance, element_id, job_type,
         retries, available_at, worker, headers, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (key) DO UPDATE SET retries = excluded.retries,
         available_at = excluded.available_at, worker = excluded.worker,
         headers = excluded.headers",
        params![
            row.key.0,
            row.instance.0,
            row.definition.0,
            row.element_instance.0,
            row.element_id,
            row.job_type,
            row.retries,
            row.available_at.0,
            row.worker,
            row.headers,
            row.created_at.0,
        ],
    )?;
    Ok(())
}

/// Leases jobs, those that have been available longest first.
pub(super) fn claim(connection: &Connection, claim: &JobClaim) -> Outcome<Vec<JobRow>> {
    let mut jobs = all(
        connection,
        "SELECT * FROM job WHERE job_type = ?1 AND retries > 0 AND available_at <= ?2
         ORDER BY available_at, key LIMIT ?3",
        params![claim.job_type, claim.now.0, claim.limit],
        job,
    )?;
    for job in &mut jobs {
        job.worker = Some(Arc::clone(&claim.worker));
        job.available_at = claim.until;
    }
    for job in in_order(&jobs, |job| job.key) {
        run(
            connection,
            "UPDATE job SET worker = ?2, available_at = ?3 WHERE key = ?1",
            params![job.key.0, job.worker, job.available_at.0],
        )?;
    }
    Ok(jobs)
}

fn job(row: &Row<'_>) -> Read<JobRow> {
    Ok(JobRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: row.get("element_id")?,
        job_type: row.get("job_type")?,
        retries: row.get("retries")?,
        available_at: instant(row, "available_at")?,
        worker: row.get("worker")?,
        headers: row.get("headers")?,
        created_at: instant(row, "created_at")?,
    })
}
