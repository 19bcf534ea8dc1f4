//! Import of records from CSV. The file is the request's body, up to a limit; what columns mean whose
//! names do not say it stands in the address. Every record is entered through the ordinary commands.

mod preview;
mod stream;

use std::io::Cursor;
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
use records::import::{HeaderProblem, Mapping, MappingProblem, Row, RowProblem};
use runtime::{ImportError, ImportRequest, Progress, RefusedRows};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::app::App;
use crate::problem::{Problem, ProblemDetail, named};
use crate::record::find_object;

/// The longest file, in bytes.
const FILE_MAX: usize = 64 * 1024 * 1024;
/// How long the next bytes of a file may take. Whoever sends none holds up other imports.
const BODY_IDLE: Duration = Duration::from_secs(15);
/// The most of the refused rows that an answer holds, in bytes.
const REFUSED_MAX: usize = 4 * 1024 * 1024;
/// How many rows are told about one by one, or as many more as their last record has.
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
    /// Why rows were not taken: line, column (as `field`) and each reason, of the first 200 rows or a few
    /// more.
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
        let Refused { csv, problems, .. } = refused;
        let refused_csv = (done.refused > 0).then_some(csv);
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
struct Refused {
    csv: String,
    /// Rows whose problems are told.
    told: usize,
    problems: Vec<ProblemDetail>,
}

impl RefusedRows for Refused {
    fn take(&mut self, csv: &str, rows: &[Row], problems: &[RowProblem]) -> std::io::Result<()> {
        if self.csv.len() + csv.len() <= REFUSED_MAX {
            self.csv.push_str(csv);
        }
        if self.told < PROBLEMS_MAX {
            self.told += rows.len();
            self.problems.extend(problems.iter().map(|problem| told(rows, problem)));
        }
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn told(rows: &[Row], problem: &RowProblem) -> ProblemDetail {
    let RowProblem { row, column, reason } = problem;
    ProblemDetail {
        line: rows.get(*row).and_then(|row| row.line.try_into().ok()),
        field: (!column.is_empty()).then(|| column.to_string()),
        code: Some(reason.code().to_owned()),
        message: reason.to_string(),
        parameters: named(reason.parameters()),
        ..ProblemDetail::default()
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::UnknownObject(_) => Self::not_found(detail),
            ImportError::Header { problems, .. } => {
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
    use records::import::{Reason, RowReader};

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

    /// The row of one cell that stands at this line.
    fn row(line: u64) -> Row {
        let mut reader = RowReader::new();
        reader.push("\n".repeat(usize::try_from(line).expect("few lines") - 1).as_bytes());
        reader.push(b"A");
        reader.end();
        std::iter::from_fn(|| reader.next_row()).last().expect("there is a row")
    }

    #[test]
    fn each_refused_row_tells_its_line_column_and_reasons() {
        let mut refused = Refused::default();
        let object = "product".into();
        let missing = Reason::NoSuchRecord { object, field: "sku".into(), text: "NONE".to_owned() };
        let problems = [(0, "sku", missing), (1, "", Reason::WithItsRecord { line: 2 })]
            .map(|(row, column, reason)| RowProblem { row, column: column.into(), reason });
        refused.take("csv", &[row(2), row(3)], &problems).expect("it takes everything");
        let told: Vec<_> = refused.problems.iter().map(|it| serde_json::json!(it)).collect();
        assert_eq!(
            told,
            [
                serde_json::json!({"line": 2, "field": "sku", "code": "no_such_record",
                    "message": "there is no product whose `sku` is `NONE`",
                    "parameters": {"object": "product", "field": "sku", "text": "NONE"}}),
                serde_json::json!({"line": 3, "code": "with_its_record",
                    "message": "the record is refused as a whole because of line 2",
                    "parameters": {"line": "2"}}),
            ]
        );
    }

    #[test]
    fn an_answer_holds_whole_rows_of_what_was_refused() {
        let mut refused = Refused::default();
        for csv in ["x".repeat(REFUSED_MAX - 1).as_str(), "too much\r\n"] {
            refused.take(csv, &[], &[]).expect("it takes everything");
        }
        assert_eq!(refused.csv.len(), REFUSED_MAX - 1);
    }

    #[test]
    fn of_many_refused_rows_the_first_are_told_one_by_one() {
        let mut refused = Refused::default();
        for line in 1..=PROBLEMS_MAX + 5 {
            let reason = Reason::Cells { has: line, takes: 2 };
            let problem = RowProblem { row: 0, column: "".into(), reason };
            refused.take("", &[row(1)], &[problem]).expect("it takes everything");
        }
        assert_eq!(refused.problems.len(), PROBLEMS_MAX);
    }
}
