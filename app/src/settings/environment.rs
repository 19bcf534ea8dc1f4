//! Environment variables that look like settings and are none. A misspelt one is ignored by whoever reads
//! settings by their names, so that it has to be told.

use crate::settings::declared::Setting;
use crate::settings::nearest;

/// How the variables of all settings begin.
const PREFIX: &str = "RONDO_";
/// The one that names the file of settings, and those of the tools around this program.
const OTHERS: [&str; 6] = [
    "RONDO_CONFIG",
    "RONDO_BINARY",
    "RONDO_CHROMIUM",
    "RONDO_SERVER",
    "RONDO_TEST_POSTGRES",
    "RONDO_TEST_SERVERS",
];

/// A sentence about each variable that no setting has.
pub(super) fn unknown(names: impl Iterator<Item = String>, settings: &[Setting]) -> Vec<String> {
    let is_known = |name: &str| {
        OTHERS.contains(&name) || settings.iter().any(|setting| setting.variable == name)
    };
    let mut unknown: Vec<String> =
        names.filter(|name| name.starts_with(PREFIX) && !is_known(name)).collect();
    unknown.sort_unstable();
    let sentence = |name: String| {
        let key = name.trim_start_matches(PREFIX).to_lowercase();
        let hint = nearest(&key, settings, |setting| &setting.variable);
        format!("the environment variable `{name}` is no setting and is not read{hint}")
    };
    unknown.into_iter().map(sentence).collect()
}
