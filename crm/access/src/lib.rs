//! Who may do what: roles and object permissions, as one check. No I/O, no clock.
//!
//! [`require`] is the only way to ask; it is called before any write and before any read of rows.
//! Steps of processes do not ask: what they may write is [`is_open_to_processes`].

mod actor;
mod permission;
mod role;

pub use actor::Actor;
pub use permission::{Denied, Permission, is_open_to_processes, require};
pub use role::{ParseRoleError, Role};
