//! `kill -9` at random moments under load: one of two servers on one PostgreSQL database. `CRASH_ROUNDS`
//! sets how often, `CRASH_SEED` repeats a run.

use crash::{Draw, environment, run};

#[test]
fn no_order_is_lost_or_doubled_when_one_of_two_servers_is_killed() {
    run(Draw::from_environment(), environment("CRASH_ROUNDS", 30), 2);
}
