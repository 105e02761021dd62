//! A device: rumqttc, polled by the test itself.

use std::net::SocketAddr;
use std::time::Duration;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::ConnectionError;
use rumqttc::v5::Event;
use rumqttc::v5::EventLoop;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::ConnectReturnCode;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use rumqttc::v5::mqttbytes::v5::PublishProperties;
use rumqttc::v5::mqttbytes::v5::SubscribeReasonCode;

use super::hub::LIMIT;

/// A connected device.
pub(crate) struct Device {
    pub(crate) client: AsyncClient,
    pub(crate) events: EventLoop,
}

/// What a device connects with.
pub(crate) fn options(broker: SocketAddr, user: &str, password: &str) -> MqttOptions {
    let client_id = format!("xl-{}", user.replace('.', "-"));
    let mut options = MqttOptions::new(client_id, broker.ip().to_string(), broker.port());
    options.set_credentials(user, password).set_max_packet_size(Some(8 << 20)).set_keep_alive(Duration::from_secs(30));
    options.set_outgoing_inflight_upper_limit(64); // Else it reserves room for 65,535.
    options
}

/// Connects, or tells why not.
pub(crate) async fn connect(options: MqttOptions) -> Result<Device, ConnectReturnCode> {
    let (client, mut events) = AsyncClient::new(options, 64);
    match tokio::time::timeout(LIMIT, events.poll()).await.expect("the broker answers") {
        Ok(Event::Incoming(Packet::ConnAck(_))) => Ok(Device { client, events }),
        Err(ConnectionError::ConnectionRefused(reason)) => Err(reason),
        other => panic!("{other:?}"),
    }
}

impl Device {
    /// Sends a message at `QoS` 1; its acknowledgement comes with [`Self::acknowledged`].
    pub(crate) fn send(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.client.try_publish(topic, QoS::AtLeastOnce, false, payload.into()).unwrap();
    }

    /// As `send`, with correlation data.
    pub(crate) fn send_with(&self, topic: &str, payload: impl Into<Vec<u8>>, correlation: &'static [u8]) {
        let properties =
            PublishProperties { correlation_data: Some(correlation.into()), ..PublishProperties::default() };
        self.client.try_publish_with_properties(topic, QoS::AtLeastOnce, false, payload.into(), properties).unwrap();
    }

    /// The next acknowledgement.
    pub(crate) async fn acknowledged(&mut self) -> PubAckReason {
        self.until(|packet| match packet {
            Packet::PubAck(ack) => Some(ack.reason),
            _ => None,
        })
        .await
    }

    /// The answer to a subscribe.
    pub(crate) async fn subscribe(&mut self, filter: &str) -> SubscribeReasonCode {
        self.client.try_subscribe(filter, QoS::AtLeastOnce).unwrap();
        self.until(|packet| match packet {
            Packet::SubAck(ack) => Some(ack.return_codes[0]),
            _ => None,
        })
        .await
    }

    /// The first incoming packet that `pick` takes.
    pub(crate) async fn until<T>(&mut self, mut pick: impl FnMut(Packet) -> Option<T>) -> T {
        let picked = async {
            loop {
                if let Event::Incoming(packet) = self.events.poll().await.unwrap()
                    && let Some(picked) = pick(packet)
                {
                    return picked;
                }
            }
        };
        tokio::time::timeout(LIMIT, picked).await.expect("the packet arrives")
    }

    /// Whether the broker acknowledges anything until it has closed the connection.
    pub(crate) async fn is_closed_without_acknowledgement(&mut self) -> bool {
        let closed = async {
            loop {
                match self.events.poll().await {
                    Ok(Event::Incoming(Packet::PubAck(_))) => return false,
                    Ok(_) => {}
                    Err(_) => return true,
                }
            }
        };
        tokio::time::timeout(LIMIT, closed).await.expect("the broker closes the connection")
    }

    /// Whether an acknowledgement is there, or comes within a moment.
    pub(crate) async fn is_acknowledged_already(&mut self) -> bool {
        let acknowledged = async {
            loop {
                if let Event::Incoming(Packet::PubAck(_)) = self.events.poll().await.unwrap() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_millis(100), acknowledged).await.is_ok()
    }
}
