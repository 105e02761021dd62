//! One supervised connection to somebody else's broker; client and sender each hold one.
//!
//! rumqttc reconnects at once, keeps what it had queued for the old connection and may acknowledge it on the new one.
//! So every connection here gets an event loop of its own: an acknowledgement or a message of an older connection has no
//! way into a newer one, and what was not acknowledged comes again from where it is kept. The task that polls only moves
//! messages; a `Session` decides what they mean.

mod options;

use std::time::Duration;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::ConnectionError;
use rumqttc::v5::Event;
use rumqttc::v5::EventLoop;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::StateError;
use rumqttc::v5::mqttbytes::v5::ConnectReturnCode;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::info;
use tracing::warn;
use xl_model::fault::Refused;
use xl_model::fault::code;

pub(super) use options::options;

/// The first delay before a new attempt; each failure doubles it.
const DELAY_FIRST: Duration = Duration::from_millis(250);

/// The longest delay before a new attempt: a county is back within a minute of its broker.
const DELAY_MOST: Duration = Duration::from_secs(30);

/// How long a connection must have held to start again with the first delay.
const HEALTHY: Duration = Duration::from_secs(30);

/// How long the broker gets to hear that we leave.
const FAREWELL: Duration = Duration::from_millis(500);

/// Whether a link holds; watched by health.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkState {
    /// The first attempt has not ended yet.
    #[default]
    Connecting,
    /// Connected, and ready to receive or send.
    Connected,
    /// Not connected, and why; the next attempt follows by itself.
    Down(Refused),
}

/// One connection's work. Its methods are called by the task that polls: they must not wait.
pub(super) trait Session {
    /// Takes an event.
    ///
    /// # Errors
    /// Why the connection must end.
    fn event(&mut self, event: Event) -> Result<(), Refused>;

    /// Waits until it can take an event; nothing is read meanwhile, so the broker waits too.
    fn room(&self) -> impl Future<Output = ()> + Send;

    /// Whether it can receive or send: every subscription is granted.
    fn is_ready(&self) -> bool;

    /// Cancelled when the work cannot go on and the connection must end.
    fn broken(&self) -> CancellationToken;
}

/// How one link is kept up.
pub(super) struct Link {
    /// Its name in the log.
    pub(super) name: &'static str,
    /// Requests that wait for the task that polls: acknowledgements, messages, one subscribe.
    pub(super) requests: usize,
    /// Where the state is told.
    pub(super) state: watch::Sender<LinkState>,
}

impl Link {
    /// Connects again and again until `stop`; `options` says how, or what of the configuration cannot be used, `open` makes
    /// the work of each connection.
    pub(super) async fn supervise<S: Session>(
        self,
        stop: CancellationToken,
        options: impl Fn() -> Result<MqttOptions, Refused>,
        mut open: impl FnMut(AsyncClient) -> S,
    ) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let mut since = None;
            let Err(fault) = self.connection(&stop, options(), &mut open, &mut since).await else { return };
            self.tell(LinkState::Down(fault));
            if since.is_some_and(|since| since.elapsed() >= HEALTHY) {
                failures = 0;
            }
            let delay = delay(failures, rand::random_range(0.5..=1.0));
            failures += 1;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(delay) => {}
            }
        }
    }

    /// One connection, until it breaks (the fault) or `stop`.
    async fn connection<S: Session>(
        &self,
        stop: &CancellationToken,
        options: Result<MqttOptions, Refused>,
        open: &mut impl FnMut(AsyncClient) -> S,
        since: &mut Option<Instant>,
    ) -> Result<(), Refused> {
        let (client, mut events) = AsyncClient::new(options?, self.requests);
        tokio::select! {
            first = events.poll() => drop(first.map_err(|error| fault(&error))?), // rumqttc's first event is the ConnAck.
            () = stop.cancelled() => return Ok(()),
        }
        *since = Some(Instant::now());
        let mut session = open(client.clone());
        let mut told = false;
        let broken = session.broken();
        let (stopped, broken) = (stop.cancelled(), broken.cancelled());
        tokio::pin!(stopped, broken);
        loop {
            if !told && session.is_ready() {
                told = true;
                self.tell(LinkState::Connected);
            }
            tokio::select! {
                // rumqttc's poll takes part in tokio's budget, so the others get their turn under load as well.
                biased;
                event = next(&session, &mut events) => session.event(event.map_err(|error| fault(&error))?)?,
                () = &mut broken => {
                    return Err(Refused::new(code::BROKER_UNREACHABLE, "the hub takes no messages at present"));
                }
                () = &mut stopped => break,
            }
        }
        drop(session);
        say_goodbye(&client, &mut events).await;
        Ok(())
    }

    /// Tells a new state, and logs it once.
    fn tell(&self, state: LinkState) {
        let name = self.name;
        let known = self.state.send_replace(state.clone());
        match (&state, &known) {
            (LinkState::Connected, LinkState::Connected) => {}
            (LinkState::Connected, _) => info!(link = name, "`{name}`: connected"),
            (LinkState::Down(fault), LinkState::Down(before)) if fault.code == before.code => {}
            (LinkState::Down(fault), _) => {
                warn!(link = name, code = %fault.code, "`{name}`: not connected: {}", fault.detail);
            }
            (LinkState::Connecting, _) => {}
        }
    }
}

/// The next event, when there is room for it.
async fn next<S: Session>(session: &S, events: &mut EventLoop) -> Result<Event, ConnectionError> {
    session.room().await;
    events.poll().await
}

/// So that the broker does not take us for broken.
async fn say_goodbye(client: &AsyncClient, events: &mut EventLoop) {
    if client.try_disconnect().is_ok() {
        let said = async {
            while let Ok(event) = events.poll().await {
                if event == Event::Outgoing(rumqttc::Outgoing::Disconnect) {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(FAREWELL, said).await; // It only looks less tidy in the broker's log.
    }
}

/// How long to wait after so many failures in a row; `jitter` keeps a county's hubs apart.
fn delay(failures: u32, jitter: f64) -> Duration {
    DELAY_FIRST.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(DELAY_MOST).mul_f64(jitter)
}

/// What a broken connection means to an operator.
fn fault(error: &ConnectionError) -> Refused {
    let code = match error {
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::BadUserNamePassword
            | ConnectReturnCode::NotAuthorized
            | ConnectReturnCode::Banned
            | ConnectReturnCode::BadAuthenticationMethod
            | ConnectReturnCode::BadClientId
            | ConnectReturnCode::ClientIdentifierNotValid,
        ) => code::BAD_LOGIN,
        ConnectionError::MqttState(
            StateError::IncomingPacketTooLarge { .. } | StateError::OutgoingPacketTooLarge { .. },
        ) => code::PACKET_TOO_LARGE,
        _ => code::BROKER_UNREACHABLE,
    };
    Refused::new(code, error.to_string().chars().take(256).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_half_a_minute_and_jitter_halves_them_at_most() {
        let delays: Vec<_> = (0..9).map(|failures| delay(failures, 1.0).as_millis()).collect();
        assert_eq!(delays, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(delay(0, 0.5).as_millis(), 125);
        assert_eq!(delay(u32::MAX, 1.0), DELAY_MOST);
    }

    #[test]
    fn a_refused_login_is_told_apart_from_a_broker_that_is_away() {
        let refused = fault(&ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword));
        assert_eq!(refused.code, code::BAD_LOGIN);
        let away = fault(&ConnectionError::Io(std::io::ErrorKind::ConnectionRefused.into()));
        assert_eq!(away.code, code::BROKER_UNREACHABLE);
    }
}
