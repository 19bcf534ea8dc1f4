//! `kill -9` at random moments under load, on SQLite. `CRASH_ROUNDS` sets how often, `CRASH_SEED` repeats a
//! run.

use crash::{Draw, environment, run};

#[test]
fn no_order_is_lost_or_doubled_by_kill_9() {
    run(Draw::from_environment(), environment("CRASH_ROUNDS", 30), 1);
}
