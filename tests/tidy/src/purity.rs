//! What the core never does: no async, no clock, no environment, no files, no network, no randomness.

use crate::arrows::PURE;
use crate::{Offence, Source};

const BANNED: &[&str] = &[
    "async fn",
    "async move",
    ".await",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "SystemTime",
    "Instant::now",
    "thread_rng",
];

/// Each use of something impure in the product code of a pure crate.
pub fn purity(source: &Source) -> Vec<Offence> {
    let in_pure =
        source.crate_folder().is_some_and(|folder| PURE.iter().any(|(pure, _)| *pure == folder));
    if !in_pure {
        return Vec::new();
    }
    source
        .product_lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(index, line)| {
            BANNED.iter().filter(move |word| line.contains(**word)).map(move |word| (index, word))
        })
        .map(|(index, word)| Offence {
            place: format!("{}:{}", source.path, index + 1),
            message: format!("`{word}` has no place in a pure crate; pass the value in"),
        })
        .collect()
}
