//! Whether an entity is there: one topic or several, and how they are taken together.

use serde_json::Map;
use serde_json::Value;
use xl_model::fault::Refused;

use super::config::Config;
use super::config::cut;
use super::template::Template;
use crate::mqtt::dialect::Level;
use crate::mqtt::json;

/// Most availability topics of one entity.
const TOPICS_MOST: usize = 8;

/// How several topics are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    All,
    Any,
    Latest,
}

/// The availability topics of an entity and what they said.
#[derive(Debug)]
pub(super) struct Availability {
    mode: Mode,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    topic: String,
    available: String,
    not_available: String,
    template: Template,
    said: Option<bool>,
}

impl Availability {
    /// What a config says about availability.
    pub(super) fn of(config: &Config) -> Result<Self, Refused> {
        let mode = match config.text("availability_mode") {
            None | Some("latest") => Mode::Latest,
            Some("all") => Mode::All,
            Some("any") => Mode::Any,
            Some(_) => return Err(json::field("availability_mode", "must be `all`, `any` or `latest`")),
        };
        let mut sources = Vec::new();
        if let Some(topic) = config.topic("availability_topic") {
            let template = Template::read(config.text("availability_template"))?;
            let available = config.word("payload_available", "online");
            let not_available = config.word("payload_not_available", "offline");
            sources.push(Source { topic, available, not_available, template, said: None });
        }
        for one in config.availability().into_iter().take(TOPICS_MOST) {
            if let Some(topic) = text(&one, "topic") {
                let template = Template::read(text(&one, "value_template"))?;
                let word = |key, default| cut(text(&one, key).unwrap_or(default));
                let (available, not_available) =
                    (word("payload_available", "online"), word("payload_not_available", "offline"));
                sources.push(Source { topic: config.filled(topic), available, not_available, template, said: None });
            }
        }
        Ok(Self { mode, sources })
    }

    /// The topics.
    pub(super) fn topics(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.topic.as_str())
    }

    /// Takes a live message; the level, where this can be told from what was said live so far.
    pub(super) fn read(&mut self, topic: &str, payload: &[u8]) -> Option<Level> {
        let mut latest = None;
        for source in self.sources.iter_mut().filter(|source| source.topic == topic) {
            let value = source.template.value(payload)?;
            latest = match value {
                value if value == source.available => Some(true),
                value if value == source.not_available => Some(false),
                _ => continue,
            };
            source.said = latest;
        }
        let is_there = match (self.mode, latest?) {
            (Mode::Latest, is_there) => Some(is_there),
            (Mode::Any, true) => Some(true),
            (Mode::All, false) => Some(false),
            // The others decide, once all of them have spoken.
            (Mode::Any, false) => self.sources.iter().all(|source| source.said == Some(false)).then_some(false),
            (Mode::All, true) => self.sources.iter().all(|source| source.said == Some(true)).then_some(true),
        };
        is_there.map(|is_there| if is_there { Level::Up } else { Level::Down })
    }
}

fn text<'m>(object: &'m Map<String, Value>, key: &str) -> Option<&'m str> {
    object.get(key).and_then(Value::as_str)
}
