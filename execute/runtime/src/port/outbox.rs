//! The outbox: what has to leave the house after the commit, written exactly once and delivered at
//! least once.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;
use serde::{Deserialize, Serialize};

use crate::port::{Before, Page, PageRequest, StoreError};

words! {
    /// Where an entry of the outbox is in its life.
    OutboxState {
        /// It will be delivered, or tried again.
        Waiting = "waiting",
        /// It has left.
        Sent = "sent",
        /// Nothing is configured that could deliver it; it is kept.
        NotConfigured = "not_configured",
        /// It was given up.
        Failed = "failed",
    }
}

/// An entry of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// The entry.
    pub key: Key,
    /// What delivers it: `mail`.
    pub kind: Arc<str>,
    /// The instance that wrote it.
    pub instance: Option<Key>,
    /// The BPMN id of the element that wrote it.
    pub element_id: Option<Arc<str>>,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// When it was written.
    pub at: Timestamp,
    /// Where it is in its life.
    pub state: OutboxState,
    /// Stays the same through every try, so that the receiver can tell a second one.
    pub message_id: Arc<str>,
    /// JSON text; for mail `{"to", "cc", "subject", "body"}`.
    pub payload: String,
    /// How often it was tried, tries without a known outcome left out.
    pub attempts: u32,
    /// Leases whose outcome is not known: 1 while a try is under way, and 1 more for each try that a
    /// crash cut short.
    pub unsettled: u32,
    /// It is not tried before this instant.
    pub next_at: Timestamp,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl OutboxRow {
    /// Whether it may have left more than once: a try whose outcome nobody knows was followed by
    /// another one. The receiver can tell by the same `message_id`.
    pub fn is_perhaps_sent_twice(&self) -> bool {
        let surely = u32::from(self.state == OutboxState::Sent);
        self.unsettled.saturating_add(surely) >= 2
    }

    /// Whether a person may have it tried again: it was given up, or there was nobody to deliver it.
    pub fn can_be_retried(&self) -> bool {
        match self.state {
            OutboxState::Failed | OutboxState::NotConfigured => true,
            OutboxState::Waiting | OutboxState::Sent => false,
        }
    }
}

/// What a delivery changed about an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxUpdate {
    /// The entry.
    pub key: Key,
    /// Where it is in its life now.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: u32,
    /// Leases whose outcome is not known.
    pub unsettled: u32,
    /// It is not tried before this instant.
    pub next_at: Timestamp,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// A list of entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxQuery {
    /// Only in this state.
    pub state: Option<OutboxState>,
    /// Which page.
    pub page: PageRequest,
}

/// Queries over the outbox.
pub trait ReadOutbox {
    /// The entry with this key.
    fn outbox_entry(&self, key: Key) -> Result<Option<OutboxRow>, StoreError>;

    /// A page of entries, newest first.
    fn outbox(&self, query: &OutboxQuery) -> Result<Page<OutboxRow>, StoreError>;

    /// When the next of the waiting entries of these kinds may be tried, those that are leased
    /// included: at the end of their lease.
    fn next_outbox(&self, kinds: &[Arc<str>]) -> Result<Option<Timestamp>, StoreError>;

    /// The entries about a record, newest first.
    fn outbox_of_record(
        &self,
        record: &RecordRef,
        before: Before,
    ) -> Result<Vec<OutboxRow>, StoreError>;
}
