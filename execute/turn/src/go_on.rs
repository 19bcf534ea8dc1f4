//! Goes on with an instance because of somebody outside: a job worker, a person, a timer. The
//! instance is found by what the caller knows of it.

use std::sync::Arc;

use base::Key;
use engine::{Command, Instance, Rejection};

use crate::people::USER;
use crate::turn::Turn;
use crate::{EndedUserTask, InstanceCommand, TurnError, user_task};

impl Turn<'_> {
    /// Gives the command to the instance that it is about.
    pub(crate) fn go_on(&mut self, command: &InstanceCommand) -> Result<(), TurnError> {
        let (instance, command) = self.addressed(command)?;
        match self.drive(instance, &command, &Self::no_chain())? {
            Ok(()) => Ok(()),
            Err(rejection) => Err(refused(&rejection)),
        }
    }

    /// Fires a timer that is due. A timer that the instance no longer knows has been overtaken by
    /// something in the same batch; that is no error.
    pub(crate) fn fire_timer(&mut self, instance: Key, timer: Key) -> Result<(), TurnError> {
        let _overtaken = self.drive(instance, &Command::FireTimer { timer }, &Self::no_chain())?;
        Ok(())
    }

    fn addressed(&mut self, command: &InstanceCommand) -> Result<(Key, Command), TurnError> {
        use InstanceCommand as Asked;
        Ok(match command.clone() {
            Asked::CompleteJob { job, variables } => {
                (self.job_owner(job)?, Command::CompleteJob { job, variables })
            }
            Asked::FailJob { job, retries, message, retry_back_off_ms } => {
                let command = Command::FailJob { job, retries, message, retry_back_off_ms };
                (self.job_owner(job)?, command)
            }
            Asked::ThrowJobError { job, code, message, variables } => {
                (self.job_owner(job)?, Command::ThrowJobError { job, code, message, variables })
            }
            Asked::UpdateJobRetries { job, retries } => {
                (self.job_owner(job)?, Command::UpdateJobRetries { job, retries })
            }
            Asked::CompleteUserTask { task, variables } => {
                let by = self.actor.user;
                let instance = self.permitted_task(task)?;
                self.check_answer(instance, task, &variables)?;
                (instance, Command::CompleteUserTask { task, by, variables })
            }
            Asked::AssignUserTask { task, assignee } => {
                (self.permitted_task(task)?, Command::AssignUserTask { task, assignee })
            }
            Asked::ResolveIncident { incident } => {
                let owns = |instance: &Instance| instance.incidents.contains_key(&incident);
                let stored = self.load.incident_instance(incident)?;
                (
                    self.owner("incident", incident, owns, stored)?,
                    Command::ResolveIncident { incident },
                )
            }
            Asked::SetVariables { scope, variables } => {
                let owns = |instance: &Instance| instance.has_scope(scope);
                let stored = match self.instance(scope)? {
                    Some(instance) => Some(instance.key),
                    None => self.load.element_instance(scope)?,
                };
                let owner = self.owner("element instance", scope, owns, stored)?;
                (owner, Command::SetVariables { scope, variables })
            }
            Asked::Cancel { instance } => match self.instance(instance)? {
                Some(found) => (found.key, Command::Cancel),
                None => return Err(TurnError::not_found("instance", &instance)),
            },
        })
    }

    fn job_owner(&mut self, job: Key) -> Result<Key, TurnError> {
        let owns =
            |instance: &Instance| instance.jobs.get(&job).is_some_and(|it| !it.is_built_in());
        let stored = self.load.job_instance(job)?;
        self.owner("job", job, owns, stored)
    }

    /// The instance of a user task that the actor may work on.
    fn permitted_task(&mut self, task: Key) -> Result<Key, TurnError> {
        let owns = |instance: &Instance| instance.user_tasks.contains_key(&task);
        let stored = self.load.user_task_instance(task)?;
        let owner = self.owner("user task", task, owns, stored)?;
        if let Some(instance) = self.instance(owner)?
            && let Some(task) = instance.user_tasks.get(&task)
        {
            user_task::permit(self.actor, task)?;
            return Ok(owner);
        }
        Err(self.ended_task(task)?)
    }

    /// What to say of a task that is no longer there to be worked on.
    fn ended_task(&mut self, task: Key) -> Result<TurnError, TurnError> {
        let ended = self.load.ended_user_task(task)?;
        let login = match ended {
            Some(EndedUserTask::Completed { by: Some(user), .. }) => self.login(user)?,
            _ => None,
        };
        Ok(user_task::ended(task, ended, login.as_deref()))
    }

    /// The login of a user whose record is still there, in a workspace that has users.
    fn login(&mut self, user: Key) -> Result<Option<Arc<str>>, TurnError> {
        let Some(object) = self.catalogue.schema.object(USER).map(Arc::clone) else {
            return Ok(None);
        };
        let record = self.record(&object, user)?;
        Ok(record.and_then(|record| record.value(&object, "login").as_text().map(Arc::from)))
    }

    /// The instance that owns something: among those of the batch, else as the database says.
    fn owner(
        &self,
        what: &str,
        id: Key,
        owns: impl Fn(&Instance) -> bool,
        stored: Option<Key>,
    ) -> Result<Key, TurnError> {
        let owner = self.set.changed_instance(owns).or(stored);
        owner.ok_or_else(|| TurnError::not_found(what, &id))
    }
}

/// The engine's refusal as a caller reads it.
fn refused(rejection: &Rejection) -> TurnError {
    match rejection {
        Rejection::NoSuchJob(key) => TurnError::not_found("job", key),
        Rejection::NoSuchTimer(key) => TurnError::not_found("timer", key),
        Rejection::NoSuchIncident(key) => TurnError::not_found("incident", key),
        Rejection::NoSuchScope(key) => TurnError::not_found("element instance", key),
        Rejection::NoInstance
        | Rejection::AlreadyStarted(_)
        | Rejection::HasEnded { .. }
        | Rejection::NotAStartEvent { .. }
        | Rejection::JobHasFailed(_)
        | Rejection::NoSuchUserTask(_)
        | Rejection::NoRetries(_)
        | Rejection::UnfitVariable { .. } => {
            TurnError::rejected(rejection.code(), rejection.to_string())
        }
    }
}
