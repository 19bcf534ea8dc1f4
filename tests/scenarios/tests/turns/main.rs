//! The same stories once more, on PostgreSQL and with two servers: each request goes to another one than the
//! last (`.config/nextest.toml` says how many there are), so that what one of them has done the next must know.
//!
//! Not here: what each server has for itself or does as a process, `guessing`, `hardening`, `log`, `metrics`,
//! `process`, `settings`, `start_and_stop`, `tls`; what programs do beside a server, `archive`, `check`,
//! `command_line`, `decision_commands`, `repl`; `openapi`, where nothing is kept. The stories in which two servers
//! meet on purpose, or lose their database, are told in `postgres`.

#![expect(
    clippy::indexing_slicing,
    reason = "an answer without the expected member fails the test"
)]

#[path = "../it/access.rs"]
mod access;
#[path = "../it/answers.rs"]
mod answers;
#[path = "../it/bad_input.rs"]
mod bad_input;
#[path = "../it/decisions.rs"]
mod decisions;
#[path = "../it/endless_loop.rs"]
mod endless_loop;
#[path = "../it/filters.rs"]
mod filters;
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
#[path = "../it/notifications.rs"]
mod notifications;
#[path = "../it/orders.rs"]
mod orders;
#[path = "../it/sign_in.rs"]
mod sign_in;
#[path = "../it/teams.rs"]
mod teams;
mod turn;
#[path = "../it/user_tasks.rs"]
mod user_tasks;
