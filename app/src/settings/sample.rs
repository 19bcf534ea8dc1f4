//! The settings written down: as a `rondo.toml` with everything explained and what is in effect, and as
//! the table of the handbook.

use std::fmt::Write as _;

use crate::settings::declared::{self, Setting};
use crate::settings::{InEffect, Source};

/// How wide a comment is.
const WIDTH: usize = 100;
/// What is shown for a secret.
const MASK: &str = "***";

/// A file that would set what is in effect. What is at its default is there as a comment; so are secrets,
/// which are not shown.
pub(crate) fn sample(settings: &[InEffect]) -> String {
    let mut text = format!(
        "# Settings of Rondo {}. A flag goes before the environment, that before this file, that before \
         the\n# default. Rondo reads the file that --config or RONDO_CONFIG names, else rondo.toml in the \
         data folder.\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut heading = "";
    for InEffect { setting, value, source } in settings {
        if setting.heading != heading {
            heading = &setting.heading;
            let _infallible = write!(text, "\n## {heading}\n");
        }
        text.push('\n');
        let names = format!("--{}, {}. Since {}.", setting.flag, setting.variable, setting.since);
        for line in wrapped(&setting.comment).chain(choices(setting)).chain([names]) {
            let _infallible = writeln!(text, "# {line}");
        }
        if *source != Source::Default {
            let _infallible = writeln!(text, "# In effect from {}.", told(source, setting));
        }
        let is_comment = *source == Source::Default || setting.is_secret;
        let mark = if is_comment { "#" } else { "" };
        let value = match value {
            Some(_) if setting.is_secret => MASK,
            Some(value) => value,
            None => "",
        };
        let _infallible = writeln!(text, "{mark}{} = {}", setting.key, as_toml(value));
    }
    text
}

/// The table of the handbook.
pub(crate) fn handbook() -> String {
    let mut text = "| setting | by itself | since | what it is |\n|---|---|---|---|\n".to_owned();
    for setting in declared::settings() {
        let default = setting.default.as_deref().map(|it| format!("`{}`", as_toml(it)));
        let mut comment = vec![setting.comment.replace('\n', " ")];
        comment.extend(choices(&setting));
        let _infallible = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            setting.key,
            default.unwrap_or_default(),
            setting.since,
            comment.join(" ").replace('|', "\\|")
        );
    }
    text
}

fn choices(setting: &Setting) -> Option<String> {
    // That a switch is true or false is known.
    let is_switch = setting.choices.iter().any(|choice| choice == "true");
    (!setting.choices.is_empty() && !is_switch)
        .then(|| format!("One of: {}.", setting.choices.join(", ")))
}

fn told(source: &Source, setting: &Setting) -> String {
    match source {
        Source::Default => "the default".to_owned(),
        Source::File { file, line } => format!("`{}`, line {line}", file.display()),
        Source::Environment => format!("the environment variable {}", setting.variable),
        Source::Flag => format!("the flag --{}", setting.flag),
    }
}

/// A value as the file has it: numbers and switches bare, all else in quotes.
fn as_toml(value: &str) -> String {
    if value == "true" || value == "false" || value.parse::<i64>().is_ok() {
        return value.to_owned();
    }
    toml::Value::String(value.to_owned()).to_string()
}

/// A text in lines that are not too long.
fn wrapped(text: &str) -> impl Iterator<Item = String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut().filter(|it| it.len() + word.len() < WIDTH) {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.into_iter()
}
