//! Every metric there is, with its help. Names say their unit and end in `_total` where they only grow;
//! labels take few values: words of ours, templates of routes, names of deployed processes.

/// A metric with all its labels.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) help: &'static str,
}

/// How the values of a family move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Up, until the process (or, for what the database keeps, the workspace) starts anew.
    Counter,
    /// Up and down.
    Gauge,
    /// Counts per bucket.
    Histogram,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Declares the families, and the list of all.
macro_rules! families {
    ($($id:ident = $name:literal, $kind:ident, $help:literal;)+) => {
        $(pub(super) const $id: Family = Family { name: $name, kind: Kind::$kind, help: $help };)+

        /// All of them.
        #[cfg(test)]
        pub(super) const ALL: &[Family] = &[$($id),+];
    };
}

families! {
    BUILD = "rondo_build_info", Gauge,
        "Always 1; the labels say which program this is.";
    START = "process_start_time_seconds", Gauge,
        "When the process started, in seconds since 1970.";
    CPU = "process_cpu_seconds_total", Counter,
        "Processor time of the process, in seconds.";
    MEMORY = "process_resident_memory_bytes", Gauge,
        "Memory that the process occupies, in bytes.";
    OPEN_FILES = "process_open_fds", Gauge,
        "Files and connections that the process has open.";
    REQUESTS = "rondo_http_requests_total", Counter,
        "HTTP requests that were answered, by template of the route, method and status.";
    REQUEST_SECONDS = "rondo_http_request_duration_seconds", Histogram,
        "How long requests took until their answer began, by template of the route and method.";
    COMMANDS = "rondo_commands_total", Counter,
        "Commands that were answered, by kind and outcome.";
    WAITING = "rondo_commands_waiting", Gauge,
        "Commands that wait for a lane.";
    TURNED_AWAY = "rondo_commands_turned_away_total", Counter,
        "Commands that were turned away because too many waited.";
    TRANSACTIONS = "rondo_transactions_total", Counter,
        "Transactions that were committed with the commands of a batch.";
    RETRIES = "rondo_transaction_retries_total", Counter,
        "Transactions that had to be run again.";
    PANICS = "rondo_command_panics_total", Counter,
        "Commands that hit a defect of Rondo; the log says which.";
    BATCH_COMMANDS = "rondo_batch_commands", Histogram,
        "How many commands a lane took at once.";
    BATCH_SECONDS = "rondo_batch_duration_seconds", Histogram,
        "How long a lane took for a batch, from the first command to the last answer.";
    COMMIT_SECONDS = "rondo_commit_duration_seconds", Histogram,
        "How long the database took to commit a batch.";
    READ_WAIT = "rondo_read_wait_seconds", Histogram,
        "How long queries waited for their turn, by pool.";
    DATABASE_UP = "rondo_database_up", Gauge,
        "Whether the database answered; without it what it counts is missing here.";
    JOBS = "rondo_jobs", Gauge,
        "Jobs that are not done, by state.";
    TIMERS = "rondo_timers", Gauge,
        "Timers that have not fired, by state: those that are due should be few.";
    USER_TASKS = "rondo_user_tasks", Gauge,
        "User tasks that wait for a person, by state.";
    INCIDENTS = "rondo_incidents", Gauge,
        "Incidents of active instances, by state.";
    OUTBOX = "rondo_outbox_entries", Gauge,
        "Mails that have not left, by state.";
    INSTANCES_STARTED = "rondo_instances_started_total", Counter,
        "Instances that were started in this workspace, by process.";
    INSTANCES_ENDED = "rondo_instances_ended_total", Counter,
        "Instances that ended in this workspace, by process and outcome.";
    INSTANCES_ACTIVE = "rondo_instances_active", Gauge,
        "Instances that run or wait, by process.";
    INSTANCES_WITH_INCIDENTS = "rondo_instances_with_incidents", Gauge,
        "Active instances that have an incident, by process.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_family_has_a_name_of_its_own_that_says_how_it_moves() {
        let names: BTreeSet<&str> = ALL.iter().map(|family| family.name).collect();
        assert_eq!(names.len(), ALL.len());
        for family in ALL {
            let is_counter = family.kind == Kind::Counter;
            assert_eq!(family.name.ends_with("_total"), is_counter, "{}", family.name);
            assert!(family.help.ends_with('.') && !family.help.contains('\n'), "{}", family.name);
        }
    }
}
