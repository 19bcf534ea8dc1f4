//! Which prefix stands for which namespace while a file is read (Namespaces in XML 1.0).

use std::{collections::BTreeMap, sync::Arc};

use crate::xml::{XMLNS, character::is_name};

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The declarations in force, innermost last.
#[derive(Debug)]
pub(crate) struct Namespaces {
    bound: BTreeMap<Box<str>, Vec<Arc<str>>>,
    none: Arc<str>,
    xml: Arc<str>,
    xmlns: Arc<str>,
}

impl Namespaces {
    /// Nothing but `xml` and `xmlns` is declared.
    pub(crate) fn new() -> Self {
        Self { bound: BTreeMap::new(), none: "".into(), xml: XML.into(), xmlns: XMLNS.into() }
    }

    /// The namespace of declarations themselves.
    pub(crate) fn of_declarations(&self) -> Arc<str> {
        Arc::clone(&self.xmlns)
    }

    /// Adds a declaration; the empty prefix is the default namespace. The error says what is wrong.
    pub(crate) fn declare(&mut self, prefix: &str, namespace: &str) -> Result<(), String> {
        let reserved = matches!(prefix, "xml" | "xmlns") || namespace == XMLNS;
        if reserved && !(prefix == "xml" && namespace == XML) {
            return Err(format!("the prefix or namespace of `xmlns:{prefix}` is reserved"));
        }
        if !prefix.is_empty() && namespace.is_empty() {
            return Err(format!("the prefix `{prefix}` is declared without a namespace"));
        }
        self.bound.entry(prefix.into()).or_default().push(namespace.into());
        Ok(())
    }

    /// Forgets the innermost declaration of a prefix.
    pub(crate) fn forget(&mut self, prefix: &str) {
        if let Some(stack) = self.bound.get_mut(prefix) {
            stack.pop();
        }
    }

    /// What a prefix stands for here.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<Arc<str>> {
        match (prefix, self.bound.get(prefix).and_then(|stack| stack.last())) {
            ("xml", _) => Some(Arc::clone(&self.xml)),
            (_, Some(namespace)) => Some(Arc::clone(namespace)),
            ("", None) => Some(Arc::clone(&self.none)),
            (_, None) => None,
        }
    }

    /// No namespace: what an attribute without a prefix has.
    pub(crate) fn none(&self) -> Arc<str> {
        Arc::clone(&self.none)
    }
}

/// Splits `prefix:local`; the prefix is empty where there is none. `None` where it is no name.
pub(crate) fn split(name: &str) -> Option<(&str, &str)> {
    match name.split_once(':') {
        Some((prefix, local)) => (is_name(prefix) && is_name(local)).then_some((prefix, local)),
        None => is_name(name).then_some(("", name)),
    }
}
