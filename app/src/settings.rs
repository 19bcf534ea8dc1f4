//! Reads the command line with what the file of settings and the environment say: a flag goes before the
//! environment, that before the file, that before the default. The command line's own library does the
//! reading; what the file says is handed to it as other defaults. What the settings are stands in
//! `cli.rs`, and nowhere else.

mod declared;
mod environment;
mod file;
mod place;
mod sample;
mod secret;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use crate::cli::Cli;
use crate::say;
use crate::settings::declared::Setting;
use crate::settings::file::File;

pub(crate) use crate::settings::sample::{handbook, sample};

/// What is found in the data folder where no other file is named.
const FILE_NAME: &str = "rondo.toml";

/// A setting as this process sees it.
#[derive(Debug)]
pub(crate) struct InEffect {
    setting: Setting,
    value: Option<String>,
    source: Source,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Default,
    File { file: PathBuf, line: usize },
    Environment,
    Flag,
}

/// What the command line, the environment and the file have said.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The command line.
    pub(crate) cli: Cli,
    /// Every setting that its command has.
    pub(crate) in_effect: Vec<InEffect>,
    /// What was said and is not followed, a sentence each.
    pub(crate) warnings: Vec<String>,
}

/// Why nothing is done.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The command line is wrong, or asks for help.
    CommandLine(clap::Error),
    /// A file is.
    File(anyhow::Error),
}

impl Stopped {
    /// Says why, and how the process ends.
    pub(crate) fn tell(&self) -> ExitCode {
        match self {
            Self::CommandLine(error) => {
                let _nobody_listens = error.print();
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
            }
            Self::File(error) => {
                say::error(error);
                ExitCode::FAILURE
            }
        }
    }
}

impl From<clap::Error> for Stopped {
    fn from(error: clap::Error) -> Self {
        Self::CommandLine(error)
    }
}

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        Self::File(error)
    }
}

/// What this process is told to do, and how.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Parsed, Stopped> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let settings = declared::settings();
    let mut warnings = unknown_variables(&settings);
    let mut command = Cli::command();
    // Read once without a file, to know which one it is.
    let mut first = command.clone().try_get_matches_from(&arguments)?;
    let file = find(innermost(&first))?;
    let mut defaults = BTreeMap::new();
    if let Some(file) = &file {
        defaults.extend(accepted(file, &settings)?);
    }
    if place::is_folder(innermost(&first)) {
        let (unnamed, mut aside) = place::without_variables(command, innermost(&first), &settings);
        command = unnamed;
        first = command.clone().try_get_matches_from(&arguments)?;
        if let Some(file) = &file {
            aside.extend(place::leave_out(innermost(&first), file, &mut defaults));
        }
        warnings.extend(aside.iter().map(|aside| place::warning(aside)));
    }
    leave_out_rivals(&settings, innermost(&first), &mut defaults);
    let second = with_defaults(command.clone(), &defaults).try_get_matches_from(&arguments)?;
    let secrets = secret::read(&settings, innermost(&second))?;
    defaults.extend(secrets);
    let third = with_defaults(command, &defaults).try_get_matches_from(&arguments)?;
    let in_effect = in_effect(settings, innermost(&third), file.as_ref());
    Ok(Parsed { cli: Cli::from_arg_matches(&third)?, in_effect, warnings })
}

/// A sentence about each environment variable that is named like a setting and is none.
fn unknown_variables(settings: &[Setting]) -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    environment::unknown(names, settings)
}

/// The matches of the command that runs, which has the options of all commands around it.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    innermost
}

/// The file that is named, or the one in the data folder.
fn find(matches: &ArgMatches) -> Result<Option<File>> {
    if let Some(named) = matches.get_one::<PathBuf>("config") {
        return File::read(named).map(Some);
    }
    let Ok(Some(data)) = matches.try_get_one::<PathBuf>("data") else { return Ok(None) };
    let found = data.join(FILE_NAME);
    if !found.is_file() {
        return Ok(None);
    }
    let file = File::read(&found)?;
    if let Some(entry) = file.entry("data") {
        let place = file.place(entry.line);
        bail!("{place}: `data` cannot stand in the data folder itself; name the file by --config");
    }
    Ok(Some(file))
}

/// What the file says, if every key is known and every value is possible.
fn accepted(file: &File, settings: &[Setting]) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for entry in file.entries() {
        let place = file.place(entry.line);
        let Some(setting) = settings.iter().find(|setting| setting.key == entry.key) else {
            bail!(
                "{place}: there is no setting `{}`{}",
                entry.key,
                nearest(&entry.key, settings, |it| &it.key)
            );
        };
        if let Err(reason) = check(setting, &entry.value) {
            // A secret is not repeated.
            let value = if setting.is_secret { "what it is" } else { &entry.value };
            bail!("{place}: `{}` cannot be `{value}`: {reason}", entry.key);
        }
        if let Some(secret) = setting.key.strip_suffix(declared::SECRET_FILE)
            && file.entry(secret).is_some()
        {
            bail!("{place}: `{secret}` is there too; leave one of them out");
        }
        values.insert(entry.key.clone(), entry.value.clone());
    }
    Ok(values)
}

/// The setting whose key is most like this one, by the name that is shown of it.
fn nearest(key: &str, settings: &[Setting], shown: impl Fn(&Setting) -> &String) -> String {
    let by_likeness = settings.iter().map(|it| (strsim::jaro_winkler(key, &it.key), it));
    match by_likeness.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((likeness, known)) if likeness > 0.7 => format!("; do you mean `{}`?", shown(known)),
        _ => "; `rondo config` prints all of them".to_owned(),
    }
}

/// Whether the command line would take this value.
fn check(setting: &Setting, value: &str) -> Result<(), String> {
    let argument = format!("--{}={value}", setting.flag);
    let Err(error) = Cli::command().try_get_matches_from(["rondo", "serve", &argument]) else {
        return Ok(());
    };
    match error.kind() {
        ErrorKind::InvalidValue => Err(format!("it must be {}", setting.choices.join(" or "))),
        ErrorKind::ValueValidation => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            Err(cause.unwrap_or_else(|| "it makes no sense here".to_owned()))
        }
        // What else is wrong lies between this value and the environment.
        _ => Ok(()),
    }
}

/// A secret and the file that holds it are one setting: where a flag or the environment gives one of
/// them, the settings file has no say about the other.
fn leave_out_rivals(
    settings: &[Setting],
    matches: &ArgMatches,
    defaults: &mut BTreeMap<String, String>,
) {
    for setting in settings {
        let Some(secret) = setting.key.strip_suffix(declared::SECRET_FILE) else { continue };
        if is_given(matches, &setting.key) {
            defaults.remove(secret);
        }
        if is_given(matches, secret) {
            defaults.remove(&setting.key);
        }
    }
}

/// Whether the command line or the environment says what it is.
fn is_given(matches: &ArgMatches, key: &str) -> bool {
    is_there(matches, key)
        && matches!(
            matches.value_source(key),
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        )
}

/// Whether the command that runs has the setting; to ask for the source of another would panic.
fn is_there(matches: &ArgMatches, key: &str) -> bool {
    matches.try_contains_id(key).is_ok()
}

/// The command line with other defaults.
fn with_defaults(command: Command, defaults: &BTreeMap<String, String>) -> Command {
    command
        .mut_args(|argument| match defaults.get(argument.get_id().as_str()) {
            Some(value) => argument.default_value(value.clone()),
            None => argument,
        })
        .mut_subcommands(|command| with_defaults(command, defaults))
}

fn in_effect(settings: Vec<Setting>, matches: &ArgMatches, file: Option<&File>) -> Vec<InEffect> {
    let there = settings.into_iter().filter(|setting| is_there(matches, &setting.key));
    there
        .map(|setting| {
            let raw = matches.get_raw(&setting.key).and_then(|mut values| values.next());
            let value = raw.map(|value| value.to_string_lossy().into_owned());
            let source = match matches.value_source(&setting.key) {
                Some(ValueSource::CommandLine) => Source::Flag,
                Some(ValueSource::EnvVariable) => Source::Environment,
                _ => from_file(&setting, value.as_deref(), file).unwrap_or(Source::Default),
            };
            InEffect { setting, value, source }
        })
        .collect()
}

fn from_file(setting: &Setting, value: Option<&str>, file: Option<&File>) -> Option<Source> {
    let file = file?;
    let entry = file.entry(&setting.key).filter(|entry| Some(entry.value.as_str()) == value)?;
    Some(Source::File { file: file.path().to_owned(), line: entry.line })
}
