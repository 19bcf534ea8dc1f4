//! The embedded sub-process: a scope of its own that is done when nothing in it is left
//! (BPMN 2.0.2, 13.3.4).

use bpmn::ElementIndex;

use super::Progress;
use crate::{
    Step,
    machine::{At, Machine},
};

pub(super) fn begin(machine: &mut Machine<'_>, at: At<'_>, start: ElementIndex) -> Progress {
    machine.push(Step::Enter { element: start, scope: at.key });
    Progress::Waits
}
