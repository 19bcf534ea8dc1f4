//! Jobs that wait for a worker, and the lease that gives one to it.

use base::Key;
use postgres::Row;
use runtime::port::{JobClaim, JobRow};

use super::bulk::Bulk;
use super::cell::{get, instant, key, latest, maybe_text, narrow, numbers, text};
use super::connection::Connection;
use super::failure::Outcome;

pub(super) fn write(connection: &Connection, rows: &[JobRow], removed: &[Key]) -> Outcome<()> {
    if !removed.is_empty() {
        let keys = numbers(removed.iter().copied());
        connection.execute("DELETE FROM job WHERE key = ANY($1)", &[&keys])?;
    }
    Bulk::new(latest(rows, |row| row.key))
        .integer("key", |row| row.key.0)
        .integer("instance", |row| row.instance.0)
        .integer("definition", |row| row.definition.0)
        .integer("element_instance", |row| row.element_instance.0)
        .text("element_id", |row| &row.element_id)
        .text("job_type", |row| &row.job_type)
        .integer("retries", |row| i64::from(row.retries))
        .integer("available_at", |row| row.available_at.0)
        .maybe_text("worker", |row| row.worker.as_deref())
        .text("headers", |row| &row.headers)
        .integer("created_at", |row| row.created_at.0)
        .insert(
            connection,
            "job",
            "ON CONFLICT (key) DO UPDATE SET retries = excluded.retries,
             available_at = excluded.available_at, worker = excluded.worker,
             headers = excluded.headers",
        )
}

/// Leases jobs, those that have been available longest first. What another lane is claiming, or ending, at
/// this moment is passed over.
pub(super) fn claim(connection: &Connection, claim: &JobClaim) -> Outcome<Vec<JobRow>> {
    let sql = "WITH claimed AS (
                   SELECT key, available_at FROM job
                   WHERE job_type = $1 AND retries > 0 AND available_at <= $2
                   ORDER BY available_at, key LIMIT $3 FOR UPDATE SKIP LOCKED
               )
               UPDATE job SET worker = $4, available_at = $5 FROM claimed
               WHERE job.key = claimed.key RETURNING job.*, claimed.available_at AS waited_since";
    let limit = i64::from(claim.limit);
    let rows = connection
        .query(sql, &[&&*claim.job_type, &claim.now.0, &limit, &&*claim.worker, &claim.until.0])?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in &rows {
        jobs.push((instant(row, "waited_since")?, job(row)?));
    }
    jobs.sort_by_key(|(waited_since, job)| (*waited_since, job.key));
    Ok(jobs.into_iter().map(|(_, job)| job).collect())
}

fn job(row: &Row) -> Outcome<JobRow> {
    Ok(JobRow {
        key: key(row, "key")?,
        instance: key(row, "instance")?,
        definition: key(row, "definition")?,
        element_instance: key(row, "element_instance")?,
        element_id: text(row, "element_id")?,
        job_type: text(row, "job_type")?,
        retries: narrow(row, "retries")?,
        available_at: instant(row, "available_at")?,
        worker: maybe_text(row, "worker")?,
        headers: get(row, "headers")?,
        created_at: instant(row, "created_at")?,
    })
}
