//! Kills a loaded server again and again, and shows that nothing was lost and nothing done twice.

mod draw;
mod ledger;
mod run;

pub use draw::{Draw, environment};
pub use ledger::{Ledger, check_books};
pub use run::run;
