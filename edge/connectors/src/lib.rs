//! Connectors: what leaves the house. Entries of the outbox are taken under a lease, delivered, and
//! settled; mail is the one kind so far. What is written into the outbox, and when, is not decided here.

mod back_off;
mod deliverer;
mod mail;
mod outcome;

pub use back_off::BackOff;
pub use deliverer::{Deliverer, Settings};
pub use mail::{Mailer, MailerError};
