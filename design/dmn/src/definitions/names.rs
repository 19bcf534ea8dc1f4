//! What the names in a file mean in the whole model: ids and types of an imported file stand behind its
//! namespace, and a file knows them by the name of its import (DMN 1.5, 6.3.3).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Import, Item, Variable};
use crate::xml::Element;

/// The unary tests in a child, where it has any.
fn tests(element: &Element, name: &str) -> Option<Arc<str>> {
    let text = element.first(name).and_then(Element::text);
    text.filter(|text| !text.is_empty()).map(Arc::from)
}

/// The names of one file.
pub(super) struct Names {
    pub(super) namespace: Arc<str>,
    pub(super) imports: Vec<Import>,
    /// The namespace of the model that is compiled; its names stand for themselves.
    root: Arc<str>,
    types: BTreeSet<Arc<str>>,
    /// The types of files that are imported without a name, which are known as if they were its own (6.3.3).
    plain: BTreeMap<Arc<str>, Arc<str>>,
}

impl Names {
    pub(super) fn read(element: &Element, root: &str, others: &[Element]) -> Self {
        let trimmed = |it: &Element, name| Arc::from(it.attribute(name).unwrap_or_default().trim());
        let imports = element.all("import").map(|it| Import {
            namespace: trimmed(it, "namespace"),
            name: trimmed(it, "name"),
            place: it.place.clone(),
        });
        let mut names = Self {
            namespace: element.attribute("namespace").unwrap_or_default().into(),
            imports: imports.collect(),
            root: root.into(),
            types: element.all("itemDefinition").map(|it| trimmed(it, "name")).collect(),
            plain: BTreeMap::new(),
        };
        for import in names.imports.iter().filter(|import| import.name.is_empty()) {
            let has_namespace =
                |it: &&Element| it.attribute("namespace") == Some(&*import.namespace);
            let types = others.iter().find(has_namespace).map(|it| it.all("itemDefinition"));
            for name in types.into_iter().flatten().map(|it| trimmed(it, "name")) {
                let global = names.global(&import.namespace, &name);
                names.plain.entry(name).or_insert(global);
            }
        }
        names
    }

    /// What `name` of this file is in the whole model.
    pub(super) fn own(&self, name: &str) -> Arc<str> {
        self.global(&self.namespace, name)
    }

    /// What `name` of any file is in the whole model.
    pub(super) fn global(&self, namespace: &str, name: &str) -> Arc<str> {
        if *namespace == *self.root { name.into() } else { format!("{namespace}#{name}").into() }
    }

    pub(super) fn type_ref(&self, element: &Element) -> Option<Arc<str>> {
        let name = element.attribute("typeRef").map(str::trim).filter(|name| !name.is_empty());
        name.map(|name| self.type_named(name))
    }

    pub(super) fn variable(&self, element: &Element, default: &Arc<str>) -> Variable {
        let name = element.attribute("name").map(str::trim).filter(|name| !name.is_empty());
        Variable {
            name: name.map_or_else(|| Arc::clone(default), Arc::from),
            type_ref: self.type_ref(element),
        }
    }

    /// An item definition of the file.
    pub(super) fn definition(&self, element: &Element) -> Item {
        let item = self.item(element);
        Item { name: self.own(&item.name), ..item }
    }

    fn item(&self, element: &Element) -> Item {
        let type_ref = element.first("typeRef").map(|it| self.type_named(it.own_text()));
        Item {
            name: element.attribute("name").unwrap_or_default().trim().into(),
            type_ref,
            is_collection: element.attribute("isCollection") == Some("true"),
            components: element.all("itemComponent").map(|it| self.item(it)).collect(),
            allowed_values: tests(element, "allowedValues"),
            constraint: tests(element, "typeConstraint"),
            is_function: element.first("functionItem").is_some(),
            place: element.place.clone(),
        }
    }

    /// A type as the file names it: one of its own, one of an import, or one of FEEL's.
    fn type_named(&self, written: &str) -> Arc<str> {
        if self.types.contains(written) {
            return self.own(written);
        }
        if let Some(plain) = self.plain.get(written) {
            return Arc::clone(plain);
        }
        let imported = self.imports.iter().find_map(|import| {
            let name = written.strip_prefix(&*import.name)?.strip_prefix('.')?;
            Some(self.global(&import.namespace, name))
        });
        imported.unwrap_or_else(|| written.into())
    }
}
