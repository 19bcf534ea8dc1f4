//! The manual task, and a task of no type: done outside of everything, nobody reports it, so it is passed.

use super::Progress;

pub(super) fn begin() -> Progress {
    Progress::Done
}
