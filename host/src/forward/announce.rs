//! How other systems are told: selected kinds, each as a `CloudEvent` on a topic that names its camera and kind.

use async_trait::async_trait;
use xl_model::cloud_event::CloudEvent;
use xl_model::event::Event;
use xl_model::event::KindPattern;
use xl_store::StoreError;

use super::Form;
use super::Message;

/// The events of these kinds.
pub struct Announced(Vec<KindPattern>);

impl Announced {
    /// Tells the events whose kind matches one of these.
    pub fn new(kinds: Vec<KindPattern>) -> Self {
        Self(kinds)
    }
}

#[async_trait]
impl Form for Announced {
    async fn message(&self, event: &Event) -> Result<Option<Message>, StoreError> {
        Ok(self.0.iter().any(|pattern| pattern.matches(&event.kind)).then(|| message(event)))
    }
}

/// Topic `xl/v1/{township}/{camera or "-"}/out/{kind with "/"}`, payload `CloudEvents` JSON.
fn message(event: &Event) -> Message {
    let camera = event.camera.as_ref().map_or("-", |camera| camera.as_str());
    let topic = format!("xl/v1/{}/{camera}/out/{}", event.township, event.kind.as_str().replace('.', "/"));
    Message { topic, payload: CloudEvent::from(event).to_json().into(), correlation: None }
}

#[cfg(test)]
mod tests {
    use xl_model::event::NewEvent;

    use super::*;

    #[test]
    fn an_event_is_forwarded_as_cloud_event_on_a_topic_of_its_camera_and_kind() {
        let fact = NewEvent {
            township: "371122102".parse().unwrap(),
            source: "module:trace".into(),
            id: "4-0".into(),
            kind: "trace.batch.harvested".parse().unwrap(),
            camera: None,
            subject: None,
            time_ms: 0,
            received_ms: 0,
            data: r#"{"kg":12.5}"#.into(),
            pictures: Vec::new(),
            cause: Some(4),
            depth: 1,
        };
        let Message { topic, payload, .. } = message(&Event { seq: 5, fact: fact.clone() });
        assert_eq!(topic, "xl/v1/371122102/-/out/trace/batch/harvested");
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(payload["type"], "cn.xueliang.trace.batch.harvested");
        assert_eq!((&payload["seq"], &payload["data"]["kg"]), (&5.into(), &12.5.into()));
        let camera = Some("gh-1".parse().unwrap());
        let Message { topic, .. } = message(&Event { seq: 5, fact: NewEvent { camera, ..fact } });
        assert_eq!(topic, "xl/v1/371122102/gh-1/out/trace/batch/harvested");
    }
}
