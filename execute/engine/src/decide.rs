//! The entry: one command in, one outcome out, the state untouched.

use base::KeyGenerator;

use crate::{Command, Instance, Outcome, Rejection, World};

/// Decides what comes of a command. Pure: the same input gives the same outcome, and the state is
/// not touched; [`crate::apply`] the events to change it.
pub fn decide(
    state: Option<&Instance>,
    command: &Command,
    world: &World<'_>,
    keys: &mut KeyGenerator,
) -> Outcome {
    let _ = (state, command, world, keys);
    Outcome::Rejected(Rejection::NoInstance)
}
