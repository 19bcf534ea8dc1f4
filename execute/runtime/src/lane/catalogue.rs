//! Deployments and definitions. Each is a transaction of its own, so that within a batch the
//! catalogue stays what it is.

use std::sync::Arc;

use base::Key;
use records::ObjectDef;
use turn::Catalogue;

use crate::changed::{self, Changed, ChangedKind};
use crate::command::{Release, Resource};
use crate::compile;
use crate::deploy::{redefine, release};
use crate::lane::serve::reply;
use crate::lane::{Lane, Request, kept};
use crate::port::{CatalogueWrite, ModelKind, Rows, StoreError};
use crate::start_timer;
use crate::{Answer, Command, CommandError};

/// What a change of the catalogue comes to.
struct Outcome {
    answer: Answer,
    catalogue: Catalogue,
    rows: Rows,
}

impl Lane {
    /// Serves a command that changes the catalogue.
    pub(super) fn serve_catalogue(&mut self, request: Request) {
        let mut answer = Err(CommandError::Unreachable);
        for _ in 0..2 {
            if let Err(error) = self.safely(Self::begin) {
                tracing::warn!(%error, "a change of the catalogue cannot begin");
                self.give_up_transaction();
                if !matches!(error, StoreError::Lost(_)) {
                    answer = Err(CommandError::Fault(error.to_string()));
                }
                continue;
            }
            match self.safely(|lane| lane.attempt_catalogue(&request)) {
                Ok(done) => {
                    answer = done;
                    break;
                }
                Err(StoreError::Constraint(reason)) => {
                    self.give_up_transaction();
                    answer = Err(CommandError::rejected("would_lose_data", reason));
                    break;
                }
                Err(error) => {
                    tracing::error!(%error, "a change of the catalogue failed");
                    self.give_up_transaction();
                    answer = Err(CommandError::Fault(error.to_string()));
                }
            }
        }
        self.shared.statistics.settled();
        self.shared.statistics.answered([(&request.envelope.command, &answer)]);
        reply(request, answer);
    }

    fn attempt_catalogue(
        &mut self,
        request: &Request,
    ) -> Result<Result<Answer, CommandError>, StoreError> {
        let envelope = &request.envelope;
        let named = kept::named(envelope)?;
        if let Some(named) = &named
            && let Some(kept) = self.store.idempotent(&named.key)?
        {
            self.store.rollback()?;
            return Ok(named.read(&kept));
        }
        let mut outcome = match self.work_out(&envelope.command)? {
            Ok(outcome) => outcome,
            Err(refusal) => {
                self.store.rollback()?;
                return Ok(Err(refusal));
            }
        };
        if let Some(named) = named {
            outcome.rows.idempotency.push(named.row(&outcome.answer, self.now)?);
        }
        if outcome.rows != Rows::default() {
            self.store.write(&outcome.rows)?;
        }
        self.store.commit()?;
        if !outcome.rows.catalogue.is_empty() {
            self.catalogue = Arc::new(outcome.catalogue);
            self.shared.set_catalogue(Arc::clone(&self.catalogue));
        }
        self.shared.tell(changed::of(&outcome.rows));
        Ok(Ok(outcome.answer))
    }

    fn work_out(&mut self, command: &Command) -> Result<Result<Outcome, CommandError>, StoreError> {
        match command {
            Command::Deploy(resources) => self.work_out_deployment(&[], resources),
            Command::Release(Release { objects, resources }) => {
                self.work_out_deployment(objects, resources)
            }
            Command::DefineObjects(objects) => {
                let (catalogue, writes) =
                    match redefine(objects, &self.catalogue, self.store.as_mut()) {
                        Ok(redefined) => redefined,
                        Err(refusal) => return refusal.into_answer(),
                    };
                let rows = Rows { catalogue: writes, ..Rows::default() };
                Ok(Ok(Outcome { answer: Answer::Done, catalogue, rows }))
            }
            Command::ChangeRecords(_)
            | Command::StartProcess(_)
            | Command::PublishMessage(_)
            | Command::Process(_)
            | Command::ActivateJobs(_)
            | Command::AddUser(_)
            | Command::Identity(_)
            | Command::ClaimOutbox(_)
            | Command::SettleOutbox(_)
            | Command::RetryOutbox(_)
            | Command::ReadNotifications(_) => {
                let message = "a command that does not change the catalogue came here".to_owned();
                Ok(Err(CommandError::Fault(message)))
            }
        }
    }

    fn work_out_deployment(
        &mut self,
        objects: &[ObjectDef],
        resources: &[Resource],
    ) -> Result<Result<Outcome, CommandError>, StoreError> {
        let (store, keys) = (self.store.as_mut(), &mut self.keys);
        let deployed = release(objects, resources, &self.catalogue, store, keys, self.now);
        let deployment = match deployed {
            Ok(deployment) => deployment,
            Err(refusal) => return refusal.into_answer(),
        };
        let stored = self.store.start_timers()?;
        let new = deployment.writes.iter().filter_map(|write| match write {
            CatalogueWrite::Model(model) if model.kind == ModelKind::Process => Some(&model.id),
            _ => None,
        });
        let superseded: Vec<Key> =
            new.flat_map(|id| start_timer::superseded(&stored, id, &self.catalogue)).collect();
        let rows = Rows {
            timers: deployment.timers,
            removed_timers: superseded,
            catalogue: deployment.writes,
            ..Rows::default()
        };
        let answer = Answer::Deployed(deployment.answer);
        Ok(Ok(Outcome { answer, catalogue: deployment.catalogue, rows }))
    }

    /// Takes over what another lane has defined or deployed: from the lane itself where it is one of
    /// this node, else from the database.
    pub(super) fn renew_catalogue(&mut self, version: i64) -> Result<(), StoreError> {
        let shared = self.shared.catalogue();
        if shared.version == version {
            self.catalogue = shared;
            return Ok(());
        }
        let rows = self.store.load_catalogue()?;
        let catalogue = compile::catalogue(&rows, &self.catalogue)
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        self.catalogue = Arc::new(catalogue);
        self.shared.set_catalogue(Arc::clone(&self.catalogue));
        self.shared.tell([Changed { kind: ChangedKind::Catalogue, object: None, key: Key(0) }]);
        Ok(())
    }
}
