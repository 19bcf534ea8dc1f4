//! Import of records from CSV. The file is the request's body, up to a limit; what columns mean whose
//! names do not say it stands in the address. Every record is entered through the ordinary commands.

mod preview;
mod stream;

use std::io::{Cursor, Write};
use std::sync::Arc;
use std::time::Duration;

use access::Permission;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use records::import::{HeaderProblem, Mapping, MappingProblem, RowReader};
use runtime::{ImportError, ImportRequest, Progress};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::problem::{Problem, ProblemDetail};
use crate::record::find_object;

/// The longest file, in bytes.
const FILE_MAX: usize = 64 * 1024 * 1024;
/// How long the next bytes of a file may take. Whoever sends none holds up other imports.
const BODY_IDLE: Duration = Duration::from_secs(15);
/// The most of the refused rows that an answer holds, in bytes.
const REFUSED_MAX: usize = 4 * 1024 * 1024;
/// The most rows whose problems are told one by one.
const PROBLEMS_MAX: usize = 200;

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportAnswer {
    /// Records that were created.
    created: u64,
    /// Records that were there before, known by a unique field; nothing was changed in them.
    already_there: u64,
    /// Rows that were not taken. All rows of a record are refused together.
    refused: u64,
    /// The rows that were not taken, as CSV with line, column and reason; at most 4 MB of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_csv: Option<String>,
    /// Why rows were not taken: line, column (as `field`) and reason of the first 200.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemDetail>,
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    let previews = OpenApiRouter::new()
        .routes(routes!(preview::preview))
        .layer(DefaultBodyLimit::max(preview::BEGINNING_MAX));
    OpenApiRouter::new()
        // The format of an object's files stands under the same address as their import.
        .routes(routes!(preview::format, import))
        .merge(previews)
        .layer(RequestBodyTimeoutLayer::new(BODY_IDLE))
        .layer(DefaultBodyLimit::max(FILE_MAX))
}

/// A place among the imports that run at the same time. It is asked for before the body is read, so that
/// files do not gather in memory, and given only to whom may write such records, so that nobody else can
/// take the places away.
struct Place(
    #[expect(dead_code, reason = "held, and given back when it is dropped")] OwnedSemaphorePermit,
);

impl FromRequestParts<App> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Caller(actor) = Caller::from_request_parts(parts, app).await?;
        let object = Path::<String>::from_request_parts(parts, app).await;
        let Path(object) = object.map_err(|error| Problem::not_found(error.body_text()))?;
        let object = Arc::clone(&find_object(&app.catalogue(), &object)?.name);
        access::require(&actor, &Permission::WriteRecords(object))?;
        app.import_place().map(Self).ok_or_else(|| {
            Problem::conflict("busy", "other imports are running; try again when they have ended")
        })
    }
}

/// Imports a CSV file. Columns are named by paths: `field`, `field.unique_field` for a record found by a
/// unique field, `collection.field` for parts. Rows with the same unique field form one record, entered
/// whole or not at all. A second import of the same file creates nothing again. Asked for
/// `application/x-ndjson`, it answers while it runs, a JSON document per line: `{"progress": ..}`, and
/// `{"done": ..}` or `{"problem": ..}` as the last. Who closes the connection ends the import.
#[utoipa::path(post, path = "/api/imports/{object}", tag = "records",
    request_body(content = String, content_type = "text/csv"),
    params(("object" = String, Path),
        ("map" = Option<Vec<String>>, Query, description = "`COLUMN=PATH`, several with commas between; \
            `COLUMN=-` leaves a column out"),
        ("set" = Option<Vec<String>>, Query, description = "`PATH=VALUE` for every record"),
        ("mapping" = Option<String>, Query, description = "the same as JSON, for names with commas: \
            `{\"columns\": {COLUMN: PATH}, \"constants\": {PATH: VALUE}}`")),
    responses((status = 200, content((ImportAnswer = "application/json"),
            (stream::ImportLine = "application/x-ndjson"))), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn import(
    State(app): State<App>,
    Caller(actor): Caller,
    place: Place,
    Path(object): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let request = ImportRequest { actor, object: object.into(), mapping: mapping(&parameters)? };
    let work = Work { app, request, body, _place: place };
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains(stream::LINES) {
        return Ok(stream::answer(work).await);
    }
    Ok(Json(work.run(&mut |_progress| ()).await?).into_response())
}

/// An import that is ready to run. It keeps its place until it is dropped.
struct Work {
    app: App,
    request: ImportRequest,
    body: Bytes,
    _place: Place,
}

impl Work {
    async fn run(self, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<ImportAnswer, Problem> {
        let mut refused = Refused::default();
        let mut source = Cursor::new(self.body);
        let done = self.app.runtime().import(self.request, &mut source, &mut refused, tell).await?;
        let problems = refused.problems();
        let refused_csv =
            (done.refused > 0).then(|| String::from_utf8_lossy(&refused.0).into_owned());
        let (created, already_there) = (done.created, done.already_there);
        Ok(ImportAnswer { created, already_there, refused: done.refused, refused_csv, problems })
    }
}

fn mapping(parameters: &[(String, String)]) -> Result<Mapping, Problem> {
    let bad = |problem: MappingProblem| Problem::bad_request("query", problem.to_string());
    let whole = parameters.iter().find(|(name, _)| name == "mapping");
    let mut mapping =
        whole.map_or(Ok(Mapping::default()), |(_, json)| Mapping::from_json(json)).map_err(bad)?;
    for (name, value) in parameters {
        let read = match name.as_str() {
            "mapping" => Ok(()),
            "map" => mapping.map(value),
            "set" => mapping.set(value),
            other => {
                let detail =
                    format!("there is no parameter `{other}`; use `map`, `set` and `mapping`");
                return Err(Problem::bad_request("query", detail));
            }
        };
        read.map_err(bad)?;
    }
    Ok(mapping)
}

/// The refused rows, as far as an answer holds them.
#[derive(Default)]
struct Refused(Vec<u8>);

impl Refused {
    /// What is wrong with the first of the rows.
    fn problems(&self) -> Vec<ProblemDetail> {
        let mut reader = RowReader::new();
        reader.push(&self.0);
        reader.end();
        let rows = std::iter::from_fn(|| reader.next_row()).skip(1).take(PROBLEMS_MAX);
        rows.map(|row| {
            let from_end = |back: usize| {
                row.len().checked_sub(back).and_then(|at| row.cell(at)).unwrap_or_default()
            };
            let column = from_end(2);
            ProblemDetail {
                line: from_end(3).parse().ok(),
                field: (!column.is_empty()).then(|| column.to_owned()),
                message: from_end(1).to_owned(),
                ..ProblemDetail::default()
            }
        })
        .collect()
    }
}

impl Write for Refused {
    fn write(&mut self, rows: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + rows.len() <= REFUSED_MAX {
            self.0.extend_from_slice(rows);
        }
        Ok(rows.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::UnknownObject(_) => Self::not_found(detail),
            ImportError::Header(problems) => {
                Self::bad_request("header", "the header cannot be understood; nothing was imported")
                    .with_problems(problems.into_iter().map(ProblemDetail::from).collect())
            }
            ImportError::TooManyRows(_) => Self::bad_request("too_many_rows", detail),
            ImportError::Scattered { .. } => Self::bad_request("scattered", detail),
            ImportError::File { error, .. } => Self::fault(error),
            ImportError::Command(error) => error.into(),
        }
    }
}

impl From<HeaderProblem> for ProblemDetail {
    fn from(problem: HeaderProblem) -> Self {
        Self {
            field: (!problem.column.is_empty()).then_some(problem.column),
            line: Some(1),
            message: problem.message,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_constants_stand_in_the_address() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (parameters, expect) in [
            (vec![], "0 0"),
            (vec![pair("map", "a=b,c=d.e"), pair("map", "f=g"), pair("set", "h=i,j")], "3 1"),
            (vec![pair("mapping", r#"{"columns": {"a, b": "c"}}"#), pair("set", "h=i")], "1 1"),
            (vec![pair("mapping", "{")], "the mapping cannot be read"),
            (vec![pair("map", "a")], "`a` is not COLUMN=PATH"),
            (vec![pair("mpa", "a=b")], "there is no parameter `mpa`"),
        ] {
            let got = match mapping(&parameters) {
                Ok(mapping) => format!("{} {}", mapping.columns.len(), mapping.constants.len()),
                Err(problem) => problem.detail,
            };
            assert!(got.contains(expect), "{got}");
        }
    }

    #[test]
    fn each_refused_row_tells_its_line_column_and_reason() {
        let mut refused = Refused::default();
        refused
            .write_all(
                b"ref,qty,line,column,reason\r\nA,x,2,qty,\"no, `x`\"\r\nA,1,3,,as a whole\r\n",
            )
            .expect("it takes everything");
        let told: Vec<_> = refused
            .problems()
            .into_iter()
            .map(|it| format!("{:?} {:?} {}", it.line, it.field, it.message))
            .collect();
        assert_eq!(told, ["Some(2) Some(\"qty\") no, `x`", "Some(3) None as a whole"]);
    }

    #[test]
    fn an_answer_holds_whole_rows_of_what_was_refused() {
        let mut refused = Refused::default();
        refused.write_all(&vec![b'x'; REFUSED_MAX - 1]).expect("it takes everything");
        refused.write_all(b"too much\r\n").expect("it takes everything");
        assert_eq!(refused.0.len(), REFUSED_MAX - 1);
    }
}
