//! Random damage to real texts, for tests of readers and evaluators: whatever comes of it, they return, soon and without a
//! crash. Each target runs for `MUTATE_SECONDS` (1 where it is not set) on a seed that is printed; `MUTATE_SEED` repeats
//! one. `./test` gives each a minute. Not led by what code is reached: that is `tests/fuzz`.

mod damage;
mod random;

pub use damage::Damage;
pub use random::Random;
