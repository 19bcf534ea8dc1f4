//! What processes tell people.

use std::sync::Arc;

use base::Timestamp;
use turn::Notification;

use crate::port::NotificationRow;

pub(super) fn notification(notification: &Notification, now: Timestamp) -> NotificationRow {
    NotificationRow {
        key: notification.key,
        user: notification.user,
        text: Arc::clone(&notification.text),
        record: notification.record.clone(),
        instance: notification.instance,
        at: now,
        read_at: None,
    }
}
