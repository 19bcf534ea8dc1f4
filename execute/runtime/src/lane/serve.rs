//! Serves one batch whatever happens: a batch that cannot be committed is run again, and after two
//! failures its commands run one per transaction, so that the guilty one answers alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use turn::Preceding;

use crate::changed::Changed;
use crate::lane::attempt::{Attempted, Commit, Timers, panic_message};
use crate::lane::{AWAY_MS, BATCH_COMMANDS, LOOK_MS, Lane, Request, Shared};
use crate::port::StoreError;
use crate::{Answer, CommandError};

/// How often a batch is tried as a whole, and each command of it alone.
const TRIES: usize = 2;

/// Why a batch is not served.
enum Failure {
    /// Nothing of it is committed.
    Undone(StoreError),
    /// It may be committed; the database does not say. To run it again could do it twice.
    Unknown(StoreError),
}

impl Lane {
    /// Serves the requests and the timers that are due, in transactions of the lane's own. Nothing is in flight.
    pub(super) fn serve_here(&mut self, requests: Vec<Request>) {
        if requests.is_empty() {
            // It woke up by itself: another node may have set a timer that is due by now.
            self.plan_next();
            if self.asked_in_vain > 0 {
                return;
            }
        }
        let mut batch = Vec::new();
        let woke_for_timers = requests.is_empty();
        for request in requests {
            if request.envelope.command.changes_catalogue() {
                if !batch.is_empty() {
                    self.serve_batch(std::mem::take(&mut batch), TRIES);
                }
                self.serve_catalogue(request);
            } else {
                batch.push(request);
            }
        }
        if !batch.is_empty() || woke_for_timers {
            self.serve_batch(batch, TRIES);
        }
        self.plan_next();
    }

    /// Serves what could not be committed as it was written beside the lane: that was the first try.
    pub(super) fn serve_again(&mut self, requests: Vec<Request>) {
        self.serve_batch(requests, TRIES - 1);
        self.plan_next();
    }

    fn serve_batch(&mut self, batch: Vec<Request>, tries: usize) {
        let timers = Timers::AtMost(BATCH_COMMANDS.saturating_sub(batch.len()));
        match self.attempts(&batch, timers, tries) {
            Ok(attempted) => self.settle(batch, attempted),
            Err(Failure::Undone(error)) => {
                tracing::warn!(%error, commands = batch.len(), "a batch failed; its commands run alone");
                self.serve_one_by_one(batch, timers);
            }
            Err(unknown @ Failure::Unknown(_)) => {
                for request in batch {
                    self.answer_failure(request, &unknown);
                }
            }
        }
    }

    fn answer_failure(&self, request: Request, failure: &Failure) {
        let message = match failure {
            Failure::Undone(error) => error.to_string(),
            Failure::Unknown(error) => format!(
                "{error}; it is not known whether the command was done: repeat it with the same \
                 Idempotency-Key, or look before you repeat it"
            ),
        };
        tracing::error!(message, "a command could not be committed");
        let answer = Err(CommandError::Fault(message));
        self.shared.statistics.answered([(&request.envelope.command, &answer)]);
        reply(request, answer);
    }

    /// Answers what no command is to blame for.
    fn answer_undone(&self, request: Request, error: CommandError) {
        let answer = Err(error);
        self.shared.statistics.answered([(&request.envelope.command, &answer)]);
        reply(request, answer);
    }

    fn serve_one_by_one(&mut self, batch: Vec<Request>, timers: Timers) {
        let mut requests = batch.into_iter();
        while let Some(request) = requests.next() {
            let alone = std::slice::from_ref(&request);
            match self.attempts(alone, Timers::Leave, TRIES) {
                Ok(attempted) => self.settle(vec![request], attempted),
                // Nobody is guilty, and each of the others would wait as long for the same answer.
                Err(Failure::Undone(error @ (StoreError::Lost(_) | StoreError::Full(_)))) => {
                    tracing::error!(%error, "commands are not done");
                    let answer = || match &error {
                        StoreError::Full(_) => CommandError::Full,
                        _ => CommandError::Unreachable,
                    };
                    self.answer_undone(request, answer());
                    return requests.for_each(|request| self.answer_undone(request, answer()));
                }
                Err(failure) => self.answer_failure(request, &failure),
            }
        }
        if timers != Timers::Leave
            && let Err(Failure::Undone(error) | Failure::Unknown(error)) =
                self.attempts(&[], Timers::AtMost(1), TRIES)
        {
            tracing::error!(%error, "a timer could not be fired; it is tried again later");
            self.postpone_timer();
        }
    }

    /// Tries the batch until it is committed, at most so often. It has one mark for all tries, and is
    /// run again only when it is certain that the try before has left nothing.
    fn attempts(
        &mut self,
        batch: &[Request],
        timers: Timers,
        tries: usize,
    ) -> Result<Attempted, Failure> {
        let mark = self.draw_mark();
        let mut last = StoreError::Retry("it was never tried".to_owned());
        for _ in 0..tries {
            let attempt = self.safely(|lane| lane.attempt(batch, timers, mark.as_deref()));
            last = match attempt {
                Ok(attempted) => match &attempted.commit {
                    Commit::Done => return Ok(attempted),
                    Commit::InDoubt { mark, reason } => {
                        if self.was_committed(mark).map_err(Failure::Unknown)? {
                            return Ok(attempted);
                        }
                        StoreError::Lost(reason.clone())
                    }
                },
                Err(error) => error,
            };
            self.give_up_transaction();
            tracing::debug!(error = %last, "a batch is run again");
            self.shared.statistics.retried();
        }
        Err(Failure::Undone(last))
    }

    /// Commands have nets of their own; this one is for what comes after them, so that a defect there
    /// costs a batch and not the lane.
    pub(super) fn safely<T>(
        &mut self,
        attempt: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        caught(|| attempt(self))
    }

    pub(super) fn give_up_transaction(&mut self) {
        match self.store.rollback() {
            Ok(()) => {}
            // The server ends a transaction whose connection is gone.
            Err(error @ StoreError::Lost(_)) => tracing::debug!(%error, "there is no connection"),
            Err(error) => tracing::error!(%error, "a transaction could not be given up"),
        }
    }

    /// After the commit: keeps what was decoded, tells who listens, answers.
    fn settle(&mut self, batch: Vec<Request>, attempted: Attempted) {
        self.keep(&attempted.preceding);
        self.shared.answer_all(batch, attempted.answers, attempted.changed);
    }

    /// Keeps the instances that were stored, as far as they go on.
    pub(super) fn keep(&mut self, stored: &Preceding) {
        for (version, instance) in stored.instances() {
            if instance.status == engine::Status::Active {
                self.cache.put(version, Arc::clone(instance));
            } else {
                self.cache.remove(instance.key);
            }
        }
    }

    fn plan_next(&mut self) {
        match self.store.next_timer() {
            Ok(next) => {
                if std::mem::take(&mut self.asked_in_vain) > 0 {
                    tracing::warn!("the database is there again");
                }
                self.next_timer = next;
            }
            Err(error) => {
                if self.asked_in_vain == 0 {
                    tracing::error!(%error, "the next timer cannot be read; it is asked for again and again");
                }
                self.give_up_transaction();
                // 250 ms, then twice as long each time.
                let wait = AWAY_MS << self.asked_in_vain.min(6);
                self.asked_in_vain = self.asked_in_vain.saturating_add(1);
                self.next_timer = Some(self.now.plus_ms(wait.min(LOOK_MS)));
            }
        }
    }
}

impl Shared {
    /// After a commit: counts it, tells who listens, answers.
    pub(super) fn answer_all(
        &self,
        batch: Vec<Request>,
        answers: Vec<Result<Answer, CommandError>>,
        changed: impl IntoIterator<Item = Changed>,
    ) {
        self.tell(changed);
        self.statistics.settled();
        let commands = batch.iter().map(|request| &request.envelope.command);
        self.statistics.answered(commands.zip(&answers));
        for (request, answer) in batch.into_iter().zip(answers) {
            reply(request, answer);
        }
    }

    /// Tells who listens. That nobody does is no error.
    pub(super) fn tell(&self, changed: impl IntoIterator<Item = Changed>) {
        for one in changed {
            let _nobody_listens = self.changed.send(one);
        }
    }
}

/// Runs a part of a batch; a panic in it is an error of the batch.
pub(super) fn caught<T>(part: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|panic| {
        let message = panic_message(panic.as_ref());
        tracing::error!(message, "a batch panicked; nothing of it is kept");
        Err(StoreError::Broken(format!("a defect stopped this batch: {message}")))
    })
}

/// Answers; a caller that no longer waits has its answer under its idempotency key.
pub(super) fn reply(request: Request, answer: Result<Answer, CommandError>) {
    let _gone = request.reply.send(answer);
}
