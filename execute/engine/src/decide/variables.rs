//! Variables that a person or a program sets from outside.

use base::Key;
use feel::Context;

use crate::{Rejection, fit, machine::Machine, variable};

pub(super) fn set(
    machine: &mut Machine<'_>,
    scope: Key,
    variables: &Context,
) -> Result<(), Rejection> {
    if !machine.instance().has_scope(scope) {
        return Err(Rejection::NoSuchScope(scope));
    }
    let variables = fit::admit(Some(machine.instance()), variables)?;
    variable::merge(machine, scope, variables);
    Ok(())
}
