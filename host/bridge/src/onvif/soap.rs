//! SOAP: what we send as text, what comes back as a body or a fault. Pure.
//!
//! Requests are written by hand: a dozen calls with a few parameters each, all of them ours. Answers are read by name
//! without prefix (`xml`).

mod wsse;

use std::time::Duration;

use super::date;
use super::xml;
use super::xml::Node;
use super::xml::XmlFault;

pub use wsse::Token;

/// The namespaces that requests use, by the prefix that they use them with.
const PREFIXES: &str = concat!(
    r#"xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" "#,
    r#"xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" "#,
    r#"xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" "#,
    r#"xmlns:timg="http://www.onvif.org/ver20/imaging/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" "#,
    r#"xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tt="http://www.onvif.org/ver10/schema""#,
);

/// Where a message goes, for the services that need to be told (events, by WS-Addressing).
#[derive(Debug, Clone, Copy)]
pub struct Addressing<'a> {
    /// The service's URL.
    pub to: &'a str,
    /// The action's URI.
    pub action: &'a str,
    /// A name of this message, `urn:uuid:…`.
    pub message_id: &'a str,
    /// Reference parameters of a subscription, as XML.
    pub parameters: &'a str,
}

/// Writes an envelope around a body.
pub fn envelope(body: &str, token: Option<&Token>, addressing: Option<Addressing<'_>>) -> String {
    let mut header = String::new();
    if let Some(Addressing { to, action, message_id, parameters }) = addressing {
        header.push_str(&format!(
            r#"<a:Action s:mustUnderstand="1">{}</a:Action><a:MessageID>{}</a:MessageID><a:To s:mustUnderstand="1">{}</a:To>{parameters}"#,
            xml::escaped(action),
            xml::escaped(message_id),
            xml::escaped(to),
        ));
    }
    if let Some(token) = token {
        header.push_str(&token.header());
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope {PREFIXES}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

/// What kind of fault a camera answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It wants a login, or another one.
    NotAuthorized,
    /// It does not know the call, or not for this object.
    NotSupported,
    /// It has no free slot (subscriptions, profiles).
    NoneFree,
    /// The object is not known (any more): a profile, a subscription.
    Unknown,
    /// The waiting time or the number of messages asked for exceeds its own.
    PullLimits {
        /// The longest time it waits, where it said so.
        timeout: Option<Duration>,
        /// The most messages it gives at once, where it said so.
        messages: Option<u32>,
    },
    /// Anything else.
    Other,
}

/// A SOAP fault, its texts cut and without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoapFault {
    /// What it means to us.
    pub kind: FaultKind,
    /// The innermost code and the reason, at most 256 characters.
    pub reason: String,
}

/// What an answer's bytes hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The element inside the body; an empty one where the body is empty.
    Body(Node),
    /// A fault.
    Fault(SoapFault),
}

/// Reads an answer.
///
/// # Errors
/// [`XmlFault`] for what is no XML or exceeds a bound, and for XML that is no SOAP ([`XmlFault::NotXml`]).
pub fn read(bytes: &[u8]) -> Result<Reply, XmlFault> {
    let root = xml::read(bytes)?;
    let body = root.child("Body").ok_or(XmlFault::NotXml)?;
    if let Some(fault) = body.child("Fault") {
        return Ok(Reply::Fault(read_fault(fault)));
    }
    // Kept with the namespaces of its surroundings: reference parameters are written back with them.
    let mut content = body.children.first().cloned().unwrap_or_default();
    let outer = root.attributes.iter().chain(&body.attributes).filter(|(key, _)| key.starts_with("xmlns"));
    for (key, value) in outer {
        if !content.attributes.iter().any(|(own, _)| own == key) {
            content.attributes.push((key.clone(), value.clone()));
        }
    }
    Ok(Reply::Body(content))
}

/// Reads a fault of SOAP 1.2, or of 1.1 as some firmwares answer.
fn read_fault(fault: &Node) -> SoapFault {
    let mut codes = Vec::new();
    let mut code = fault.child("Code");
    while let Some(node) = code {
        codes.extend(node.text_at(&["Value"]));
        code = node.child("Subcode");
    }
    codes.extend(fault.text_at(&["faultcode"]));
    let reason = fault.text_at(&["Reason", "Text"]).or_else(|| fault.text_at(&["faultstring"])).unwrap_or_default();
    let detail = fault.child("Detail").or_else(|| fault.child("detail"));
    let kind = kind(&codes, reason, detail);
    let innermost = codes.last().copied().map(xml::local).unwrap_or("Fault");
    SoapFault { kind, reason: printable(&format!("{innermost}: {reason}"), 256) }
}

fn kind(codes: &[&str], reason: &str, detail: Option<&Node>) -> FaultKind {
    let has = |names: &[&str]| codes.iter().any(|code| names.contains(&xml::local(code)));
    if let Some(limits) = detail.and_then(|detail| detail.find("PullMessagesFaultResponse")) {
        let timeout = limits.text_at(&["MaxTimeout"]).and_then(date::parse_duration);
        let messages = limits.text_at(&["MaxMessageLimit"]).and_then(|text| text.parse().ok());
        return FaultKind::PullLimits { timeout, messages };
    }
    if has(&["NotAuthorized", "FailedAuthentication", "InvalidSecurity", "FailedCheck", "InvalidSecurityToken"]) {
        return FaultKind::NotAuthorized;
    }
    if has(&["ActionNotSupported", "ActionNotImplemented", "OptionalActionNotImplemented", "NotSupported"]) {
        return FaultKind::NotSupported;
    }
    if has(&["MaxPullPoints", "MaxSubscriptions", "UnableToCreatePullPoint", "SubscribeCreationFailed"])
        || detail.is_some_and(|d| d.find("UnableToCreatePullPointFault").is_some())
        || detail.is_some_and(|d| d.find("SubscribeCreationFailedFault").is_some())
    {
        return FaultKind::NoneFree;
    }
    if has(&["NoProfile", "NoSource", "NoToken", "ResourceUnknown"])
        || detail.is_some_and(|d| d.find("ResourceUnknownFault").is_some())
    {
        return FaultKind::Unknown;
    }
    // Many cameras give no proper subcode: the words decide. `author` covers authority, authorized, authorization.
    let reason = reason.to_ascii_lowercase();
    if reason.contains("auth") {
        return FaultKind::NotAuthorized;
    }
    if reason.contains("not supported") || reason.contains("not implemented") || reason.contains("unknown action") {
        return FaultKind::NotSupported;
    }
    FaultKind::Other
}

/// A camera's text for people: no control, bidi or zero-width characters, at most so many characters (CAM-18).
pub fn printable(text: &str, chars_most: usize) -> String {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|c| !unseen(*c)).take(chars_most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str) -> SoapFault {
        let path = format!("{}/testdata/onvif_fault_{name}.xml", env!("CARGO_MANIFEST_DIR"));
        match read(&std::fs::read(path).unwrap()).unwrap() {
            Reply::Fault(fault) => fault,
            Reply::Body(_) => panic!("{name} is no fault"),
        }
    }

    #[test]
    fn faults_are_told_apart_with_and_without_subcode() {
        assert_eq!(fault("not_authorized").kind, FaultKind::NotAuthorized);
        assert_eq!(fault("soap11_auth_text").kind, FaultKind::NotAuthorized);
        assert_eq!(fault("not_supported").kind, FaultKind::NotSupported);
        assert_eq!(fault("resource_unknown").kind, FaultKind::Unknown);
        assert_eq!(fault("none_free").kind, FaultKind::NoneFree);
        let limits = FaultKind::PullLimits { timeout: Some(Duration::from_secs(30)), messages: Some(10) };
        assert_eq!(fault("pull_limits").kind, limits);
    }

    #[test]
    fn a_fault_tells_its_innermost_code_and_reason() {
        assert_eq!(fault("not_authorized").reason, "NotAuthorized: Sender not Authorized");
    }

    #[test]
    fn an_envelope_is_read_back_and_holds_what_was_said() {
        let addressing =
            Addressing { to: "http://h/a?b=1&c=2", action: "urn:x", message_id: "urn:uuid:1", parameters: "<P>7</P>" };
        let text = envelope("<tds:GetServices/>", None, Some(addressing));
        let root = xml::read(text.as_bytes()).unwrap();
        assert_eq!(root.text_at(&["Header", "To"]), Some("http://h/a?b=1&c=2"));
        assert_eq!(root.text_at(&["Header", "P"]), Some("7"));
        assert!(root.path(&["Body", "GetServices"]).is_some());
    }

    #[test]
    fn xml_that_is_no_soap_is_refused() {
        assert_eq!(read(b"<html><body>login</body></html>"), Err(XmlFault::NotXml));
        assert_eq!(read(b"<A/>"), Err(XmlFault::NotXml));
        assert_eq!(read(b"not found"), Err(XmlFault::NotXml));
    }

    /// CAM-18.
    #[test]
    fn a_cameras_text_is_cut_and_stripped_of_what_is_not_seen() {
        let hostile = format!("\u{1b}[31m<b>\u{202e}DS-2\u{200b}CD\n{}", "x".repeat(1_000_000));
        let kept = printable(&hostile, 64);
        assert_eq!(kept.chars().count(), 64);
        assert!(kept.starts_with("[31m<b>DS-2CDx"));
    }
}
