//! Decisions through the public face of the crate.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_collect,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected is to fail on the spot; its files are read from disk"
)]

mod boxed;
mod decisions;
mod hostile;
mod imported;
mod lookups;
mod mutated;
mod random_tables;
mod small_trees;
mod tck;
mod trees;
mod unverified;
mod verified;
mod verified_random;
mod warned;
