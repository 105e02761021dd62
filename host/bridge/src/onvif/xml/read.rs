//! Bytes to a tree, with every bound.

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use super::ALL_ATTRIBUTES_MOST;
use super::ATTRIBUTES_MOST;
use super::BYTES_MOST;
use super::DEPTH_MOST;
use super::ELEMENTS_MOST;
use super::Node;
use super::XmlFault;

/// Reads one document.
///
/// # Errors
/// [`XmlFault`] for what is no XML, declares a document type, or exceeds a bound. A document that is cut off is an error.
pub fn read(bytes: &[u8]) -> Result<Node, XmlFault> {
    if bytes.len() > BYTES_MOST {
        return Err(XmlFault::TooMuch("bytes"));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    config.expand_empty_elements = false;
    Builder::default().build(&mut reader)
}

#[derive(Default)]
struct Builder {
    open: Vec<Node>,
    elements: usize,
    attributes: usize,
}

impl Builder {
    fn build(mut self, reader: &mut Reader<&[u8]>) -> Result<Node, XmlFault> {
        loop {
            match reader.read_event().map_err(|_| XmlFault::NotXml)? {
                Event::Start(start) => {
                    if self.open.len() == DEPTH_MOST {
                        return Err(XmlFault::TooMuch("levels"));
                    }
                    let node = self.element(&start)?;
                    self.open.push(node);
                }
                Event::Empty(start) => {
                    let node = self.element(&start)?;
                    if let Some(root) = self.close(node) {
                        return Ok(root);
                    }
                }
                Event::End(_) => {
                    let node = self.open.pop().ok_or(XmlFault::NotXml)?;
                    if let Some(root) = self.close(node) {
                        return Ok(root); // What follows the root is nobody's.
                    }
                }
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(reference) => self.text(&resolved(&reference.xml10_content())),
                Event::DocType(_) => return Err(XmlFault::DocumentType),
                Event::Eof => return Err(XmlFault::NotXml),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<Node, XmlFault> {
        self.elements += 1;
        if self.elements > ELEMENTS_MOST {
            return Err(XmlFault::TooMuch("elements"));
        }
        let mut node = Node { raw_name: start.name().as_ref().to_owned(), ..Node::default() };
        // As in HTML: without quotes, without value. Doubled names are not looked for, which would cost their square.
        for attribute in start.html_attributes().with_checks(false) {
            let Ok(attribute) = attribute else { continue };
            self.attributes += 1;
            if node.attributes.len() == ATTRIBUTES_MOST || self.attributes > ALL_ATTRIBUTES_MOST {
                return Err(XmlFault::TooMuch("attributes"));
            }
            let value = unescaped(&attribute.value);
            node.attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        Ok(node)
    }

    fn text(&mut self, text: &str) {
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text);
        }
    }

    /// Hangs a finished element into its parent; returns it when there is none.
    fn close(&mut self, mut node: Node) -> Option<Node> {
        node.text = node.text.trim().to_owned();
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(node);
                None
            }
            None => Some(node),
        }
    }
}

/// What a reference stands for: one of the five, a character, or itself (`&nbsp;`).
fn resolved(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    match (name, number.and_then(char::from_u32)) {
        ("amp", _) => "&".to_owned(),
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        (_, Some(character)) => character.to_string(),
        _ => format!("&{name};"),
    }
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest reference is `&#x10FFFF;`; a lone `&` stays.
        match after.char_indices().take(10).find(|(_, c)| *c == ';') {
            Some((end, _)) => {
                out.push_str(&resolved(&after[..end]));
                rest = &after[end + 1..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
