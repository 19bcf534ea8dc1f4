//! The unit in which an instance moves on. Steps wait in a queue, first in first out, within one
//! decision; only the step limit or an incident makes one of them part of the stored state.

use base::Key;
use bpmn::ElementIndex;
use serde::{Deserialize, Serialize};

use crate::index;

/// One thing to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A token stands in front of an element: activate it.
    Enter {
        /// The element.
        #[serde(with = "index::element")]
        element: ElementIndex,
        /// The scope that the token is in.
        scope: Key,
    },
    /// An active element begins what it is for.
    Begin {
        /// The active element.
        element_instance: Key,
    },
    /// An active element is done: map its outputs and leave it.
    Complete {
        /// The active element.
        element_instance: Key,
    },
}
