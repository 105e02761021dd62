//! What the dialects of one broker say, as observations of registered cameras.
//!
//! Between the pure dialects and the way in: finds the camera of a publisher, lets only news through ([`Edges`]), tells
//! what a message proves, and sends who belongs to no camera to the waiting room. Waits for nothing and sends nothing.

mod news;

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;
use xl_model::id::Kind;
use xl_model::observation::Observation;
use xl_model::status::Reason;
use xl_model::status::evidence::Said;

use super::dialect::Dialect;
use super::dialect::Dialects;
use super::dialect::Level;
use super::dialect::Seen;
use super::dialect::What;
use super::dialect::fault;
use super::life::Life;
use super::native::Message;
use crate::edges::Edge;
use crate::edges::Edges;
use crate::edges::Limits;
use crate::port::Enrolments;
use crate::text;
use crate::topics::Change;
use crate::topics::Operation;
use crate::waiting::SharedRoom;

/// The longest name of a publisher by which it is looked for, in characters; the waiting room keeps as much.
const PUBLISHER_CHARS_MOST: usize = 128;

/// Open states of which it is remembered where they began; of further ones the end says less.
const OPEN_MOST: usize = 65_536;

/// What a message is to the hub.
#[derive(Debug, Default)]
pub(super) struct News {
    /// What goes to the log, in order.
    pub(super) observations: Vec<Observation>,
    /// Keys dropped because they would name a person, a face or a plate.
    pub(super) identities_dropped: u32,
    /// Whether there may be other topics to subscribe than before.
    pub(super) topics_changed: bool,
    /// Whether the same message is no longer news when it comes again, so that none of it may be lost.
    pub(super) is_told_once: bool,
}

/// The dialects of one broker with all that is remembered between messages.
pub(super) struct Hearing {
    dialects: Dialects,
    edges: Edges,
    /// Where an active state began, said again when it ends by itself.
    open: HashMap<(DeviceId, Kind, String), serde_json::Value>,
    /// The minute and how many pictures of it were taken, by registered camera.
    pictures: HashMap<CameraKey, (i64, u32)>,
    /// Which cameras were heard through a dialect: its bridge speaks for them.
    behind: HashMap<Dialect, HashSet<CameraKey>>,
    enrolments: Arc<dyn Enrolments>,
    waiting: SharedRoom,
    life: Arc<Life>,
}

impl Hearing {
    /// Nothing heard yet.
    pub(super) fn new(
        dialects: Dialects,
        enrolments: Arc<dyn Enrolments>,
        waiting: SharedRoom,
        life: Arc<Life>,
    ) -> Self {
        let edges = Edges::new(Limits::default());
        let (open, pictures, behind) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { dialects, edges, open, pictures, behind, enrolments, waiting, life }
    }

    /// What to subscribe at present.
    pub(super) fn filters(&self) -> Vec<String> {
        self.dialects.filters()
    }

    /// Which dialect reads this topic.
    pub(super) fn classify(&self, topic: &str) -> Option<Dialect> {
        self.dialects.classify(topic)
    }

    /// Hears one message.
    ///
    /// # Errors
    /// What is wrong with it, with the code that the operator sees.
    pub(super) fn hear(&mut self, dialect: Dialect, message: &Message, now_ms: TimestampMs) -> Result<News, Refused> {
        let heard = self.dialects.read(message, now_ms)?;
        let identities_dropped = heard.identities_dropped;
        let mut news = News { identities_dropped, is_told_once: true, ..News::default() };
        for seen in heard.seen {
            news.topics_changed |= matches!(seen.what, What::Described(_) | What::Withdrawn);
            if let What::Bridge { level } = seen.what {
                self.bridge(dialect, level);
                continue;
            }
            let publisher = text::short(&seen.publisher, PUBLISHER_CHARS_MOST);
            match self.camera(dialect, &publisher, &seen) {
                Some(camera) => news.observations.extend(self.see(dialect, camera, seen.what, message, now_ms)?),
                None => self.waiting.note(dialect, &publisher, &message.topic, &message.payload, now_ms),
            }
        }
        Ok(news)
    }

    /// Ends what was not confirmed in time, and drops pictures whose pieces took too long.
    pub(super) fn expire(&mut self, now_ms: TimestampMs) -> Vec<Observation> {
        self.dialects.expire(now_ms);
        let closed = self.edges.expire(now_ms);
        let ended = closed.into_iter().map(|closed| {
            let begun = self.open.remove(&(closed.camera.clone(), closed.kind.clone(), closed.source_key));
            news::ended(&closed.camera, closed.kind, begun)
        });
        ended.collect()
    }

    /// The line to the broker is new: what was active counts only when it is said again.
    pub(super) fn stale(&mut self, now_ms: TimestampMs) {
        let devices: HashSet<DeviceId> = self.open.keys().map(|(device, _, _)| device.clone()).collect();
        for device in devices {
            self.edges.stale(&device, now_ms);
        }
    }

    /// The camera that a publisher speaks for: the one that mapping row or topic names, else the one that adopted it.
    fn camera(&self, dialect: Dialect, publisher: &str, seen: &Seen) -> Option<CameraKey> {
        let named = seen.camera.clone().map(|device| CameraKey { township: device.township, camera: device.camera });
        named.filter(|camera| self.enrolments.knows(camera)).or_else(|| self.enrolments.camera(dialect, publisher))
    }

    fn see(
        &mut self,
        dialect: Dialect,
        camera: CameraKey,
        what: What,
        message: &Message,
        now_ms: TimestampMs,
    ) -> Result<Option<Observation>, Refused> {
        if !matches!(what, What::Described(_) | What::Withdrawn) {
            self.behind.entry(dialect).or_default().insert(camera.clone());
        }
        let alive = |reason: &str| self.life.saw(&camera, Said::Up, reason);
        match what {
            What::Picture { bytes, label } => {
                alive("picture");
                self.count_picture(&camera, &message.topic, now_ms)?;
                Ok(Some(news::picture(&camera, bytes, label)))
            }
            What::PictureAt { .. } => {
                alive("picture");
                Err(Refused::new(fault::URL_NOT_ALLOWED, "the hub fetches no picture that a message names"))
            }
            What::Change { change, time_ms, operation } => {
                alive("event");
                Ok(self.change(&camera, change, time_ms, operation, now_ms))
            }
            What::Telemetry { readings, time_ms } => {
                alive("telemetry");
                Ok(Some(news::telemetry(&camera, readings, time_ms)))
            }
            What::Presence { level, reason } => {
                let (said, word) = match level {
                    Level::Up => (Said::Up, "online"),
                    Level::Down => (Said::Offline, "offline"),
                    // Somebody has switched it off, or who would know is away: nobody can tell.
                    Level::Unknown | Level::Maintenance => (Said::Blind, Reason::BRIDGE_DOWN),
                };
                self.life.saw(&camera, said, reason.as_deref().unwrap_or(word));
                Ok(None)
            }
            What::Withdrawn => {
                self.life.saw(&camera, Said::Offline, "withdrawn");
                Ok(None)
            }
            What::Described(_) | What::Bridge { .. } => Ok(None),
        }
    }

    fn change(
        &mut self,
        camera: &CameraKey,
        change: Change,
        time_ms: Option<TimestampMs>,
        operation: Option<Operation>,
        now_ms: TimestampMs,
    ) -> Option<Observation> {
        let device = DeviceId { township: camera.township.clone(), camera: camera.camera.clone() };
        let edge = self.edges.see(&device, &change, operation, now_ms)?;
        let state = (device, change.kind.clone(), change.source_key.clone());
        match edge {
            Edge::Began if self.open.len() < OPEN_MOST => {
                let source = change.data.get("source").cloned().unwrap_or_default();
                self.open.insert(state, source);
            }
            Edge::Ended => drop(self.open.remove(&state)),
            Edge::Began | Edge::Happened | Edge::Differs => {}
        }
        Some(news::changed(camera, change, time_ms))
    }

    /// A bridge says whether it is there itself.
    fn bridge(&self, dialect: Dialect, level: Level) {
        let said = if level == Level::Up { Said::Sighted } else { Said::Blind };
        for camera in self.behind.get(&dialect).into_iter().flatten() {
            self.life.saw(camera, said, Reason::BRIDGE_DOWN);
        }
    }

    fn count_picture(&mut self, camera: &CameraKey, topic: &str, now_ms: TimestampMs) -> Result<(), Refused> {
        let Some(most) = self.dialects.pictures_per_min(topic) else { return Ok(()) };
        let minute = now_ms.div_euclid(60_000);
        let (of, taken) = self.pictures.entry(camera.clone()).or_insert((minute, 0));
        if *of != minute {
            (*of, *taken) = (minute, 0);
        }
        *taken = taken.saturating_add(1);
        if *taken > most {
            return Err(Refused::new(fault::TOO_MANY_PICTURES, format!("more than {most} pictures in this minute")));
        }
        Ok(())
    }
}
