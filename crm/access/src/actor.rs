//! The one in whose name a command or a read is done.

use std::sync::Arc;

use base::Key;
use serde::{Deserialize, Serialize};

use crate::Role;

/// A signed-in user, a token's user, or the engine itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The key of the user's record; [`Actor::SYSTEM_USER`] for the engine.
    pub user: Key,
    /// The name the user signs in with.
    pub login: Arc<str>,
    /// What the user may do.
    pub role: Role,
    /// The names of the teams that the user is in.
    pub teams: Vec<Arc<str>>,
}

impl Actor {
    /// The user key of the engine. No record has it, for drawn keys are above zero.
    pub const SYSTEM_USER: Key = Key(0);

    /// Acts for the engine (timers, continuations, triggers) and holds every permission.
    pub fn system() -> Self {
        Self {
            user: Self::SYSTEM_USER,
            login: Arc::from("system"),
            role: Role::Admin,
            teams: Vec::new(),
        }
    }

    /// The groups that work is given to: the role, and the teams.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.role.as_str()).chain(self.teams.iter().map(|team| &**team))
    }
}
