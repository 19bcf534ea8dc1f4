//! A served Rondo for tests: the real binary on a data folder of its own, and a client that speaks to
//! it as any program would. Everything here may panic: a test that cannot be set up has failed.

mod client;
mod events;
mod folder;
mod mail_server;
mod place;
pub mod raw;
mod server;
mod way;

pub use client::{Answer, Client, Turns};
pub use events::Events;
pub use folder::Folder;
pub use mail_server::{Mail, MailServer, Reception};
pub use place::Place;
pub use server::{Server, binary};
pub use way::Way;
