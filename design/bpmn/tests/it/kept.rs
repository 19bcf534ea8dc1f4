//! What stands in a file, told by the XML library's own events: names, attributes, texts, comments and instructions in their order.
//! It knows nothing of how the crate reads a document, so whatever that would lose is seen here.

use bpmn::Document;
use quick_xml::{
    Reader, XmlVersion,
    escape::unescape,
    events::{BytesStart, Event},
};

/// Writing what was read keeps everything that stands in the file, and is stable.
#[track_caller]
pub(crate) fn check(name: &str, xml: &str) {
    let read =
        |xml: &str| Document::parse(xml).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    let document = read(xml);
    let written = document.to_xml();
    let (before, after) = (events(xml), events(&written));
    for (index, (before, after)) in before.iter().zip(&after).enumerate() {
        assert_eq!(before, after, "{name}, event {index}");
    }
    assert_eq!(before.len(), after.len(), "{name}");
    let again = read(&written);
    assert_eq!(document.canonical(), again.canonical(), "{name}");
    assert_eq!(written, again.to_xml(), "{name} is stable");
}

/// The events of a file. An empty element is one that begins and ends, a reference and a `CDATA` section are text, line ends are
/// line feeds; between elements outside the root, white space says nothing.
fn events(xml: &str) -> Vec<String> {
    let xml = xml.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader::from_str(&xml);
    let (mut events, mut text, mut depth) = (Vec::new(), String::new(), 0_usize);
    loop {
        let event = reader.read_event().expect("the file is XML");
        match &event {
            Event::Text(part) if depth > 0 => text.push_str(part),
            Event::CData(part) => text.push_str(part),
            Event::GeneralRef(name) => {
                text.push_str(&unescape(&format!("&{};", &**name)).expect("a known reference"));
            }
            _ if !text.is_empty() => events.push(format!("text {:?}", std::mem::take(&mut text))),
            _ => {}
        }
        match event {
            Event::Start(tag) => {
                depth += 1;
                events.push(begin(&tag));
            }
            Event::Empty(tag) => {
                events.extend([begin(&tag), format!("end {}", tag.name().0)]);
            }
            Event::End(tag) => {
                depth -= 1;
                events.push(format!("end {}", tag.name().0));
            }
            Event::Comment(comment) => events.push(format!("comment {}", &*comment)),
            Event::PI(instruction) => events.push(format!("instruction {}", &*instruction)),
            Event::Eof => return events,
            _ => {}
        }
    }
}

fn begin(tag: &BytesStart<'_>) -> String {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute");
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).expect("a value");
        format!(" {}={value:?}", attribute.key.0)
    });
    let mut attributes: Vec<String> = attributes.collect();
    attributes.sort();
    format!("begin {}{}", tag.name().0, attributes.concat())
}
