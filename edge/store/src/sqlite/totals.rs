//! The totals behind live diagrams: kept with the rows they count, in the same transaction.

use rusqlite::{Connection, params};

use super::cell::run;
use super::failure::Outcome;
use crate::totals::{Delta, Totals};

/// Adds what a batch counted.
pub(super) fn write(totals: &Totals, connection: &Connection) -> Outcome<()> {
    for (definition, delta) in &totals.definitions {
        let Delta { active, completed, terminated, incidents } = delta;
        run(
            connection,
            "INSERT INTO definition_count VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (definition) DO UPDATE SET active = active + excluded.active,
             completed = completed + excluded.completed,
             terminated = terminated + excluded.terminated,
             incidents = incidents + excluded.incidents",
            params![definition.0, active, completed, terminated, incidents],
        )?;
    }
    for ((definition, element_id), delta) in &totals.elements {
        let Delta { active, completed, terminated, incidents } = delta;
        run(
            connection,
            "INSERT INTO element_count VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (definition, element_id) DO UPDATE SET
             active = active + excluded.active, completed = completed + excluded.completed,
             terminated = terminated + excluded.terminated,
             incidents = incidents + excluded.incidents",
            params![definition.0, element_id, active, completed, terminated, incidents],
        )?;
    }
    for ((definition, flow_id), count) in &totals.flows {
        run(
            connection,
            "INSERT INTO flow_count VALUES (?1, ?2, ?3)
             ON CONFLICT (definition, flow_id) DO UPDATE SET count = count + excluded.count",
            params![definition.0, flow_id, count],
        )?;
    }
    Ok(())
}
