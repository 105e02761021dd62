//! One connection of a camera to the hub's broker.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use rumqttc::NetworkOptions;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::town::Camera;
use crate::pipeline;

/// How long an acknowledgement may take; only a broken hub ever needs so long.
const LIMIT: Duration = Duration::from_secs(60);

/// A camera that waits for each acknowledgement.
pub(crate) struct Line {
    client: AsyncClient,
    acked: mpsc::Receiver<()>,
    _connection: AbortOnDropHandle<()>,
    topic: String,
    readings: Readings,
}

impl Line {
    /// Connects; `number` tells connections of one camera apart.
    pub(crate) fn new(broker: SocketAddr, camera: &Camera, number: usize) -> Self {
        let (acks, acked) = mpsc::channel(1);
        let (client, connection) = pipeline::connect(options(broker, camera, number), acks, None);
        Self { client, acked, _connection: connection, topic: camera.topic("telemetry"), readings: Readings::new() }
    }

    /// Sends a reading, until it is acknowledged.
    pub(crate) async fn say(&mut self) {
        let reading = self.readings.another();
        self.publish(self.topic.clone(), reading).await;
    }

    /// Sends a message, until it is acknowledged.
    pub(crate) async fn publish(&mut self, topic: String, payload: impl Into<Bytes>) {
        self.client.publish(topic, QoS::AtLeastOnce, false, payload).await.unwrap();
        tokio::time::timeout(LIMIT, self.acked.recv()).await.expect("it is acknowledged").unwrap();
    }
}

/// A camera that never stops sending, as fast as its broker reads; ends when dropped.
pub(crate) struct Hose {
    _connection: AbortOnDropHandle<()>,
    _sending: AbortOnDropHandle<()>,
}

impl Hose {
    /// Connects and begins; `number` as in [`Line::new`].
    pub(crate) fn new(broker: SocketAddr, camera: &Camera, number: usize) -> Self {
        // Nobody counts the acknowledgements.
        let (client, connection) = pipeline::connect(options(broker, camera, number), mpsc::channel(1).0, None);
        let (topic, mut readings) = (camera.topic("telemetry"), Readings::new());
        let send = async move {
            while client.publish(topic.clone(), QoS::AtLeastOnce, false, readings.another()).await.is_ok() {}
        };
        Self { _connection: connection, _sending: AbortOnDropHandle::new(tokio::spawn(send)) }
    }
}

fn options(broker: SocketAddr, camera: &Camera, number: usize) -> MqttOptions {
    let user = camera.user();
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true); // Held back on our side, a reading would seem to be acknowledged late.
    let mut options = pipeline::options(broker, &format!("bench-{user}-{number}"));
    options.set_credentials(user, &camera.password).set_network_options(network);
    options
}

/// Readings of one session, each another one.
struct Readings {
    sid: String,
    seq: u64,
}

impl Readings {
    fn new() -> Self {
        Self { sid: format!("{:016x}", rand::random::<u64>()), seq: 0 }
    }

    fn another(&mut self) -> String {
        self.seq += 1;
        let Self { sid, seq } = self;
        format!(r#"{{"v":1,"sid":"{sid}","seq":{seq},"m":{{"temp_c":21.5,"rh_pct":71.5,"lux":18250}}}}"#)
    }
}
