//! The items of a notification: boolean words, where it comes from, and what of it is kept.

use serde_json::Map;
use serde_json::Value;

use super::Notification;
use crate::identity;
use crate::text;

/// Most items that are kept of one notification.
const ITEMS_MOST: usize = 32;

/// The longest name of an item that is kept, in characters.
const NAME_CHARS_MOST: usize = 64;

/// The longest value that is kept, in characters.
const VALUE_CHARS_MOST: usize = 256;

/// The longest token or rule in a source, in characters.
const TOKEN_CHARS_MOST: usize = 64;

/// The longest path in a source key, in characters.
const PATH_CHARS_MOST: usize = 240;

/// Items that name a video source, input or relay, in the order in which they are believed.
const TOKENS: [&str; 9] = [
    "VideoSourceConfigurationToken",
    "VideoSourceToken",
    "VideoSource",
    "Source",
    "AudioSourceConfigurationToken",
    "RelayToken",
    "InputToken",
    "RecordingJobToken",
    "Token",
];

/// Items that name the analytics that looked.
const ANALYTICS: [&str; 2] = ["VideoAnalyticsConfigurationToken", "AudioAnalyticsConfigurationToken"];

/// Items that name the rule that fired.
const RULES: [&str; 2] = ["Rule", "RuleName"];

/// Tokens that some firmware sends in place of the right one, which makes every event arrive twice (onvif-parsers).
const ALIASES: [(&str, &str); 1] = [("vsconf", "VideoSourceToken")];

/// What a word says, in any case; `None`: it is not a boolean.
pub(super) fn boolean(word: &str) -> Option<bool> {
    let word = word.trim();
    let is_one_of = |words: [&str; 5]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if is_one_of(["true", "1", "active", "on", "yes"]) {
        Some(true)
    } else if is_one_of(["false", "0", "inactive", "off", "no"]) {
        Some(false)
    } else {
        None
    }
}

/// The item of this name, in any case.
pub(super) fn named<'n>(items: &'n [(String, String)], name: &str) -> Option<(&'n str, &'n str)> {
    items
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

/// The state: the first of these items that is there, else the only boolean one; with the item's name.
pub(super) fn flag<'n>(items: &'n [(String, String)], names: &[&str]) -> Option<(bool, &'n str)> {
    if let Some((name, value)) = names.iter().find_map(|name| named(items, name)) {
        return boolean(value).map(|on| (on, name));
    }
    let mut booleans = items
        .iter()
        .filter(|(name, _)| !is_a_number_of_something(name))
        .filter_map(|(name, value)| boolean(value).map(|on| (on, name.as_str())));
    let only = booleans.next()?;
    booleans.next().is_none().then_some(only)
}

/// Ids and counts are 0 or 1 now and then, and no booleans for that.
fn is_a_number_of_something(name: &str) -> bool {
    let ends = ["Id", "ID", "_id", "Token", "token", "Count", "count", "Level", "level"];
    ends.iter().any(|end| name.ends_with(end)) || ["id", "objectid"].iter().any(|id| id.eq_ignore_ascii_case(name))
}

/// Where a notification comes from: video source, analytics, rule.
pub(super) struct Origin {
    token: String,
    analytics: String,
    rule: String,
}

impl Origin {
    /// Reads the section `Source`; items of unknown names together are the token when no known one is there.
    pub(super) fn of(notification: &Notification) -> Self {
        let source = &notification.source;
        let first =
            |names: &[&str]| names.iter().find_map(|name| named(source, name)).map(|(_, value)| value.to_owned());
        let known = |name: &str| ANALYTICS.iter().chain(&RULES).any(|other| other.eq_ignore_ascii_case(name));
        let unknown = || {
            let items = source.iter().filter(|(name, _)| !known(name) && !identity::names_somebody(name));
            items.map(|(_, value)| value.as_str()).take(4).collect::<Vec<_>>().join("/")
        };
        let token = first(&TOKENS).unwrap_or_else(unknown);
        let token = ALIASES.iter().find(|(wrong, _)| *wrong == token).map_or(token.as_str(), |(_, right)| right);
        Self {
            token: text::short(token, TOKEN_CHARS_MOST),
            analytics: text::short(&first(&ANALYTICS).unwrap_or_default(), TOKEN_CHARS_MOST),
            rule: text::short(&first(&RULES).unwrap_or_default(), TOKEN_CHARS_MOST),
        }
    }

    /// The key of one of the camera's states; a part cannot pass for two.
    pub(super) fn key(&self, path: &str, item: &str) -> String {
        let path = text::short(path, PATH_CHARS_MOST);
        let item = text::short(item, TOKEN_CHARS_MOST);
        [path.as_str(), &self.token, &self.analytics, &self.rule, &item].map(|part| part.replace('|', "/")).join("|")
    }

    /// The source as it is kept; `None` when the camera named none.
    pub(super) fn kept(&self) -> Option<Value> {
        let parts = [("token", &self.token), ("analytics", &self.analytics), ("rule", &self.rule)];
        let kept: Map<String, Value> = parts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.as_str().into()))
            .collect();
        (!kept.is_empty()).then_some(Value::Object(kept))
    }
}

/// The items of `Key` and `Data` that are kept, and how many were dropped because they name somebody.
///
/// On a topic that is about faces or plates nothing is kept: what an unknown item says of them cannot be told.
pub(super) fn kept(notification: &Notification, path: &str) -> (Map<String, Value>, u32) {
    let (mut kept, mut dropped) = (Map::new(), 0_u32);
    let is_personal = path.split('/').any(identity::names_somebody);
    let items = notification.key.iter().chain(&notification.data);
    for (name, value) in items.filter(|(_, value)| !value.trim().is_empty()) {
        if is_personal || identity::names_somebody(name) {
            dropped = dropped.saturating_add(u32::from(boolean(value).is_none()));
        } else if kept.len() < ITEMS_MOST {
            kept.insert(text::short(name, NAME_CHARS_MOST), text::short(value, VALUE_CHARS_MOST).into());
        }
    }
    (kept, dropped)
}
