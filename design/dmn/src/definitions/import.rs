//! A model and all that it imports as one set of definitions (DMN 1.5, 6.3.3). Nothing is fetched: the
//! imported files are among those that the caller has at hand, found by their namespace.

use std::sync::Arc;

use super::{Definitions, Import, read::read as read_file};
use crate::{
    problem::{Place, Problem},
    xml::{self, Element},
};

/// How many files a model may consist of.
const MAX_FILES: usize = 100;

/// Reads a model; `others` are the texts of the files that it may import, directly or not.
pub(crate) fn read(root: &Element, others: &[&str], problems: &mut Vec<Problem>) -> Definitions {
    let namespace = root.attribute("namespace").unwrap_or_default();
    let others: Vec<Element> = match root.first("import") {
        Some(_) => others.iter().filter_map(|text| xml::read(text).ok()).collect(),
        None => Vec::new(),
    };
    let mut model = read_file(root, namespace, 0, &others, problems);
    let mut open: Vec<Import> =
        model.files.iter().flat_map(|file| &file.imports).cloned().collect();
    while let Some(import) = open.pop() {
        if model.files.iter().any(|file| file.namespace == import.namespace) {
            continue;
        }
        let has_namespace = |it: &&Element| it.attribute("namespace") == Some(&*import.namespace);
        let Some(found) = others.iter().find(has_namespace) else {
            let message = format!(
                "the imported model `{}` is not at hand; give its file together with this one",
                import.namespace
            );
            problems.push(import.place.problem(message));
            continue;
        };
        if model.files.len() >= MAX_FILES {
            let message = format!("the model imports more than {MAX_FILES} files");
            problems.push(Place::default().problem(message));
            break;
        }
        let file = read_file(found, namespace, model.files.len(), &others, problems);
        if file.dialect != model.dialect {
            let message = "the imported model speaks another dialect of FEEL; use one for both";
            problems.push(import.place.problem(message));
        }
        open.extend(file.files.iter().flat_map(|file| &file.imports).cloned());
        model.items.extend(file.items);
        model.nodes.extend(file.nodes);
        model.files.extend(file.files);
    }
    model
}

/// What a file says of itself before anything of it is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its namespace, by which others import it.
    pub namespace: Arc<str>,
    /// The namespaces of the models that it imports itself.
    pub imports: Vec<Arc<str>>,
}

impl Outline {
    /// Reads it; `None` where the file is no XML. What else is wrong with it is told when it is compiled.
    ///
    /// ```
    /// let dmn = "https://www.omg.org/spec/DMN/20230324/MODEL/";
    /// let text = format!(
    ///     r#"<definitions xmlns="{dmn}" namespace="https://a">
    ///     <import name="b" namespace="https://b" importType="{dmn}"/></definitions>"#
    /// );
    /// let outline = dmn::Outline::read(&text).unwrap();
    /// assert_eq!((&*outline.namespace, &*outline.imports[0]), ("https://a", "https://b"));
    /// assert_eq!(dmn::Outline::read("<definitions"), None);
    /// ```
    pub fn read(xml: &str) -> Option<Self> {
        let root = xml::read(xml).ok()?;
        let namespace = root.attribute("namespace").unwrap_or_default();
        let model = read_file(&root, namespace, 0, &[], &mut Vec::new());
        let imports = model.files.iter().flat_map(|file| &file.imports);
        let imports = imports.map(|import| Arc::from(&*import.namespace)).collect();
        Some(Self { namespace: namespace.into(), imports })
    }
}
