//! Foreign cameras at Mosquitto, as the hub hears them.

use serde_json::Value;
use xl_bridge::mqtt::client::ClientConfig;
use xl_bridge::mqtt::dialect::Dialect;
use xl_bridge::mqtt::dialect::fault;
use xl_bridge::mqtt::dialect::settings::Settings;
use xl_model::fault::code;
use xl_model::observation::Observation;
use xl_model::status::evidence::Said;

use super::client::Running;
use super::client::config;
use super::client::url;
use super::device::Device;
use super::device::connect;
use super::device::options;
use super::hub::Hub;
use super::mosquitto::Mosquitto;
use super::mosquitto::tool;

const EJ: &str = "E4:30:22:00:00:01/onvif-ej/OpenApp/WiseAI/MotionDetection/&vs-0";

/// A broker, a hub that hears all dialects there, and a device that may say anything.
struct Field {
    broker: Mosquitto,
    hub: Hub,
    running: Running,
    device: Device,
}

impl Field {
    async fn new() -> Self {
        let settings = serde_json::json!({
            "image_map": [{"filter": "esp32/+/photo", "division": "371122102", "camera": "gh-$1", "max_per_min": 3}],
            "onvif_ej_levels": 1, "axis_prefixes": ["axis/+"],
            "discovery_prefix": "homeassistant", "frigate_prefix": "frigate",
        });
        let (broker, hub) = (Mosquitto::start().await, Hub::new());
        let dialects: Settings = serde_json::from_value(settings).unwrap();
        let mut running = Running::start(ClientConfig { dialects, ..config(url(&broker)) }, &hub);
        running.connected().await;
        let device = connect(options(broker.address, "field", "any")).await.unwrap();
        Self { broker, hub, running, device }
    }

    /// Publishes, and says nothing of what becomes of it.
    async fn say(&mut self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.device.send(topic, payload.into());
        self.device.acknowledged().await;
    }

    /// Publishes, and takes what becomes of it to the log.
    async fn event(&mut self, topic: &str, payload: impl Into<Vec<u8>>) -> Observation {
        self.say(topic, payload).await;
        self.hub.store().await
    }
}

fn data(observation: &Observation) -> Value {
    serde_json::from_str(&observation.data).unwrap()
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("testdata/{name}")).unwrap()
}

#[tokio::test]
async fn a_data_url_of_an_esp32_is_a_picture_of_its_camera() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/gh-3", "");
    let picture = field.event("esp32/3/photo", file("esp32_data_url.txt")).await;
    assert_eq!(picture.kind.as_str(), "camera.picture");
    assert_eq!((picture.township.as_str(), picture.camera.unwrap().as_str()), ("371122102", "gh-3"));
    assert!(picture.picture.unwrap().starts_with(b"\xff\xd8\xff"));
    assert_eq!(field.hub.evidence().await, ("371122102/gh-3".to_owned(), Said::Up));
    field.running.stop().await;
}

#[tokio::test]
async fn more_pictures_than_the_row_takes_are_refused() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/gh-3", "");
    for _ in 0..3 {
        field.event("esp32/3/photo", file("esp32_data_url.txt")).await;
    }
    field.say("esp32/3/photo", file("esp32_data_url.txt")).await;
    field.hub.refusal(fault::TOO_MANY_PICTURES).await;
    assert!(field.hub.is_quiet());
    field.running.stop().await;
}

#[tokio::test]
async fn motion_by_onvif_ej_begins_once_and_ends() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/gate", "onvif_ej:E4:30:22:00:00:01");
    let said = |state: &str| {
        format!(
            r#"{{"UtcTime":"2026-11-23T08:00:00.543Z","Source":{{"VideoSource":"vs-0"}},"Data":{{"State":"{state}"}}}}"#
        )
    };
    let topic = "E4:30:22:00:00:01/onvif-ej/VideoSource/MotionAlarm/&vs-0";
    let began = field.event(topic, said("true")).await;
    field.say(topic, said("true")).await;
    let ended = field.event(topic, said("false")).await;
    assert_eq!((began.kind.as_str(), began.camera.as_ref().unwrap().as_str()), ("camera.motion", "gate"));
    assert_eq!((data(&began)["state"].as_str(), data(&ended)["state"].as_str()), (Some("active"), Some("inactive")));
    assert_ne!(began.id, ended.id, "both are kept");
    field.running.stop().await;
}

#[tokio::test]
async fn an_object_that_frigate_sees_is_an_event_of_its_camera() {
    let mut field = Field::new().await;
    let payload = file("frigate_event_new.json");
    let said: Value = serde_json::from_slice(&payload).unwrap();
    let camera = said["after"]["camera"].as_str().unwrap();
    field.hub.cameras.add("371122102/yard", &format!("frigate:{camera}"));
    let began = field.event("frigate/events", payload).await;
    assert_eq!(began.camera.as_ref().unwrap().as_str(), "yard");
    assert_eq!(data(&began)["state"], "active");
    field.running.stop().await;
}

#[tokio::test]
async fn when_frigate_goes_its_cameras_cannot_be_seen() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/yard", "frigate:yard");
    field.event("frigate/yard/motion", "ON").await;
    assert_eq!(field.hub.evidence().await.1, Said::Up);
    field.say("frigate/available", "offline").await;
    assert_eq!(field.hub.evidence().await, ("371122102/yard".to_owned(), Said::Blind));
    field.running.stop().await;
}

#[tokio::test]
async fn a_stranger_waits_and_its_next_message_after_adoption_is_an_event() {
    let mut field = Field::new().await;
    let topic = "frigate/yard/motion";
    field.say(topic, "OFF").await;
    field.say(topic, "ON").await;
    field.hub.cameras.add("371122102/gh-3", "");
    field.event("esp32/3/photo", file("esp32_data_url.txt")).await; // What came before it has been heard.
    let waiting = field.hub.waiting.list();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].dialect, waiting[0].publisher.as_str(), waiting[0].count), (Dialect::Frigate, "yard", 2));
    field.hub.cameras.add("371122102/yard", "frigate:yard");
    assert_eq!(field.event(topic, "ON").await.camera.unwrap().as_str(), "yard");
    field.running.stop().await;
}

#[tokio::test]
async fn broken_base64_is_refused_with_its_own_code_and_the_connection_lives() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/gh-3", "");
    field.say("esp32/3/photo", "data:image/jpeg;base64,/9j/4AAQ!!!").await;
    field.hub.refusal(fault::BAD_BASE64).await;
    field.event("esp32/3/photo", file("esp32_data_url.txt")).await;
    field.running.stop().await;
}

#[tokio::test]
async fn topics_that_a_discovery_names_are_subscribed_as_it_comes_up() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/yard", "discovery:cam_0001");
    let config = r#"{"unique_id":"m","state_topic":"cams/yard/motion","device_class":"motion","device":{"identifiers":["cam_0001"]}}"#;
    let topic = "homeassistant/binary_sensor/yard/config";
    field.say(topic, config).await;
    // The broker says whether somebody hears the topic yet.
    while {
        field.device.send("cams/yard/motion", b"OFF".to_vec());
        field.device.acknowledged().await != rumqttc::v5::mqttbytes::v5::PubAckReason::Success
    } {}
    let began = field.event("cams/yard/motion", "ON").await;
    assert_eq!((began.kind.as_str(), began.camera.unwrap().as_str()), ("camera.motion", "yard"));
    field.running.stop().await;
}

/// MQ-14.
#[tokio::test]
async fn a_retained_online_proves_nothing() {
    let broker = Mosquitto::start().await;
    let (host, port) = (broker.address.ip().to_string(), broker.address.port().to_string());
    let kept = |topic: &'static str, payload: &'static str| {
        let (host, port) = (host.clone(), port.clone());
        async move {
            tool(
                "mosquitto_pub",
                "mosquitto-clients",
                &["-h", &host, "-p", &port, "-r", "-q", "1", "-t", topic, "-m", payload],
            )
            .await;
        }
    };
    kept("xl/v1/371122102/gh-1/birth", r#"{"v":1,"kind":"camera","sid":"new","seq":0}"#).await;
    kept("xl/v1/371122102/gh-1/state", r#"{"v":1,"s":"online","sid":"new","seq":1}"#).await;
    let mut hub = Hub::new();
    hub.cameras.add("371122102/gh-1", "");
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = connect(options(broker.address, "371122102.gh-1", "any")).await.unwrap();
    // The Will of an older session says nothing, that of the stored birth does; the first evidence is this one.
    for (sid, seq) in [("old", 5), ("new", 6)] {
        device.send("xl/v1/371122102/gh-1/state", format!(r#"{{"v":1,"s":"offline","sid":"{sid}","seq":{seq}}}"#));
        device.acknowledged().await;
        hub.store().await;
    }
    assert_eq!(hub.evidence().await, ("371122102/gh-1".to_owned(), Said::Offline));
    device.send("xl/v1/371122102/gh-1/state", r#"{"v":1,"s":"online","sid":"new","seq":7}"#);
    device.acknowledged().await;
    assert_eq!(hub.evidence().await, ("371122102/gh-1".to_owned(), Said::Up), "a heartbeat that is said now");
    running.stop().await;
    assert!(hub.is_quiet(), "a heartbeat is no news");
}

#[tokio::test]
async fn a_lost_broker_makes_the_cameras_behind_it_unseen() {
    let mut field = Field::new().await;
    field.hub.cameras.add("371122102/gate", "onvif_ej:E4:30:22:00:00:01");
    field.event(EJ, r#"{"Source":{"VideoSourceToken":"vs-0"},"Data":{"State":"true"}}"#).await;
    assert_eq!(field.hub.evidence().await.1, Said::Up);
    field.broker.stop().await;
    field.running.down(code::BROKER_UNREACHABLE).await;
    assert_eq!(field.hub.evidence().await, ("371122102/gate".to_owned(), Said::Blind));
    field.broker.begin().await;
    assert_eq!(field.hub.evidence().await.1, Said::Sighted);
    field.running.stop().await;
}
