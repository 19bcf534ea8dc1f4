//! Reading the tracked files of the workspace, and what a rule reports about them.

use std::fmt;
use std::path::Path;
use std::process::Command;

/// A text file of the workspace: its path from the root, with `/`, and its content.
#[derive(Debug, Clone)]
pub struct Source {
    /// For example `design/feel/src/lib.rs`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The lines before the first `#[cfg(test)]`, which by custom opens the tests at the end.
    pub fn product_lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]")
    }

    /// The folder of the crate the file belongs to, where it is product code: what precedes `/src/`.
    pub fn crate_folder(&self) -> Option<&str> {
        self.path.split_once("/src/").map(|(folder, _)| folder)
    }
}

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offence {
    /// The file, with a line where there is one: `base/src/key.rs:12`.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Every text file that git tracks or would track, below `root`.
///
/// # Panics
/// Where git cannot list the files: the check must not pass for want of input.
pub fn workspace_sources(root: &Path) -> Vec<Source> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the files of the workspace");
    assert!(listing.status.success(), "git ls-files failed; run the tests in a git checkout");
    let names = String::from_utf8(listing.stdout).expect("file names are UTF-8");
    names
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| {
            let bytes = std::fs::read(root.join(name)).ok()?;
            Some(Source { path: name.to_owned(), text: String::from_utf8(bytes).ok()? })
        })
        .collect()
}
