//! The hub as a client of Mosquitto.

use rumqttc::v5::mqttbytes::v5::PubAckReason;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use xl_bridge::mqtt::client;
use xl_bridge::mqtt::client::ClientConfig;
use xl_bridge::mqtt::dialect::settings::Settings;
use xl_bridge::mqtt::link::LinkState;
use xl_model::fault::Code;
use xl_model::fault::code;

use super::device::Device;
use super::device::connect;
use super::device::options;
use super::hub::Hub;
use super::hub::LIMIT;
use super::mosquitto::Mosquitto;
use super::mosquitto::tool;

/// How to reach this broker.
pub(crate) fn config(url: String) -> ClientConfig {
    ClientConfig {
        url,
        client_id: "hub".to_owned(),
        username: None,
        password: None,
        ca_file: None,
        max_packet_bytes: 4 << 20,
        receive_maximum: 16,
        session_expiry_s: 600,
        share: None,
        dialects: Settings::default(),
    }
}

/// A running client; stops with the test.
pub(crate) struct Running {
    state: watch::Receiver<LinkState>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(config: ClientConfig, hub: &Hub) -> Self {
        let (tell, state) = watch::channel(LinkState::default());
        let stop = CancellationToken::new();
        let task = client::Receiver::new(config, hub.ports()).unwrap().run(tell, stop.clone());
        Self { state, stop, task: tokio::spawn(task) }
    }

    async fn until(&mut self, wanted: impl FnMut(&LinkState) -> bool) {
        tokio::time::timeout(LIMIT, self.state.wait_for(wanted)).await.expect("the link changes").unwrap();
    }

    pub(crate) async fn connected(&mut self) {
        self.until(|state| *state == LinkState::Connected).await;
    }

    pub(crate) async fn down(&mut self, code: Code) {
        self.until(|state| matches!(state, LinkState::Down(fault) if fault.code == code)).await;
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(LIMIT, self.task).await.unwrap().unwrap();
    }
}

async fn device(broker: &Mosquitto) -> Device {
    connect(options(broker.address, "371122102.gh-1", "any")).await.unwrap()
}

async fn publish(device: &mut Device, seq: u32) {
    let reading = format!(r#"{{"v":1,"sid":"s","seq":{seq},"m":{{"temp_c":21.5}}}}"#);
    device.send("xl/v1/371122102/gh-1/telemetry", reading);
    assert_eq!(device.acknowledged().await, PubAckReason::Success, "somebody is subscribed");
}

pub(crate) fn url(broker: &Mosquitto) -> String {
    format!("mqtt://{}", broker.address)
}

#[tokio::test]
async fn what_was_not_acknowledged_comes_again_and_what_was_does_not() {
    let (broker, mut hub) = (Mosquitto::start().await, Hub::new());
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = device(&broker).await;
    publish(&mut device, 1).await;
    drop(hub.next().await); // No verdict: not acknowledged.
    running.down(code::BROKER_UNREACHABLE).await;
    assert_eq!(hub.store().await.id.as_deref(), Some("s:1"), "it comes again");
    running.connected().await; // Else the stop below may overtake an acknowledgement behind a subscribe.
    publish(&mut device, 2).await;
    assert_eq!(hub.store().await.id.as_deref(), Some("s:2"));
    running.stop().await;

    publish(&mut device, 3).await;
    let running = Running::start(config(url(&broker)), &hub);
    assert_eq!(hub.store().await.id.as_deref(), Some("s:3"), "kept for us while we were away; 1 and 2 are settled");
    running.stop().await;
}

/// MQ-18.
#[tokio::test]
async fn a_broker_that_sends_beyond_the_receive_maximum_waits_and_nothing_comes_twice() {
    const MESSAGES: u32 = 600;
    let folder = tempfile::tempdir().unwrap();
    // Mosquitto 2.0.11 then takes no notice of what the client asked for.
    let broker = Mosquitto::start_with(folder, "allow_anonymous true\nmax_inflight_messages 0\n").await;
    let mut hub = Hub::new();
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = device(&broker).await;
    for seq in 0..MESSAGES {
        publish(&mut device, seq).await; // Nobody takes them yet: the broker has sent what its socket holds.
    }
    for seq in 0..MESSAGES {
        assert_eq!(hub.store().await.id.as_deref(), Some(format!("s:{seq}").as_str()));
    }
    assert_eq!(*running.state.borrow(), LinkState::Connected);
    running.stop().await;
}

#[tokio::test]
async fn verdicts_may_come_in_any_order() {
    let (broker, mut hub) = (Mosquitto::start().await, Hub::new());
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = device(&broker).await;
    // More than the receive maximum: the broker goes on only when the first are acknowledged.
    for round in 0..4 {
        let mut held = Vec::new();
        for seq in 0..8 {
            publish(&mut device, round * 8 + seq).await;
            held.push(hub.next().await);
        }
        while let Some(submission) = held.pop() {
            submission.verdict.send(xl_model::observation::Verdict::Stored(1)).unwrap();
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn after_a_restart_of_the_broker_everything_is_subscribed_again() {
    let (mut broker, mut hub) = (Mosquitto::start().await, Hub::new());
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    broker.stop().await;
    running.down(code::BROKER_UNREACHABLE).await;
    std::fs::remove_file(broker.folder.path().join("mosquitto.db")).unwrap(); // Its sessions are gone.
    broker.begin().await;
    running.connected().await;
    let mut device = device(&broker).await;
    publish(&mut device, 1).await;
    assert_eq!(hub.store().await.id.as_deref(), Some("s:1"));
    running.stop().await;
}

#[tokio::test]
async fn a_picture_of_two_mebibytes_passes() {
    let (broker, mut hub) = (Mosquitto::start().await, Hub::new());
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = device(&broker).await;
    publish(&mut device, 1).await;
    hub.store().await;
    let mut picture = vec![7; 2 << 20];
    picture[..3].copy_from_slice(b"\xff\xd8\xff");
    device.send_with("xl/v1/371122102/gh-1/image", picture.clone(), br#"{"sid":"s","seq":2}"#);
    let (observation, _) = tokio::join!(hub.store(), device.acknowledged());
    assert_eq!(observation.id.as_deref(), Some("s:2"));
    assert!(observation.picture.unwrap() == picture, "the same bytes");
    running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_parsed_is_recorded_and_does_not_stall_the_session() {
    let (broker, mut hub) = (Mosquitto::start().await, Hub::new());
    let mut running = Running::start(config(url(&broker)), &hub);
    running.connected().await;
    let mut device = device(&broker).await;
    publish(&mut device, 1).await;
    hub.store().await;
    for _ in 0..40 {
        device.send("xl/v1/371122102/gh-1/event", "{");
        device.acknowledged().await;
        let refusal = hub.refusal(code::BAD_JSON).await;
        assert_eq!(refusal.source, "371122102.gh-1");
    }
    publish(&mut device, 2).await;
    assert_eq!(hub.store().await.id.as_deref(), Some("s:2"), "more than the receive maximum were acknowledged");
    running.stop().await;
}

#[tokio::test]
async fn hubs_of_one_group_share_the_messages() {
    let (broker, mut one, mut two) = (Mosquitto::start().await, Hub::new(), Hub::new());
    let share = |client_id: &str| ClientConfig {
        client_id: client_id.to_owned(),
        share: Some("hubs".to_owned()),
        ..config(url(&broker))
    };
    let (mut first, mut second) = (Running::start(share("hub-1"), &one), Running::start(share("hub-2"), &two));
    first.connected().await;
    second.connected().await;
    let mut device = device(&broker).await;
    let (mut of_one, mut of_two) = (0, 0);
    for seq in 0..20 {
        publish(&mut device, seq).await;
        tokio::select! {
            _ = one.store() => of_one += 1,
            _ = two.store() => of_two += 1,
        }
    }
    assert!(of_one > 0 && of_two > 0 && one.is_quiet() && two.is_quiet(), "{of_one} and {of_two}");
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_refused_login_is_told_apart_from_a_broker_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    tool("mosquitto_passwd", "mosquitto", &["-c", "-b", file.to_str().unwrap(), "hub", "right"]).await;
    let further = format!("allow_anonymous false\npassword_file {}\n", file.display());
    let (mut broker, hub) = (Mosquitto::start_with(folder, &further).await, Hub::new());
    let login = |password: &str| ClientConfig {
        username: Some("hub".to_owned()),
        password: Some(password.to_owned()),
        ..config(url(&broker))
    };
    let (wrong, right) = (login("wrong"), login("right"));
    let mut running = Running::start(wrong, &hub);
    running.down(code::BAD_LOGIN).await;
    running.stop().await;
    let mut running = Running::start(right, &hub);
    running.connected().await;
    broker.stop().await;
    running.down(code::BROKER_UNREACHABLE).await;
    running.stop().await;
}

#[tokio::test]
async fn over_tls_only_a_broker_of_a_trusted_authority_is_believed() {
    let _ = rustls::crypto::ring::default_provider().install_default(); // Another test may have been first.
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (certificate, key) in [("own.pem", "own.key"), ("other.pem", "other.key")] {
        tool(
            "openssl",
            "openssl",
            &[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-keyout",
                &path(key),
                "-out",
                &path(certificate),
            ],
        )
        .await;
    }
    let (own, other) = (path("own.pem"), path("other.pem"));
    let further = format!("allow_anonymous true\ncertfile {own}\nkeyfile {}\n", path("own.key"));
    let (broker, hub) = (Mosquitto::start_with(folder, &further).await, Hub::new());
    let url = format!("mqtts://localhost:{}", broker.address.port());
    let trusting = |file: String| ClientConfig { ca_file: Some(file.into()), ..config(url.clone()) };
    let mut running = Running::start(trusting(own), &hub);
    running.connected().await;
    running.stop().await;
    let mut running = Running::start(trusting(other), &hub);
    running.down(code::BROKER_UNREACHABLE).await;
    running.stop().await;
}
