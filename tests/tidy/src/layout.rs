//! How a file is laid out: its first paragraph, its length, its name, and `lib.rs` as a table of contents.

use std::path::Path;

use crate::{Offence, Source};

/// The longest a product file may be, tests excluded.
const LINES_MAX: usize = 600;

/// File and folder names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["common", "util", "utils", "helper", "helpers", "misc", "manager", "info"];

fn is_product(source: &Source) -> bool {
    Path::new(&source.path).extension().is_some_and(|end| end == "rs")
        && source.crate_folder().is_some()
}

/// A product file must open with a `//!` paragraph.
pub fn module_paragraph(source: &Source) -> Option<Offence> {
    let opens = source.text.lines().next().is_some_and(|line| line.starts_with("//! "));
    (is_product(source) && !opens).then(|| Offence {
        place: source.path.clone(),
        message: "opens without a `//!` paragraph; say what the module is for and what it is not"
            .into(),
    })
}

/// A product file holds one idea, and one idea fits into 600 lines.
pub fn file_length(source: &Source) -> Option<Offence> {
    let lines = source.product_lines().count();
    (is_product(source) && lines > LINES_MAX).then(|| Offence {
        place: source.path.clone(),
        message: format!("has {lines} lines; split it by idea below {LINES_MAX}"),
    })
}

/// `lib.rs` holds modules and re-exports, no logic.
pub fn lib_is_contents(source: &Source) -> Option<Offence> {
    let logic = source.product_lines().any(|line| {
        let line = line.trim_start();
        ["fn ", "pub fn ", "impl ", "impl<", "struct ", "pub struct "]
            .iter()
            .any(|start| line.starts_with(start))
    });
    (source.path.ends_with("/src/lib.rs") && logic).then(|| Offence {
        place: source.path.clone(),
        message: "holds logic; a `lib.rs` is a table of contents".into(),
    })
}

/// No room may be called `utils`.
pub fn room_name(source: &Source) -> Option<Offence> {
    let code = [".rs", ".ts", ".tsx"].iter().any(|end| source.path.ends_with(end));
    let empty = source
        .path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .find(|part| EMPTY_NAMES.contains(&part.to_ascii_lowercase().as_str()));
    empty.filter(|_| code).map(|name| Offence {
        place: source.path.clone(),
        message: format!("`{name}` says nothing; name the one thing that is inside"),
    })
}
