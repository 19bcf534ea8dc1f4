//! Decisions through the public face of the crate.

mod decisions;
mod hostile;
mod tck;
