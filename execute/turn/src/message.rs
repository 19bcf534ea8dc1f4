//! Messages from outside: each starts an instance of every process whose latest version has a start event
//! that waits for it. Nothing is kept for those who may wait later.

use crate::turn::{Done, Turn};
use crate::{PublishMessage, TurnError, Unmatched};

impl Turn<'_> {
    /// Starts what waits for the message, all or nothing.
    pub(crate) fn publish(&mut self, message: &PublishMessage) -> Result<Done, TurnError> {
        let starts = self.catalogue.message_starts(&message.name);
        if starts.is_empty() && message.unmatched == Unmatched::Refused {
            let what = "start event that waits for the message";
            return Err(TurnError::not_found(what, &message.name));
        }
        let key = self.draw();
        let mut instances = Vec::with_capacity(starts.len());
        for (definition, element) in starts {
            let variables = message.variables.clone();
            let chain = Self::no_chain();
            instances.push(self.start(definition, element.0, None, variables, &chain)?);
        }
        Ok(Done::Published { message: key, instances })
    }
}
