//! Lanes, batches, timers and the ports that a store implements.

mod answer;
mod command;
mod error;
pub mod port;

pub use answer::{ActivatedJob, Answer, Deployed, DeployedModel, Started};
pub use command::{AddUser, ClaimJobs, ClaimOutbox, Command, Envelope, Resource, Settlement};
pub use error::{CommandError, Rejection, ResourceProblem};
