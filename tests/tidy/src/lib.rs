//! The house rules that no compiler checks: which crate may import which, what the core never does,
//! how files are laid out. Each rule is a pure function from sources to offences, so that a test can
//! show that it fails on a bad sample as well as that it holds for the workspace.

mod arrows;
mod layout;
mod purity;
mod sample;
mod source;
mod words;

pub use arrows::{arrows, foreign_imports};
pub use layout::{file_length, lib_is_contents, module_paragraph, room_name};
pub use purity::purity;
pub use sample::sample_names;
pub use source::{Offence, Source, workspace_sources};
pub use words::{banned_words, lock_hosts};
