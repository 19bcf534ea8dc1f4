//! The import's loop: rows to records, records to commands, answers to counts and refused rows.

use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use access::Actor;
use records::ProblemCode;
use records::import::{
    Census, Group, Grouper, NewRecord, Plan, Reason, Row, RowProblem, WAITING_MAX, Wanted,
    refused_header, refused_rows, shared,
};
use sha2::Digest;
use tokio::task::JoinSet;
use turn::RecordChange;

use crate::import::lookup::Lookup;
use crate::import::pass::{Pass, length};
use crate::import::{ImportError, ImportRequest, Imported, Progress, RefusedRows};
use crate::lane::BATCH_COMMANDS;
use crate::{Answer, Command, CommandError, Envelope, Rejection, Repeated, Runtime};

/// Commands on their way: while one batch commits, the next is full.
const FLYING_MAX: usize = 2 * BATCH_COMMANDS;
/// The most bytes of rows on their way.
const FLYING_BYTES: usize = 32 << 20;
/// Records whose keys are looked up together.
const WINDOW: usize = 500;
/// The most bytes of rows whose keys are looked up together.
const WINDOW_BYTES: usize = 4 << 20;
/// How long a record waits before it is offered again to a lane that is full.
const WAIT: Duration = Duration::from_millis(20);
/// How often it is offered.
const OFFERS: u32 = 1_000;

/// A record that was given to a lane, with what became of it.
struct Landed {
    rows: Group,
    bytes: usize,
    record: NewRecord,
    answer: Result<Answer, CommandError>,
}

/// An import under way.
struct Import<'a> {
    runtime: &'a Runtime,
    actor: Actor,
    plan: Plan,
    /// What tells this file, read with this mapping, from every other.
    digest: String,
    lookup: Lookup,
    flying: JoinSet<Landed>,
    flying_bytes: usize,
    /// Records that refer to one of their own object which is not there yet.
    later: Vec<Group>,
    later_bytes: usize,
    refused: &'a mut dyn RefusedRows,
    has_refused: bool,
    done: Imported,
}

pub(super) async fn import<S: Read + Seek + Send>(
    runtime: &Runtime,
    request: ImportRequest,
    source: &mut S,
    refused: &mut dyn RefusedRows,
    tell: &mut (dyn FnMut(Progress) + Send),
) -> Result<Imported, ImportError> {
    let bytes_total = length(source)?;
    let (plan, census, digest) = first_pass(runtime, &request, source).await?;
    let mut import = Import {
        runtime,
        actor: request.actor,
        lookup: Lookup::new(request.object),
        plan,
        digest,
        flying: JoinSet::new(),
        flying_bytes: 0,
        later: Vec::new(),
        later_bytes: 0,
        refused,
        has_refused: false,
        done: Imported::default(),
    };
    let mut grouper = Grouper::new(census);
    let mut pass = Pass::begin(source)?;
    // The header.
    pass.next_row().await?;
    let (mut window, mut window_bytes) = (Vec::new(), 0);
    while let Some(row) = pass.next_row().await? {
        let key = import.plan.key_of(&row).map(str::to_owned);
        let Some(group) = grouper.push(key.as_deref(), row) else {
            import.check_waiting(grouper.waiting_bytes())?;
            continue;
        };
        window_bytes += weight(&group);
        window.push(group);
        if window.len() >= WINDOW || window_bytes >= WINDOW_BYTES {
            import.enter(std::mem::take(&mut window), Missing::MayComeLater).await?;
            window_bytes = 0;
            tell(Progress { bytes: pass.bytes(), bytes_total, imported: import.done });
        }
    }
    window.extend(grouper.finish());
    import.enter(window, Missing::MayComeLater).await?;
    import.enter_later().await?;
    import.land_all().await?;
    tell(Progress { bytes: bytes_total, bytes_total, imported: import.done });
    import.refused.end().map_err(unwritable)?;
    Ok(import.done)
}

/// Decides what the columns mean, what tells the file from others, and where the rows of each record end.
async fn first_pass<S: Read + Seek>(
    runtime: &Runtime,
    request: &ImportRequest,
    source: &mut S,
) -> Result<(Plan, Census, String), ImportError> {
    let catalogue = runtime.catalogue();
    let object = catalogue.schema.object(&request.object);
    let object = object.ok_or_else(|| ImportError::UnknownObject(Arc::clone(&request.object)))?;
    let mut pass = Pass::begin(source)?;
    let header = pass.next_row().await?.unwrap_or_else(Row::nothing);
    let plan = Plan::new(&catalogue.schema, object, &request.mapping, &header)
        .map_err(|problems| ImportError::Header { problems, separator: header.separator })?;
    let mut census = Census::new();
    while let Some(row) = pass.next_row().await? {
        census.note(plan.key_of(&row))?;
    }
    let digest = pass.digest().chain_update(format!("{:?}", request.mapping)).finalize();
    let digest = digest.iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte));
    Ok((plan, census, format!("{digest:032x}")))
}

/// What to do with a record that refers to one of its own object which is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It may stand further down in the file.
    MayComeLater,
    /// Everything else has been entered.
    IsAnError,
}

impl Import<'_> {
    /// Enters records whose rows are complete.
    async fn enter(&mut self, groups: Vec<Group>, missing: Missing) -> Result<(), ImportError> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for rows in &groups {
            wanted.extend(rows.first().and_then(|row| self.plan.own(row)));
            wanted.extend(rows.iter().flat_map(|row| self.plan.references(row)));
        }
        self.lookup.load(self.runtime, &self.actor, wanted).await?;
        for rows in groups {
            let own = rows.first().and_then(|row| self.plan.own(row));
            if own.is_some_and(|own| self.lookup.find(&own).is_some()) {
                self.done.already_there += 1;
            } else if missing == Missing::MayComeLater && self.refers_to_missing(&rows) {
                self.later_bytes += weight(&rows);
                self.later.push(rows);
                self.check_waiting(self.later_bytes)?;
            } else {
                match self.plan.build(&rows, &self.lookup) {
                    Ok(record) => self.launch(rows, record).await?,
                    Err(problems) => self.refuse(&rows, problems)?,
                }
            }
        }
        Ok(())
    }

    fn refers_to_missing(&self, rows: &[Row]) -> bool {
        let own = &self.plan.object().name;
        let mut references = rows.iter().flat_map(|row| self.plan.references(row));
        references.any(|it| it.object.name == *own && self.lookup.find(&it).is_none())
    }

    /// Enters records that refer to others of the file, as long as more of them find theirs.
    async fn enter_later(&mut self) -> Result<(), ImportError> {
        loop {
            self.land_all().await?;
            let later = std::mem::take(&mut self.later);
            let before = later.len();
            self.later_bytes = 0;
            let mut groups = later.into_iter();
            loop {
                let window: Vec<Group> = groups.by_ref().take(WINDOW).collect();
                if window.is_empty() {
                    break;
                }
                self.enter(window, Missing::MayComeLater).await?;
            }
            if self.later.len() == before {
                break;
            }
        }
        for group in std::mem::take(&mut self.later) {
            self.enter(vec![group], Missing::IsAnError).await?;
        }
        Ok(())
    }

    /// Gives a record to a lane, and waits while too many are on their way.
    async fn launch(&mut self, rows: Group, record: NewRecord) -> Result<(), ImportError> {
        let bytes = weight(&rows);
        while self.flying.len() >= FLYING_MAX
            || (self.flying_bytes + bytes > FLYING_BYTES && !self.flying.is_empty())
        {
            self.land().await?;
        }
        let change = RecordChange::Create {
            object: Arc::clone(&self.plan.object().name),
            input: record.input.clone(),
            parts: record.parts.clone(),
        };
        let envelope = Envelope {
            actor: self.actor.clone(),
            idempotency_key: self.once(&rows),
            repeated: Repeated::IsTold,
            command: Command::ChangeRecords(vec![change]),
        };
        let runtime = self.runtime.clone();
        self.flying_bytes += bytes;
        self.flying.spawn(async move {
            let answer = offer(&runtime, envelope).await;
            Landed { rows, bytes, record, answer }
        });
        Ok(())
    }

    /// What keeps a second import from entering the record again: its unique field. A record without
    /// one is known by its line in this very file, for as long as answers are kept: the same row in
    /// another file is another record.
    fn once(&self, rows: &[Row]) -> Option<Arc<str>> {
        let row = rows.first()?;
        if self.plan.key_of(row).is_some() {
            return None;
        }
        let object = &self.plan.object().name;
        Some(format!("import:{object}:{}:{}", self.digest, row.line).into())
    }

    /// Waits for the next answer.
    async fn land(&mut self) -> Result<(), ImportError> {
        let Some(landed) = self.flying.join_next().await else { return Ok(()) };
        let landed = landed.map_err(|error| {
            CommandError::Fault(format!("a record's command was lost: {error}"))
        })?;
        let Landed { rows, bytes, record, answer } = landed;
        self.flying_bytes -= bytes;
        let problems = match answer {
            Ok(Answer::DoneBefore) => {
                self.done.already_there += 1;
                return Ok(());
            }
            Ok(_) => {
                self.done.created += 1;
                return Ok(());
            }
            Err(CommandError::Rejected(rejection)) => {
                if self.is_there(&rejection) {
                    self.done.already_there += 1;
                    return Ok(());
                }
                self.problems_of(&rejection, &record)
            }
            Err(
                error @ (CommandError::Denied(_)
                | CommandError::Unreachable
                | CommandError::Full
                | CommandError::Stopped),
            ) => {
                return Err(error.into());
            }
            Err(error) => vec![about_all("fault", error.to_string())],
        };
        self.refuse(&rows, problems)
    }

    async fn land_all(&mut self) -> Result<(), ImportError> {
        while !self.flying.is_empty() {
            self.land().await?;
        }
        Ok(())
    }

    /// Whether somebody else has entered the record meanwhile.
    fn is_there(&self, rejection: &Rejection) -> bool {
        rejection.problems.iter().any(|problem| {
            problem.code == ProblemCode::NotUnique && Some(&*problem.field) == self.plan.key_field()
        })
    }

    fn problems_of(&self, rejection: &Rejection, record: &NewRecord) -> Vec<RowProblem> {
        if rejection.problems.is_empty() {
            return vec![about_all(rejection.code, rejection.message.clone())];
        }
        rejection.problems.iter().map(|problem| self.plan.locate(record, problem)).collect()
    }

    fn refuse(&mut self, rows: &[Row], problems: Vec<RowProblem>) -> Result<(), ImportError> {
        let problems = shared(rows, problems);
        let mut text = String::new();
        if !self.has_refused {
            text.push_str(&refused_header(self.plan.columns(), self.plan.separator()));
            self.has_refused = true;
        }
        text.push_str(&refused_rows(self.plan.columns(), self.plan.separator(), rows, &problems));
        self.done.refused += rows.len() as u64;
        self.refused.take(&text, rows, &problems).map_err(unwritable)
    }

    fn check_waiting(&self, bytes: usize) -> Result<(), ImportError> {
        if bytes <= WAITING_MAX {
            return Ok(());
        }
        Err(ImportError::Scattered { column: self.plan.key_column().unwrap_or_default() })
    }
}

/// Gives a command to a lane, again and again while the lane is full or the database away.
async fn offer(runtime: &Runtime, envelope: Envelope) -> Result<Answer, CommandError> {
    for _ in 1..OFFERS {
        match runtime.submit(envelope.clone()).await {
            Err(CommandError::Overloaded | CommandError::Unreachable) => {
                tokio::time::sleep(WAIT).await;
            }
            other => return other,
        }
    }
    runtime.submit(envelope).await
}

fn about_all(code: &'static str, message: String) -> RowProblem {
    RowProblem { row: 0, column: Arc::default(), reason: Reason::Record { code, message } }
}

fn weight(rows: &[Row]) -> usize {
    rows.iter().map(Row::weight).sum()
}

fn unwritable(error: std::io::Error) -> ImportError {
    ImportError::File { what: "the refused rows cannot be written", error }
}
