//! An incident: the model or its data went wrong, and the instance waits there for a person.

use std::{fmt, sync::Arc};

use base::{Key, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Step;

/// Something that a person has to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its key.
    pub key: Key,
    /// The active element that cannot go on.
    pub element_instance: Key,
    /// What kind of thing went wrong.
    pub kind: IncidentKind,
    /// What went wrong and what to do: lower case, no full stop.
    pub message: Arc<str>,
    /// What happens when it is resolved.
    pub retry: Retry,
    /// When it arose.
    pub raised_at: Timestamp,
}

/// What resolving an incident tries again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Retry {
    /// A step of the element.
    Step(Step),
    /// The job with this key.
    Job(Key),
}

/// What kind of thing went wrong; the names are those of Camunda 8's `ErrorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IncidentKind {
    /// A limit of the engine was reached.
    Unspecified,
    /// An input or output mapping has no usable value.
    IoMappingError,
    /// A job failed and may not be tried again.
    JobNoRetries,
    /// No outgoing flow of a gateway can be taken.
    ConditionError,
    /// An expression gave no value, or one of the wrong type.
    ExtractValueError,
    /// The called decision does not exist.
    CalledDecisionError,
    /// The called decision could not be evaluated.
    DecisionEvaluationError,
    /// The form of a user task does not exist.
    FormNotFound,
    /// An error was thrown and nothing catches it.
    UnhandledErrorEvent,
    /// A value is too large to be kept.
    MessageSizeExceeded,
}

impl IncidentKind {
    /// The name in the Camunda 8 REST API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::IoMappingError => "IO_MAPPING_ERROR",
            Self::JobNoRetries => "JOB_NO_RETRIES",
            Self::ConditionError => "CONDITION_ERROR",
            Self::ExtractValueError => "EXTRACT_VALUE_ERROR",
            Self::CalledDecisionError => "CALLED_DECISION_ERROR",
            Self::DecisionEvaluationError => "DECISION_EVALUATION_ERROR",
            Self::FormNotFound => "FORM_NOT_FOUND",
            Self::UnhandledErrorEvent => "UNHANDLED_ERROR_EVENT",
            Self::MessageSizeExceeded => "MESSAGE_SIZE_EXCEEDED",
        }
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
