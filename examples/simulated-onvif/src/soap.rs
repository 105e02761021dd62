//! SOAP 1.2: what a request asks for, and the envelopes of answers and faults.
//!
//! Knows nothing of ONVIF's services; those are in [`crate::service`].

use crate::xml;
use crate::xml::Element;
use crate::xml::XmlError;

/// The namespaces of ONVIF's services and of what they are built on.
pub(crate) mod namespace {
    pub(crate) const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
    pub(crate) const DEVICE: &str = "http://www.onvif.org/ver10/device/wsdl";
    pub(crate) const MEDIA: &str = "http://www.onvif.org/ver10/media/wsdl";
    pub(crate) const MEDIA2: &str = "http://www.onvif.org/ver20/media/wsdl";
    pub(crate) const EVENTS: &str = "http://www.onvif.org/ver10/events/wsdl";
    pub(crate) const NOTIFICATION: &str = "http://docs.oasis-open.org/wsn/b-2";
    pub(crate) const PTZ: &str = "http://www.onvif.org/ver20/ptz/wsdl";
    pub(crate) const IMAGING: &str = "http://www.onvif.org/ver20/imaging/wsdl";
}

/// Declared on every envelope, as cameras do, whether used or not.
const DECLARATIONS: &str = concat!(
    r#"xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing" "#,
    r#"xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wstop="http://docs.oasis-open.org/wsn/t-1" "#,
    r#"xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" "#,
    r#"xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" "#,
    r#"xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" "#,
    r#"xmlns:timg="http://www.onvif.org/ver20/imaging/wsdl" xmlns:ter="http://www.onvif.org/ver10/error" "#,
    r#"xmlns:tns1="http://www.onvif.org/ver10/topics""#,
);

/// One call of a client.
#[derive(Debug)]
pub(crate) struct Call {
    /// The element in the body: its namespace says which service, its name what is asked for.
    pub(crate) action: Element,
    /// The WS-Security token, if there is one.
    pub(crate) token: Option<Element>,
    message_id: Option<String>,
    addressed_action: Option<String>,
}

/// Reads a request.
pub(crate) fn read(bytes: &[u8]) -> Result<Call, XmlError> {
    let envelope = xml::read(bytes)?;
    if envelope.namespace != namespace::SOAP || envelope.name != "Envelope" {
        return Err(XmlError::Root);
    }
    let header = envelope.child("Header");
    let token = header.and_then(|header| header.at(&["Security", "UsernameToken"])).cloned();
    let addressed = |name| Some(header?.child(name)?.text.clone());
    let action = envelope.child("Body").and_then(|body| body.children.first()).ok_or(XmlError::Root)?.clone();
    Ok(Call { action, token, message_id: addressed("MessageID"), addressed_action: addressed("Action") })
}

/// An answer with its body, related to the call by WS-Addressing when the call used that.
pub(crate) fn envelope(call: Option<&Call>, body: &str) -> String {
    let mut header = String::new();
    if let Some(call) = call {
        if let Some(action) = &call.addressed_action {
            let answer = action.strip_suffix("Request").unwrap_or(action);
            header.push_str(&format!("<wsa:Action>{}Response</wsa:Action>", xml::escape(answer)));
        }
        if let Some(id) = &call.message_id {
            header.push_str(&format!("<wsa:RelatesTo>{}</wsa:RelatesTo>", xml::escape(id)));
        }
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><s:Envelope {DECLARATIONS}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

/// A refusal, as the body of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status: 400 for what the caller did wrong, 500 for what the camera cannot, 401 where HTTP asks for a login.
    pub(crate) status: u16,
    /// The subcodes, outermost first.
    pub(crate) subcodes: Vec<&'static str>,
    pub(crate) reason: String,
    /// Markup of the detail, empty when there is none.
    pub(crate) detail: String,
}

impl Refusal {
    /// The caller did something wrong.
    pub(crate) fn sender(subcodes: &[&'static str], reason: &str) -> Self {
        Self { status: 400, subcodes: subcodes.to_vec(), reason: reason.to_owned(), detail: String::new() }
    }

    /// The camera cannot do it.
    pub(crate) fn receiver(subcodes: &[&'static str], reason: &str) -> Self {
        Self { status: 500, ..Self::sender(subcodes, reason) }
    }

    /// The camera does not know that action.
    pub(crate) fn not_implemented() -> Self {
        Self::receiver(&["ter:ActionNotSupported"], "Optional Action Not Implemented")
    }

    /// An argument does not make sense.
    pub(crate) fn argument(subcode: &'static str, reason: &str) -> Self {
        Self::sender(&["ter:InvalidArgVal", subcode], reason)
    }

    pub(crate) fn body(&self) -> String {
        let code = if self.status >= 500 { "s:Receiver" } else { "s:Sender" };
        let mut subcodes = String::new();
        for subcode in self.subcodes.iter().rev() {
            subcodes = format!("<s:Subcode><s:Value>{subcode}</s:Value>{subcodes}</s:Subcode>");
        }
        let detail = match self.detail.as_str() {
            "" => String::new(),
            detail => format!("<s:Detail>{detail}</s:Detail>"),
        };
        format!(
            r#"<s:Fault><s:Code><s:Value>{code}</s:Value>{subcodes}</s:Code><s:Reason><s:Text xml:lang="en">{}</s:Text></s:Reason>{detail}</s:Fault>"#,
            xml::escape(&self.reason)
        )
    }
}

/// `true` or `false` of an XML document.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
