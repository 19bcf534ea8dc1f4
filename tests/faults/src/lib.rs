//! Faults of the machine, and the proof that Rondo stands them. Here: what was answered is on the disk.

mod answer;
mod calls;
mod trace;

pub use answer::{Shortfall, Write, Writer, check_answer};
pub use calls::{Call, Moment, calls};
pub use trace::{Trace, serve_traced};
