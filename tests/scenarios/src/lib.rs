//! Whole stories told through the HTTP API of a served Rondo, nothing but what any program could do.

mod sample;

pub use sample::{Sample, create, submit_order};
