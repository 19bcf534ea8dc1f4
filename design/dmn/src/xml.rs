//! DMN XML as a tree of the standard's own elements, each with its place in the file. Extensions and
//! the diagram are skipped. Hostile files are refused: no document type, no entities, bounded depth.

use std::{cell::Cell, sync::Arc};

use quick_xml::{
    XmlVersion,
    events::{BytesRef, BytesStart, Event, attributes::Attribute},
    name::ResolveResult,
    reader::NsReader,
};

use crate::problem::{Place, Problem};

/// The largest file, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// How deep elements may be nested; boxed expressions are nested as deep at most.
const MAX_DEPTH: usize = 100;
/// How many elements a file may have, extensions and diagram included.
const MAX_ELEMENTS: usize = 1_000_000;

/// The namespaces of the DMN versions whose files have this shape: 1.2 to 1.6.
const NAMESPACES: [&str; 5] = [
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
];

/// An element of the DMN namespace.
#[derive(Debug)]
pub(crate) struct Element {
    /// Its local name.
    pub(crate) name: String,
    /// Where it starts.
    pub(crate) place: Place,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// The value of an attribute by its name as written, prefix included.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a foreign attribute by its local name, whatever its prefix.
    pub(crate) fn foreign_attribute(&self, local: &str) -> Option<&str> {
        let has_name = |key: &str| key.split_once(':').is_some_and(|(_, name)| name == local);
        self.attributes.iter().find(|(key, _)| has_name(key)).map(|(_, value)| value.as_str())
    }

    /// The `id`, where there is one.
    pub(crate) fn id(&self) -> Option<Arc<str>> {
        self.attribute("id").map(Arc::from)
    }

    /// All children in the order of the file.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Element> {
        self.children.iter()
    }

    /// The children of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of that name.
    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The content of the `text` child, as FEEL texts are written.
    pub(crate) fn text(&self) -> Option<&str> {
        self.first("text").map(Element::own_text)
    }

    /// The character data directly in this element, without white space around it.
    pub(crate) fn own_text(&self) -> &str {
        self.text.trim()
    }
}

/// Reads a DMN file.
///
/// # Errors
/// The first thing that keeps it from being read.
pub(crate) fn read(xml: &str) -> Result<Element, Problem> {
    let nowhere = Place::default();
    if xml.len() > MAX_BYTES {
        return Err(nowhere.problem(format!("the file is larger than {} MiB", MAX_BYTES >> 20)));
    }
    Tree::new(xml).read()
}

/// The tree while it grows.
struct Tree<'a> {
    xml: &'a str,
    lines: Vec<usize>,
    /// The last offset that a column was asked for, and the characters before it in its line.
    counted: Cell<(usize, usize)>,
    open: Vec<Element>,
    root: Option<Element>,
    /// How many open elements belong to an extension or the diagram.
    foreign: usize,
    elements: usize,
}

impl<'a> Tree<'a> {
    fn new(xml: &'a str) -> Self {
        let lines = std::iter::once(0)
            .chain(xml.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            xml,
            lines,
            counted: Cell::default(),
            open: Vec::new(),
            root: None,
            foreign: 0,
            elements: 0,
        }
    }

    fn read(mut self) -> Result<Element, Problem> {
        let mut reader = NsReader::from_str(self.xml);
        loop {
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let (namespace, event) = match reader.read_resolved_event() {
                Ok((namespace, event)) => (is_dmn(&namespace), event),
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(offset);
                    return Err(self.place(at).problem(format!("this is not XML: {error}")));
                }
            };
            match event {
                Event::Start(tag) => self.start(&tag, namespace, offset)?,
                Event::Empty(tag) => {
                    self.start(&tag, namespace, offset)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.push_text(&text.xml10_content()),
                Event::CData(text) => self.push_text(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let character = self.reference(&name, offset)?;
                    self.push_text(character.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => {
                    let message = "a document type is refused; remove `<!DOCTYPE ..>`";
                    return Err(self.place(offset).problem(message));
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => return self.finish(),
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, is_dmn: bool, offset: usize) -> Result<(), Problem> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            let message = format!("the file has more than {MAX_ELEMENTS} elements");
            return Err(self.place(offset).problem(message));
        }
        if self.open.len() + self.foreign >= MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            return Err(self.place(offset).problem(message));
        }
        if self.foreign > 0 || (!is_dmn && !self.open.is_empty()) {
            self.foreign += 1;
            return Ok(());
        }
        let mut place = self.place(offset);
        if !is_dmn || (self.open.is_empty() && tag.local_name().as_ref() != "definitions") {
            let message = "this is not a DMN 1.2 to 1.6 file; its root must be `definitions` in a DMN namespace";
            return Err(place.problem(message));
        }
        let attributes = self.attributes(tag, offset)?;
        if let Some((_, id)) = attributes.iter().find(|(key, _)| key == "id") {
            place.element = Some(Arc::from(id.as_str()));
        }
        let name = tag.local_name().as_ref().to_owned();
        let element =
            Element { name, place, attributes, children: Vec::new(), text: String::new() };
        self.open.push(element);
        Ok(())
    }

    fn attributes(
        &self,
        tag: &BytesStart<'_>,
        offset: usize,
    ) -> Result<Vec<(String, String)>, Problem> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute =
                attribute.map_err(|error| self.place(offset).problem(error.to_string()))?;
            let value =
                plain_value(&attribute).map_err(|message| self.place(offset).problem(message))?;
            attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        Ok(attributes)
    }

    fn reference(&self, name: &BytesRef<'_>, offset: usize) -> Result<char, Problem> {
        let predefined = match name.xml10_content().as_ref() {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => name.resolve_char_ref().ok().flatten(),
        };
        predefined.ok_or_else(|| {
            let message = format!("the entity `&{};` is refused", name.xml10_content());
            self.place(offset).problem(message)
        })
    }

    fn push_text(&mut self, text: &str) {
        if let (0, Some(element)) = (self.foreign, self.open.last_mut()) {
            element.text.push_str(text);
        }
    }

    fn end(&mut self) {
        if self.foreign > 0 {
            self.foreign -= 1;
            return;
        }
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => {
                // The reader checks that tags match, not that there is one root: the first counts.
                self.root.get_or_insert(element);
            }
        }
    }

    fn finish(self) -> Result<Element, Problem> {
        if let Some(open) = self.open.last() {
            let message = format!("the file ends within `{}`", open.name);
            return Err(open.place.problem(message));
        }
        self.root.ok_or_else(|| Place::default().problem("the file is empty"))
    }

    /// The place of a byte offset; its element is the innermost open one that has an id.
    fn place(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        // A line may be the whole file: it is counted on from the place before.
        let (from, counted) = self.counted.get();
        let (from, counted) =
            if (start..=offset).contains(&from) { (from, counted) } else { (start, 0) };
        let counted = counted + self.xml.get(from..offset).map_or(0, |text| text.chars().count());
        self.counted.set((offset, counted));
        let column = counted + 1;
        Place {
            element: self.open.iter().rev().find_map(|element| element.place.element.clone()),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

fn is_dmn(namespace: &ResolveResult<'_>) -> bool {
    match namespace {
        ResolveResult::Bound(bound) => NAMESPACES.contains(&bound.as_ref()),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => false,
    }
}

/// An attribute's value with its references replaced; only the predefined entities are known.
fn plain_value(attribute: &Attribute<'_>) -> Result<String, String> {
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .map(std::borrow::Cow::into_owned)
        .map_err(|error| format!("the attribute `{}`: {error}", attribute.key.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:x="urn:x" id="d">"#;

    fn check(body: &str, expect: &str) {
        let xml = format!("{START}{body}");
        let result = read(&xml).map(|root| {
            root.children()
                .map(|child| format!("{}={}", child.name, child.own_text()))
                .collect::<Vec<_>>()
                .join(" ")
        });
        let shown = result.unwrap_or_else(|problem| problem.to_string());
        assert!(shown.contains(expect), "{body}: {shown} lacks {expect}");
    }

    #[test]
    fn a_file_is_read_without_its_extensions() {
        check("<a> 1 &lt; 2 </a><x:b><a>no</a></x:b></definitions>", "a=1 < 2");
        check("<a><![CDATA[1 < 2]]></a><b>&#65;</b></definitions>", "a=1 < 2 b=A");
    }

    #[test]
    fn hostile_and_broken_files_are_refused_with_their_place() {
        check("<!DOCTYPE a []></definitions>", "column 90: `d`: a document type is refused");
        check("<a>&secret;</a></definitions>", "the entity `&secret;` is refused");
        check("\n  <a b='&secret;'/></definitions>", "line 2, column 3: `d`: the attribute `b`");
        check("<a>", "the file ends within");
        check("<a></b></definitions>", "this is not XML");
        check(&"<a>".repeat(1000), "nested more than 100 deep");
        check(&"<x:a>".repeat(1000), "nested more than 100 deep");
    }

    #[test]
    fn other_files_are_refused() {
        for (xml, expect) in [
            ("", "empty"),
            ("plain text", "empty"),
            ("<definitions/>", "not a DMN"),
            ("<html xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/'/>", "not a DMN"),
        ] {
            let problem = read(xml).unwrap_err().to_string();
            assert!(problem.contains(expect), "{xml}: {problem}");
        }
    }
}
