//! The settings as the command line declares them: every option that is also an environment variable.

use clap::{Arg, CommandFactory as _};

use crate::cli::Cli;

/// How the setting is called that names the file of a secret: `database` and `database_file`.
pub(super) const SECRET_FILE: &str = "_file";

/// One setting.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Its name in the file: `mail_from`.
    pub(super) key: String,
    /// Its name on the command line, without the dashes in front: `mail-from`.
    pub(super) flag: String,
    /// Its environment variable.
    pub(super) variable: String,
    /// What it is without being set; `None` where there is nothing then.
    pub(super) default: Option<String>,
    /// What it may be, where that is one of a few words.
    pub(super) choices: Vec<String>,
    /// What it is for.
    pub(super) comment: String,
    /// The first version that has it.
    pub(super) since: String,
    /// Under which heading it stands.
    pub(super) heading: String,
    /// Whether its value is shown to nobody.
    pub(super) is_secret: bool,
}

/// Every setting, in the order of the help of `rondo serve`, which has them all.
pub(super) fn settings() -> Vec<Setting> {
    let mut command = Cli::command();
    command.build();
    let Some(serve) = command.find_subcommand("serve") else { return Vec::new() };
    let mut settings: Vec<Setting> = serve.get_arguments().filter_map(setting).collect();
    // Options of all commands come last.
    settings.sort_by_key(|setting| setting.heading == EVERY_COMMAND);
    settings
}

const EVERY_COMMAND: &str = "Every command";

fn setting(argument: &Arg) -> Option<Setting> {
    let variable = argument.get_env()?.to_string_lossy().into_owned();
    let key = argument.get_id().as_str();
    // The file cannot say which file it is.
    if key == "config" {
        return None;
    }
    let defaults = argument.get_default_values().first();
    let help = argument.get_long_help().or(argument.get_help())?.to_string();
    let (comment, since) = help.rsplit_once("Since ").unwrap_or((&help, ""));
    let choices = argument.get_possible_values();
    Some(Setting {
        key: key.to_owned(),
        flag: argument.get_long()?.to_owned(),
        variable,
        default: defaults.map(|value| value.to_string_lossy().into_owned()),
        choices: choices.iter().map(|choice| choice.get_name().to_owned()).collect(),
        comment: comment.trim().to_owned(),
        since: since.trim_end().trim_end_matches('.').to_owned(),
        heading: heading(argument),
        is_secret: argument.is_hide_env_values_set(),
    })
}

fn heading(argument: &Arg) -> String {
    let given = argument.get_help_heading();
    let otherwise = if argument.is_global_set() { EVERY_COMMAND } else { "Sample" };
    given.unwrap_or(otherwise).to_owned()
}
