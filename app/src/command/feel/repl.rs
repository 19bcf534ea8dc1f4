//! `rondo feel repl`: expressions line by line, over variables that are kept. At a terminal lines can be edited
//! and recalled; from a pipe they are read as they are, and the command fails where a line did.

use std::io::{BufRead as _, IsTerminal as _, stdin};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use feel::{CompileError, Context, Dialect, Options, Run, Span, Warning, compile};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::say;
use crate::workspace::now;

const PROMPT: &str = "feel> ";

const HELP: &str = "\
an expression        its value; warnings point at the part they are about
:let NAME = EXPR     keep a value as a variable; a name may hold blanks
:vars                the variables
:forget NAME         drop a variable
:context FILE        take the variables of a JSON object
:dialect [NAME]      camunda or standard
:help                this
:quit                leave; so does the end of the input";

pub(super) fn repl(context: Option<&Path>, dialect: Dialect) -> Result<()> {
    let mut session = Session { scope: Context::new(), dialect };
    if let Some(file) = context {
        session.scope = super::variables(file)?;
    }
    if stdin().is_terminal() { at_a_terminal(&mut session) } else { from_a_pipe(&mut session) }
}

fn at_a_terminal(session: &mut Session) -> Result<()> {
    let mut editor = DefaultEditor::new().context("the terminal cannot be used")?;
    say::line("FEEL, line by line; `:help` tells more");
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                editor.add_history_entry(&line).context("the line cannot be kept")?;
                if session.take(&line).is_break() {
                    return Ok(());
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error).context("the terminal cannot be read"),
        }
    }
}

fn from_a_pipe(session: &mut Session) -> Result<()> {
    let mut refused = 0_usize;
    for line in stdin().lock().lines() {
        match session.take(&line.context("standard input cannot be read")?) {
            Flow::Quit => break,
            Flow::Refused => refused += 1,
            Flow::Fine => {}
        }
    }
    if refused > 0 {
        bail!("{refused} of the lines had no answer");
    }
    Ok(())
}

/// What a line led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Fine,
    Refused,
    Quit,
}

impl Flow {
    fn is_break(self) -> bool {
        self == Self::Quit
    }
}

/// What is kept from line to line.
struct Session {
    scope: Context,
    dialect: Dialect,
}

impl Session {
    /// Answers a line.
    fn take(&mut self, line: &str) -> Flow {
        let line = line.trim();
        let done = match line
            .strip_prefix(':')
            .map(|command| command.split_once(char::is_whitespace).unwrap_or((command, "")))
        {
            None if line.is_empty() => Ok(()),
            None => self.evaluate(line).map(|value| say::line(value.to_string())),
            Some(("quit" | "q", _)) => return Flow::Quit,
            Some((command, rest)) => self.command(command, rest.trim()),
        };
        match done {
            Ok(()) => Flow::Fine,
            Err(error) => {
                say::error(&error);
                Flow::Refused
            }
        }
    }

    fn command(&mut self, command: &str, rest: &str) -> Result<()> {
        match command {
            "help" | "h" => say::line(HELP),
            "let" => {
                let (name, source) = rest.split_once('=').context("say `:let NAME = EXPR`")?;
                let name = name.trim().trim_matches('`');
                if name.is_empty() {
                    bail!("say `:let NAME = EXPR`");
                }
                let value = self.evaluate(source.trim())?;
                self.scope.insert(name, value);
            }
            "vars" => {
                for (name, value) in self.scope.iter() {
                    say::line(format!("{name} = {value}"));
                }
            }
            "forget" => {
                self.scope.remove(rest).with_context(|| format!("no variable `{rest}`"))?;
            }
            "context" => {
                let more = super::variables(Path::new(rest))?;
                self.scope.extend(more);
            }
            "dialect" => self.switch(rest)?,
            other => bail!("no command `:{other}`; `:help` lists them"),
        }
        Ok(())
    }

    fn switch(&mut self, name: &str) -> Result<()> {
        self.dialect = match name {
            "camunda" => Dialect::Camunda,
            "standard" => Dialect::Standard,
            "" => self.dialect,
            other => bail!("no dialect `{other}`; say `camunda` or `standard`"),
        };
        say::line(match self.dialect {
            Dialect::Camunda => "camunda",
            Dialect::Standard => "standard",
        });
        Ok(())
    }

    /// The value; warnings are told. An evaluation that was stopped is an error.
    fn evaluate(&self, source: &str) -> Result<feel::Value> {
        let names: Vec<&str> = self.scope.names().map(|name| &**name).collect();
        let options = Options { dialect: self.dialect, names: &names };
        let expression = compile(source, &options).map_err(|error| refused(&error))?;
        let mut run = Run::new(now());
        let value = expression.evaluate_in(&self.scope, &mut run);
        if let Some(failure) = run.failure() {
            bail!(remark(source, failure));
        }
        for warning in run.warnings() {
            say::error(&anyhow::anyhow!(remark(source, warning)));
        }
        Ok(value)
    }
}

fn refused(error: &CompileError) -> anyhow::Error {
    let problems = error.problems().iter();
    let told: Vec<String> = problems
        .map(|problem| marked(&problem.message, error.source_text(), problem.span))
        .collect();
    anyhow::anyhow!(told.join("\n"))
}

fn remark(source: &str, warning: &Warning) -> String {
    marked(&format!("{}: {}", warning.kind.code(), warning.message), source, warning.span)
}

/// The message with the text and a mark under the part that it is about. A part outside of the text is one of
/// a function that another line made.
fn marked(message: &str, source: &str, span: Span) -> String {
    let (Some(before), Some(part)) = (source.get(..span.start), source.get(span.start..span.end))
    else {
        return message.to_owned();
    };
    let (indent, width) = (before.chars().count(), part.chars().count().max(1));
    format!("{message}\n  {source}\n  {}{}", " ".repeat(indent), "^".repeat(width))
}
