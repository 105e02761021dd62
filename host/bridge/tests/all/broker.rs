//! Devices on the embedded broker.

use std::net::SocketAddr;
use std::sync::Arc;

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::ConnectReturnCode;
use rumqttc::v5::mqttbytes::v5::LastWill;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use rumqttc::v5::mqttbytes::v5::SubscribeReasonCode;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use xl_bridge::mqtt::broker;
use xl_bridge::mqtt::broker::BrokerConfig;
use xl_bridge::mqtt::broker::EmbeddedBroker;
use xl_model::fault::Code;
use xl_model::fault::code;
use xl_model::observation::Verdict;
use xl_model::status::evidence::Said;

use super::device::Device;
use super::device::connect;
use super::device::options;
use super::hub::Hub;
use super::hub::LIMIT;

pub(crate) const ONE: &str = "371122102.gh-1";
const TWO: &str = "371122102.gh-2";
const READING: &str = r#"{"v":1,"sid":"s","seq":1,"m":{"temp_c":21.5}}"#;

/// A broker with two devices registered, both with the password `right`.
pub(crate) struct Site {
    hub: Hub,
    broker: Arc<dyn EmbeddedBroker>,
    _folder: tempfile::TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let hub = Hub::new();
        hub.devices.add(ONE, "right");
        hub.devices.add(TWO, "right");
        let folder = tempfile::tempdir().unwrap();
        let config = BrokerConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            folder: folder.path().join("broker"),
            max_clients: 256,
            max_packet_bytes: 4 << 20,
            max_messages_per_second: 0,
            max_bytes_per_second: 0,
        };
        let started = broker::start(config, hub.devices.clone(), hub.ports());
        let broker = started.await.unwrap();
        Self { hub, broker, _folder: folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.broker.address()
    }

    async fn device(&self, user: &str) -> Device {
        connect(options(self.address(), user, "right")).await.unwrap()
    }

    /// Sends a reading and has it stored: proof that the broker is alive.
    async fn round_trip(&mut self, device: &mut Device, user: &str) {
        device.send(&topic(user, "telemetry"), READING);
        let (observation, reason) = tokio::join!(self.hub.store(), device.acknowledged());
        assert_eq!((observation.kind.as_str(), reason), ("camera.telemetry", PubAckReason::Success));
    }
}

fn topic(user: &str, channel: &str) -> String {
    format!("xl/v1/{}/{channel}", user.replace('.', "/"))
}

#[tokio::test]
async fn onvif_ej_below_its_own_prefix_is_an_event_of_the_device() {
    let mut site = Site::start().await;
    site.hub.cameras.add("371122102/gh-1", "");
    let mut device = site.device(ONE).await;
    let said = r#"{"Source":{"VideoSource":"vs-0"},"Data":{"State":"true"}}"#;
    device.send(&topic(ONE, "ej/onvif-ej/VideoSource/MotionAlarm/&vs-0"), said);
    let (observation, reason) = tokio::join!(site.hub.store(), device.acknowledged());
    assert_eq!((observation.kind.as_str(), reason), ("camera.motion", PubAckReason::Success));
    assert_eq!(observation.camera.unwrap().as_str(), "gh-1");
    assert_eq!(site.hub.evidence().await, ("371122102/gh-1".to_owned(), Said::Up));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_device_are_refused_alike() {
    let mut site = Site::start().await;
    for (user, password) in [(ONE, "wrong"), ("371122102.gh-9", "right"), ("gh-1", "right")] {
        let refused = connect(options(site.address(), user, password)).await.err();
        assert_eq!(refused, Some(ConnectReturnCode::BadUserNamePassword), "{user}");
        let refusal = site.hub.refusal(code::BAD_LOGIN).await;
        // What is no device's name may be a password in the wrong field.
        let told = if user == "gh-1" { "127.0.0.1" } else { user };
        assert_eq!((refusal.source.as_str(), refusal.place.as_str()), (told, "connect"));
    }
}

/// MQ-1, MQ-2.
#[tokio::test]
async fn a_device_without_a_name_or_with_a_dangerous_client_id_is_refused() {
    let mut site = Site::start().await;
    let nobody = rumqttc::v5::MqttOptions::new("nobody", "127.0.0.1", site.address().port());
    assert_eq!(connect(nobody).await.err(), Some(ConnectReturnCode::BadUserNamePassword));
    assert_eq!(site.hub.refusal(code::BAD_LOGIN).await.source, "127.0.0.1");
    for client_id in ["a+", "#", "$SYS", "%u"] {
        let mut options = options(site.address(), ONE, "right");
        options.set_client_id(client_id.to_owned());
        assert!(connect(options).await.is_err(), "{client_id}");
        site.hub.refusal(code::BAD_LOGIN).await;
    }
}

/// MQ-4.
#[tokio::test]
async fn a_device_cannot_publish_for_another() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    for (foreign, expected) in [
        (topic(TWO, "telemetry"), code::FOREIGN_TOPIC),
        ("xl/v1/371122103/gh-1/telemetry".to_owned(), code::FOREIGN_TOPIC),
        (topic(ONE, "cmd/snapshot"), code::UNKNOWN_TOPIC),
    ] {
        device.send(&foreign, READING);
        assert_eq!(device.acknowledged().await, PubAckReason::NotAuthorized, "{foreign}");
        let refusal = site.hub.refusal(expected).await;
        assert_eq!((refusal.source.as_str(), refusal.place.as_str()), (ONE, foreign.as_str()));
    }
    assert!(site.hub.is_quiet());
    site.round_trip(&mut device, ONE).await;
}

/// MQ-3.
#[tokio::test]
async fn rights_follow_the_login_and_not_the_client_id() {
    let mut site = Site::start().await;
    let mut swapped = options(site.address(), ONE, "right");
    swapped.set_client_id("xl-371122102-gh-2".to_owned());
    let mut device = connect(swapped).await.unwrap();
    device.send(&topic(TWO, "telemetry"), READING);
    assert_eq!(device.acknowledged().await, PubAckReason::NotAuthorized);
    site.round_trip(&mut device, ONE).await;

    let thrown_out = connect(options(site.address(), TWO, "right")).await.err();
    assert_eq!(thrown_out, Some(ConnectReturnCode::BadUserNamePassword), "a client id in use is not taken over");
    site.round_trip(&mut device, ONE).await;
}

/// MQ-5, MQ-7.
#[tokio::test]
async fn a_device_subscribes_only_to_its_own_commands() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    for filter in ["#", "xl/v1/+/+/image", "$SYS/#", "xl/v1/371122102/gh-2/cmd/#", "xl/v1/371122102/gh-1/image"] {
        assert_eq!(device.subscribe(filter).await, SubscribeReasonCode::NotAuthorized, "{filter}");
    }
    site.hub.refusal(code::FOREIGN_TOPIC).await;
    site.hub.refusal(code::UNKNOWN_TOPIC).await;
    let granted = device.subscribe("xl/v1/371122102/gh-1/cmd/#").await;
    assert_eq!(granted, SubscribeReasonCode::Success(QoS::AtLeastOnce));
}

/// MQ-12.
#[tokio::test]
async fn a_message_is_acknowledged_after_its_verdict_and_not_before() {
    let mut site = Site::start().await;
    let (mut held, mut other) = (site.device(ONE).await, site.device(TWO).await);
    held.send_with(&topic(ONE, "image"), b"\xff\xd8\xff".as_slice(), br#"{"sid":"s","seq":7}"#);
    // rumqttc sends while it is polled.
    let submission = tokio::select! {
        submission = site.hub.next() => submission,
        _ = held.acknowledged() => panic!("acknowledged before the hub has it"),
    };
    assert_eq!(submission.observation.id.as_deref(), Some("s:7"));
    site.round_trip(&mut other, TWO).await;
    assert!(!held.is_acknowledged_already().await, "acknowledged before the verdict");
    submission.verdict.send(Verdict::Stored(1)).unwrap();
    assert_eq!(held.acknowledged().await, PubAckReason::Success);
}

#[tokio::test]
async fn every_verdict_is_acknowledged() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    let refused = xl_model::fault::Refused::new(code::NOT_JPEG, "no picture");
    for verdict in [Verdict::Stored(1), Verdict::Repeated, Verdict::Refused(refused)] {
        device.send(&topic(ONE, "telemetry"), READING);
        let answer = async { site.hub.next().await.verdict.send(verdict).unwrap() };
        let ((), reason) = tokio::join!(answer, device.acknowledged());
        assert_eq!(reason, PubAckReason::Success);
    }
}

/// MQ-12.
#[tokio::test]
async fn without_a_verdict_there_is_no_acknowledgement() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    device.send(&topic(ONE, "telemetry"), READING);
    let drop_it = async { drop(site.hub.next().await) };
    let ((), silent) = tokio::join!(drop_it, device.is_closed_without_acknowledgement());
    assert!(silent);
    site.hub.close();
    let mut again = site.device(ONE).await;
    again.send(&topic(ONE, "telemetry"), READING);
    assert!(again.is_closed_without_acknowledgement().await, "nor when the hub takes no more");
}

/// MQ-17.
#[tokio::test]
async fn what_cannot_be_parsed_is_recorded_with_a_sample_and_acknowledged() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    device.send(&topic(ONE, "telemetry"), [b"{\"v\":1,".as_slice(), &[b' '; 6000]].concat());
    assert_eq!(device.acknowledged().await, PubAckReason::Success);
    let refusal = site.hub.refusal(code::BAD_JSON).await;
    assert_eq!((refusal.source.as_str(), refusal.place), (ONE, topic(ONE, "telemetry")));
    assert_eq!(refusal.township.unwrap().as_str(), "371122102");
    assert_eq!((refusal.sample.len(), &refusal.sample[..7]), (4096, b"{\"v\":1,".as_slice()));
    assert!(site.hub.is_quiet());
}

/// MQ-6.
#[tokio::test]
async fn a_last_will_elsewhere_is_refused_at_connect() {
    let mut site = Site::start().await;
    for (will, expected) in [(topic(TWO, "state"), code::FOREIGN_TOPIC), (topic(ONE, "image"), code::UNKNOWN_TOPIC)] {
        let mut options = options(site.address(), ONE, "right");
        options.set_last_will(LastWill::new(will, "x", QoS::AtLeastOnce, true, None));
        assert_eq!(connect(options).await.err(), Some(ConnectReturnCode::NotAuthorized));
        site.hub.refusal(expected).await;
    }
}

/// MQ-6: that of a device which was cut says nothing.
#[tokio::test]
async fn a_last_will_speaks_when_the_connection_breaks_and_only_then() {
    let mut site = Site::start().await;
    let with_will = |sid: &str| {
        let mut options = options(site.broker.address(), ONE, "right");
        let will = format!(r#"{{"v":1,"s":"offline","sid":"{sid}","why":"lwt"}}"#);
        options.set_last_will(LastWill::new(topic(ONE, "state"), will, QoS::AtLeastOnce, true, None));
        options
    };
    let (left, cut, broken) = (with_will("left"), with_will("cut"), with_will("broken"));

    let mut device = connect(left).await.unwrap();
    device.client.try_disconnect().unwrap();
    assert!(device.is_closed_without_acknowledgement().await);

    let mut device = connect(cut).await.unwrap();
    site.broker.disconnect(&ONE.parse().unwrap()).await;
    assert!(device.is_closed_without_acknowledgement().await);

    drop(connect(broken).await.unwrap());
    let observation = site.hub.store().await;
    assert_eq!(observation.kind.as_str(), "camera.state");
    assert_eq!(observation.id.as_deref(), Some("broken:will"), "the others said nothing");
}

/// MQ-10, MQ-11.
#[tokio::test]
async fn a_huge_packet_is_refused_by_its_header() {
    let mut site = Site::start().await;
    let mut socket = TcpStream::connect(site.address()).await.unwrap();
    // CONNECT, MQTT 3.1.1, user name and password, client id `raw`.
    let mut connect = b"\x10\x00\x00\x04MQTT\x04\xc2\x00\x1e\x00\x03raw\x00\x0e371122102.gh-1\x00\x05right".to_vec();
    connect[1] = u8::try_from(connect.len() - 2).unwrap();
    socket.write_all(&connect).await.unwrap();
    let mut connack = [0; 4];
    socket.read_exact(&mut connack).await.unwrap();
    assert_eq!(connack, [0x20, 2, 0, 0]);
    // PUBLISH at QoS 1 that announces 50 MiB.
    socket.write_all(b"\x32\x80\x80\x80\x19\x00\x1fxl/v1/371122102/gh-1/image").await.unwrap();
    let refusal = site.hub.refusal(code::PACKET_TOO_LARGE).await;
    assert_eq!(refusal.source, ONE);
    assert_eq!(refusal.refused.detail, "packet of 52428805 bytes: at most 4194304");
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(LIMIT, socket.read_to_end(&mut rest)).await.unwrap();
    assert!(closed.is_err() || rest.is_empty(), "closed");
    let mut device = site.device(TWO).await;
    site.round_trip(&mut device, TWO).await;
}

#[tokio::test]
async fn bytes_that_are_no_mqtt_are_refused() {
    let mut site = Site::start().await;
    let mut socket = TcpStream::connect(site.address()).await.unwrap();
    socket.write_all(b"\x30\x05\x00\x01a!!").await.unwrap();
    assert_eq!(site.hub.refusal(broker::NOT_MQTT).await.source, "127.0.0.1");
}

#[tokio::test]
async fn a_picture_of_two_mebibytes_passes() {
    let mut site = Site::start().await;
    let mut device = site.device(ONE).await;
    let mut picture = vec![7; 2 << 20];
    picture[..3].copy_from_slice(b"\xff\xd8\xff");
    device.send(&topic(ONE, "image/sub"), picture.clone());
    let (observation, reason) = tokio::join!(site.hub.store(), device.acknowledged());
    assert_eq!(reason, PubAckReason::Success);
    assert!(observation.picture.unwrap() == picture, "the same bytes");
}

/// Lets a device's connection work until something else is done.
async fn drive<T>(device: &mut Device, other: impl Future<Output = T>) -> T {
    let working = async { while device.events.poll().await.is_ok() {} };
    tokio::select! {
        biased;
        done = other => done,
        () = working => panic!("the connection ended"),
    }
}

#[tokio::test]
async fn a_bridge_relays_for_its_cameras_and_says_how_they_stand() {
    let mut site = Site::start().await;
    site.hub.devices.add("371122102.edge-1", "right");
    site.hub.cameras.add("371122102/gh-7", "bridge:edge-1");
    site.hub.cameras.add("371122102/gh-8", "");
    let mut bridge = site.device("371122102.edge-1").await;
    for qos in [QoS::AtLeastOnce, QoS::AtMostOnce] {
        let roll = r#"{"v":1,"sid":"a","cameras":{"gh-7":"up","gh-8":"up"}}"#;
        bridge.client.publish("xl/v1/371122102/edge-1/roll", qos, false, roll).await.unwrap();
        assert_eq!(drive(&mut bridge, site.hub.evidence()).await, ("371122102/gh-7".to_owned(), Said::Up));
    }
    let event = r#"{"specversion":"1.0","id":"s:1","type":"cn.xueliang.camera.motion","time":"2026-11-23T08:00:00Z","data":{}}"#;
    bridge.send("xl/v1/371122102/gh-7/relay", event);
    let observation = drive(&mut bridge, site.hub.store()).await;
    assert_eq!((observation.id.as_deref(), observation.relayed), (Some("s:1"), true));
    bridge.send("xl/v1/371122102/gh-8/relay", event);
    assert_eq!(drive(&mut bridge, site.hub.refusal(Code(440))).await.source, "371122102.edge-1");
    assert!(site.hub.is_quiet());
}

/// MQ-8.
#[tokio::test]
async fn a_disabled_device_is_cut_and_stays_out() {
    let mut site = Site::start().await;
    let (mut one, mut two) = (site.device(ONE).await, site.device(TWO).await);
    site.round_trip(&mut one, ONE).await;
    site.hub.devices.disable(ONE);
    site.broker.disconnect(&ONE.parse().unwrap()).await;
    assert!(one.is_closed_without_acknowledgement().await);
    assert_eq!(connect(options(site.address(), ONE, "right")).await.err(), Some(ConnectReturnCode::NotAuthorized));
    site.hub.refusal(code::DEVICE_DISABLED).await;
    site.round_trip(&mut two, TWO).await;
}

#[tokio::test]
async fn a_stopping_broker_closes_everything_and_acknowledges_nothing_more() {
    let mut site = Site::start().await;
    let (mut idle, mut busy) = (site.device(TWO).await, site.device(ONE).await);
    busy.send(&topic(ONE, "telemetry"), READING);
    let held = tokio::select! {
        submission = site.hub.next() => submission,
        _ = busy.acknowledged() => panic!("acknowledged before the hub has it"),
    };
    let address = site.address();
    tokio::join!(site.broker.shutdown(), async {
        assert!(busy.is_closed_without_acknowledgement().await);
        assert!(idle.is_closed_without_acknowledgement().await);
    });
    drop(held);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_whole_site_behind_one_address_connects_at_once() {
    let site = Site::start().await;
    let users: Vec<_> = (0..200).map(|number| format!("371122102.site-{number}")).collect();
    for user in &users {
        site.hub.devices.add(user, "right");
    }
    let connects = users.iter().map(|user| connect(options(site.address(), user, "right")));
    assert!(futures::future::join_all(connects).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_3_1_1_device_is_served_alike() {
    let mut site = Site::start().await;
    let mut options = rumqttc::MqttOptions::new("old", "127.0.0.1", site.address().port());
    options.set_credentials(ONE, "right");
    let (client, mut events) = rumqttc::AsyncClient::new(options, 4);
    client.try_publish(topic(ONE, "telemetry"), rumqttc::QoS::ExactlyOnce, true, READING).unwrap();
    let complete = async {
        loop {
            if let rumqttc::Event::Incoming(rumqttc::Packet::PubComp(_)) = events.poll().await.unwrap() {
                return;
            }
        }
    };
    let (observation, complete) = tokio::join!(site.hub.store(), tokio::time::timeout(LIMIT, complete));
    complete.unwrap();
    assert_eq!(&*observation.data, r#"{"temp_c":21.5}"#);
}
