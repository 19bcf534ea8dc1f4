//! The store through its public face: on a real file, in a folder of its own for every test. What is not
//! about files runs on PostgreSQL too, in `tests/postgres`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail on the spot"
)]

mod again;
mod alter;
mod archive;
mod claim;
mod dates;
mod filler;
mod filter;
mod flow;
mod folder;
mod list;
mod note;
mod passed;
mod people_rows;
mod place;
mod plan;
mod process_rows;
mod referred;
mod refusal;
mod restart;
mod rows;
mod sample;
mod search;
