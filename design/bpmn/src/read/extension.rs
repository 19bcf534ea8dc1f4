//! The `zeebe:` extensions that any element may carry: properties, headers, mappings.

use std::sync::Arc;

use crate::{
    graph::Mapping,
    properties::Properties,
    read::{BPMN, Reading, ZEEBE, words::is_variable_path},
    text,
    xml::Node,
};

/// Inputs and outputs of an element.
#[derive(Debug, Default)]
pub(crate) struct Mappings {
    pub(crate) inputs: Vec<Mapping>,
    pub(crate) outputs: Vec<Mapping>,
}

/// The first `zeebe:` extension of this name.
pub(crate) fn zeebe<'d>(node: &'d Node, local: &str) -> Option<&'d Node> {
    node.element(BPMN, "extensionElements")?.element(ZEEBE, local)
}

/// Refuses or reports `zeebe:` extensions that would be ignored otherwise.
pub(crate) fn check_known(reading: &mut Reading<'_>, id: &str, node: &Node, known: &[&str]) {
    let extensions = node.element(BPMN, "extensionElements").into_iter().flat_map(Node::elements);
    for extension in extensions.filter(|extension| &*extension.name.namespace == ZEEBE) {
        match &*extension.name.local {
            "properties" => {}
            local if known.contains(&local) => {}
            local @ ("executionListeners" | "taskListeners") => {
                if extension.elements().next().is_some() {
                    let message =
                        format!("has `zeebe:{local}`, which cannot be executed yet; remove them");
                    reading.error(id, extension, message);
                }
            }
            local => {
                let message = format!("has an extension `zeebe:{local}`, which has no effect here");
                reading.warn(id, extension, message);
            }
        }
    }
}

/// The `zeebe:properties`.
pub(crate) fn properties(node: &Node) -> Properties {
    pairs(zeebe(node, "properties"), "property", "name")
}

/// The `zeebe:taskHeaders`.
pub(crate) fn headers(node: &Node) -> Properties {
    pairs(zeebe(node, "taskHeaders"), "header", "key")
}

fn pairs(list: Option<&Node>, local: &str, name: &str) -> Properties {
    list.into_iter()
        .flat_map(Node::elements)
        .filter(|pair| pair.name.is(ZEEBE, local))
        .filter_map(|pair| {
            let value = pair.attribute("value").unwrap_or_default();
            Some((Arc::from(pair.attribute(name)?), Arc::from(value)))
        })
        .collect()
}

/// The `zeebe:ioMapping`.
pub(crate) fn mappings(reading: &mut Reading<'_>, id: &str, node: &Node) -> Mappings {
    let mut mappings = Mappings::default();
    for entry in zeebe(node, "ioMapping").into_iter().flat_map(Node::elements) {
        let Some(mapping) = mapping(reading, id, entry) else { continue };
        if entry.name.is(ZEEBE, "input") {
            mappings.inputs.push(mapping);
        } else if entry.name.is(ZEEBE, "output") {
            mappings.outputs.push(mapping);
        }
    }
    mappings
}

fn mapping(reading: &mut Reading<'_>, id: &str, entry: &Node) -> Option<Mapping> {
    let what = &*entry.name.local;
    let target = entry.attribute("target").unwrap_or_default().trim();
    if !is_variable_path(target) {
        let message = format!(
            "has an {what} mapping to `{target}`, which is no variable name; use letters, digits \
             and `_`, with dots for a path"
        );
        reading.error(id, entry, message);
        return None;
    }
    let source = entry.attribute("source").unwrap_or_default().trim();
    if source.is_empty() {
        let message = format!("has an {what} mapping to `{target}` without a source; add one");
        reading.error(id, entry, message);
        return None;
    }
    let what = format!("the {what} mapping to `{target}`");
    let source = match source.strip_prefix('=') {
        Some(_) => reading.expression(id, entry, &what, source)?,
        None => reading.expression(id, entry, &what, &literal(source))?,
    };
    Some(Mapping { source, target: target.into() })
}

/// A source without `=` is the value itself: a number where it reads as one, else a string.
fn literal(source: &str) -> String {
    let digits = source.strip_prefix('-').unwrap_or(source);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = [whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number && digits.len() <= 30 { source.to_owned() } else { text::literal(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_without_equals_sign_is_a_number_or_a_string() {
        let cases = [
            ("5", "5"),
            ("-1.50", "-1.50"),
            ("1.", r#""1.""#),
            ("1-2", r#""1-2""#),
            ("accepted", r#""accepted""#),
            (r#"a "b" \ c"#, r#""a \"b\" \\ c""#),
        ];
        for (source, expect) in cases {
            assert_eq!(literal(source), expect, "{source}");
        }
    }
}
