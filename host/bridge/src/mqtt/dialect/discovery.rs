//! Home Assistant discovery: a publisher says where it will speak and what that means.
//!
//! `<prefix>/<component>/[<node>/]<object>/config` fills a bounded table; later messages are read by it. Components taken:
//! `camera`, `image`, `event`, `binary_sensor`. A config is retained by design: it describes, and proves nothing about
//! life. Reads no clock.

mod availability;
mod config;
mod entity;
mod template;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use bytes::Bytes;
use xl_model::fault::Refused;

use super::Heard;
use super::Seen;
use super::What;
use super::fault;
use super::filter::BYTES_MOST;
use super::filter::is_topic;
use config::Config;
use entity::Entity;

/// What discovery topics begin with when nobody changed it.
pub const PREFIX: &str = "homeassistant";

/// Most entities in the table.
pub const ENTITIES_MOST: usize = 4096;

/// Most entities that one topic may feed: a bridge's own availability feeds all of them.
const FED_MOST: usize = 512;

/// The components that have to do with cameras.
const COMPONENTS: [&str; 4] = ["camera", "image", "event", "binary_sensor"];

/// What publishers have said about themselves.
#[derive(Debug)]
pub struct Discovery {
    prefix: String,
    entities: HashMap<String, Entity>,
    /// Which entities a topic feeds, by the topics of their configs.
    fed: HashMap<String, Vec<String>>,
}

impl Discovery {
    /// An empty table for configs below `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), entities: HashMap::new(), fed: HashMap::new() }
    }

    /// What to subscribe now: the configs, and the topics that they have named so far.
    pub fn filters(&self) -> Vec<String> {
        let configs = ["/+/+/config", "/+/+/+/config"].map(|levels| [&self.prefix, levels].concat());
        let mut named: Vec<String> = self.fed.keys().cloned().collect();
        named.sort_unstable();
        configs.into_iter().chain(named).collect()
    }

    /// Whether a topic is that of a config.
    pub fn is_config(&self, topic: &str) -> bool {
        self.component(topic).is_some()
    }

    /// Whether a topic is that of a config or one that a config has named.
    pub fn owns(&self, topic: &str) -> bool {
        self.is_config(topic) || self.fed.contains_key(topic)
    }

    /// How many entities are known.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether no entity is known.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// The component and object of a config's topic.
    fn component<'t>(&self, topic: &'t str) -> Option<(&'t str, &'t str)> {
        if topic.len() > BYTES_MOST {
            return None;
        }
        let inner = topic.strip_prefix(&self.prefix)?.strip_prefix('/')?.strip_suffix("/config")?;
        let levels: Vec<&str> = inner.splitn(4, '/').collect();
        let is_id =
            |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        match levels[..] {
            [component, object] | [component, _, object] if levels[1..].iter().all(|id| is_id(id)) => {
                Some((component, object))
            }
            _ => None,
        }
    }

    /// Reads one message. Only of a config it does not matter whether it is retained.
    ///
    /// # Errors
    /// [`xl_model::fault::code::UNKNOWN_TOPIC`]; for a config [`xl_model::fault::code::BAD_JSON`],
    /// [`xl_model::fault::code::BAD_FIELD`], [`fault::TEMPLATE_NOT_SUPPORTED`] and [`fault::TOO_MANY`]; for a picture what
    /// [`super::image::find`] refuses.
    pub fn read(&mut self, topic: &str, payload: &Bytes, retained: bool) -> Result<Heard, Refused> {
        if let Some((component, object)) = self.component(topic) {
            return if COMPONENTS.contains(&component) {
                self.configure(topic, component, object, payload)
            } else {
                Ok(Heard::default())
            };
        }
        let Some(fed) = self.fed.get(topic) else { return Err(super::unknown_topic("no config names this topic")) };
        if retained {
            return Ok(Heard::default());
        }
        let (mut heard, mut wrong) = (Heard::default(), None);
        for entity in fed {
            let Some(entity) = self.entities.get_mut(entity) else { continue };
            // What one entity cannot read, another may: a stranger's config must not silence a topic.
            match entity.read(topic, payload) {
                Err(refused) => wrong = Some(refused),
                // One device has many entities, and all of them share its availability.
                Ok(seen) => seen.into_iter().for_each(|seen| {
                    if !heard.seen.contains(&seen) {
                        heard.seen.push(seen);
                    }
                }),
            }
        }
        match wrong {
            Some(refused) if heard.seen.is_empty() => Err(refused),
            _ => Ok(heard),
        }
    }

    fn configure(&mut self, topic: &str, component: &str, object: &str, payload: &[u8]) -> Result<Heard, Refused> {
        if payload.is_empty() {
            return Ok(self.withdraw(topic));
        }
        let config = Config::read(payload)?;
        let entity = Entity::new(component, object, &config)?;
        let topics = entity.topics();
        if let Some(wrong) =
            topics.iter().find(|named| !is_topic(named) || named.starts_with("xl/") || self.is_config(named))
        {
            let named: String = crate::text::short(wrong, 64);
            return Err(Refused::new(
                xl_model::fault::code::BAD_FIELD,
                format!("`{named}` is no topic that a config may name"),
            ));
        }
        self.remove(topic);
        let is_full = |topic: &str| self.fed.get(topic).is_some_and(|fed| fed.len() >= FED_MOST);
        if self.entities.len() >= ENTITIES_MOST || topics.iter().any(|topic| is_full(topic)) {
            return Err(Refused::new(
                fault::TOO_MANY,
                format!("more than {ENTITIES_MOST} entities, or {FED_MOST} on one topic"),
            ));
        }
        for named in topics {
            self.fed.entry(named.to_owned()).or_default().push(topic.to_owned());
        }
        let seen = Seen::of(entity.publisher(), What::Described(config.described()));
        self.entities.insert(topic.to_owned(), entity);
        Ok(Heard::one(seen))
    }

    /// The device is gone when its last entity is.
    fn withdraw(&mut self, topic: &str) -> Heard {
        let Some(entity) = self.remove(topic) else { return Heard::default() };
        if self.entities.values().any(|other| other.publisher() == entity.publisher()) {
            return Heard::default();
        }
        Heard::one(Seen::of(entity.publisher(), What::Withdrawn))
    }

    fn remove(&mut self, topic: &str) -> Option<Entity> {
        let entity = self.entities.remove(topic)?;
        for named in entity.topics() {
            if let Some(fed) = self.fed.get_mut(named) {
                fed.retain(|other| other != topic);
                if fed.is_empty() {
                    self.fed.remove(named);
                }
            }
        }
        Some(entity)
    }
}
