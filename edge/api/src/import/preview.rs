//! What a file would mean, before it is imported: the paths that columns may have, and the first rows
//! with a meaning proposed for each column. It reads the beginning of a file and writes nothing.

use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use records::import::{ColumnPath, Mapping, Plan, Row, RowReader, column_paths, suggest};
use records::{Label, ObjectDef, Schema};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::FILE_MAX;
use crate::actor::Caller;
use crate::app::App;
use crate::listed;
use crate::problem::{ApiResult, Problem, ProblemDetail};
use crate::record::find_object;

/// The longest beginning of a file, in bytes.
pub(super) const BEGINNING_MAX: usize = 256 * 1024;
/// How many rows are shown.
const ROWS_SHOWN: usize = 5;
/// How much of a cell is shown, in characters.
const CELL_SHOWN: usize = 100;

/// What files an import takes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportFormat {
    /// The paths that columns may have, the object's own fields first.
    paths: Vec<ImportPath>,
    /// The longest file, in bytes.
    file_max: usize,
}

/// A path that a column may have.
#[derive(Debug, Serialize, ToSchema)]
struct ImportPath {
    /// The path: `lines.product.sku`.
    path: String,
    /// The same in the words of the page, in both languages.
    #[schema(value_type = listed::Label)]
    label: Label,
    /// The field that gets the value.
    field: String,
    /// The collection of parts that the field belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<String>,
    /// The object of the record that a reference points to, where it is found by a unique field.
    #[serde(skip_serializing_if = "Option::is_none")]
    via_object: Option<String>,
    /// That unique field.
    #[serde(skip_serializing_if = "Option::is_none")]
    via_field: Option<String>,
}

impl From<ColumnPath> for ImportPath {
    fn from(path: ColumnPath) -> Self {
        let (via_object, via_field) = path.via.unzip();
        Self {
            path: path.path,
            label: path.label,
            field: path.field.name.to_string(),
            collection: path.collection.map(|name| name.to_string()),
            via_object: via_object.map(|name| name.to_string()),
            via_field: via_field.map(|name| name.to_string()),
        }
    }
}

/// How the beginning of a file is understood.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportPreview {
    /// The columns in their order.
    columns: Vec<ImportColumn>,
    /// The first rows, cell by cell; long cells are cut.
    rows: Vec<Vec<String>>,
    /// The unique field that tells records apart: rows that share it are one record, and a record that
    /// is there already is not created again.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Why a file with these columns cannot be imported; empty where it can.
    problems: Vec<ProblemDetail>,
}

/// A column of the file.
#[derive(Debug, Serialize, ToSchema)]
struct ImportColumn {
    /// Its name in the first row.
    name: String,
    /// What it means: as the mapping says, else as its name suggests; `-` where it is left out. Absent
    /// where the name suggests nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// How to read the beginning of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PreviewQuery {
    /// A mapping as JSON. Without one, the names of the columns suggest it.
    mapping: Option<String>,
    /// Whether this is the whole file, so that its last row counts.
    #[serde(default)]
    whole: bool,
}

/// What files an import of an object takes.
#[utoipa::path(get, path = "/api/imports/{object}", tag = "records",
    params(("object" = String, Path)),
    responses((status = 200, body = ImportFormat), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn format(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(object): Path<String>,
) -> ApiResult<ImportFormat> {
    let object = find_object(&app.catalogue(), &object)?;
    access::require(&actor, &Permission::WriteRecords(Arc::clone(&object.name)))?;
    let paths = column_paths(&app.catalogue().schema, &object);
    let paths = paths.into_iter().map(ImportPath::from).collect();
    Ok(Json(ImportFormat { paths, file_max: FILE_MAX }))
}

/// How the beginning of a file (at most 256 KB) would be understood. Nothing is imported.
#[utoipa::path(post, path = "/api/imports/{object}/preview", tag = "records",
    request_body(content = String, content_type = "text/csv"),
    params(("object" = String, Path), PreviewQuery),
    responses((status = 200, body = ImportPreview), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem)))]
pub(super) async fn preview(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(object): Path<String>,
    Query(query): Query<PreviewQuery>,
    body: Bytes,
) -> ApiResult<ImportPreview> {
    let catalogue = app.catalogue();
    let object = find_object(&catalogue, &object)?;
    access::require(&actor, &Permission::WriteRecords(Arc::clone(&object.name)))?;
    let mapping = query.mapping.as_deref().map(Mapping::from_json).transpose();
    let mapping = mapping.map_err(|problem| Problem::bad_request("query", problem.to_string()))?;
    Ok(Json(look(&catalogue.schema, &object, mapping, &body, query.whole)?))
}

fn look(
    schema: &Schema,
    object: &Arc<ObjectDef>,
    mapping: Option<Mapping>,
    beginning: &[u8],
    is_whole: bool,
) -> Result<ImportPreview, Problem> {
    let mut reader = RowReader::new();
    reader.push(beginning);
    if is_whole {
        reader.end();
    }
    let mut rows = std::iter::from_fn(|| reader.next_row()).filter(|row| !row.is_blank());
    let header = match rows.next() {
        Some(header) => header,
        None if is_whole => Row::nothing(),
        None => {
            let detail = "the first row is longer than 256 KB; it should name the columns: is this \
                          a CSV file?";
            return Err(Problem::bad_request("header", detail));
        }
    };
    let mapping = mapping.unwrap_or_else(|| suggested(schema, object, &header));
    let (columns, key, problems) = match Plan::new(schema, object, &mapping, &header) {
        Ok(plan) => (plan.columns().to_vec(), plan.key_field().map(str::to_owned), Vec::new()),
        Err(problems) => {
            let problems = problems.into_iter().map(ProblemDetail::from).collect();
            (names(&header), None, problems)
        }
    };
    let paths = column_paths(schema, object);
    let path = |name: &Arc<str>| {
        let mapped = mapping.columns.get(name).map(ToString::to_string);
        mapped.or_else(|| paths.iter().any(|it| *it.path == **name).then(|| name.to_string()))
    };
    let rows = rows.take(ROWS_SHOWN).map(|row| shown(&row, columns.len())).collect();
    let columns = columns
        .iter()
        .map(|name| ImportColumn { name: name.to_string(), path: path(name) })
        .collect();
    Ok(ImportPreview { columns, rows, key, problems })
}

fn names(header: &Row) -> Vec<Arc<str>> {
    header
        .cells()
        .map(|cell| cell.trim().chars().take(CELL_SHOWN).collect::<String>().into())
        .collect()
}

fn suggested(schema: &Schema, object: &Arc<ObjectDef>, header: &Row) -> Mapping {
    let found = suggest(object, &column_paths(schema, object), &names(header));
    let columns = found.into_iter().map(|(name, path)| (name, path.into())).collect();
    Mapping { columns, ..Mapping::default() }
}

fn shown(row: &Row, columns: usize) -> Vec<String> {
    row.cells().take(columns).map(|cell| cell.chars().take(CELL_SHOWN).collect()).collect()
}
