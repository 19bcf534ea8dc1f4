//! Product code knows no object of the sample: accounts, orders and all the others are files that are
//! deployed, so a workspace without them misses nothing.

use crate::{Offence, Source};

/// What the sample pack defines.
const NAMES: [&str; 7] =
    ["account", "contact", "order", "order_line", "product", "order_acceptance", "credit_review"];
/// The product of a list is one of FEEL's own functions.
const FUNCTIONS: &str = "design/feel/src/builtin/";

/// Each name of the sample that stands as a text of its own in product code.
pub fn sample_names(source: &Source) -> Vec<Offence> {
    if !is_product_code(&source.path) {
        return Vec::new();
    }
    let mut offences = Vec::new();
    for (index, line) in source.product_lines().enumerate() {
        let is_comment = line.trim_start().starts_with("//") || line.trim_start().starts_with('*');
        let named = NAMES.iter().find(|name| {
            ['"', '\'', '`'].iter().any(|quote| line.contains(&format!("{quote}{name}{quote}")))
        });
        if let Some(name) = named.filter(|_| !is_comment) {
            offences.push(Offence {
                place: format!("{}:{}", source.path, index + 1),
                message: format!("names `{name}` of the sample; let the metadata say it"),
            });
        }
    }
    offences
}

/// What is built into the binary and the page, without the samples of unit tests.
fn is_product_code(path: &str) -> bool {
    let is_code = [".rs", ".ts", ".tsx"].iter().any(|end| path.ends_with(end));
    let is_built = path.split_once("/src/").is_some_and(|(place, _)| !place.starts_with("tests/"));
    let is_sample =
        ["/tests.rs", "/tests/", "sample.rs", ".test.ts"].iter().any(|it| path.contains(it));
    let is_elsewhere = path.starts_with("bench") || path.starts_with(FUNCTIONS);
    is_code && is_built && !is_sample && !is_elsewhere
}
