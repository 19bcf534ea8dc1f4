//! Lanes, batches, timers and the ports that a store implements.
