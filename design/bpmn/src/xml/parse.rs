//! Reads a file into a tree. Hostile files are refused: document types, entities, unbound prefixes,
//! anything deeper, wider or longer than the limits below.

use std::{borrow::Cow, collections::BTreeSet, mem, sync::Arc};

use quick_xml::{
    Reader,
    events::{BytesDecl, BytesStart, Event, attributes::AttrError},
};

use crate::{
    problem::{Problem, Severity},
    xml::{
        Attribute, Content, Declaration, Name, Node, Position, Tree,
        character::{attribute_value, is_allowed, is_name, reference, unknown_reference},
        namespaces::{Namespaces, split},
        position::Cursor,
    },
};

/// Longest file in bytes: 4 MiB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Deepest nesting of elements.
pub const MAX_DEPTH: usize = 200;
/// Most attributes, namespace declarations included, of one element.
pub const MAX_ATTRIBUTES: usize = 1_000;
/// Most elements in one file.
pub const MAX_ELEMENTS: usize = 200_000;

/// Reads a whole file.
pub(crate) fn parse(text: &str) -> Result<Tree, Problem> {
    let start = Position { line: 1, column: 1 };
    if text.len() > MAX_BYTES {
        let message = format!("the file is longer than {MAX_BYTES} bytes; split the model");
        return Err(problem(start, message));
    }
    let text = with_plain_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text));
    if let Some((offset, character)) = text.char_indices().find(|&(_, c)| !is_allowed(c)) {
        let message = format!("the character {} is not allowed in XML", character.escape_unicode());
        return Err(problem(Cursor::new(&text).advance(offset), message));
    }
    let mut parser = Parser::new(&text);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_comments = true;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let position = parser.cursor.advance(offset);
        let event = reader.read_event().map_err(|error| {
            let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            problem(parser.cursor.advance(offset), error.to_string())
        })?;
        if matches!(event, Event::Eof) {
            return parser.finish().map_err(|message| problem(position, message));
        }
        parser.take(event, position, offset).map_err(|message| problem(position, message))?;
    }
}

fn problem(position: Position, message: String) -> Problem {
    let Position { line, column } = position;
    Problem { element: None, line, column, message, severity: Severity::Error }
}

/// XML 1.0, 2.11: every kind of line end is read as a line feed.
fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What has been read so far.
struct Parser<'a> {
    cursor: Cursor<'a>,
    namespaces: Namespaces,
    declaration: Option<Declaration>,
    before: Vec<Content>,
    /// The elements that are not closed yet, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    after: Vec<Content>,
    elements: usize,
    /// Text that goes on: references split it into several events.
    text: String,
}

/// An element that is not closed yet.
struct Open {
    node: Node,
    /// The prefixes it declares.
    declared: Vec<Box<str>>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            cursor: Cursor::new(text),
            namespaces: Namespaces::new(),
            declaration: None,
            before: Vec::new(),
            open: Vec::new(),
            root: None,
            after: Vec::new(),
            elements: 0,
            text: String::new(),
        }
    }

    /// Takes the next event; the error says what is wrong with it.
    fn take(&mut self, event: Event<'_>, position: Position, offset: usize) -> Result<(), String> {
        match event {
            Event::Text(text) => {
                if text.contains("]]>") {
                    return Err("text holds `]]>`; write `]]&gt;`".to_owned());
                }
                self.text.push_str(&text);
                return Ok(());
            }
            Event::GeneralRef(name) => {
                self.text.push(reference(&name).ok_or_else(|| unknown_reference(&name))?);
                if self.open.is_empty() {
                    return Err("a reference stands outside the root element".to_owned());
                }
                return Ok(());
            }
            Event::Start(_)
            | Event::End(_)
            | Event::Empty(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::Eof => self.end_text()?,
        }
        match event {
            Event::Start(tag) => self.open(&tag, position),
            Event::Empty(tag) => self.open(&tag, position).and_then(|()| self.close()),
            Event::End(_) => self.close(),
            Event::CData(text) if self.open.is_empty() => {
                let shown: String = text.chars().take(40).collect();
                Err(format!("`{shown}` stands outside the root element"))
            }
            Event::CData(text) => self.push(Content::CData(text.as_ref().into())),
            Event::Comment(text) => self.push(Content::Comment(text.as_ref().into())),
            Event::PI(text) if is_name(text.target()) => {
                self.push(Content::Instruction(text.as_ref().into()))
            }
            Event::PI(text) => Err(format!("`<?{}` is no processing instruction", text.target())),
            Event::Decl(declaration) => self.declare(&declaration, offset),
            Event::DocType(_) => Err(
                "a document type (`<!DOCTYPE`) is not accepted, nor are the entities it may declare; \
                 remove it"
                    .to_owned(),
            ),
            Event::Text(_) | Event::GeneralRef(_) | Event::Eof => Ok(()),
        }
    }

    fn declare(&mut self, declaration: &BytesDecl<'_>, offset: usize) -> Result<(), String> {
        if offset != 0 {
            return Err("`<?xml` must be the very first characters of the file".to_owned());
        }
        let version = declaration.version().map_err(|error| error.to_string())?;
        if version != "1.0" {
            return Err(format!("XML version `{version}` is not supported; save the file as 1.0"));
        }
        let standalone = match declaration.standalone() {
            None => None,
            Some(Ok(value)) if matches!(&*value, "yes" | "no") => Some(value.as_ref().into()),
            Some(_) => return Err("`standalone` must be `yes` or `no`".to_owned()),
        };
        self.declaration = Some(Declaration { standalone });
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>, position: Position) -> Result<(), String> {
        if self.open.is_empty() && self.root.is_some() {
            return Err("there is a second root element; a file holds one".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!(
                "elements are nested more than {MAX_DEPTH} deep; flatten the model"
            ));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(format!("there are more than {MAX_ELEMENTS} elements; split the model"));
        }
        let attributes = read_attributes(tag)?;
        let declared = self.declare_prefixes(&attributes)?;
        let name = self.element_name(tag.name().0)?;
        let attributes = self.name_attributes(attributes)?;
        let node = Node { name, attributes, children: Vec::new(), position };
        self.open.push(Open { node, declared });
        Ok(())
    }

    fn declare_prefixes(&mut self, attributes: &[Raw<'_>]) -> Result<Vec<Box<str>>, String> {
        let mut declared = Vec::new();
        for Raw { prefix, local, value } in attributes {
            let declares = match (*prefix, *local) {
                ("", "xmlns") => "",
                ("xmlns", local) => local,
                _ => continue,
            };
            self.namespaces.declare(declares, value)?;
            declared.push(declares.into());
        }
        Ok(declared)
    }

    fn element_name(&self, name: &str) -> Result<Name, String> {
        let shown = || name.chars().take(40).collect::<String>();
        let (prefix, local) = split(name).ok_or_else(|| format!("`{}` is no name", shown()))?;
        let namespace = self.namespaces.resolve(prefix).ok_or_else(|| unbound(prefix))?;
        Ok(Name { prefix: prefix.into(), local: local.into(), namespace })
    }

    fn name_attributes(&self, attributes: Vec<Raw<'_>>) -> Result<Vec<Attribute>, String> {
        let mut seen: BTreeSet<(Arc<str>, &str)> = BTreeSet::new();
        let mut named = Vec::with_capacity(attributes.len());
        for Raw { prefix, local, value } in attributes {
            let namespace = match (prefix, local) {
                ("xmlns", _) | ("", "xmlns") => self.namespaces.of_declarations(),
                ("", _) => self.namespaces.none(),
                _ => self.namespaces.resolve(prefix).ok_or_else(|| unbound(prefix))?,
            };
            if !seen.insert((Arc::clone(&namespace), local)) {
                return Err(format!("the attribute `{local}` is given twice"));
            }
            let name = Name { prefix: prefix.into(), local: local.into(), namespace };
            named.push(Attribute { name, value: value.into() });
        }
        Ok(named)
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(Open { node, declared }) = self.open.pop() else {
            return Err("an end tag has no start tag".to_owned());
        };
        for prefix in declared {
            self.namespaces.forget(&prefix);
        }
        if self.open.is_empty() {
            self.root = Some(node);
            return Ok(());
        }
        self.push(Content::Element(node))
    }

    /// Adds the text gathered so far, if any.
    fn end_text(&mut self) -> Result<(), String> {
        if self.text.is_empty() {
            return Ok(());
        }
        let text = mem::take(&mut self.text);
        if self.open.is_empty() && !text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
            let shown: String = text.trim().chars().take(40).collect();
            return Err(format!("`{shown}` stands outside the root element; is this an XML file?"));
        }
        self.push(Content::Text(text.into()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "ends an arm of `take`, whose arms can fail")]
    fn push(&mut self, content: Content) -> Result<(), String> {
        match (self.open.last_mut(), &self.root) {
            (Some(open), _) => open.node.children.push(content),
            (None, None) => self.before.push(content),
            (None, Some(_)) => self.after.push(content),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Tree, String> {
        self.end_text()?;
        if let Some(open) = self.open.last() {
            return Err(format!("the file ends inside `{}`", open.node.name.local));
        }
        let Self { declaration, before, root, after, .. } = self;
        let root = root.ok_or_else(|| "the file holds no XML element".to_owned())?;
        Ok(Tree { declaration, before, root, after })
    }
}

fn unbound(prefix: &str) -> String {
    format!("the prefix `{prefix}` is not declared; add `xmlns:{prefix}`")
}

/// An attribute whose prefix is not resolved yet.
struct Raw<'a> {
    prefix: &'a str,
    local: &'a str,
    value: String,
}

fn read_attributes<'a>(tag: &'a BytesStart<'_>) -> Result<Vec<Raw<'a>>, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| attribute_fault(&error).to_owned())?;
        if attributes.len() == MAX_ATTRIBUTES {
            return Err(format!("an element has more than {MAX_ATTRIBUTES} attributes"));
        }
        let name = attribute.key.0;
        let shown = || name.chars().take(40).collect::<String>();
        let (prefix, local) = split(name).ok_or_else(|| format!("`{}` is no name", shown()))?;
        let value = attribute_value(&attribute.value)?.into_owned();
        attributes.push(Raw { prefix, local, value });
    }
    Ok(attributes)
}

fn attribute_fault(error: &AttrError) -> &'static str {
    match error {
        AttrError::ExpectedEq(_) => "an attribute has no value; write `name=\"value\"`",
        AttrError::ExpectedValue(_)
        | AttrError::UnquotedValue(_)
        | AttrError::ExpectedQuote(..) => {
            "the value of an attribute must stand in quotes; write `name=\"value\"`"
        }
        AttrError::Duplicated(..) => "an attribute is given twice",
    }
}
