//! Secrets that stand in files of their own, as orchestrators hand them out: the first line of the file
//! that `database_file` names is the value of `database`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ArgMatches;

use crate::settings::declared::{SECRET_FILE, Setting};
use crate::settings::is_there;

/// The longest secret, in bytes; a larger file is another one.
const LENGTH_MAX: usize = 64 * 1024;

/// The secrets whose files are named.
pub(super) fn read(settings: &[Setting], matches: &ArgMatches) -> Result<BTreeMap<String, String>> {
    let mut secrets = BTreeMap::new();
    for setting in settings {
        let Some(secret) = setting.key.strip_suffix(SECRET_FILE) else { continue };
        if !is_there(matches, &setting.key) {
            continue;
        }
        if let Some(path) = matches.get_one::<PathBuf>(&setting.key) {
            secrets.insert(secret.to_owned(), first_line(path, &setting.key)?);
        }
    }
    Ok(secrets)
}

fn first_line(path: &Path, key: &str) -> Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the file `{}` of `{key}` cannot be read", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() || text.len() > LENGTH_MAX {
        bail!("the file `{}` of `{key}` does not hold a secret on its first line", path.display());
    }
    Ok(line.to_owned())
}
