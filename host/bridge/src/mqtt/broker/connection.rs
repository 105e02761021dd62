//! One connection: answers mqtt5 what its device may do, and hands over what it says before it is acknowledged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use mqtt5::QoS;
use mqtt5::broker::AuthProvider;
use mqtt5::broker::AuthResult;
use mqtt5::broker::events::BrokerEventHandler;
use mqtt5::broker::events::ClientDisconnectEvent;
use mqtt5::broker::events::ClientPublishEvent;
use mqtt5::broker::events::PublishAction;
use mqtt5::error::MqttError;
use mqtt5::packet::connect::ConnectPacket;
use mqtt5::packet::publish::PublishPacket;
use mqtt5::protocol::v5::reason_codes::ReasonCode;
use tokio_util::sync::CancellationToken;
use tracing::debug;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;

use super::NOT_MQTT;
use super::Shared;
use super::TOO_MANY_CONNECTIONS;
use super::live::Knock;
use super::rights;
use crate::mqtt::intake::Taken;
use crate::mqtt::native::Message;
use crate::mqtt::pace::Pace;
use crate::port::Principal;

/// The place of a refusal that concerns the connection itself.
const CONNECT: &str = "connect";

/// Where a message goes that must not be acknowledged: a topic that nobody may subscribe to.
const NOWHERE: &str = "xl/not-acknowledged";

/// One connection, from accept to end.
pub(super) struct Connection {
    shared: Arc<Shared>,
    address: SocketAddr,
    cut: CancellationToken,
    knock: Mutex<Option<Knock>>,
    login: OnceLock<Login>,
    will: Mutex<Option<Message>>,
}

/// Who logged in.
struct Login {
    who: Principal,
    user: String,
    client_id: String,
    pace: Arc<Pace>,
}

impl Connection {
    /// A connection that has not logged in.
    pub(super) fn new(shared: Arc<Shared>, address: SocketAddr, knock: Knock) -> Self {
        Self {
            cut: shared.stop.child_token(),
            shared,
            address,
            knock: Mutex::new(Some(knock)),
            login: OnceLock::new(),
            will: Mutex::default(),
        }
    }

    /// Waits until the connection is to end: its device is disabled, or the broker stops.
    pub(super) async fn cut(&self) {
        self.cut.cancelled().await;
    }

    /// Ends after `limit` when nobody has logged in by then, else never.
    pub(super) async fn not_logged_in_after(&self, limit: Duration) {
        tokio::time::sleep(limit).await;
        if self.login.get().is_some() {
            std::future::pending::<()>().await;
        }
        self.refuse(CONNECT, Refused::new(NOT_MQTT, format!("no login within {} s", limit.as_secs())), &[]);
    }

    /// Records why the connection ended, where it is the device's fault, and forgets it.
    pub(super) fn ended(&self, outcome: Result<(), MqttError>) {
        self.cut.cancel();
        if let Some(login) = self.login.get() {
            self.shared.live.leave(&login.who.id, &login.client_id);
        }
        let refused = match outcome {
            Err(MqttError::PacketTooLarge { size, max }) => {
                Refused::new(code::PACKET_TOO_LARGE, format!("packet of {size} bytes: at most {max}"))
            }
            Err(MqttError::InvalidClientId(_)) => Refused::new(code::BAD_LOGIN, "the client id is not valid"),
            Err(
                error @ (MqttError::ProtocolError(_)
                | MqttError::MalformedPacket(_)
                | MqttError::InvalidTopicName(_)
                | MqttError::InvalidTopicFilter(_)
                | MqttError::InvalidPacketType(_)
                | MqttError::InvalidPropertyId(_)
                | MqttError::DuplicatePropertyId(_)
                | MqttError::InvalidReasonCode(_)
                | MqttError::InvalidQoS(_)
                | MqttError::UnsupportedProtocolVersion),
            ) => Refused::new(NOT_MQTT, error.to_string().chars().take(128).collect::<String>()),
            Err(error) => {
                debug!(address = %self.address, %error, "a device's connection ended");
                return;
            }
            Ok(()) => return,
        };
        self.refuse(CONNECT, refused, &[]);
    }

    /// Who this is as far as we know.
    fn refuse(&self, place: &str, refused: Refused, payload: &[u8]) {
        let address;
        let source = match self.login.get() {
            Some(login) => &login.user,
            None => {
                address = self.address.ip().to_string();
                &address
            }
        };
        self.shared.refuser.refuse(source, place, refused, payload);
    }

    /// Checks a CONNECT whole: names, password, Last Will.
    fn log_in(&self, connect: &ConnectPacket) -> Result<String, Refused> {
        rights::client_id(&connect.client_id)?;
        let user = connect.username.as_deref().ok_or_else(|| Refused::new(code::BAD_LOGIN, "no user name"))?;
        let password = connect.password.as_deref().unwrap_or_default();
        let (who, pace) = self.shared.live.enter(&connect.client_id, &self.cut, || {
            let who = self.shared.devices.login(user, password)?;
            match &connect.will {
                Some(will) => rights::will(&who, &will.topic).map(|()| who),
                None => Ok(who),
            }
        })?;
        let login = Login { who, user: user.to_owned(), client_id: connect.client_id.clone(), pace };
        if let Err(login) = self.login.set(login) {
            self.shared.live.leave(&login.who.id, &login.client_id); // mqtt5 takes one CONNECT only.
        }
        drop(take(&self.knock));
        if let Some(will) = &connect.will {
            let message = Message {
                topic: will.topic.clone(),
                payload: Bytes::from(will.payload.clone()),
                correlation: None,
                retained: false,
            };
            *self.will.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
        }
        Ok(user.to_owned())
    }

    /// Hands a message over and waits for the verdict.
    async fn published(&self, event: ClientPublishEvent) -> PublishAction {
        let Some(login) = self.login.get() else { return not_acknowledged() };
        if self.cut.is_cancelled() {
            return not_acknowledged();
        }
        let message = Message {
            topic: event.topic.as_ref().to_owned(),
            payload: event.payload,
            correlation: event.correlation_data,
            retained: false, // The flag of a publisher asks to keep it; it does not say that it was kept.
        };
        let settled = async {
            login.pace.wait(message.payload.len()).await;
            self.submit(&login.user, &message).await
        };
        tokio::select! {
            biased;
            settled = settled => if settled {
                return PublishAction::Handled;
            },
            () = self.cut.cancelled() => {}
        }
        // The hub is stopping or the device is cut: without its PUBACK the device sends it again, to whoever comes next.
        self.cut.cancel();
        not_acknowledged()
    }

    /// Whether the message is settled: stored, repeated or recorded as refused.
    async fn submit(&self, user: &str, message: &Message) -> bool {
        let Ok(_place) = self.shared.waiting.acquire().await else { return false };
        let (taken, _) = self.shared.intake.take(Some(user), message).await; // Nothing is subscribed here.
        match taken {
            Taken::Settled => true,
            Taken::Waiting(verdicts) => {
                for verdict in verdicts {
                    let Ok(verdict) = verdict.await else { return false };
                    self.shared.intake.count(&verdict);
                }
                true
            }
            Taken::Stopping => false,
        }
    }

    /// The Last Will speaks when the connection broke, not when we ended it.
    async fn disconnected(&self, event: ClientDisconnectEvent) {
        let will = take(&self.will);
        let (Some(login), Some(will), true) = (self.login.get(), will, event.unexpected) else { return };
        tokio::select! {
            biased;
            () = self.cut.cancelled() => {}
            _ = self.submit(&login.user, &will) => {}
        }
    }
}

impl AuthProvider for Connection {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        _address: SocketAddr,
    ) -> BoxFuture<'a, mqtt5::error::Result<AuthResult>> {
        let result = self.log_in(connect).map(AuthResult::success_with_user).unwrap_or_else(|refused| {
            let reason = match refused.code {
                code::BAD_LOGIN => ReasonCode::BadUsernameOrPassword,
                TOO_MANY_CONNECTIONS => ReasonCode::QuotaExceeded,
                _ => ReasonCode::NotAuthorized,
            };
            let address = self.address.ip().to_string();
            // Another text may be the password in the wrong field: it is not kept.
            let user = connect.username.as_deref().filter(|user| user.parse::<DeviceId>().is_ok());
            let source = user.unwrap_or(&address);
            self.shared.refuser.refuse(source, CONNECT, refused, &[]);
            AuthResult::fail(reason)
        });
        Box::pin(std::future::ready(Ok(result)))
    }

    fn authorize_publish<'a>(
        &'a self,
        _client_id: &str,
        _user: Option<&'a str>,
        topic: &'a str,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(login) = self.login.get() else { return false };
            // A refusal would be acknowledged, and the device would drop what nobody kept: `published` answers nothing.
            if self.cut.is_cancelled() {
                return true;
            }
            match rights::publish(&login.who, topic, &*self.shared.enrolments) {
                Ok(()) => true,
                Err(refused) => {
                    self.refuse(topic, refused, &[]);
                    tokio::select! {
                        () = login.pace.wait(0) => {}
                        () = self.cut.cancelled() => {}
                    }
                    false
                }
            }
        })
    }

    fn authorize_subscribe<'a>(
        &'a self,
        _client_id: &str,
        _user: Option<&'a str>,
        filter: &'a str,
    ) -> BoxFuture<'a, bool> {
        let refused = match self.login.get() {
            Some(login) => rights::subscribe(&login.who.id, filter).err(),
            None => return Box::pin(std::future::ready(false)),
        };
        let may = refused.is_none();
        if let Some(refused) = refused {
            self.refuse(filter, refused, &[]);
        }
        Box::pin(std::future::ready(may))
    }
}

impl BrokerEventHandler for Connection {
    fn on_client_publish<'a>(&'a self, event: ClientPublishEvent) -> BoxFuture<'a, PublishAction> {
        Box::pin(self.published(event))
    }

    fn on_client_disconnect<'a>(&'a self, event: ClientDisconnectEvent) -> BoxFuture<'a, ()> {
        Box::pin(self.disconnected(event))
    }
}

/// Ends mqtt5's work on a message without an acknowledgement: at `QoS` 0 it sends none.
fn not_acknowledged() -> PublishAction {
    PublishAction::Transform(PublishPacket::new(NOWHERE, Bytes::new(), QoS::AtMostOnce))
}

fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}
