//! Stories told through the HTTP API of the real binary.

mod access;
mod bad_input;
mod leave_request;
mod orders;
