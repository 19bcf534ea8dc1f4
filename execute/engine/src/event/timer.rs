//! The life of a timer. A timer that repeats is scheduled anew, under a new key, when it fires.

use base::{Key, Timestamp};
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::{Instance, Repeat, Timer, index};

/// Something will become due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerScheduled {
    /// Its key.
    pub key: Key,
    /// The active element whose life bounds the timer's.
    pub element_instance: Key,
    /// The event that will occur.
    #[serde(with = "index::element")]
    pub target: ElementIndex,
    /// When it is due.
    pub due_at: Timestamp,
    /// How it goes on after that.
    pub repeat: Option<Repeat>,
}

impl TimerScheduled {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let timer = Timer {
            key: self.key,
            element_instance: self.element_instance,
            target: self.target,
            due_at: self.due_at,
            repeat: self.repeat,
        };
        instance.timers.insert(self.key, timer);
    }
}

/// It became due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerFired {
    /// The timer.
    pub key: Key,
}

impl TimerFired {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.timers.remove(&self.key);
    }
}

/// It no longer matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerCancelled {
    /// The timer.
    pub key: Key,
}

impl TimerCancelled {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.timers.remove(&self.key);
    }
}
