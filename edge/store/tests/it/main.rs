//! The store through its public face: on a real file, in a folder of its own for every test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail on the spot"
)]

mod alter;
mod claim;
mod filter;
mod flow;
mod folder;
mod list;
mod refusal;
mod rows;
mod sample;
mod search;
