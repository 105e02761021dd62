//! What faults do to an answer on its way out: markup that is wrong or hostile.
//!
//! How a body is sent (slowly, for ever, compressed) is in `http/body.rs`.

use crate::address;
use crate::device::Device;
use crate::fault::Fault;

/// How often something is repeated that a parser should not follow.
const MANY: usize = 100_000;

/// An envelope as it leaves the camera.
pub(crate) fn disfigure(device: &Device, action: &str, envelope: String) -> Vec<u8> {
    let mut text = envelope;
    if device.has(Fault::UnquotedAttributes) {
        text = without_quotes(&text, "token");
    }
    if device.has(Fault::XmlBomb) {
        text = with_document_type(&text, &bomb(), "&lol9;");
    }
    if device.has(Fault::XmlExternalEntity) {
        let declarations = format!(
            r#"<!ENTITY file SYSTEM "file:///etc/hostname"><!ENTITY net SYSTEM "{}">"#,
            address::http(device, "/entity")
        );
        text = with_document_type(&text, &declarations, "&file;&net;");
    }
    if device.has(Fault::XmlDepth) {
        text = in_body(&text, &format!("{}{}", "<x>".repeat(MANY), "</x>".repeat(MANY)));
    }
    if device.has(Fault::XmlAttributes) {
        let attributes: String = (0..MANY).map(|number| format!(r#" a{number}="""#)).collect();
        text = in_body(&text, &format!("<x{attributes}/>"));
    }
    if device.has(Fault::XmlNamespaces) {
        let declarations: String = (0..MANY).map(|number| format!(r#" xmlns:n{number}="urn:{number}""#)).collect();
        text = in_body(&text, &format!("<x{declarations}/>"));
    }
    // Home Assistant met both in GetDeviceInformation; the rest of such a camera is in order.
    if action == "GetDeviceInformation" && device.has(Fault::InvalidXml) {
        text = text.replacen("</tds:Manufacturer>", " & Sons <\u{1}>", 1);
    }
    let mut bytes = text.into_bytes();
    if action == "GetDeviceInformation" && device.has(Fault::InvalidUtf8) {
        // "Zürich" in Latin-1.
        let tag = b"<tds:Manufacturer>";
        if let Some(at) = bytes.windows(tag.len()).position(|window| window == tag) {
            bytes.splice(at + tag.len()..at + tag.len(), *b"Z\xfcrich ");
        }
    }
    bytes
}

/// A billion laughs: each entity is ten of the one before.
fn bomb() -> String {
    let mut declarations = r#"<!ENTITY lol0 "lol">"#.to_owned();
    for level in 1..10 {
        let inner = format!("&lol{};", level - 1).repeat(10);
        declarations.push_str(&format!(r#"<!ENTITY lol{level} "{inner}">"#));
    }
    declarations
}

fn with_document_type(text: &str, declarations: &str, uses: &str) -> String {
    let text = text.replacen("<s:Envelope", &format!("<!DOCTYPE Envelope [{declarations}]><s:Envelope"), 1);
    in_body(&text, &format!("<x>{uses}</x>"))
}

/// Puts something behind the answer proper.
fn in_body(text: &str, more: &str) -> String {
    text.replacen("</s:Body>", &format!("{more}</s:Body>"), 1)
}

/// Takes the quotes off one attribute, whose values have no spaces.
fn without_quotes(text: &str, attribute: &str) -> String {
    let begin = format!(" {attribute}=\"");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&begin) {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&format!(" {attribute}={value}"));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_go_from_one_attribute_only() {
        assert_eq!(
            without_quotes(r#"<a token="t1" x="y"/><b token="t2">"#, "token"),
            r#"<a token=t1 x="y"/><b token=t2>"#
        );
    }
}
