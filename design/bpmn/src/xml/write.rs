//! Writes a tree as it was read: same names, order, texts and comments. Quotes, white space inside
//! tags and the choice between a character and its reference are not kept.

use std::borrow::Cow;

use crate::xml::{Attribute, Content, Declaration, Name, Node, Tree};

/// The whole file, in UTF-8.
pub(crate) fn write(tree: &Tree) -> String {
    let mut out = String::new();
    if let Some(Declaration { standalone }) = &tree.declaration {
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"");
        if let Some(standalone) = standalone {
            push(&mut out, &[" standalone=\"", standalone, "\""]);
        }
        out.push_str("?>");
    }
    contents(&mut out, &tree.before);
    node(&mut out, &tree.root);
    contents(&mut out, &tree.after);
    out
}

fn contents(out: &mut String, contents: &[Content]) {
    for content in contents {
        match content {
            Content::Element(child) => node(out, child),
            Content::Text(text) => out.push_str(&escape_text(text)),
            Content::CData(text) => push(out, &["<![CDATA[", text, "]]>"]),
            Content::Comment(text) => push(out, &["<!--", text, "-->"]),
            Content::Instruction(text) => push(out, &["<?", text, "?>"]),
        }
    }
}

/// The depth of a tree is limited when it is read, so that recursion is safe.
fn node(out: &mut String, node: &Node) {
    out.push('<');
    name(out, &node.name);
    for attribute in &node.attributes {
        self::attribute(out, attribute);
    }
    if node.children.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    contents(out, &node.children);
    out.push_str("</");
    name(out, &node.name);
    out.push('>');
}

/// ` name="value"`.
pub(crate) fn attribute(out: &mut String, attribute: &Attribute) {
    out.push(' ');
    name(out, &attribute.name);
    push(out, &["=\"", &escape_attribute(&attribute.value), "\""]);
}

/// The name with its prefix.
pub(crate) fn name(out: &mut String, name: &Name) {
    if !name.prefix.is_empty() {
        push(out, &[&name.prefix, ":"]);
    }
    out.push_str(&name.local);
}

/// Text as Canonical XML writes it.
pub(crate) fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// An attribute value as Canonical XML writes it.
pub(crate) fn escape_attribute(value: &str) -> Cow<'_, str> {
    escape(value, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

fn escape(text: &str, reference: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    if !text.contains(|character| reference(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match reference(character) {
            Some(written) => out.push_str(written),
            None => out.push(character),
        }
    }
    Cow::Owned(out)
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
}
