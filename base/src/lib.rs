//! The few words every crate shares: keys, instants, money, ratios. Capped: nothing else belongs here.

mod key;
mod money;
mod ratio;
mod timestamp;

pub use key::{Key, KeyGenerator, ParseKeyError};
pub use money::{Currency, Money, ParseCurrencyError};
pub use ratio::Ratio;
pub use timestamp::Timestamp;
