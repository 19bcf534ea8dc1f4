//! The engine through its public face. Models are written in a short notation (`model`), scenarios
//! as steps with the events that they must bring about (`bench`).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail on the spot; its files are read from disk"
)]

mod bench;
mod model;

mod boundary;
mod command;
mod gateway;
mod golden;
mod incident;
mod limit;
mod mapping;
mod order;
mod property;
mod record;
mod sub_process;
mod task;
mod tokens;
