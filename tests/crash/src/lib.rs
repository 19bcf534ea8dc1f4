//! Kills a loaded server again and again, and shows that nothing was lost and nothing done twice.

mod draw;
mod ledger;

pub use draw::Draw;
pub use ledger::{Ledger, check_books};
