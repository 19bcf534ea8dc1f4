//! The same stories on PostgreSQL, and those that two servers on one database tell. cargo-nextest starts
//! the cluster (`.config/nextest.toml`).

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

#[path = "../it/access.rs"]
mod access;
#[path = "../it/answers.rs"]
mod answers;
#[path = "../it/archive.rs"]
mod archive;
mod away;
#[path = "../it/bad_input.rs"]
mod bad_input;
#[path = "../it/check.rs"]
mod check;
#[path = "../it/command_line.rs"]
mod command_line;
#[path = "../it/decisions.rs"]
mod decisions;
#[path = "../it/deployment.rs"]
mod deployment;
#[path = "../it/endless_loop.rs"]
mod endless_loop;
#[path = "../it/filters.rs"]
mod filters;
#[path = "../it/guessing.rs"]
mod guessing;
#[path = "../it/hostile.rs"]
mod hostile;
#[path = "../it/import.rs"]
mod import;
#[path = "../it/leave_request.rs"]
mod leave_request;
#[path = "../it/lock.rs"]
mod lock;
#[path = "../it/mail.rs"]
mod mail;
#[path = "../it/metrics.rs"]
mod metrics;
mod move_house;
#[path = "../it/notifications.rs"]
mod notifications;
#[path = "../it/orders.rs"]
mod orders;
#[path = "../it/sign_in.rs"]
mod sign_in;
#[path = "../it/start_and_stop.rs"]
mod start_and_stop;
#[path = "../it/teams.rs"]
mod teams;
mod two_nodes;
mod two_servers;
mod upgrade;
#[path = "../it/user_tasks.rs"]
mod user_tasks;
