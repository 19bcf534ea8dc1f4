//! XML of any namespace as a plain tree: local names, attributes, text and children.

use quick_xml::{Reader, XmlVersion, events::Event};

/// How deep elements may be nested.
const MAX_DEPTH: usize = 100;

#[derive(Default)]
pub(super) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    pub(super) text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn read(xml: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| format!("this is no XML: {error}"))?;
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let mut element =
                        Self { name: tag.local_name().as_ref().to_owned(), ..Self::default() };
                    for attribute in tag.attributes() {
                        let attribute = attribute.map_err(|error| error.to_string())?;
                        let value = attribute
                            .normalized_value(XmlVersion::Implicit1_0)
                            .map_err(|error| error.to_string())?;
                        element
                            .attributes
                            .push((attribute.key.as_ref().to_owned(), value.into_owned()));
                    }
                    open.push(element);
                    if open.len() > MAX_DEPTH {
                        return Err(format!("elements are nested deeper than {MAX_DEPTH}"));
                    }
                    if is_empty {
                        close(&mut open);
                    }
                }
                Event::End(_) => close(&mut open),
                Event::Text(text) => append(&mut open, &text.xml10_content()),
                Event::CData(text) => append(&mut open, &text.xml10_content()),
                Event::GeneralRef(name) => {
                    let character = match name.xml10_content().as_ref() {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        other => match name.resolve_char_ref() {
                            Ok(Some(character)) => character,
                            Ok(None) | Err(_) => return Err(format!("unknown entity `{other}`")),
                        },
                    };
                    append(&mut open, character.encode_utf8(&mut [0; 4]));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let document = open.into_iter().next().and_then(|mut document| document.children.pop());
        document.ok_or_else(|| "there is no element".to_owned())
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Hands the innermost element to the one around it; the outermost one stays.
fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(around) = open.last_mut()
    {
        around.children.push(element);
    }
}
