//! Leases: jobs for workers, outbox entries for deliverers.

use std::sync::Arc;

use crate::command::{ClaimJobs, ClaimOutbox};
use crate::lane::{Lane, Request};
use crate::port::{JobClaim, JobRow, StoreError};
use crate::{ActivatedJob, Answer, Command, CommandError};

impl Lane {
    /// Fills in the answer of a command that asks for leases.
    pub(super) fn lease(
        &mut self,
        request: &Request,
        answer: &mut Result<Answer, CommandError>,
    ) -> Result<(), StoreError> {
        match &request.envelope.command {
            Command::ActivateJobs(wanted) => *answer = Ok(Answer::Jobs(self.jobs(wanted)?)),
            Command::ClaimOutbox(wanted) => *answer = Ok(self.outbox(wanted)?),
            Command::ChangeRecords(_)
            | Command::StartProcess(_)
            | Command::PublishMessage(_)
            | Command::Process(_)
            | Command::Deploy(_)
            | Command::DefineObjects(_)
            | Command::Release(_)
            | Command::AddUser(_)
            | Command::Identity(_)
            | Command::SettleOutbox(_)
            | Command::RetryOutbox(_)
            | Command::ReadNotifications(_) => {}
        }
        Ok(())
    }

    fn jobs(&mut self, wanted: &ClaimJobs) -> Result<Vec<ActivatedJob>, StoreError> {
        let claim = JobClaim {
            job_type: Arc::clone(&wanted.job_type),
            worker: Arc::clone(&wanted.worker),
            now: self.now,
            until: self.now.plus_ms(wanted.lease_ms.max(0)),
            limit: wanted.limit,
        };
        let claimed = self.store.claim_jobs(&claim)?;
        claimed.into_iter().map(|job| self.activated(job, wanted, &claim)).collect()
    }

    fn activated(
        &mut self,
        job: JobRow,
        wanted: &ClaimJobs,
        claim: &JobClaim,
    ) -> Result<ActivatedJob, StoreError> {
        let variables = self.variables_of(&job, wanted)?;
        let version = self.catalogue.process(job.definition).map(|process| &process.version);
        Ok(ActivatedJob {
            key: job.key,
            job_type: job.job_type,
            instance: job.instance,
            definition: job.definition,
            process_id: version.map_or_else(|| Arc::from(""), |it| Arc::clone(&it.id)),
            process_version: version.map_or(0, |it| it.version),
            element_id: job.element_id,
            element_instance: job.element_instance,
            headers: job.headers,
            worker: Arc::clone(&claim.worker),
            retries: job.retries,
            until: claim.until,
            variables,
        })
    }

    /// The variables that a job sees, as JSON text.
    fn variables_of(&mut self, job: &JobRow, wanted: &ClaimJobs) -> Result<String, StoreError> {
        let instance = self.stored_instance(job.instance)?;
        let visible = instance.map(|instance| instance.visible_variables(job.element_instance));
        let visible = visible.unwrap_or_default();
        let is_wanted = |name: &Arc<str>| {
            wanted.fetch_variables.is_empty() || wanted.fetch_variables.contains(name)
        };
        let variables = visible.iter().filter(|(name, _)| is_wanted(name));
        let variables =
            variables.map(|(name, value)| (name.to_string(), feel::json::to_json(value)));
        Ok(serde_json::Value::Object(variables.collect()).to_string())
    }

    /// An instance as this transaction has written it.
    fn stored_instance(&mut self, key: base::Key) -> Result<Option<engine::Instance>, StoreError> {
        match self.store.instance(key, None)? {
            turn::InstanceLoad::Stored(stored) => {
                engine::codec::decode_state(&stored.state).map(Some).map_err(|error| {
                    StoreError::Broken(format!("instance {key} cannot be read: {error}"))
                })
            }
            turn::InstanceLoad::Absent | turn::InstanceLoad::Unchanged => Ok(None),
        }
    }

    fn outbox(&mut self, wanted: &ClaimOutbox) -> Result<Answer, StoreError> {
        let until = self.now.plus_ms(wanted.lease_ms.max(0));
        let rows = self.store.claim_outbox(&wanted.kinds, self.now, until, wanted.limit)?;
        Ok(Answer::Outbox(rows))
    }
}
