//! What a turn still has to do. The queue is breadth-first: first everything that a command caused,
//! then everything that this caused. What is left when the turn has taken all its steps is stored.

use std::fmt::Write as _;
use std::sync::Arc;

use base::Key;
use engine::BUILT_IN_PREFIX;
use feel::Value;
use records::{Record, RecordRef};
use serde::{Deserialize, Serialize};

use crate::Continuation;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Work {
    /// A record was created or changed: start what waits for that.
    Trigger { object: Arc<str>, before: Option<Arc<Record>>, after: Arc<Record>, chain: Chain },
    /// Start an instance at a start event.
    Start { definition: Key, element: u32, record: Option<RecordRef>, chain: Chain },
    /// Run a built-in task.
    Task(TaskCall),
    /// Go on with an instance that had reached the step limit.
    Continue { instance: Key, chain: Chain },
}

/// A built-in task that an instance waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskCall {
    pub(crate) instance: Key,
    pub(crate) job: Key,
    pub(crate) job_type: Arc<str>,
    pub(crate) element: u32,
    pub(crate) headers: Vec<(Arc<str>, Arc<str>)>,
    /// A context: what the task sees.
    pub(crate) variables: Value,
    pub(crate) chain: Chain,
}

impl TaskCall {
    pub(crate) fn header(&self, name: &str) -> Option<&Arc<str>> {
        self.headers.iter().find(|(key, _)| **key == *name).map(|(_, value)| value)
    }

    /// The name without the prefix that all built-in tasks have.
    pub(crate) fn name(&self) -> &str {
        self.job_type.strip_prefix(BUILT_IN_PREFIX).unwrap_or(&self.job_type)
    }
}

/// Which steps changed which records until it came to this, the first one first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Chain(Arc<Vec<Link>>);

/// One step of a chain: an element changed a record, which started something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) process: Arc<str>,
    pub(crate) element: Arc<str>,
    pub(crate) record: RecordRef,
}

impl Chain {
    /// How long a chain may become.
    pub(crate) const MAX: usize = 16;

    /// Whether nothing more may be caused.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= Self::MAX
    }

    /// The chain with one more link.
    pub(crate) fn with(&self, link: Link) -> Self {
        let mut links = self.0.as_ref().clone();
        links.push(link);
        Self(Arc::new(links))
    }

    /// `process a (Task_1) changed order 17, process b (..) changed ..`.
    pub(crate) fn tell(&self) -> String {
        let mut text = String::new();
        for (index, link) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", then " };
            let Link { process, element, record } = link;
            // Writing to a string does not fail.
            let _ = write!(text, "{comma}`{element}` of process `{process}` changed {record}");
        }
        text
    }
}

impl Continuation {
    pub(crate) fn encode(work: &[Work]) -> Self {
        let bytes = postcard::to_extend(work, vec![Self::FORMAT])
            .expect("plain data into memory: no length is unknown and no writer fails");
        Self(bytes)
    }

    pub(crate) fn decode(&self) -> Result<Vec<Work>, String> {
        match self.0.split_first() {
            Some((&Self::FORMAT, rest)) => {
                postcard::from_bytes(rest).map_err(|error| error.to_string())
            }
            Some((format, _)) => Err(format!("format {format} is not known here")),
            None => Err("it is empty".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(step: usize) -> Link {
        let record = RecordRef { object: "note".into(), key: Key(17) };
        Link { process: "p".into(), element: format!("task_{step}").into(), record }
    }

    #[test]
    fn a_chain_is_full_at_its_limit_and_tells_its_links() {
        let mut chain = Chain::default();
        for step in 1..=Chain::MAX {
            assert!(!chain.is_full(), "before step {step}");
            chain = chain.with(link(step));
        }
        assert!(chain.is_full());
        assert!(chain.tell().starts_with(
            "`task_1` of process `p` changed note 17, then `task_2` of process `p` changed note 17"
        ));
    }

    #[test]
    fn what_is_left_to_do_is_read_back_as_it_was() {
        let chain = Chain::default().with(link(1));
        let work = vec![
            Work::Continue { instance: Key(1), chain: chain.clone() },
            Work::Start { definition: Key(2), element: 3, record: None, chain: chain.clone() },
            Work::Task(TaskCall {
                instance: Key(1),
                job: Key(4),
                job_type: "rondo:update-record".into(),
                element: 5,
                headers: vec![("resultVariable".into(), "r".into())],
                variables: Value::context([("n", Value::number(7))]),
                chain,
            }),
        ];
        let stored = Continuation::encode(&work);
        assert_eq!(stored.decode(), Ok(work));
        for broken in [vec![], vec![99], vec![Continuation::FORMAT, 7]] {
            assert!(Continuation(broken.clone()).decode().is_err(), "{broken:?}");
        }
    }
}
