//! An import told as it goes: one JSON document per line, progress first and what became of the file
//! last. Whoever stops reading stops the import; what was created until then stays.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use runtime::Progress;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{StreamExt, once};
use utoipa::ToSchema;

use super::{ImportAnswer, Work};
use crate::problem::Problem;

/// The media type of lines of JSON.
pub(super) const LINES: &str = "application/x-ndjson";
/// Lines that wait for a slow reader. Progress beyond them is not told.
const LINES_WAITING: usize = 16;

/// A line of a streamed answer; the last is `done` or `problem`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ImportLine {
    /// How far it is.
    Progress(ImportProgress),
    /// What became of the file.
    Done(ImportAnswer),
    /// Why it ended early.
    Problem(Problem),
}

/// How far an import is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportProgress {
    /// Bytes of the file that are behind it.
    bytes: u64,
    /// Bytes of the file.
    bytes_total: u64,
    /// Records that were created.
    created: u64,
    /// Records that were there before.
    already_there: u64,
    /// Rows that were not taken.
    refused: u64,
}

impl From<Progress> for ImportProgress {
    fn from(progress: Progress) -> Self {
        Self {
            bytes: progress.bytes,
            bytes_total: progress.bytes_total,
            created: progress.imported.created,
            already_there: progress.imported.already_there,
            refused: progress.imported.refused,
        }
    }
}

/// Runs the import and answers while it runs. What is wrong with the file as a whole is still an answer
/// with a status of its own.
pub(super) async fn answer(work: Work) -> Response {
    let (sender, mut receiver) = mpsc::channel(LINES_WAITING);
    tokio::spawn(run(work, sender));
    match receiver.recv().await {
        None => Problem::fault("an import ended without an answer").into_response(),
        Some(ImportLine::Problem(problem)) => problem.into_response(),
        Some(first) => {
            let lines = once(first).chain(ReceiverStream::new(receiver)).map(|line| text(&line));
            let headers = [(CONTENT_TYPE, LINES), (CACHE_CONTROL, "no-store")];
            (headers, Body::from_stream(lines)).into_response()
        }
    }
}

async fn run(work: Work, sender: mpsc::Sender<ImportLine>) {
    let telling = sender.clone();
    let mut tell = move |progress: Progress| {
        // A reader that is behind hears of the next progress.
        let _full = telling.try_send(ImportLine::Progress(progress.into()));
    };
    let last = tokio::select! {
        done = work.run(&mut tell) => match done {
            Ok(answer) => ImportLine::Done(answer),
            Err(problem) => ImportLine::Problem(problem),
        },
        () = sender.closed() => return,
    };
    // A reader that went away at the last moment misses nothing that it could still use.
    let _gone = sender.send(last).await;
}

fn text(line: &ImportLine) -> Result<String, serde_json::Error> {
    serde_json::to_string(line).map(|text| text + "\n")
}
