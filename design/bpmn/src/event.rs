//! What events wait for and what they bring about.

use std::sync::Arc;

use crate::{graph::ElementIndex, text::Text};

/// What starts an instance at a start event.
#[derive(Clone, Debug)]
pub enum StartTrigger {
    /// A command, or the sub-process that the event stands in.
    None,
    /// A message of this name.
    Message(Message),
    /// A point in time, or a row of them.
    Timer(Timer),
    /// A change to a record.
    Record(RecordTrigger),
}

/// What reaching an end event brings about (BPMN 2.0.2, 10.5.3).
#[derive(Clone, Debug)]
pub enum EndResult {
    /// The token ends.
    None,
    /// The enclosing scope fails with this error code.
    Error {
        /// What a boundary event compares with its own code.
        code: Text,
    },
    /// Every other token of the enclosing scope ends too.
    Terminate,
}

/// What a boundary event waits for while its activity is active.
#[derive(Clone, Debug)]
pub enum BoundaryTrigger {
    /// Time.
    Timer(Timer),
    /// An error thrown inside the activity.
    Error {
        /// The code it catches; `None` catches every error.
        code: Option<Arc<str>>,
    },
}

/// When a timer is due. Fixed texts are ISO 8601 and have been checked.
#[derive(Clone, Debug)]
pub enum Timer {
    /// Once, at this instant.
    Date(Text),
    /// Once, after this time.
    Duration(Text),
    /// Repeatedly: `R/PT1H`, `R3/2026-01-01T08:00:00Z/P1D`.
    Cycle(Text),
}

/// A message that an event waits for.
#[derive(Clone, Debug)]
pub struct Message {
    /// The name that a sender uses.
    pub name: Text,
    /// What must equal the sender's correlation key.
    pub correlation_key: Option<feel::Expression>,
}

/// Starts an instance when a record is created or changed.
///
/// It is written as `zeebe:properties` of a none start event (`rondo.object`, `rondo.on`,
/// `rondo.condition`), so that the file stays an ordinary Camunda 8 model.
#[derive(Clone, Debug)]
pub struct RecordTrigger {
    /// The object whose records are watched, for example `order`.
    pub object: Arc<str>,
    /// Which changes count.
    pub on: RecordChange,
    /// Must be true for an instance to start; may read `record` and `old`.
    pub condition: Option<feel::Expression>,
}

/// Lets people start an instance on a record: a button on its page.
///
/// It is written as the property `rondo.button` of a start event.
#[derive(Clone, Debug)]
pub struct Button {
    /// The start event.
    pub start: ElementIndex,
    /// Must be true for the button to be there; reads `record` alone.
    pub condition: feel::Expression,
}

/// Which changes of a record count for a [`RecordTrigger`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordChange {
    /// A new record only.
    Created,
    /// A change to an existing record only.
    Changed,
    /// Both.
    CreatedOrChanged,
}

impl RecordChange {
    /// Whether a new record counts.
    pub fn includes_created(self) -> bool {
        matches!(self, Self::Created | Self::CreatedOrChanged)
    }

    /// Whether a change to an existing record counts.
    pub fn includes_changed(self) -> bool {
        matches!(self, Self::Changed | Self::CreatedOrChanged)
    }
}
