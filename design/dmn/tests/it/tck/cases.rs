//! The kit's files of cases: inputs and expected results as FEEL values.

use feel::{Context, Dialect, Options, Run, Timestamp, Value};
use quick_xml::{Reader, XmlVersion, events::Event};

/// One file.
pub(super) struct Suite {
    pub(super) model: String,
    pub(super) cases: Vec<Case>,
}

pub(super) struct Case {
    pub(super) id: String,
    /// The name of the decision service that is called; otherwise the decisions themselves are.
    pub(super) invocable: Option<String>,
    pub(super) inputs: Context,
    pub(super) results: Vec<Expected>,
}

pub(super) struct Expected {
    pub(super) name: String,
    pub(super) expected: Value,
}

pub(super) fn read(xml: &str) -> Suite {
    let root = Node::read(xml);
    let cases = root.all("testCase").map(|case| Case {
        id: case.attribute("id").unwrap_or_default(),
        invocable: case.attribute("invocableName"),
        inputs: case
            .all("inputNode")
            .map(|input| (input.attribute("name").unwrap_or_default(), value(input)))
            .collect(),
        results: case
            .all("resultNode")
            .map(|result| Expected {
                name: result.attribute("name").unwrap_or_default(),
                expected: result.all("expected").next().map(value).unwrap_or_default(),
            })
            .collect(),
    });
    Suite {
        model: root.all("modelName").next().map(|name| name.text.trim().to_owned()).unwrap(),
        cases: cases.collect(),
    }
}

/// The value that an element holds as a plain value, a list or components.
fn value(holder: &Node) -> Value {
    if let Some(list) = holder.all("list").next() {
        return Value::list(list.all("item").map(value).collect());
    }
    if let Some(plain) = holder.all("value").next() {
        return plain_value(plain);
    }
    let components: Context = holder
        .all("component")
        .map(|component| (component.attribute("name").unwrap_or_default(), value(component)))
        .collect();
    if components.is_empty() { Value::Null } else { components.into() }
}

fn plain_value(node: &Node) -> Value {
    if node.attribute("xsi:nil").as_deref() == Some("true") {
        return Value::Null;
    }
    let text = node.text.as_str();
    let kind = node.attribute("xsi:type").unwrap_or_default();
    match kind.strip_prefix("xsd:").unwrap_or(&kind) {
        "decimal" | "double" | "integer" => {
            Value::Number(text.trim().parse().unwrap_or_else(|_| panic!("`{text}` is no number")))
        }
        "boolean" => Value::Boolean(text.trim() == "true"),
        "date" => temporal("date", text),
        "time" => temporal("time", text),
        "dateTime" => temporal("date and time", text),
        "duration" => temporal("duration", text),
        "string" | "" => Value::string(text),
        other => panic!("there is no value of type `{other}`"),
    }
}

fn temporal(function: &str, text: &str) -> Value {
    let source = format!("{function}(\"{}\")", text.trim());
    let options = Options { dialect: Dialect::Standard, names: &[] };
    feel::compile(&source, &options).map_or(Value::string(text), |expression| {
        match expression.evaluate(&[], &mut Run::new(Timestamp(0))) {
            // Must not look like an expected null.
            Value::Null => Value::string(source),
            value => value,
        }
    })
}

/// An XML element with local name, text and children.
#[derive(Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn read(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().unwrap();
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
                        (attribute.key.as_ref().to_owned(), value.into_owned())
                    });
                    let attributes = attributes.collect();
                    let name = tag.local_name().as_ref().to_owned();
                    open.push(Self { name, attributes, ..Self::default() });
                    if is_empty {
                        close(&mut open);
                    }
                }
                Event::End(_) => close(&mut open),
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
                Event::CData(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let character = match name.xml10_content().as_ref() {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        _ => name.resolve_char_ref().unwrap().unwrap(),
                    };
                    open.last_mut().unwrap().text.push(character);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        open.pop().and_then(|mut document| document.children.pop()).unwrap()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

fn close(open: &mut Vec<Node>) {
    let node = open.pop().unwrap();
    open.last_mut().unwrap().children.push(node);
}
