//! What cameras write, and what attackers write.

use super::*;
use crate::onvif::peak::growth_kib;

#[test]
fn prefixes_do_not_matter_and_text_is_trimmed() {
    let node =
        read(b"<?xml version='1.0'?><a:A xmlns:a='u'><b:B c:k='v'> x &amp; &#x4e2d;<![CDATA[<y>]]> </b:B><B/></a:A>")
            .unwrap();
    assert_eq!((node.name(), node.children("B").count()), ("A", 2));
    assert_eq!(node.text_at(&["B"]), Some("x & 中<y>"));
    assert_eq!(node.path(&["B"]).unwrap().attribute("k"), Some("v"));
    assert_eq!(node.find("C"), None);
}

#[test]
fn attributes_without_quotes_bad_utf8_bare_ampersands_and_wrong_end_tags_are_taken() {
    let node = read(b"\xef\xbb\xbf<A><B k=v e='&lt;&unknown;&'>Tom & \xff Jerry</b></A>").unwrap();
    let b = node.child("B").unwrap();
    assert_eq!((b.attribute("k"), b.attribute("e")), (Some("v"), Some("<&unknown;&")));
    assert_eq!(b.text, "Tom & \u{fffd} Jerry");
}

#[test]
fn reference_parameters_are_written_back_with_their_namespaces() {
    let xml = b"<E xmlns='d' xmlns:x='u'><R><P><x:Id x:a='1&amp;'>7</x:Id></P></R></E>";
    let written = read(xml).unwrap().written_below(&["R", "P"]);
    assert_eq!(written, r#"<x:Id xmlns="d" xmlns:x="u" x:a="1&amp;">7</x:Id>"#);
    let again = read(format!("<P>{written}</P>").as_bytes()).unwrap();
    assert_eq!(again.child("Id").unwrap().text, "7");
}

/// CAM-8.
#[test]
fn hostile_xml_is_an_error() {
    let wrapped = |body: String| read(format!("<A>{body}</A>").as_bytes());
    let laughs = r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><A>&b;</A>"#;
    assert_eq!(read(laughs.as_bytes()), Err(XmlFault::DocumentType));
    let external = r#"<!DOCTYPE l SYSTEM "http://127.0.0.1/x"><A/>"#;
    assert_eq!(read(external.as_bytes()), Err(XmlFault::DocumentType));
    assert_eq!(wrapped("<B>".repeat(100_000)), Err(XmlFault::TooMuch("levels")));
    assert_eq!(wrapped("<B/>".repeat(100_000)), Err(XmlFault::TooMuch("elements")));
    let many = (0..100_000).map(|n| format!(" a{n}='1'")).collect::<String>();
    assert_eq!(read(format!("<A{many}/>").as_bytes()), Err(XmlFault::TooMuch("bytes")));
    let fewer = (0..50_000).map(|n| format!(" a{n}='1'")).collect::<String>();
    assert_eq!(read(format!("<A{fewer}/>").as_bytes()), Err(XmlFault::TooMuch("attributes")));
    let namespaces = (0..40_000).map(|n| format!(" xmlns:a{n}='1'")).collect::<String>();
    assert_eq!(read(format!("<A{namespaces}/>").as_bytes()), Err(XmlFault::TooMuch("attributes")));
    assert_eq!(read(&vec![b'<'; BYTES_MOST + 1]), Err(XmlFault::TooMuch("bytes")));
    for none in ["", "  ", "plain", "<A>", "<A><B></B>", "</A>", "<", "<!-- -->", "<A", "<html><body>", "<A>&a"] {
        assert_eq!(read(none.as_bytes()), Err(XmlFault::NotXml), "{none}");
    }
    for heavy in [
        format!("<A>{}</A>", "<B/>".repeat(100_000)),
        format!("<A>{}</A>", "<B k=v>x</B>".repeat(19_000)),
        format!("<A{namespaces}/>"),
        format!("<A>{}</A>", "&amp;".repeat(BYTES_MOST / 5 - 10)),
    ] {
        let (_, grown_kib) = growth_kib(|| read(heavy.as_bytes()));
        assert!(grown_kib <= 8 << 10, "{grown_kib} KiB: {}", &heavy[..16]);
    }
    let utf16: Vec<u8> = "<A/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read(&utf16).is_err());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let mut within = b"<A b=".to_vec();
        within.extend(bytes);
        let _ = read(&within);
    }

    #[test]
    fn what_is_escaped_is_read_back(text in "[a-z<>&'\"中 ]{0,20}") {
        let node = read(format!("<A k=\"{0}\">{0}</A>", escaped(&text)).as_bytes()).unwrap();
        proptest::prop_assert_eq!(node.text, text.trim());
        proptest::prop_assert_eq!(node.attributes, [("k".to_owned(), text)]);
    }
}
