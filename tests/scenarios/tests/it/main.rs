//! Stories told through the HTTP API of the real binary.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

mod access;
mod answers;
mod archive;
mod bad_input;
mod check;
mod command_line;
mod decision_commands;
mod decisions;
mod deployment;
mod endless_loop;
mod filters;
mod guessing;
mod handbook;
mod hardening;
mod hostile;
mod import;
mod leave_request;
mod lock;
mod log;
mod mail;
mod metrics;
mod notifications;
mod openapi;
mod orders;
mod process;
mod repl;
mod settings;
mod sign_in;
mod start_and_stop;
mod teams;
mod tls;
mod user_tasks;
