//! One camera: who it is, how it stands, and the handle by which a test rules and judges it.
//!
//! All that changes lies behind one lock, held for the length of a call and never while waiting. Who waits for something
//! to happen (a long poll) waits on `Device::watch` and looks again.

pub(crate) mod imaging;
pub(crate) mod ptz;
pub(crate) mod subscription;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use tokio::sync::OnceCell;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::imaging::Imaging;
use self::ptz::Ptz;
use self::subscription::Message;
use self::subscription::Operation;
use self::subscription::Subscription;
use crate::auth;
use crate::auth::Auth;
use crate::auth::Guard;
use crate::clock::Clock;
use crate::clock::Moment;
use crate::fault::Fault;
use crate::fleet::Manner;
use crate::record::Record;

/// The topic of [`Device::motion`].
pub const MOTION: &str = "tns1:VideoSource/MotionAlarm";

/// The token of the one video source.
pub(crate) const VIDEO_SOURCE: &str = "vs-1";

/// `SIMULATE` in ASCII, the upper half of all endpoints.
const ENDPOINT_PREFIX: u128 = 0x5349_4d55_4c41_5445 << 64;

/// How far the clock falls back at a restart: half a year, as in Home Assistant issue 121952.
const HALF_A_YEAR_SECONDS: i64 = 183 * 86_400;

/// Properties remembered by topic and source; a test that raises more forgets the first.
const PROPERTIES: usize = 256;

/// A handle on one camera; clones are the same camera.
#[derive(Debug, Clone)]
pub struct Device(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    number: usize,
    address: SocketAddr,
    manner: Arc<Manner>,
    clock: Clock,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    elsewhere: OnceCell<SocketAddr>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// All of a camera that changes.
#[derive(Debug)]
pub(crate) struct State {
    faults: BTreeSet<Fault>,
    password: String,
    pub(crate) record: Record,
    pub(crate) guard: Guard,
    pub(crate) subscriptions: BTreeMap<u64, Subscription>,
    pub(crate) last_subscription: u64,
    pub(crate) last_created: Option<Moment>,
    /// The last message of each property.
    properties: BTreeMap<(String, Vec<(String, String)>), Message>,
    pub(crate) ptz: Ptz,
    pub(crate) imaging: Imaging,
    /// The picture's address that is good now, when addresses expire.
    pub(crate) ticket: u64,
}

impl Device {
    pub(crate) fn new(
        number: usize,
        address: SocketAddr,
        manner: Arc<Manner>,
        faults: &[Fault],
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        let clock = Clock::new(manner.skew_seconds);
        let state = State {
            faults: faults.iter().copied().collect(),
            password: manner.password.clone(),
            record: Record::default(),
            guard: Guard::default(),
            subscriptions: BTreeMap::new(),
            last_subscription: 0,
            last_created: None,
            properties: BTreeMap::new(),
            ptz: Ptz::default(),
            imaging: Imaging::default(),
            ticket: 0,
        };
        let (changes, _) = watch::channel(0);
        let inner = Inner {
            number,
            address,
            manner,
            clock,
            state: Mutex::new(state),
            changes,
            elsewhere: OnceCell::new(),
            tasks,
            shutdown,
        };
        let device = Self(Arc::new(inner));
        device.note(MOTION, &[("Source", VIDEO_SOURCE)], &[("State", "false")]);
        device
    }

    /// Counted from 1.
    pub fn number(&self) -> usize {
        self.0.number
    }

    /// Says that it is simulated, so that nobody takes it for a real one.
    pub fn name(&self) -> String {
        format!("SIM-{:03}", self.0.number)
    }

    /// Its serial number.
    pub fn serial(&self) -> String {
        format!("SIM{:09}", self.0.number)
    }

    /// The address by which WS-Discovery knows it, `urn:uuid:…`.
    ///
    /// It follows from where it listens, so that it is the same in the next run and no other fleet of the machine has it.
    pub fn endpoint(&self) -> String {
        let host = match self.0.address.ip() {
            IpAddr::V4(ip) => u128::from(ip.to_bits()),
            IpAddr::V6(ip) => ip.to_bits() & 0xffff_ffff,
        };
        let place = host << 16 | u128::from(self.0.address.port());
        format!("urn:uuid:{}", Uuid::from_u128(ENDPOINT_PREFIX | place))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// The address of its device service.
    pub fn url(&self) -> String {
        format!("http://{}/onvif/device_service", self.0.address)
    }

    /// Shows a fault from now on.
    pub fn set(&self, fault: Fault) {
        self.state().faults.insert(fault);
        self.tell();
    }

    /// Shows it no more.
    pub fn clear(&self, fault: Fault) {
        self.state().faults.remove(&fault);
        self.tell();
    }

    /// Shows none any more.
    pub fn clear_all(&self) {
        self.state().faults.clear();
        self.tell();
    }

    /// Whether it shows that fault.
    pub fn has(&self, fault: Fault) -> bool {
        self.state().faults.contains(&fault)
    }

    /// Lets something happen in front of the camera: everybody who is subscribed gets the message.
    ///
    /// `topic` carries its prefix (`tns1:…`); `source` and `data` are names and values.
    pub fn raise(&self, topic: &str, source: &[(&str, &str)], data: &[(&str, &str)]) {
        let message = self.note(topic, source, data);
        let mut state = self.state();
        let is_end = |(_, value): &(String, String)| matches!(value.as_str(), "false" | "0");
        let swallowed = state.faults.contains(&Fault::MotionNeverClears)
            && topic.contains("Motion")
            && message.data.iter().any(is_end);
        if !swallowed {
            state.hand_out(&message);
        }
        drop(state);
        self.tell();
    }

    /// Begins or ends a motion.
    pub fn motion(&self, moves: bool) {
        self.raise(MOTION, &[("Source", VIDEO_SOURCE)], &[("State", if moves { "true" } else { "false" })]);
    }

    /// What happened so far.
    pub fn record(&self) -> Record {
        let now = self.now();
        let mut state = self.state();
        state.expire(now);
        let mut record = state.record.clone();
        record.subscriptions_alive = state.subscriptions.len();
        record.clear_text_passwords = state.guard.clear_text;
        record.replays = state.guard.replays;
        record.ptz = state.ptz.record(now);
        record
    }

    /// Restarts: subscriptions, nonces, locks and movements are gone, and the clock is half a year behind.
    pub fn reboot(&self) {
        self.0.clock.set_skew(-HALF_A_YEAR_SECONDS);
        let now = self.now();
        let mut state = self.state();
        state.subscriptions.clear();
        state.last_created = None;
        state.guard.restart();
        state.ptz.stop(now, true, true);
        state.ticket += 1;
        state.record.reboots += 1;
        drop(state);
        self.tell();
    }

    /// Sets the error of its clock, in seconds; negative is behind.
    pub fn set_skew(&self, seconds: i64) {
        self.0.clock.set_skew(seconds);
    }

    /// Lets so much time pass at once: what expires, expires, and the clock goes forward.
    pub fn pass(&self, time: Duration) {
        self.0.clock.pass(time);
        self.tell();
    }

    /// The time that the camera tells.
    pub fn utc(&self) -> DateTime<Utc> {
        let time = self.0.clock.utc();
        match self.has(Fault::WrongClock) {
            true => time.checked_sub_signed(TimeDelta::seconds(HALF_A_YEAR_SECONDS)).unwrap_or(time),
            false => time,
        }
    }

    /// Forgets wrong logins and the lock that they led to.
    pub fn unlock(&self) {
        self.state().guard.unlock();
    }

    /// Changes the password of its user.
    pub fn set_password(&self, password: &str) {
        self.state().password = password.to_owned();
    }

    pub(crate) fn password(&self) -> String {
        self.state().password.clone()
    }

    /// What it accepts as a login, faults considered.
    pub(crate) fn auth(&self) -> Auth {
        let state = self.state();
        auth::in_force(self.0.manner.auth, |fault| state.faults.contains(&fault))
    }

    pub(crate) fn manner(&self) -> &Manner {
        &self.0.manner
    }

    pub(crate) fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// A client has set the clock.
    pub(crate) fn set_time(&self, time: DateTime<Utc>) {
        self.0.clock.set(time);
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Each change is whole by itself, so a panic of another thread leaves nothing half done.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts up whenever somebody who waits should look again.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    pub(crate) fn shutdown(&self) -> &CancellationToken {
        &self.0.shutdown
    }

    /// The second port, for subscriptions that live elsewhere.
    pub(crate) fn elsewhere(&self) -> &OnceCell<SocketAddr> {
        &self.0.elsewhere
    }

    /// Wakes who waits.
    pub(crate) fn tell(&self) {
        self.0.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Remembers how a property stands now.
    fn note(&self, topic: &str, source: &[(&str, &str)], data: &[(&str, &str)]) -> Message {
        let owned = |items: &[(&str, &str)]| -> Vec<(String, String)> {
            items.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let message = Message {
            topic: topic.to_owned(),
            source: owned(source),
            data: owned(data),
            operation: Operation::Changed,
            time: self.utc(),
        };
        let mut state = self.state();
        if state.properties.len() >= PROPERTIES {
            state.properties.pop_first();
        }
        state.properties.insert((message.topic.clone(), message.source.clone()), message.clone());
        message
    }
}

impl State {
    /// Takes out the subscriptions whose time has come.
    pub(crate) fn expire(&mut self, now: Moment) {
        self.subscriptions.retain(|_, subscription| subscription.ends > now);
    }

    /// The properties as they stand, for somebody who has just come.
    pub(crate) fn standing(&self) -> Vec<Message> {
        let as_it_is = |message: &Message| Message { operation: Operation::Initialized, ..message.clone() };
        self.properties.values().map(as_it_is).collect()
    }

    fn hand_out(&mut self, message: &Message) {
        for subscription in self.subscriptions.values_mut() {
            if subscription.push(message.clone()) {
                self.record.messages_dropped += 1;
            }
        }
    }
}
