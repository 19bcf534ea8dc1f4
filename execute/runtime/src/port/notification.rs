//! What processes tell people: one row per notification and person, which the person reads in the page.

use std::sync::Arc;

use base::{Key, Timestamp};
use records::RecordRef;

use crate::port::{Page, PageRequest, StoreError};

/// A notification. Inserted; only `read_at` changes, by [`NotificationRead`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRow {
    /// The notification.
    pub key: Key,
    /// The record of the user whom it is for.
    pub user: Key,
    /// What it says.
    pub text: Arc<str>,
    /// The record it is about.
    pub record: Option<RecordRef>,
    /// The instance that wrote it.
    pub instance: Key,
    /// When it was written.
    pub at: Timestamp,
    /// When the user said that it is read.
    pub read_at: Option<Timestamp>,
}

/// A user has read notifications. What is read already, or another's, stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRead {
    /// The user.
    pub user: Key,
    /// Which one; `None` is all that the user has.
    pub key: Option<Key>,
    /// When.
    pub at: Timestamp,
}

/// A list of a user's notifications, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationQuery {
    /// The user.
    pub user: Key,
    /// Only those that are not read.
    pub is_unread: bool,
    /// Which page.
    pub page: PageRequest,
}

/// Queries over notifications.
pub trait ReadNotifications {
    /// The notification with this key.
    fn notification(&self, key: Key) -> Result<Option<NotificationRow>, StoreError>;

    /// A page of a user's notifications, newest first.
    fn notifications(&self, query: &NotificationQuery)
    -> Result<Page<NotificationRow>, StoreError>;

    /// How many notifications the user has not read, counted to `limit`.
    fn unread_notifications(&self, user: Key, limit: u32) -> Result<u64, StoreError>;
}
