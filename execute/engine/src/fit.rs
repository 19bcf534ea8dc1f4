//! What may be kept as a variable. A loop can double a value with every turn or nest it ever deeper,
//! so that values need a limit of their own, apart from that of one evaluation.

use std::sync::Arc;

use feel::{Context, Value};

use crate::{Instance, Rejection, Variables};

/// How deep lists and contexts may be nested in each other.
pub(crate) const MAX_DEPTH: u32 = 64;
/// The largest value: bytes of text plus 16 for every value in it.
pub(crate) const MAX_SIZE: usize = 1_000_000;
/// The largest sum over all values that one instance may have at a time, counted like one value. A
/// value that takes the place of another counts besides it.
pub(crate) const MAX_TOTAL: usize = 4_000_000;
/// The most variables that one instance may have at a time, over all scopes.
pub(crate) const MAX_VARIABLES: usize = 2_000;
/// The largest value that is copied into the history because an expression read it.
const MAX_READ_SIZE: usize = 10_000;
/// What each value counts for besides its text.
const VALUE_SIZE: usize = 16;

/// Why a value cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("it is larger than {MAX_SIZE} bytes; keep a part of it, or a record instead")]
    TooLarge,
    #[error("it is nested more than {MAX_DEPTH} levels deep; keep it flatter")]
    TooDeep,
    #[error("it holds a function; keep the result of the function instead")]
    Function,
    #[error("the instance would have more than {MAX_VARIABLES} variables; keep a context instead")]
    TooMany,
    #[error(
        "the variables of the instance would be larger than {MAX_TOTAL} bytes in all; keep records \
         instead"
    )]
    TooMuch,
}

/// Checks that a value may be kept as a variable.
pub(crate) fn check(value: &Value) -> Result<(), Unfit> {
    weigh(value, MAX_DEPTH, MAX_SIZE).map(|_| ())
}

/// Whether a value may be copied into the history.
pub(crate) fn is_fit_for_history(value: &Value) -> bool {
    weigh(value, MAX_DEPTH, MAX_READ_SIZE).is_ok()
}

/// Checks that the instance has room for these variables.
pub(crate) fn check_room<'a>(
    instance: Option<&'a Instance>,
    added: impl Iterator<Item = &'a Value>,
) -> Result<(), Unfit> {
    let kept = instance.into_iter().flat_map(|instance| instance.variables.values());
    let all = kept.flat_map(Variables::values).chain(added);
    let (mut places, mut room) = (MAX_VARIABLES, MAX_TOTAL);
    for value in all {
        places = places.checked_sub(1).ok_or(Unfit::TooMany)?;
        room = weigh(value, MAX_DEPTH, room).map_err(|_larger| Unfit::TooMuch)?;
    }
    Ok(())
}

/// Bytes of text plus 16 for every value in them, counted up to [`MAX_TOTAL`].
pub(crate) fn size<'a>(mut values: impl Iterator<Item = &'a Value>) -> usize {
    let room = values.try_fold(MAX_TOTAL, |room, value| weigh(value, MAX_DEPTH, room));
    MAX_TOTAL.saturating_sub(room.unwrap_or_default())
}

/// The variables of a command, where all of them may be kept.
pub(crate) fn admit(
    instance: Option<&Instance>,
    variables: &Context,
) -> Result<Variables, Rejection> {
    for (name, value) in variables.iter() {
        check(value).map_err(|unfit| Rejection::UnfitVariable {
            name: Arc::clone(name),
            reason: unfit.to_string().into(),
        })?;
    }
    let room = check_room(instance, variables.iter().map(|(_, value)| value));
    match (variables.names().last(), room) {
        (Some(name), Err(unfit)) => Err(Rejection::UnfitVariable {
            name: Arc::clone(name),
            reason: unfit.to_string().into(),
        }),
        _ => Ok(variables.iter().map(|(name, value)| (Arc::clone(name), value.clone())).collect()),
    }
}

/// What is left of `room` after this value. Stops where there is none, so that a value with shared
/// parts costs no more than the limit.
fn weigh(value: &Value, depth: u32, room: usize) -> Result<usize, Unfit> {
    let room = room.checked_sub(VALUE_SIZE).ok_or(Unfit::TooLarge)?;
    let depth = depth.checked_sub(1).ok_or(Unfit::TooDeep)?;
    match value {
        Value::String(text) => room.checked_sub(text.len()).ok_or(Unfit::TooLarge),
        Value::List(items) => items.iter().try_fold(room, |room, item| weigh(item, depth, room)),
        Value::Context(context) => context.iter().try_fold(room, |room, (name, value)| {
            weigh(value, depth, room.checked_sub(name.len()).ok_or(Unfit::TooLarge)?)
        }),
        Value::Range(range) => {
            [range.start(), range.end()].into_iter().try_fold(room, |room, bound| match bound {
                std::ops::Bound::Included(value) | std::ops::Bound::Excluded(value) => {
                    weigh(value, depth, room)
                }
                std::ops::Bound::Unbounded => Ok(room),
            })
        }
        Value::Function(_) => Err(Unfit::Function),
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::DaysDuration(_)
        | Value::YearsDuration(_) => Ok(room),
    }
}
