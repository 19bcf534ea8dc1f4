//! What has to leave the house.

use std::sync::Arc;

use base::Timestamp;
use turn::OutboxEntry;

use crate::port::{OutboxRow, OutboxState};

pub(super) fn entry(entry: &OutboxEntry, now: Timestamp) -> OutboxRow {
    OutboxRow {
        key: entry.key,
        kind: Arc::clone(&entry.kind),
        instance: Some(entry.cause.instance),
        element_id: Some(Arc::clone(&entry.cause.element)),
        record: entry.record.clone(),
        at: now,
        state: OutboxState::Waiting,
        message_id: format!("{}@rondo", entry.key).into(),
        payload: entry.payload.to_string(),
        attempts: 0,
        unsettled: 0,
        next_at: now,
        error: None,
    }
}
