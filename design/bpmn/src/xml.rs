//! An XML 1.0 file as a tree that forgets nothing a reader of the file could miss: names with their
//! prefixes, attributes in order, texts, comments and processing instructions. Knows nothing of BPMN.

mod canonical;
mod character;
mod namespaces;
mod parse;
mod position;
mod write;

pub(crate) use canonical::canonical;
pub(crate) use parse::parse;
pub use parse::{MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS};
pub use position::Position;
pub(crate) use write::write;

use std::{borrow::Cow, sync::Arc};

/// A whole file.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// The XML declaration, where the file has one.
    pub(crate) declaration: Option<Declaration>,
    /// Comments and instructions before the root, with the white space between them.
    pub(crate) before: Vec<Content>,
    /// The root element.
    pub(crate) root: Node,
    /// Comments and instructions behind the root, with the white space between them.
    pub(crate) after: Vec<Content>,
}

/// `<?xml ..?>`; what is written is always UTF-8.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    /// The value of `standalone`, where given.
    pub(crate) standalone: Option<Box<str>>,
}

/// What may stand inside an element.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A child element.
    Element(Node),
    /// Text, references resolved.
    Text(Box<str>),
    /// The inside of a CDATA section.
    CData(Box<str>),
    /// The inside of a comment.
    Comment(Box<str>),
    /// The inside of a processing instruction, its target first.
    Instruction(Box<str>),
}

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its name.
    pub(crate) name: Name,
    /// Its attributes and namespace declarations, in the order of the file.
    pub(crate) attributes: Vec<Attribute>,
    /// What stands inside.
    pub(crate) children: Vec<Content>,
    /// Where its start tag begins.
    pub(crate) position: Position,
}

/// A name with its prefix resolved.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// The prefix as written; empty for none.
    pub(crate) prefix: Box<str>,
    /// The name behind the prefix.
    pub(crate) local: Box<str>,
    /// What the prefix stands for; empty for none.
    pub(crate) namespace: Arc<str>,
}

/// An attribute or a namespace declaration.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// Its name; declarations are in [`XMLNS`].
    pub(crate) name: Name,
    /// Its value, references resolved.
    pub(crate) value: Box<str>,
}

/// The namespace of `xmlns` and `xmlns:..` themselves.
pub(crate) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

impl Name {
    /// Whether it is this name of this namespace.
    pub(crate) fn is(&self, namespace: &str, local: &str) -> bool {
        &*self.local == local && &*self.namespace == namespace
    }
}

impl Attribute {
    /// The prefix it declares, where it is a declaration; empty for the default namespace.
    pub(crate) fn declares(&self) -> Option<&str> {
        match (&*self.name.namespace == XMLNS, self.name.prefix.is_empty()) {
            (false, _) => None,
            (true, true) => Some(""),
            (true, false) => Some(&self.name.local),
        }
    }
}

impl Node {
    /// The value of the attribute with this name and no namespace.
    pub(crate) fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.is("", local))
            .map(|attribute| &*attribute.value)
    }

    /// Its child elements.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Node> {
        self.children.iter().filter_map(|content| match content {
            Content::Element(node) => Some(node),
            Content::Text(_)
            | Content::CData(_)
            | Content::Comment(_)
            | Content::Instruction(_) => None,
        })
    }

    /// Its first child element of this name.
    pub(crate) fn element(&self, namespace: &str, local: &str) -> Option<&Node> {
        self.elements().find(|node| node.name.is(namespace, local))
    }

    /// The text directly inside, without surrounding white space.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let mut texts = self.children.iter().filter_map(|content| match content {
            Content::Text(text) | Content::CData(text) => Some(&**text),
            Content::Element(_) | Content::Comment(_) | Content::Instruction(_) => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only.trim()),
            (Some(first), Some(second)) => {
                let whole: String = [first, second].into_iter().chain(texts).collect();
                Cow::Owned(whole.trim().to_owned())
            }
        }
    }
}
