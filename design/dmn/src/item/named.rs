//! Item definitions as types of FEEL, for `instance of`: their structure, without allowed values.

use std::collections::BTreeMap;

use feel::Types;

use crate::definitions::{Definitions, Item};

/// Definitions inside each other that are followed.
const MAX_LEVELS: u8 = 16;
/// The longest type, as text; a longer one is not known.
const MAX_LENGTH: usize = 20_000;

/// The types that the expressions of a file may name: its own, and those of its imports.
pub(crate) fn named_types(definitions: &Definitions, file: usize) -> Types {
    let mut types = Types::new();
    let Some(own) = definitions.files.get(file) else { return types };
    let texts = Texts { items: definitions.items.iter().map(|item| (&*item.name, item)).collect() };
    for item in &definitions.items {
        let (namespace, name) =
            item.name.rsplit_once('#').unwrap_or((&definitions.namespace, &item.name));
        let import = own.imports.iter().find(|import| *import.namespace == *namespace);
        let name = match import {
            // A type of the file's own hides one that is imported without a name.
            Some(import) if import.name.is_empty() => {
                let is_root = *own.namespace == *definitions.namespace;
                let own =
                    if is_root { name.to_owned() } else { format!("{}#{name}", own.namespace) };
                if texts.items.contains_key(&*own) {
                    continue;
                }
                name.to_owned()
            }
            Some(import) => format!("{}.{name}", import.name),
            None if *namespace == *own.namespace => name.to_owned(),
            None => continue,
        };
        let mut text = String::new();
        if texts.write(item, MAX_LEVELS, &mut text).is_some() {
            // A component whose name FEEL cannot write leaves the type unknown.
            let _unknown = types.define(name, &text);
        }
    }
    types
}

struct Texts<'a> {
    items: BTreeMap<&'a str, &'a Item>,
}

impl Texts<'_> {
    fn write(&self, item: &Item, levels: u8, text: &mut String) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        if item.is_collection {
            text.push_str("list<");
        }
        if !item.components.is_empty() {
            text.push_str("context<");
            for (at, component) in item.components.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                text.push_str(&component.name);
                text.push_str(": ");
                self.write(component, levels, text)?;
            }
            text.push('>');
        } else if item.is_function {
            text.push_str("function");
        } else {
            self.write_reference(item.type_ref.as_deref().unwrap_or("Any"), levels, text)?;
        }
        if item.is_collection {
            text.push('>');
        }
        (text.len() <= MAX_LENGTH).then_some(())
    }

    fn write_reference(&self, name: &str, levels: u8, text: &mut String) -> Option<()> {
        match self.items.get(name) {
            Some(item) => self.write(item, levels, text),
            None => {
                text.push_str(name.strip_prefix("feel:").unwrap_or(name));
                Some(())
            }
        }
    }
}
