//! Words that must not stand in the sources: silenced lints, open ends without an issue, hosts of
//! package registries, paths of somebody's machine.

use crate::{Offence, Source};

/// Written in two halves so that this file does not offend itself.
const BANNED: &[(&str, &str, &str)] = &[
    ("#[al", "low(", "use `#[expect(.., reason = \"..\")]`"),
    ("registry.npm", "js.org", "never name the host of a package registry"),
    ("static.crates", ".io", "never name the host of a package registry"),
    ("files.python", "hosted.org", "never name the host of a package registry"),
    ("/home", "/", "never name a path of one machine"),
    ("/root", "/", "never name a path of one machine"),
    ("/work", "/main", "never name a path of one machine"),
];

fn is_code(path: &str) -> bool {
    [".rs", ".ts", ".tsx", ".mjs", ".toml", ".md", ".sh", ".sql"]
        .iter()
        .any(|end| path.ends_with(end))
        || ["run", "test", "bench", ".ci/run"].contains(&path)
}

/// Each banned word in a source.
pub fn banned_words(source: &Source) -> Vec<Offence> {
    if !is_code(&source.path) {
        return Vec::new();
    }
    let mut offences = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let place = || format!("{}:{}", source.path, index + 1);
        for (head, tail, advice) in BANNED {
            let word = format!("{head}{tail}");
            if line.contains(&word) {
                offences.push(Offence { place: place(), message: format!("`{word}`: {advice}") });
            }
        }
        let open_end = ["TO", "DO"].concat();
        if line.contains(&open_end) && !line.contains(&format!("{open_end}(#")) {
            let message = format!("`{open_end}` needs an issue number: `{open_end}(#12)`");
            offences.push(Offence { place: place(), message });
        }
    }
    offences
}

/// A lock file of the page may not name where its packages were downloaded from.
pub fn lock_hosts(source: &Source) -> Option<Offence> {
    let names_host =
        source.path.ends_with("package-lock.json") && source.text.contains("\"resolved\"");
    names_host.then(|| Offence {
        place: source.path.clone(),
        message: "names download addresses; set `omit-lockfile-registry-resolved=true` in .npmrc"
            .into(),
    })
}
