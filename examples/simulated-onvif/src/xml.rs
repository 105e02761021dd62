//! Reads the XML that clients send into a small tree.
//!
//! Hostile clients are not this program's subject, but a test that sends nonsense must get an answer: size is bounded by
//! the caller, depth here, and there are no entities but the five of XML itself.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

/// Deeper requests are refused; real ones are below 12.
const MAX_DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Empty when it is in none.
    pub(crate) namespace: String,
    /// Without its prefix.
    pub(crate) name: String,
    /// Name without prefix, and value.
    pub(crate) attributes: Vec<(String, String)>,
    /// All its own text, trimmed.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child of that name, whatever its namespace.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Follows a path of children.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of a path, empty when there is nothing.
    pub(crate) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| element.text.as_str())
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why a request could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum XmlError {
    #[error("the request is not UTF-8")]
    Encoding(#[source] std::str::Utf8Error),
    #[error("the request is not well-formed XML")]
    Malformed(#[source] quick_xml::Error),
    #[error("the request has a document type or an unknown entity")]
    Entity,
    #[error("the request is nested deeper than {MAX_DEPTH}")]
    Depth,
    #[error("the request has no single root element")]
    Root,
}

/// Reads a whole document.
pub(crate) fn read(bytes: &[u8]) -> Result<Element, XmlError> {
    let mut reader = NsReader::from_str(std::str::from_utf8(bytes).map_err(XmlError::Encoding)?);
    // The last one is open; the first holds the root when all is read.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(XmlError::Malformed)? {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(XmlError::Depth);
                }
                open.push(element(&reader, &start)?);
            }
            Event::Empty(start) => {
                let element = element(&reader, &start)?;
                open.last_mut().ok_or(XmlError::Root)?.children.push(element);
            }
            Event::End(_) => {
                let mut done = open.pop().ok_or(XmlError::Root)?;
                done.text = done.text.trim().to_owned();
                open.last_mut().ok_or(XmlError::Root)?.children.push(done);
            }
            Event::Text(text) => open.last_mut().ok_or(XmlError::Root)?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut().ok_or(XmlError::Root)?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let character = match entity.resolve_char_ref().map_err(XmlError::Malformed)? {
                    Some(character) => character,
                    None => named_entity(&entity).ok_or(XmlError::Entity)?,
                };
                open.last_mut().ok_or(XmlError::Root)?.text.push(character);
            }
            Event::DocType(_) => return Err(XmlError::Entity),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    match (open.len(), open.pop()) {
        (1, Some(mut document)) if document.children.len() == 1 => document.children.pop().ok_or(XmlError::Root),
        _ => Err(XmlError::Root),
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, XmlError> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.into_inner().to_owned(),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
    };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| XmlError::Malformed(error.into()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(XmlError::Malformed)?;
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { namespace, name: name.into_inner().to_owned(), attributes, ..Element::default() })
}

fn named_entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The text as it may stand in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // Not allowed in XML 1.0, not even escaped.
            control if control < ' ' && !matches!(control, '\t' | '\n' | '\r') => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_with_its_namespace_and_without_its_prefix() {
        let root = read(br#"<a:x xmlns:a="urn:1"><y xmlns="urn:2" a:z="&lt;1"> v&amp;&#119; </y></a:x>"#).unwrap();
        assert_eq!((root.namespace.as_str(), root.name.as_str()), ("urn:1", "x"));
        let y = root.child("y").unwrap();
        assert_eq!((y.namespace.as_str(), y.text.as_str(), y.attribute("z")), ("urn:2", "v&w", Some("<1")));
    }

    #[test]
    fn nonsense_is_an_error_and_no_panic() {
        for wrong in [
            &b""[..],
            b"text",
            b"<a>",
            b"<a></b>",
            b"<a/><b/>",
            b"\xff\xfe",
            b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            b"<a>&unknown;</a>",
            b"<a b=c/>",
        ] {
            assert!(read(wrong).is_err(), "{:?}", String::from_utf8_lossy(wrong));
        }
        assert!(matches!(read("<a>".repeat(1_000).as_bytes()), Err(XmlError::Depth)));
    }
}
