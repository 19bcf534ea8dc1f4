//! Import of a CSV file through the ordinary commands: each record with its parts is one command, so that
//! it is entered whole with the processes that it starts, or not at all. Many are on their way at once, so
//! that the lane's batches fill. The file is read twice: once to learn where the rows of each record end,
//! once to enter them.

mod lookup;
mod pass;
mod run;

use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use access::Actor;
use records::import::{
    CensusFull, HeaderProblem, Mapping, Row, RowProblem, Separator, WAITING_MAX,
};

use crate::{CommandError, Runtime};

/// What to import and in whose name.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// In whose name.
    pub actor: Actor,
    /// The object whose records the rows are.
    pub object: Arc<str>,
    /// What columns mean whose names do not say it.
    pub mapping: Mapping,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Records that were created.
    pub created: u64,
    /// Records that were there before, known by their unique field, or by their line where the same file
    /// was imported in the last 24 hours; nothing was changed in them.
    pub already_there: u64,
    /// Rows that were not taken. All rows of a record are refused together.
    pub refused: u64,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that are behind it.
    pub bytes: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
    /// What has become of them.
    pub imported: Imported,
}

/// Why an import ended before its file did. What was created stays; the import can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such object.
    #[error("there is no object `{0}`; define it first")]
    UnknownObject(Arc<str>),
    /// The header cannot be understood. Nothing was imported.
    #[error("{}", joined(.problems))]
    Header {
        /// What is wrong with it.
        problems: Vec<HeaderProblem>,
        /// What separates the columns of the file.
        separator: Separator,
    },
    /// The file has too many rows. Nothing was imported.
    #[error(transparent)]
    TooManyRows(#[from] CensusFull),
    /// The rows of too many records are far apart.
    #[error(
        "rows of one record stand too far apart: more than {} MB of rows wait for others; sort the \
         file by `{column}` and repeat the import",
        WAITING_MAX >> 20
    )]
    Scattered {
        /// The column that tells records apart.
        column: Arc<str>,
    },
    /// The file cannot be read, or the refused rows not be written.
    #[error("{what}: {error}")]
    File {
        /// What failed.
        what: &'static str,
        /// Why.
        error: io::Error,
    },
    /// The actor may not, or the server is going down.
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Where rows go that are not taken.
pub trait RefusedRows: Send {
    /// Takes the rows of one record: as the next lines of a CSV file (the first time with its header), and
    /// what is wrong with each of them.
    ///
    /// # Errors
    /// Where they cannot be kept; the import ends then.
    fn take(&mut self, csv: &str, rows: &[Row], problems: &[RowProblem]) -> io::Result<()>;

    /// No more will come.
    ///
    /// # Errors
    /// Where they cannot be kept.
    fn end(&mut self) -> io::Result<()>;
}

impl<File: Write + Send> RefusedRows for File {
    fn take(&mut self, csv: &str, _rows: &[Row], _problems: &[RowProblem]) -> io::Result<()> {
        self.write_all(csv.as_bytes())
    }

    fn end(&mut self) -> io::Result<()> {
        self.flush()
    }
}

fn joined(problems: &[HeaderProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Runtime {
    /// Imports a file. Rows that are not taken are given to `refused`, with line, column and reason. A second import of the same file creates nothing again.
    ///
    /// # Errors
    /// Where the file as a whole cannot be imported, or not to its end.
    pub async fn import<S: Read + Seek + Send>(
        &self,
        request: ImportRequest,
        source: &mut S,
        refused: &mut dyn RefusedRows,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Imported, ImportError> {
        run::import(self, request, source, refused, tell).await
    }
}
