//! Canonical XML 1.0 without comments: two files are the same model where this is the same text.

use std::collections::BTreeMap;

use crate::xml::{
    Attribute, Content, Node, Tree,
    write::{attribute, escape_attribute, escape_text, name},
};

/// The canonical form of the whole file.
pub(crate) fn canonical(tree: &Tree) -> String {
    let mut out = String::new();
    for content in &tree.before {
        if let Content::Instruction(text) = content {
            instruction(&mut out, text);
            out.push('\n');
        }
    }
    node(&mut out, &tree.root, &mut BTreeMap::new());
    for content in &tree.after {
        if let Content::Instruction(text) = content {
            out.push('\n');
            instruction(&mut out, text);
        }
    }
    out
}

/// `in_force` holds what the enclosing start tags have declared.
fn node<'t>(out: &mut String, node: &'t Node, in_force: &mut BTreeMap<&'t str, &'t str>) {
    out.push('<');
    name(out, &node.name);
    let outer = declarations(out, node, in_force);
    let mut attributes: Vec<&Attribute> =
        node.attributes.iter().filter(|attribute| attribute.declares().is_none()).collect();
    attributes.sort_by_key(|attribute| (&attribute.name.namespace, &attribute.name.local));
    for plain in attributes {
        attribute(out, plain);
    }
    out.push('>');
    for content in &node.children {
        match content {
            Content::Element(child) => self::node(out, child, in_force),
            Content::Text(text) | Content::CData(text) => out.push_str(&escape_text(text)),
            Content::Comment(_) => {}
            Content::Instruction(text) => instruction(out, text),
        }
    }
    out.push_str("</");
    name(out, &node.name);
    out.push('>');
    for (prefix, namespace) in outer {
        match namespace {
            Some(namespace) => in_force.insert(prefix, namespace),
            None => in_force.remove(prefix),
        };
    }
}

/// Writes the declarations that change something, sorted; gives back what they replaced.
fn declarations<'t>(
    out: &mut String,
    node: &'t Node,
    in_force: &mut BTreeMap<&'t str, &'t str>,
) -> Vec<(&'t str, Option<&'t str>)> {
    let declared: BTreeMap<&str, &str> = node
        .attributes
        .iter()
        .filter_map(|attribute| Some((attribute.declares()?, &*attribute.value)))
        .collect();
    let mut outer = Vec::new();
    for (prefix, namespace) in declared {
        if in_force.get(prefix).copied().unwrap_or_default() == namespace {
            continue;
        }
        out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
        out.push_str(prefix);
        out.push_str("=\"");
        out.push_str(&escape_attribute(namespace));
        out.push('"');
        outer.push((prefix, in_force.insert(prefix, namespace)));
    }
    outer
}

/// Target, one space, the rest.
fn instruction(out: &mut String, text: &str) {
    let (target, rest) = text.split_once([' ', '\t', '\n', '\r']).unwrap_or((text, ""));
    out.push_str("<?");
    out.push_str(target);
    let rest = rest.trim_start();
    if !rest.is_empty() {
        out.push(' ');
        out.push_str(rest);
    }
    out.push_str("?>");
}
