//! Tokens on their way: along a flow, and waiting at a joining gateway.

use base::Key;
use bpmn::{ElementIndex, FlowIndex};
use serde::{Deserialize, Serialize};

use crate::{Instance, WaitingTokens, index};

/// A token went along a flow. It changes nothing but the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowTaken {
    /// The flow.
    #[serde(with = "index::flow")]
    pub flow: FlowIndex,
}

/// A token came to a joining gateway and waits there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinReached {
    /// The scope that the gateway stands in.
    pub scope: Key,
    /// The gateway.
    #[serde(with = "index::element")]
    pub gateway: ElementIndex,
    /// The flow the token came over.
    #[serde(with = "index::flow")]
    pub flow: FlowIndex,
}

impl JoinReached {
    pub(super) fn apply(&self, instance: &mut Instance) {
        let place = (self.scope, self.gateway, self.flow);
        match instance.joins.binary_search_by_key(&place, |at| (at.scope, at.gateway, at.flow)) {
            Ok(found) => {
                if let Some(waiting) = instance.joins.get_mut(found) {
                    waiting.tokens = waiting.tokens.saturating_add(1);
                }
            }
            Err(free) => instance.joins.insert(
                free,
                WaitingTokens {
                    scope: self.scope,
                    gateway: self.gateway,
                    flow: self.flow,
                    tokens: 1,
                },
            ),
        }
    }
}

/// One token of every incoming flow became the one that enters the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinPassed {
    /// The scope that the gateway stands in.
    pub scope: Key,
    /// The gateway.
    #[serde(with = "index::element")]
    pub gateway: ElementIndex,
}

impl JoinPassed {
    pub(super) fn apply(&self, instance: &mut Instance) {
        instance.joins.retain_mut(|waiting| {
            if waiting.scope == self.scope && waiting.gateway == self.gateway {
                waiting.tokens = waiting.tokens.saturating_sub(1);
            }
            waiting.tokens > 0
        });
    }
}
