//! A BPMN file as a document: nothing of it is lost, whether it can be executed or not.

use crate::{
    problem::Problem,
    read::BPMN,
    xml::{self, Tree},
};

/// A BPMN file with its diagram, its comments and every extension.
///
/// ```
/// let xml = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"/>"#;
/// let document = bpmn::Document::parse(xml).unwrap();
/// assert_eq!(document.to_xml(), xml);
/// assert_eq!(document, bpmn::Document::parse(&document.to_xml()).unwrap());
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    tree: Tree,
}

impl Document {
    /// Reads any BPMN 2.0 file. Refuses what is not well-formed, holds a document type, goes beyond
    /// a limit, or is no BPMN.
    pub fn parse(xml: &str) -> Result<Self, Problem> {
        let tree = xml::parse(xml)?;
        if !tree.root.name.is(BPMN, "definitions") {
            return Err(Problem::error(
                None,
                tree.root.position,
                format!(
                    "the root element is `{}`, not BPMN 2.0 `definitions` (namespace {BPMN})",
                    tree.root.name.local
                ),
            ));
        }
        Ok(Self { tree })
    }

    /// The file again, in UTF-8: same names, order, texts, comments and extensions.
    pub fn to_xml(&self) -> String {
        xml::write(&self.tree)
    }

    /// Canonical XML 1.0 without comments; equal for equal documents.
    pub fn canonical(&self) -> String {
        xml::canonical(&self.tree)
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }
}

/// Documents are equal where their canonical forms are.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Document {}
