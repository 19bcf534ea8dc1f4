//! The runtime through its public face, on a database in memory.

mod ahead;
mod batch;
mod deploy;
mod fake;
mod lease;
mod limit;
mod model;
mod notify;
mod office;
mod orders;
mod people;
mod random;
mod reading;
mod record;
mod timer;
