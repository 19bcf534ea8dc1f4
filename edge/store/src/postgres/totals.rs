//! The totals behind live diagrams: kept with the rows they count, in the same transaction. Each lane adds
//! to a shard of its own, because a row that every lane adds to would be held by one of them until its
//! commit is on the disk.

use std::sync::Arc;

use base::Key;

use super::bulk::Bulk;
use super::connection::Connection;
use super::failure::Outcome;
use crate::totals::{Delta, Totals};

/// How many shards there are; lanes that started one after the other have different ones.
const SHARDS: i64 = 32;

/// Adds to the shard of the lane with this number.
pub(super) fn write(totals: &Totals, connection: &Connection, lane: i64) -> Outcome<()> {
    let shard = lane.rem_euclid(SHARDS);
    let definitions: Vec<(Key, Delta)> =
        totals.definitions.iter().map(|(key, delta)| (*key, *delta)).collect();
    counts(
        Bulk::new(changed(&definitions))
            .integer("definition", |(definition, _)| definition.0)
            .integer("shard", |_| shard),
    )
    .insert(connection, "definition_count", &added("definition_count", "definition, shard"))?;

    let elements: Vec<((Key, &str), Delta)> =
        totals.elements.iter().map(|((key, id), delta)| ((*key, &**id), *delta)).collect();
    counts(
        Bulk::new(changed(&elements))
            .integer("definition", |((definition, _), _)| definition.0)
            .text("element_id", |((_, element_id), _)| element_id)
            .integer("shard", |_| shard),
    )
    .insert(
        connection,
        "element_count",
        &added("element_count", "definition, element_id, shard"),
    )?;

    let flows: Vec<(&(Key, Arc<str>), &i64)> = totals.flows.iter().collect();
    Bulk::new(flows.iter().collect())
        .integer("definition", |((definition, _), _)| definition.0)
        .text("flow_id", |((_, flow_id), _)| flow_id)
        .integer("shard", |_| shard)
        .integer("count", |(_, count)| **count)
        .insert(
            connection,
            "flow_count",
            "ON CONFLICT (definition, flow_id, shard)
             DO UPDATE SET count = flow_count.count + excluded.count",
        )
}

/// Those whose total changes at all: a batch that changes an instance mostly leaves it in its state.
fn changed<K>(totals: &[(K, Delta)]) -> Vec<&(K, Delta)> {
    totals.iter().filter(|(_, delta)| *delta != Delta::default()).collect()
}

fn counts<K>(bulk: Bulk<'_, (K, Delta)>) -> Bulk<'_, (K, Delta)> {
    bulk.integer("active", |(_, delta)| delta.active)
        .integer("completed", |(_, delta)| delta.completed)
        .integer("terminated", |(_, delta)| delta.terminated)
        .integer("incidents", |(_, delta)| delta.incidents)
}

fn added(table: &str, key: &str) -> String {
    let sums = ["active", "completed", "terminated", "incidents"]
        .map(|column| format!("{column} = {table}.{column} + excluded.{column}"));
    format!("ON CONFLICT ({key}) DO UPDATE SET {}", sums.join(", "))
}
