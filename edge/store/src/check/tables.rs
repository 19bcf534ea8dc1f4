//! Statements over whole tables, in the SQL that both databases understand: each answers what is wrong, so a
//! sound database answers nothing.

use runtime::port::StoreError;
use serde_json::Value;

use super::{Inspect, Report};
use crate::archive::{Cell, Kind};

/// Rows of the outbox that are read at once.
const PAGE: usize = 500;

/// Columns that name a row of another table: column, and the table where the key must be.
const REFERENCES: &[(&str, &str)] = &[
    ("instance", "instance"),
    ("definition", "model"),
    ("resource", "resource"),
    ("user", "record_user"),
];

/// Rule, table, what is wrong, and the statement that finds it.
const STATEMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "total",
        "definition_count of",
        "the totals are not what the instances count to",
        "SELECT definition FROM (
             SELECT definition,
                    CASE WHEN state = 'active' THEN 1 ELSE 0 END AS a,
                    CASE WHEN state = 'completed' THEN 1 ELSE 0 END AS c,
                    CASE WHEN state = 'terminated' THEN 1 ELSE 0 END AS t,
                    CASE WHEN state = 'active' AND incidents > 0 THEN 1 ELSE 0 END AS i
             FROM instance
             UNION ALL
             SELECT definition, -active, -completed, -terminated, -incidents FROM definition_count
         ) AS both_sides GROUP BY definition
         HAVING sum(a) <> 0 OR sum(c) <> 0 OR sum(t) <> 0 OR sum(i) <> 0 ORDER BY definition",
    ),
    (
        "outbox",
        "outbox message",
        "it stands there more than once",
        "SELECT message_id FROM outbox GROUP BY message_id HAVING count(*) > 1 ORDER BY message_id",
    ),
    (
        "outbox",
        "outbox",
        "its state is none that there is",
        "SELECT key FROM outbox
         WHERE state NOT IN ('waiting', 'sent', 'not_configured', 'failed') ORDER BY key",
    ),
    (
        "outbox",
        "outbox",
        "its counts are below zero",
        "SELECT key FROM outbox WHERE attempts < 0 OR unsettled < 0 ORDER BY key",
    ),
];

/// Asks every statement.
pub(super) fn check(read: &dyn Inspect, report: &mut Report) -> Result<(), StoreError> {
    for (rule, place, what, sql) in STATEMENTS {
        report.ask(read, rule, place, what, sql)?;
    }
    let tables = read.tables()?;
    for table in &tables {
        for (column, target) in REFERENCES {
            let is_there =
                table.columns.iter().any(|it| it.name == *column && it.kind == Kind::Integer);
            let knows = tables.iter().any(|it| it.name == *target);
            if !is_there || !knows || table.name.starts_with("record_") {
                continue;
            }
            let name = &table.name;
            let sql = format!(
                "SELECT DISTINCT \"{column}\" FROM {name} WHERE \"{column}\" IS NOT NULL AND NOT EXISTS
                 (SELECT 1 FROM {target} AS target WHERE target.key = {name}.\"{column}\")"
            );
            let what = format!("`{name}` names it, and there is none in `{target}`");
            report.ask(read, "reference", column, &what, &sql)?;
        }
    }
    check_payloads(read, report)
}

/// That what is to leave can be read when it leaves.
fn check_payloads(read: &dyn Inspect, report: &mut Report) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let rows = read.ask(&format!(
            "SELECT key, payload FROM outbox WHERE key > {after} ORDER BY key LIMIT {PAGE}"
        ))?;
        for row in &rows {
            let [Cell::Integer(key), Cell::Text(payload)] = row.as_slice() else { continue };
            after = *key;
            if !serde_json::from_str::<Value>(payload).is_ok_and(|payload| payload.is_object()) {
                report.add("outbox", format!("outbox {key}"), "its payload is no JSON object");
            }
        }
        if rows.len() < PAGE {
            return Ok(());
        }
    }
}
