//! Runs a batch while the one before it is being written: two processors serve one lane, and the disk's time is
//! nobody's waiting. The batch that runs reads the database as it is, with what the batch in flight has changed
//! laid over it; it is handed over only when that one is durable, and run again when that one fails. Only where
//! nobody else writes: other writers' changes need locks, which only a transaction holds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use turn::Preceding;

use crate::lane::attempt::{Ran, Timers};
use crate::lane::writer::{Gone, Landed, Sheet, Writer};
use crate::lane::{Lane, Request};
use crate::port::StoreError;

/// A batch that is being written.
pub(super) struct Flight {
    preceding: Arc<Preceding>,
    /// The answers that it keeps, by their keys.
    pub(super) answered: BTreeMap<String, Vec<u8>>,
}

impl Lane {
    /// Serves the requests beside the batch in flight, or gives them back where they need a transaction of the
    /// lane's own: they take leases, change what all others work with, or timers are due with them. A single
    /// request with nothing in flight is served sooner without another thread.
    pub(super) fn serve_ahead(
        &mut self,
        requests: Vec<Request>,
        since: Instant,
    ) -> Result<(), Vec<Request>> {
        let is_worth_it = self.flight.is_some() || requests.len() > 1;
        let are_turns = requests.iter().all(|request| request.envelope.command.is_turn());
        if requests.is_empty() || !is_worth_it || !are_turns || !self.may_write_beside() {
            return Err(requests);
        }
        let ran = self.safely(|lane| lane.run_ahead(&requests));
        // Its outcome rests on the one before: that one has to be durable first.
        match (ran, self.land()) {
            (Ok(Some(ran)), Landing::Safe) => self.hand_over(requests, ran, since),
            (Ok(_), _) => Err(requests),
            (Err(error), _) => {
                tracing::debug!(%error, "a batch that ran ahead is run again");
                self.shared.statistics.retried();
                Err(requests)
            }
        }
    }

    pub(super) fn may_write_beside(&self) -> bool {
        self.writer.is_some() && !self.store.commits_may_be_ambiguous()
    }

    /// Runs the commands without a transaction; `None` where they have to wait for the batch in flight.
    fn run_ahead(&mut self, requests: &[Request]) -> Result<Option<Ran>, StoreError> {
        let begun = self.store.look()?;
        self.now = begun.now;
        let is_timer_due = self.next_timer.is_some_and(|due| due <= self.now);
        if is_timer_due || begun.catalogue_version != self.catalogue.version {
            return Ok(None);
        }
        let in_flight = self.flight.as_ref().map(|flight| Arc::clone(&flight.preceding));
        self.run_batch(requests, Timers::Leave, in_flight.unwrap_or_default()).map(Some)
    }

    fn hand_over(
        &mut self,
        requests: Vec<Request>,
        ran: Ran,
        since: Instant,
    ) -> Result<(), Vec<Request>> {
        let Ran { answers, rows, preceding, answered } = ran;
        let set = rows.timers.iter().map(|timer| timer.due).min();
        let catalogue = self.catalogue.version;
        let sheet = Sheet { rows: Box::new(rows), requests, answers, catalogue, since };
        let Some(writer) = &self.writer else { return Err(sheet.requests) };
        if let Err(requests) = writer.write(sheet) {
            self.writer = None;
            return Err(requests);
        }
        // A timer that the batch has removed wakes the lane once in vain.
        self.next_timer = self.next_timer.into_iter().chain(set).min();
        self.flight = Some(Flight { preceding: Arc::new(preceding), answered });
        Ok(())
    }

    /// Waits until nothing is in flight. A batch that could not be committed is served by the lane itself.
    pub(super) fn land(&mut self) -> Landing {
        let Some(flight) = self.flight.take() else { return Landing::Safe };
        let landed = self.writer.as_ref().map_or(Err(Gone), Writer::wait);
        self.settle_flight(&flight, landed)
    }

    /// The same for a batch that is through; one that is still being written goes on.
    pub(super) fn land_what_is_through(&mut self) {
        if let Some(landed) = self.writer.as_ref().and_then(Writer::poll)
            && let Some(flight) = self.flight.take()
        {
            self.settle_flight(&flight, landed);
        }
    }

    fn settle_flight(&mut self, flight: &Flight, landed: Result<Landed, Gone>) -> Landing {
        match landed {
            Ok(Landed::Safe(_written)) => {
                self.keep(&flight.preceding);
                Landing::Safe
            }
            Ok(Landed::Failed(error, requests)) => {
                tracing::debug!(%error, "a batch is run again");
                self.shared.statistics.retried();
                self.serve_again(requests);
                Landing::Failed
            }
            Err(Gone) => {
                // Its callers are told by their dropped replies that the lane has stopped.
                tracing::error!("the thread that writes is gone; the lane writes by itself");
                self.writer = None;
                Landing::Failed
            }
        }
    }
}

/// What became of what was in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Landing {
    /// It is durable, or there was nothing.
    Safe,
    /// It was run again, or is lost: what ran after it has to be run again.
    Failed,
}
