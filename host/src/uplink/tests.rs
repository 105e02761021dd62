//! What goes up, and what stays.

use xl_model::event::NewEvent;
use xl_model::picture::PictureRef;

use super::*;
use crate::devices::testing::TestHub;

fn event(kind: &str, camera: Option<&str>) -> Event {
    let fact = NewEvent {
        township: "371122102".parse().unwrap(),
        source: "371122102.gh-1".into(),
        id: "s:4".into(),
        kind: kind.parse().unwrap(),
        camera: camera.map(|camera| camera.parse().unwrap()),
        subject: None,
        time_ms: 1_795_420_800_123,
        received_ms: 1_795_420_801_000,
        data: r#"{"state":"active"}"#.into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    };
    Event { seq: 7, fact }
}

fn bridge() -> DeviceId {
    "371122102.edge-1".parse().unwrap()
}

#[tokio::test]
async fn what_a_camera_says_goes_up_with_its_id_and_time() {
    let hub = TestHub::new().await;
    let relay = Relay::new(&bridge(), hub.store.clone());
    let message = relay.message(&event("camera.motion", Some("gh-1"))).await.unwrap().unwrap();
    assert_eq!((message.topic.as_str(), message.correlation), ("xl/v1/371122102/gh-1/relay", None));
    let said: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!((&said["id"], &said["time"]), (&"s:4".into(), &"2026-11-23T08:00:00.123Z".into()));
    assert_eq!(said["data"]["state"], "active");
}

#[tokio::test]
async fn a_picture_goes_up_as_its_bytes_with_the_event_beside_it() {
    let hub = TestHub::new().await;
    let relay = Relay::new(&bridge(), hub.store.clone());
    let mut event = event("camera.picture", Some("gh-1"));
    // Of the three bytes `jpg`.
    let sha256: xl_model::id::Digest =
        "f8146b6cb4961f87a1519047b8c83402754ed108ade55457d43166e564b7b4fe".parse().unwrap();
    event.fact.pictures.push(PictureRef { sha256: sha256.clone(), width: 1, height: 1, bytes: 3 });
    assert_eq!(relay.message(&event).await.unwrap(), None, "a picture that is gone holds up nobody");
    hub.store.put_picture(&sha256, bytes::Bytes::from_static(b"jpg")).await.unwrap();
    let message = relay.message(&event).await.unwrap().unwrap();
    assert_eq!(&message.payload[..], b"jpg");
    let said: serde_json::Value = serde_json::from_slice(&message.correlation.unwrap()).unwrap();
    assert_eq!(said["type"], "cn.xueliang.camera.picture");
    let file = hub.folder.path().join("pictures").join(&sha256.as_str()[..2]).join(sha256.as_str());
    std::fs::write(file, b"jqg").unwrap();
    assert_eq!(relay.message(&event).await.unwrap(), None, "nor does one that is damaged");
}

#[tokio::test]
async fn what_this_hub_says_itself_or_of_other_townships_stays() {
    let hub = TestHub::new().await;
    let relay = Relay::new(&"371122103.edge-1".parse().unwrap(), hub.store.clone());
    assert_eq!(relay.message(&event("camera.motion", Some("gh-1"))).await.unwrap(), None);
    let relay = Relay::new(&bridge(), hub.store.clone());
    for (kind, camera) in [
        ("camera.status", Some("gh-1")),
        ("camera.sampled", Some("gh-1")),
        ("trace.noted", Some("gh-1")),
        ("camera.motion", None),
    ] {
        assert_eq!(relay.message(&event(kind, camera)).await.unwrap(), None, "{kind}");
    }
}
