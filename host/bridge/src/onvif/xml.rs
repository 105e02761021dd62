//! XML from cameras as a small tree: tolerant in form, strict in size.
//!
//! Names are looked up without their prefix, because firmwares disagree on prefixes and some on namespaces. No DTD is read
//! and no entity beyond the five of XML: an answer with a DTD is refused. Bytes that are no UTF-8 are replaced, attributes
//! without quotes are taken (a TP-Link family writes them), end tags that do not match are taken as if they did.

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

/// The deepest nesting; ONVIF needs about 15.
pub const DEPTH_MOST: usize = 64;
/// The most elements of one document: 100 notifications need about 2,000.
pub const ELEMENTS_MOST: usize = 20_000;
/// The most attributes of one element, namespace declarations counted: a gSOAP envelope declares about 60.
pub const ATTRIBUTES_MOST: usize = 128;
/// The most attributes of one document.
pub const ALL_ATTRIBUTES_MOST: usize = 20_000;
/// The longest document, in bytes.
pub const BYTES_MOST: usize = 1 << 20;

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlFault {
    /// More of something than any honest answer has.
    #[error("the XML holds too many or too large {0}")]
    TooMuch(&'static str),
    /// A document type declaration, which could define entities.
    #[error("the XML declares a document type, which is refused")]
    DocumentType,
    /// It is no XML, not even with repairs.
    #[error("the answer is no XML")]
    NotXml,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Its name as written, prefix included.
    pub raw_name: String,
    /// Its attributes as written, prefix included.
    pub attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub text: String,
    /// Its elements.
    pub children: Vec<Node>,
}

impl Node {
    /// Its name without prefix.
    pub fn name(&self) -> &str {
        local(&self.raw_name)
    }

    /// The first element of this name directly below.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name() == name)
    }

    /// The elements of this name directly below.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name() == name)
    }

    /// The first element found by following names down, such as `["Time", "Hour"]`.
    pub fn path(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The text at the end of a path; `None` where it is missing or empty.
    pub fn text_at(&self, names: &[&str]) -> Option<&str> {
        self.path(names).map(|node| node.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The first element of this name at any depth, this one included.
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name() == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// The value of an attribute, its prefix ignored.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut named = self.attributes.iter().filter(|(key, _)| !key.starts_with("xmlns") && local(key) == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether it says `true` or `1`.
    pub fn is_true(&self) -> bool {
        self.text == "1" || self.text.eq_ignore_ascii_case("true")
    }

    /// Writes the elements below a path as they came, each with the namespaces that hold there.
    ///
    /// For reference parameters, which must be sent back word for word (Axis: `dom0:SubscriptionId`).
    pub fn written_below(&self, names: &[&str]) -> String {
        let mut scope = Vec::new();
        let mut node = self;
        declare(node, &mut scope);
        for name in names {
            let Some(child) = node.child(name) else { return String::new() };
            node = child;
            declare(node, &mut scope);
        }
        let mut out = String::new();
        for child in &node.children {
            child.write(&scope, &mut out);
        }
        out
    }

    fn write(&self, scope: &[(String, String)], out: &mut String) {
        out.push('<');
        out.push_str(&self.raw_name);
        let inherited = scope.iter().filter(|(key, _)| !self.attributes.iter().any(|(own, _)| own == key));
        for (key, value) in inherited.chain(&self.attributes) {
            out.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
        out.push('>');
        out.push_str(&escaped(&self.text));
        for child in &self.children {
            child.write(&[], out);
        }
        out.push_str(&format!("</{}>", self.raw_name));
    }
}

fn declare(node: &Node, scope: &mut Vec<(String, String)>) {
    for (key, value) in node.attributes.iter().filter(|(key, _)| key.starts_with("xmlns")) {
        scope.retain(|(known, _)| known != key);
        scope.push((key.clone(), value.clone()));
    }
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Text for use in XML, also inside quotes; characters that XML 1.0 forbids are left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
