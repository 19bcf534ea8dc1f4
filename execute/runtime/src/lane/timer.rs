//! Timers that are due, fired as ordinary commands of the engine. The row of a timer goes in the
//! transaction that holds its effect.

use std::sync::Arc;

use access::Actor;
use turn::{Continuation, TurnError};

use crate::lane::attempt::Running;
use crate::lane::{BATCH_COMMANDS, Lane};
use crate::port::{Rows, StoreError, TimerKind, TimerRow};
use crate::start_timer;

/// How long a timer waits that could not be fired.
const POSTPONED_MS: i64 = 60_000;

impl Lane {
    /// Fires the timers that are due. One that its instance does not know any more has nothing to do
    /// and is over; one that cannot be fired, because its model is left out or a turn is refused, is
    /// never given up, for nobody would set it again.
    pub(super) fn fire_due_timers(
        &mut self,
        limit: usize,
        running: &mut Running,
    ) -> Result<(), StoreError> {
        let limit = u32::try_from(limit.clamp(1, BATCH_COMMANDS)).unwrap_or(1);
        for timer in self.store.claim_timers(self.now, limit)? {
            let next = start_timer::following(&timer, &self.catalogue, &mut self.keys, self.now);
            match self.fire(&timer, running) {
                Ok(()) => running.over(timer.key, next),
                Err(TurnError::Load(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(timer = %timer.key, %error, "a timer is put off");
                    let due = self.now.plus_ms(POSTPONED_MS);
                    running.later(timer, due);
                }
            }
        }
        Ok(())
    }

    fn fire(&mut self, timer: &TimerRow, running: &mut Running) -> Result<(), TurnError> {
        let command = match &timer.kind {
            TimerKind::Instance { instance } => {
                turn::Command::FireTimer { instance: *instance, timer: timer.key }
            }
            TimerKind::Start { definition, element, .. } => {
                let (definition, element) = (*definition, Arc::clone(element));
                turn::Command::FireStartTimer { definition, element }
            }
            TimerKind::Continuation { work } => turn::Command::Continue(Continuation(work.clone())),
        };
        self.turn(&Actor::system(), &command, running).map(|_| ())
    }

    /// Puts off the first timer that is due, in a transaction of its own.
    pub(super) fn postpone_timer(&mut self) {
        if let Err(error) = self.try_postpone() {
            tracing::error!(%error, "a timer cannot be put off");
            self.give_up_transaction();
        }
    }

    fn try_postpone(&mut self) -> Result<(), StoreError> {
        self.begin()?;
        let due = self.now.plus_ms(POSTPONED_MS);
        let first = self.store.claim_timers(self.now, 1)?;
        let timers = first.into_iter().map(|timer| TimerRow { due, ..timer }).collect();
        self.store.write(&Rows { timers, ..Rows::default() })?;
        self.store.commit()
    }
}
