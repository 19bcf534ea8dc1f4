//! Files that are made to hurt, or are no XML at all: refused at once, with place and reason.

use std::fmt::Write;

use bpmn::{Document, MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS};

use crate::definitions;

fn check(xml: &str, expect: &str) {
    let shown: String = xml.chars().take(200).collect();
    match Document::parse(xml) {
        Ok(_) => assert_eq!("", expect, "{shown}"),
        Err(problem) => assert_eq!(problem.to_string(), expect, "{shown}"),
    }
}

#[test]
fn only_well_formed_xml_is_read() {
    let cases = [
        ("", "line 1, column 1: the file holds no XML element"),
        (
            "hello",
            "line 1, column 6: `hello` stands outside the root element; is this an XML file?",
        ),
        ("<a>\n<b>", "line 2, column 4: the file ends inside `b`"),
        (
            "<a>\n</b>",
            "line 2, column 1: ill-formed document: expected `</a>`, but `</b>` was found",
        ),
        ("<a/>\n<b/>", "line 2, column 1: there is a second root element; a file holds one"),
        ("<a/>x", "line 1, column 6: `x` stands outside the root element; is this an XML file?"),
        (
            "<a><![CDATA[x]]",
            "line 1, column 4: syntax error: CDATA not closed: `]]>` not found before end of input",
        ),
        ("<![CDATA[x]]><a/>", "line 1, column 1: `x` stands outside the root element"),
        ("&amp;<a/>", "line 1, column 1: a reference stands outside the root element"),
        ("<a>]]></a>", "line 1, column 4: text holds `]]>`; write `]]&gt;`"),
        ("<a b=\"<\"/>", "line 1, column 1: an attribute value holds `<`; write `&lt;`"),
        (
            "<a b=1/>",
            "line 1, column 1: the value of an attribute must stand in quotes; write `name=\"value\"`",
        ),
        ("<1/>", "line 1, column 1: `1` is no name"),
        ("<a 1=\"\"/>", "line 1, column 1: `1` is no name"),
        ("<a:b:c/>", "line 1, column 1: `a:b:c` is no name"),
        ("<a>\u{1}</a>", "line 1, column 4: the character \\u{1} is not allowed in XML"),
        (
            "<a><!-- -- --></a>",
            "line 1, column 9: ill-formed document: forbidden string `--` was found in a comment",
        ),
        (
            "\n<?xml version=\"1.0\"?><a/>",
            "line 2, column 1: `<?xml` must be the very first characters of the file",
        ),
        (
            "<?xml version=\"1.1\"?><a/>",
            "line 1, column 1: XML version `1.1` is not supported; save the file as 1.0",
        ),
    ];
    for (xml, expect) in cases {
        check(xml, expect);
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    let no_document_type = "line 1, column 1: a document type (`<!DOCTYPE`) is not accepted, nor are \
                            the entities it may declare; remove it";
    let entity = |name: &str, column: u32| {
        format!(
            "line 1, column {column}: `&{name};` is neither a predefined entity (amp, lt, gt, apos, \
             quot) nor a character reference; write the character itself"
        )
    };
    let laughs = "<!DOCTYPE a [<!ENTITY b \"&c;&c;\"><!ENTITY c \"ha\">]><a>&b;</a>";
    check(laughs, no_document_type);
    check("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", no_document_type);
    check("<a>&b;</a>", &entity("b", 4));
    check("<a b=\"&c;\"/>", &entity("c", 1));
    check("<a>&#0;</a>", &entity("#0", 4));
    check("<a>&#xFFFF;</a>", &entity("#xFFFF", 4));
}

#[test]
fn namespaces_must_be_declared() {
    let cases = [
        ("<p:a/>", "line 1, column 1: the prefix `p` is not declared; add `xmlns:p`"),
        ("<a p:b=\"\"/>", "line 1, column 1: the prefix `p` is not declared; add `xmlns:p`"),
        (
            "<a><b xmlns:p=\"u\"/><p:c/></a>",
            "line 1, column 20: the prefix `p` is not declared; add `xmlns:p`",
        ),
        ("<a xmlns:p=\"\"/>", "line 1, column 1: the prefix `p` is declared without a namespace"),
        (
            "<a xmlns:xml=\"u\"/>",
            "line 1, column 1: the prefix or namespace of `xmlns:xml` is reserved",
        ),
        ("<a b=\"\" b=\"\"/>", "line 1, column 1: the attribute `b` is given twice"),
        (
            "<a xmlns:p=\"u\" xmlns:q=\"u\" p:b=\"\" q:b=\"\"/>",
            "line 1, column 1: the attribute `b` is given twice",
        ),
        ("<a xmlns=\"u\" xmlns=\"v\"/>", "line 1, column 1: the attribute `xmlns` is given twice"),
    ];
    for (xml, expect) in cases {
        check(xml, expect);
    }
}

#[test]
fn the_root_must_be_bpmn() {
    let expect = |local: &str| {
        format!(
            "line 1, column 1: the root element is `{local}`, not BPMN 2.0 `definitions` (namespace \
             http://www.omg.org/spec/BPMN/20100524/MODEL)"
        )
    };
    check("<html/>", &expect("html"));
    check("<definitions/>", &expect("definitions"));
    check(&definitions(""), "");
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth: usize| definitions(&("<a>".repeat(depth) + &"</a>".repeat(depth)));
    check(&nested(MAX_DEPTH - 1), "");
    let expect = format!(
        "line 2, column 598: elements are nested more than {MAX_DEPTH} deep; flatten the model"
    );
    check(&nested(MAX_DEPTH), &expect);
    check(&nested(100_000), &expect);
}

#[test]
fn attributes_have_a_limit() {
    let wide = |count: usize| {
        let mut element = "<a".to_owned();
        for number in 0..count {
            write!(element, " b{number}=\"\"").unwrap();
        }
        definitions(&(element + "/>"))
    };
    check(&wide(MAX_ATTRIBUTES), "");
    let expect = format!("line 2, column 1: an element has more than {MAX_ATTRIBUTES} attributes");
    check(&wide(MAX_ATTRIBUTES + 1), &expect);
    check(&wide(300_000), &expect);
}

#[test]
fn elements_and_bytes_have_limits() {
    check(&definitions(&"<a/>".repeat(MAX_ELEMENTS - 1)), "");
    let many = definitions(&"<a/>".repeat(MAX_ELEMENTS));
    let column = 4 * (MAX_ELEMENTS - 1) + 1;
    let expect = format!(
        "line 2, column {column}: there are more than {MAX_ELEMENTS} elements; split the model"
    );
    check(&many, &expect);
    let expect =
        format!("line 1, column 1: the file is longer than {MAX_BYTES} bytes; split the model");
    check(&" ".repeat(MAX_BYTES + 1), &expect);
    check(&definitions(&"x".repeat(MAX_BYTES / 2)), "");
}

#[test]
fn a_document_keeps_what_a_reader_could_miss() {
    let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" standalone=\"yes\"?>\r\n\
        <!-- by hand -->\r\n<?tool a  b?>\r\n\
        <b:definitions xmlns:b='http://www.omg.org/spec/BPMN/20100524/MODEL' \
        xmlns:x=\"urn:x\" x:z='1' id=\"a&#10;&quot;b\">\
        <x:unknown b='2' a='1'>1 &lt; 2 <![CDATA[<raw>]]> &#13;<?keep me?></x:unknown>\
        <!-- in --></b:definitions>\n<!-- end -->";
    let document = Document::parse(xml).unwrap();
    let expect = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
        <!-- by hand -->\n<?tool a  b?>\n\
        <b:definitions xmlns:b=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
        xmlns:x=\"urn:x\" x:z=\"1\" id=\"a&#xA;&quot;b\">\
        <x:unknown b=\"2\" a=\"1\">1 &lt; 2 <![CDATA[<raw>]]> &#xD;<?keep me?></x:unknown>\
        <!-- in --></b:definitions>\n<!-- end -->";
    assert_eq!(document.to_xml(), expect);
    let canonical = "<?tool a  b?>\n\
        <b:definitions xmlns:b=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
        xmlns:x=\"urn:x\" id=\"a&#xA;&quot;b\" x:z=\"1\">\
        <x:unknown a=\"1\" b=\"2\">1 &lt; 2 &lt;raw&gt; &#xD;<?keep me?></x:unknown>\
        </b:definitions>";
    assert_eq!(document.canonical(), canonical);
}

#[test]
fn canonical_form_follows_the_namespaces_in_force() {
    let cases = [
        ("<a xmlns=\"u\"><a xmlns=\"u\"/></a>", "<a xmlns=\"u\"><a></a></a>"),
        ("<a xmlns=\"u\"><a xmlns=\"\"/></a>", "<a xmlns=\"u\"><a xmlns=\"\"></a></a>"),
        ("<a xmlns=\"\"/>", "<a></a>"),
        (
            "<a xmlns:p=\"u\"><b xmlns:p=\"v\"/><c xmlns:p=\"u\"/></a>",
            "<a xmlns:p=\"u\"><b xmlns:p=\"v\"></b><c></c></a>",
        ),
        ("<a xmlns:z=\"u\" xmlns:c=\"v\"/>", "<a xmlns:c=\"v\" xmlns:z=\"u\"></a>"),
        ("<a xml:lang=\"de\" z=\"\"/>", "<a z=\"\" xml:lang=\"de\"></a>"),
    ];
    let namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    for (content, expect) in cases {
        let wrap =
            |content| format!("<b:definitions xmlns:b=\"{namespace}\">{content}</b:definitions>");
        let canonical = Document::parse(&wrap(content)).unwrap().canonical();
        assert_eq!(canonical, wrap(expect), "{content}");
    }
}
