//! The one rule over all users: somebody has to be left who may manage them.

use std::sync::Arc;

use access::Role;
use feel::Value;
use feel::predicate::{Op, Predicate};
use records::{FieldValue, ObjectDef, Record};

use crate::TurnError;
use crate::turn::Turn;

/// The object of the people who sign in.
pub(crate) const USER: &str = "user";
/// How many administrators are looked at for one that is active.
const ADMINS_MAX: u32 = 1_000;

impl Turn<'_> {
    /// Refuses a change that leaves no active administrator. The others are read as the batch sees them, and
    /// locked: of two who take the right from each other at once, one is refused.
    pub(crate) fn keep_an_admin(
        &mut self,
        object: &Arc<ObjectDef>,
        before: Option<&Record>,
        after: Option<&Record>,
    ) -> Result<(), TurnError> {
        let is_admin = |user: &Record| {
            user.value(object, "role").as_text() == Some(Role::Admin.as_str())
                && user.value(object, "active") != &FieldValue::Boolean(false)
        };
        let Some(before) = before.filter(|user| &*object.name == USER && is_admin(user)) else {
            return Ok(());
        };
        if after.is_some_and(is_admin) {
            return Ok(());
        }
        let admins = Predicate::Compare {
            path: feel::Path::new(["role"]),
            op: Op::Equal,
            value: Value::string(Role::Admin.as_str()),
        };
        let (found, _) = self.set.find(self.load, object, &admins.into(), ADMINS_MAX)?;
        if found.iter().any(|user| is_admin(user)) {
            return Ok(());
        }
        let login = before.value(object, "login").as_text().unwrap_or_default();
        let message = format!(
            "`{login}` is the last active administrator; make somebody else one first, so that \
             users can still be managed"
        );
        Err(TurnError::rejected("last_admin", message))
    }
}
