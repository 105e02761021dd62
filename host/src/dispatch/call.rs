//! Calls of programs: checked against the manifest, answered at any time or between two batches.

use std::sync::Arc;

use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use uuid::Uuid;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_runtime::run::Asked;
use xl_runtime::run::PageFault;
use xl_runtime::run::Reply;
use xl_runtime::run::Viewer;

use super::ModuleError;
use super::page;

/// What the guest returned is no answer. Code XL0633.
const BAD_ANSWER: Code = Code(633);

/// A call of a program, as it was sent.
#[derive(Debug, Clone)]
pub struct ModuleCall {
    /// The module.
    pub module: ModuleKey,
    /// An operation of its manifest.
    pub name: String,
    /// JSON object of strings.
    pub query: String,
    /// Media type of the body, lower case, without parameters; empty without a body.
    pub content_type: String,
    /// The body.
    pub body: Arc<[u8]>,
    /// `zh` or `en`.
    pub locale: String,
    /// Whose program it is.
    pub viewer: Option<Viewer>,
    /// Whether it was sent by `GET`: then it changes nothing.
    pub is_safe: bool,
}

/// The call as the guest is told of it, and whether its operation writes.
pub(super) fn asked(manifest: &Manifest, call: &ModuleCall, now_ms: TimestampMs) -> Result<(Asked, bool), ModuleError> {
    let entry = manifest.calls.iter().find(|entry| entry.name == call.name).ok_or_else(|| no_operation(&call.name))?;
    if entry.writes && call.is_safe {
        return Err(ModuleError::Writes { name: entry.name.clone() });
    }
    let has_none = call.body.is_empty() && call.content_type.is_empty();
    if !has_none && !entry.content.contains(&call.content_type) {
        let takes = if entry.content.is_empty() { vec!["no body".to_owned()] } else { entry.content.clone() };
        return Err(ModuleError::Content { name: entry.name.clone(), takes, sent: call.content_type.clone() });
    }
    let asked = Asked {
        name: call.name.clone(),
        query: call.query.clone(),
        content_type: call.content_type.clone(),
        body: call.body.clone(),
        locale: if call.locale == "en" { "en" } else { "zh" }.to_owned(),
        viewer: call.viewer.clone(),
        now_ms,
        seed: rand::random(),
    };
    Ok((asked, entry.writes))
}

/// What came of a call.
pub(super) fn done(reply: Result<Reply, PageFault>, name: &str) -> Result<Reply, ModuleError> {
    reply.map_err(|fault| match fault {
        PageFault::NotFound => no_operation(name),
        PageFault::Invalid(errors) => ModuleError::Form(errors),
        PageFault::Other(detail) => ModuleError::Failed { code: page::REFUSED, detail },
        PageFault::BadPage(detail) => ModuleError::Failed { code: BAD_ANSWER, detail },
        PageFault::Stopped(stop) => ModuleError::Failed { code: stop.code(), detail: stop.to_string() },
    })
}

/// The event `module.call`: what was called by whom, and the body's hash; the body itself is the module's to keep.
pub(super) fn event(module: &ModuleKey, asked: &Asked) -> NewEvent {
    let data = json!({
        "call": asked.name,
        "bytes": asked.body.len(),
        "sha256": hex::encode(Sha256::digest(&asked.body)),
        "by": asked.viewer.as_ref().map(|viewer| &viewer.account),
    });
    NewEvent {
        township: module.township.clone(),
        source: format!("call:{}", module.plugin).into(),
        id: Uuid::now_v7().to_string().into(),
        kind: "module.call".parse().expect("a valid kind"),
        camera: None,
        subject: None,
        time_ms: asked.now_ms,
        received_ms: asked.now_ms,
        data: data.to_string().into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

fn no_operation(name: &str) -> ModuleError {
    ModuleError::NotFound { what: "operation", id: name.chars().take(64).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let text = json!({"zh": "x", "en": "x"});
        serde_json::from_value(json!({
            "id": "shop", "version": "1.0.0", "hub": "0.1.0", "name": text, "description": text,
            "calls": [
                {"name": "list", "title": text},
                {"name": "orders", "title": text, "writes": true, "content": ["application/json"]},
            ],
        }))
        .unwrap()
    }

    fn call(name: &str, content_type: &str, body: &[u8], is_safe: bool) -> ModuleCall {
        ModuleCall {
            module: ModuleKey { township: "371122102".parse().unwrap(), plugin: "shop".parse().unwrap() },
            name: name.to_owned(),
            query: "{}".to_owned(),
            content_type: content_type.to_owned(),
            body: body.into(),
            locale: "fr".to_owned(),
            viewer: None,
            is_safe,
        }
    }

    #[test]
    fn a_call_is_asked_for_as_the_manifest_says() {
        let ask = |call: &ModuleCall| asked(&manifest(), call, 5).map(|(asked, writes)| (asked.locale, writes));
        let json = "application/json";
        assert_eq!(ask(&call("list", "", b"", true)).unwrap(), ("zh".to_owned(), false));
        assert_eq!(ask(&call("orders", json, b"{}", false)).unwrap(), ("zh".to_owned(), true));
        assert!(matches!(ask(&call("gone", "", b"", true)), Err(ModuleError::NotFound { .. })));
        assert!(matches!(ask(&call("orders", "", b"", true)), Err(ModuleError::Writes { .. })));
        for wrong in
            [call("orders", "text/csv", b"1", false), call("orders", "", b"1", false), call("list", json, b"", false)]
        {
            assert!(matches!(ask(&wrong), Err(ModuleError::Content { .. })), "{wrong:?}");
        }
    }

    #[test]
    fn the_event_of_a_call_holds_the_hash_of_the_body_and_not_the_body() {
        let call = call("orders", "application/json", b"{}", false);
        let (asked, _) = asked(&manifest(), &call, 5).unwrap();
        let event = event(&call.module, &asked);
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(data, json!({"call": "orders", "bytes": 2, "sha256": sha256, "by": null}));
        assert_eq!((&*event.source, event.kind.as_str()), ("call:shop", "module.call"));
    }
}
