//! The store through its public face, on PostgreSQL: what SQLite is tested for, and what only a database
//! with several writers can get wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail on the spot"
)]

#[path = "../it/again.rs"]
mod again;
#[path = "../it/alter.rs"]
mod alter;
mod ambiguous;
mod archive;
#[path = "../it/claim.rs"]
mod claim;
mod cluster;
mod contention;
#[path = "../it/dates.rs"]
mod dates;
mod encrypted;
#[path = "../it/filler.rs"]
mod filler;
#[path = "../it/filter.rs"]
mod filter;
#[path = "../it/flow.rs"]
mod flow;
#[path = "../it/list.rs"]
mod list;
mod lost;
mod migration;
mod node;
mod nodes;
#[path = "../it/note.rs"]
mod note;
#[path = "../it/passed.rs"]
mod passed;
#[path = "../it/people_rows.rs"]
mod people_rows;
mod place;
#[path = "../it/plan.rs"]
mod plan;
#[path = "../it/process_rows.rs"]
mod process_rows;
mod proxy;
#[path = "../it/referred.rs"]
mod referred;
#[path = "../it/refusal.rs"]
mod refusal;
#[path = "../it/restart.rs"]
mod restart;
#[path = "../it/rows.rs"]
mod rows;
#[path = "../it/sample.rs"]
mod sample;
#[path = "../it/search.rs"]
mod search;
mod serialisation;
mod shape;
