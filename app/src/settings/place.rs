//! Which database is meant, where a folder and a PostgreSQL database are both named: the folder, if the command
//! line names it and no other database. What says otherwise from further away is set aside, and told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::settings::declared::Setting;
use crate::settings::file::File;
use crate::settings::{FILE_NAME, is_there};

/// The folder.
const FOLDER: &str = "data";
/// What names a PostgreSQL database instead.
const ADDRESSES: [&str; 2] = ["database", "database_file"];

/// Whether the command line names the folder and no other database.
pub(super) fn is_folder(matches: &ArgMatches) -> bool {
    let is_flag = |key: &str| is_from(matches, key, ValueSource::CommandLine);
    is_flag(FOLDER) && !ADDRESSES.iter().any(|address| is_flag(address))
}

/// The command line without the environment variables of an address, and what of them was set.
pub(super) fn without_variables(
    command: Command,
    matches: &ArgMatches,
    settings: &[Setting],
) -> (Command, Vec<String>) {
    let set = settings.iter().filter(|setting| {
        ADDRESSES.contains(&setting.key.as_str())
            && is_from(matches, &setting.key, ValueSource::EnvVariable)
    });
    let told = set.map(|setting| format!("the environment variable `{}`", setting.variable));
    (unnamed(command), told.collect())
}

fn unnamed(command: Command) -> Command {
    command
        .mut_args(|argument| {
            let is_address = ADDRESSES.contains(&argument.get_id().as_str());
            if is_address { argument.env(None::<&'static str>) } else { argument }
        })
        .mut_subcommands(unnamed)
}

/// Leaves out what a file says of an address, and answers what it was. A file in the folder itself may say so:
/// who names the folder means what is in it.
pub(super) fn leave_out(
    matches: &ArgMatches,
    file: &File,
    defaults: &mut BTreeMap<String, String>,
) -> Vec<String> {
    let folder = matches.try_get_one::<PathBuf>(FOLDER).ok().flatten();
    if folder.is_some_and(|folder| file.path() == folder.join(FILE_NAME)) {
        return Vec::new();
    }
    let said = ADDRESSES.iter().filter(|address| defaults.remove(**address).is_some());
    said.map(|address| format!("`{address}` in `{}`", file.path().display())).collect()
}

/// What is told of an address that was set aside.
pub(super) fn warning(aside: &str) -> String {
    format!(
        "--data says which database is meant, so {aside} is not followed; name one of them only"
    )
}

fn is_from(matches: &ArgMatches, key: &str, source: ValueSource) -> bool {
    is_there(matches, key) && matches.value_source(key) == Some(source)
}
