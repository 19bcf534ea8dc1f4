//! `rondo import OBJECT FILE.csv`: records from a CSV file into the database of a data folder, each with the
//! processes that it starts. What is refused goes to FILE.refused.csv with line, column and reason.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use access::Actor;
use anyhow::{Context, Result};
use records::import::{Mapping, refused_problems};
use runtime::{ImportError, ImportRequest, Imported};

use crate::cli::Import;
use crate::progress::ProgressLine;
use crate::workspace::Workspace;
use crate::{pack, say};

/// The exit code where some rows were refused.
const SOME_REFUSED: u8 = 2;

pub(crate) fn import(options: &Import) -> Result<ExitCode> {
    let mapping = mapping(options)?;
    super::backup::expect_database(&options.data).context("nothing was imported")?;
    let file = File::open(&options.file)
        .with_context(|| format!("`{}` cannot be opened", options.file.display()))?;
    let mut source = BufReader::new(file);
    let mut refused = RefusedFile::beside(&options.file);
    let request =
        ImportRequest { actor: Actor::system(), object: options.object.as_str().into(), mapping };
    let mut line = ProgressLine::on_terminal();
    let mut imported = None;
    Workspace::open(&options.data)?.run(async |runtime| {
        let mut tell = |progress: runtime::Progress| {
            let done = progress.imported;
            let text = format!("{} created, {} rows refused", done.created, done.refused);
            line.show(progress.bytes, progress.bytes_total, &text);
        };
        imported = Some(runtime.import(request, &mut source, &mut refused, &mut tell).await);
        Ok(())
    })?;
    line.clear();
    match imported.context("the import did not run")? {
        Ok(imported) => {
            refused.leave_no_older()?;
            Ok(report(imported, &refused))
        }
        Err(ImportError::Header { problems, separator }) => {
            refused.write_all(refused_problems(&problems, separator).as_bytes())?;
            refused.flush()?;
            for problem in &problems {
                say::line(format!("line 1: {problem}"));
            }
            say::line(format!("nothing was imported; see {}", refused.path.display()));
            Ok(ExitCode::from(SOME_REFUSED))
        }
        Err(error @ ImportError::UnknownObject(_)) => {
            Err(anyhow::Error::from(error).context("nothing was imported"))
        }
        Err(error) => {
            let context =
                "the import ended early; what was created stays, and can be imported again";
            Err(anyhow::Error::from(error).context(context))
        }
    }
}

fn report(imported: Imported, refused: &RefusedFile) -> ExitCode {
    let Imported { created, already_there, refused: rows } = imported;
    say::line(format!("{created} created, {already_there} already there, {rows} rows refused"));
    if rows == 0 {
        return ExitCode::SUCCESS;
    }
    say::line(format!("refused rows: {}", refused.path.display()));
    ExitCode::from(SOME_REFUSED)
}

/// What columns mean: as the command line says, else as a pack of that object says.
fn mapping(options: &Import) -> Result<Mapping> {
    let mut mapping = Mapping::default();
    if options.map.is_empty() {
        mapping = pack::import_mapping(&options.object)?.unwrap_or_default();
    }
    for text in &options.map {
        mapping.map(text)?;
    }
    for text in &options.set {
        mapping.set(text)?;
    }
    Ok(mapping)
}

/// `FILE.refused.csv`, made when the first row is refused. One of an earlier import, which somebody may be
/// repairing, stays until there is something to put in its place, or an import has run and refused nothing.
struct RefusedFile {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl RefusedFile {
    fn beside(source: &Path) -> Self {
        Self { path: source.with_extension("refused.csv"), file: None }
    }

    /// Removes what an earlier import has left, where this one has refused nothing.
    fn leave_no_older(&self) -> Result<()> {
        if self.file.is_some() {
            return Ok(());
        }
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| {
                    format!(
                        "all rows were taken, but `{}`, of an earlier import, cannot be removed",
                        self.path.display()
                    )
                })
            }
            _ => Ok(()),
        }
    }
}

impl Write for RefusedFile {
    fn write(&mut self, rows: &[u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(File::create(&self.path)?)),
        };
        file.write(rows)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}
