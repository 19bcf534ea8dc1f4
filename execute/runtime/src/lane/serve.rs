//! Serves one batch whatever happens: a batch that cannot be committed is run again, and after two
//! failures its commands run one per transaction, so that the guilty one answers alone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::lane::attempt::{Attempted, Timers, panic_message};
use crate::lane::{BATCH_COMMANDS, Lane, Request};
use crate::port::StoreError;
use crate::{Answer, CommandError};

/// How often a batch is tried as a whole, and each command of it alone.
const TRIES: usize = 2;

impl Lane {
    /// Serves the requests and the timers that are due.
    pub(super) fn serve(&mut self, requests: Vec<Request>) {
        if requests.is_empty() {
            // It woke up by itself: another node may have set a timer that is due by now.
            self.plan_next();
        }
        let mut batch = Vec::new();
        let woke_for_timers = requests.is_empty();
        for request in requests {
            if request.envelope.command.changes_catalogue() {
                if !batch.is_empty() {
                    self.serve_batch(std::mem::take(&mut batch));
                }
                self.serve_catalogue(request);
            } else {
                batch.push(request);
            }
        }
        if !batch.is_empty() || woke_for_timers {
            self.serve_batch(batch);
        }
        self.plan_next();
    }

    fn serve_batch(&mut self, batch: Vec<Request>) {
        let timers = Timers::AtMost(BATCH_COMMANDS.saturating_sub(batch.len()));
        match self.attempts(&batch, timers) {
            Ok(attempted) => self.settle(batch, attempted),
            Err(error) => {
                tracing::warn!(%error, commands = batch.len(), "a batch failed; its commands run alone");
                self.serve_one_by_one(batch, timers);
            }
        }
    }

    fn serve_one_by_one(&mut self, batch: Vec<Request>, timers: Timers) {
        for request in batch {
            let alone = std::slice::from_ref(&request);
            match self.attempts(alone, Timers::Leave) {
                Ok(attempted) => self.settle(vec![request], attempted),
                Err(error) => {
                    tracing::error!(%error, "a command could not be committed");
                    self.shared.statistics.failed();
                    reply(request, Err(CommandError::Fault(error.to_string())));
                }
            }
        }
        if timers != Timers::Leave
            && let Err(error) = self.attempts(&[], Timers::AtMost(1))
        {
            tracing::error!(%error, "a timer could not be fired; it is tried again later");
            self.postpone_timer();
        }
    }

    /// Tries the batch until it is committed, at most so often.
    fn attempts(&mut self, batch: &[Request], timers: Timers) -> Result<Attempted, StoreError> {
        let mut last = StoreError::Retry("it was never tried".to_owned());
        for _ in 0..TRIES {
            match self.attempt_safely(batch, timers) {
                Ok(attempted) => return Ok(attempted),
                Err(error) => {
                    self.give_up_transaction();
                    tracing::debug!(%error, "a batch is run again");
                    self.shared.statistics.retried();
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// Commands have nets of their own; this one is for what comes after them, so that a defect there
    /// costs a batch and not the lane.
    fn attempt_safely(
        &mut self,
        batch: &[Request],
        timers: Timers,
    ) -> Result<Attempted, StoreError> {
        let attempt = AssertUnwindSafe(|| self.attempt(batch, timers));
        catch_unwind(attempt).unwrap_or_else(|panic| {
            let message = panic_message(panic.as_ref());
            tracing::error!(message, "a batch panicked; nothing of it is kept");
            Err(StoreError::Broken(format!("a defect stopped this batch: {message}")))
        })
    }

    pub(super) fn give_up_transaction(&mut self) {
        if let Err(error) = self.store.rollback() {
            tracing::error!(%error, "a transaction could not be given up");
        }
    }

    /// After the commit: keeps what was decoded, tells who listens, answers.
    fn settle(&mut self, batch: Vec<Request>, attempted: Attempted) {
        for (version, instance) in attempted.instances {
            if instance.status == engine::Status::Active {
                self.cache.put(version, instance);
            } else {
                self.cache.remove(instance.key);
            }
        }
        self.tell(attempted.changed);
        self.shared.statistics.committed(attempted.answers.len());
        for (request, answer) in batch.into_iter().zip(attempted.answers) {
            reply(request, answer);
        }
    }

    /// Tells who listens. That nobody does is no error.
    pub(super) fn tell(&self, changed: impl IntoIterator<Item = crate::Changed>) {
        for one in changed {
            let _nobody_listens = self.shared.changed.send(one);
        }
    }

    fn plan_next(&mut self) {
        match self.store.next_timer() {
            Ok(next) => self.next_timer = next,
            Err(error) => {
                tracing::error!(%error, "the next timer cannot be read");
                self.give_up_transaction();
                self.next_timer = Some(self.now.plus_ms(1_000));
            }
        }
    }
}

/// Answers; a caller that no longer waits has its answer under its idempotency key.
pub(super) fn reply(request: Request, answer: Result<Answer, CommandError>) {
    let _gone = request.reply.send(answer);
}
